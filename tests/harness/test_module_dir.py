# SPDX-License-Identifier: MIT
"""make M=DIR as coursework and foreign tests need it: many files, equal static names, subfolders,
several init functions in a file, parameters, a failing init, and errors that are DIR's."""

import re
import subprocess

import pytest

import guest

SMALL = ["-m", "64M", "-c", "1"]

# The same static names in every file; two init functions; a parameter.
FIRST = """#include <linux/module.h>
#include <linux/slab.h>
#include "own.h"

static int times = 1;
module_param(times, int, 0444);
MODULE_PARM_DESC(times, "how often");

static int __init setup(void)
{
	int i;

	for (i = 0; i < times; i++)
		pr_info("first says %d\\n", OWN);
	return 0;
}

static int __init second_setup(void)
{
	void *p = kmalloc(100, GFP_KERNEL);

	kfree(p);
	return p ? 0 : -ENOMEM;
}

static void __exit teardown(void)
{
}

int shared(void)
{
	return 42;
}
EXPORT_SYMBOL_GPL(shared);

module_init(setup);
module_init(second_setup);
module_exit(teardown);
MODULE_LICENSE("GPL");
MODULE_AUTHOR("somebody");
MODULE_DESCRIPTION("a module");
"""

SECOND = """#include <kunit/test.h>
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/sort.h>
#include <linux/string.h>

int shared(void);

static int setup(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, 16, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, test->priv);
	return 0;
}

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void sorts(struct kunit *test)
{
	int numbers[] = {3, 1, 2};

	sort(numbers, ARRAY_SIZE(numbers), sizeof(int), compare, NULL);
	KUNIT_EXPECT_EQ(test, numbers[0], 1);
	KUNIT_EXPECT_EQ(test, shared(), 42);
}

static void fails(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, hweight32(7), 4);
}

static struct kunit_case cases[] = {KUNIT_CASE(sorts), KUNIT_CASE(fails), {}};
static struct kunit_suite suite = {.name = "%s", .init = setup, .test_cases = cases};
kunit_test_suites(&suite);
"""

REFUSES = """#include <linux/module.h>

static int __init setup(void)
{
	return -EBUSY;
}
module_init(setup);
"""


@pytest.fixture(name="folder", scope="module")
def make_folder(tmp_path_factory, seed):
    folder = tmp_path_factory.mktemp("module") / "dir"
    (folder / "a b/c").mkdir(parents=True)
    (folder / "include").mkdir()
    (folder / "include/own.h").write_text("#define OWN 17\n")
    (folder / "first.c").write_text(FIRST)
    (folder / "a b/second.c").write_text(SECOND % "second")
    (folder / "a b/c/second.c").write_text(SECOND % "third")
    return seed(folder)


def run(loft, folder, *options, cmdline=()):
    return loft([*SMALL, "--with", str(folder), *options], list(cmdline), cpus=2, memory=256,
                seconds=120, prebuilt=False)


def test_files_share_names_and_symbols(loft, folder):
    result = run(loft, folder, "--test=second", cmdline=["first.times=2"])
    assert result.status == 1, result.tail(30)
    assert [(c.suite, c.case, c.result) for c in result.cases] == [
        ("second", "sorts", "pass"), ("second", "fails", "fail")]
    assert len(re.findall(r"first says 17$", result.out, re.M)) == 2
    assert "# Expected hweight32(7) == 4, but" in result.out
    assert str(folder) + "/a_b/second.c:" in result.out  # make has no names with blanks
    third = run(loft, folder, "--test=third.sorts")
    assert third.status == 0, third.tail(30)


def test_init_that_fails_fails_the_run(loft, folder):
    (folder / "refuses.c").write_text(REFUSES)
    result = run(loft, folder, "--exec", "")
    (folder / "refuses.c").unlink()
    assert result.status == 1 and re.search(r"refuses: setup\(\) failed with error -16", result.out)


@pytest.mark.parametrize("source, message", [
    ("int broken(void) { return nothing; }\n", r"bad\.c:1:\d+: error: .*nothing"),
    ("int missing(void);\nint broken(void) { return missing(); }\n", r"bad\.c:2: undefined reference"),
    ("int shared(void) { return 1; }\n", r"multiple definition of .shared"),
    # Mistakes that C lets pass: the header forgotten, a pointer to another type, a result forgotten.
    ("#include <linux/types.h>\nvoid drop(void *p) { kfree(p); }\n", r"bad\.c:2:\d+: error: .*kfree"),
    ("void take(int *p);\nvoid give(char *p) { take(p); }\n", r"bad\.c:2:\d+: error: .*incompatible"),
    ("int broken(void) { }\n", r"bad\.c:1:\d+: error: .*return-type"),
])
def test_errors_are_the_folders(loft, folder, source, message):
    (folder / "bad.c").write_text(source)
    result = run(loft, folder, "--exec", "")
    (folder / "bad.c").unlink()
    assert result.status == 3, result.tail()
    assert re.search(message, result.err) and str(folder) in result.err, result.err


def test_symlinked_folders_are_linked_in(tmp_path):
    """What make would compile, and what it would take for the image's list of objects."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/linked.c").write_text("int linked;\n")
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir/plain.c").write_text("int plain;\n")
    (tmp_path / "dir/sub").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "dir/build").mkdir()
    (tmp_path / "dir/build/left.c").write_text("int left;\n")
    done = subprocess.run(["make", "-n", "-C", str(guest.ROOT), "image", "FORMAT=i386", f"M={tmp_path / 'dir'}"],
                          text=True, capture_output=True, env=guest.environment(), check=True)
    assert "M/plain.c.o" in done.stdout and "M/sub/linked.c.o" in done.stdout and "left" not in done.stdout


@pytest.mark.parametrize("name, message", [("nope", "no such folder"), ("empty", "no .c file")])
def test_folders_that_are_none(tmp_path, name, message):
    (tmp_path / "empty").mkdir()
    done = subprocess.run(["make", "-C", str(guest.ROOT), f"M={tmp_path / name}"], text=True,
                          capture_output=True, env=guest.environment(), check=False)
    assert done.returncode != 0 and message in done.stderr
    assert not (tmp_path / "nope").exists() and not (tmp_path / "empty/build").exists()

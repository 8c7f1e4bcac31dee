# SPDX-License-Identifier: MIT
"""make M=DIR as coursework and foreign tests need it: many files, equal static names, subfolders,
several init functions in a file, parameters, a failing init, and errors that are DIR's."""

import re
import subprocess

import pytest

import guest

SMALL = ["-m", "64M", "-c", "1"]

# Whatever means something to make or to a shell; a browser's second download is "hw (1)".
STRANGE = """John's "hw" (1) &;$5 #%:,*?[a]`{|}<>!^~@\\ ü"""

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
    folder = tmp_path_factory.mktemp("module") / STRANGE
    (folder / "a b/c").mkdir(parents=True)
    (folder / "include").mkdir()
    (folder / "include/own.h").write_text('#include "its own (1).h"\n')
    (folder / "include/its own (1).h").write_text("#define OWN 17\n")
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
    (folder / "include/its own (1).h").write_text("#define OWN 18\n")
    third = run(loft, folder, "--test=third.sorts")
    assert third.status == 0, third.tail(30)
    assert "first says 18\n" in third.out  # a copy's headers are in no list of dependencies


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
    # Headers of programs for this machine, the second of which would even compile.
    ("#include <stdlib.h>\n", r"bad\.c:1:\d+: fatal error: .*stdlib\.h"),
    ("#include <linux/if_ether.h>\n", r"bad\.c:1:\d+: fatal error: .*linux/if_ether\.h"),
    ("#include <stddef.h>\n", r"bad\.c:1:\d+: fatal error: .*stddef\.h"),
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


def dry_make(folder, *words):
    """What make would do for M=FOLDER, and what it said of it."""
    done = subprocess.run(["make", "-n", "-C", str(guest.ROOT), "image", "FORMAT=i386", f"M={folder}", *words],
                          text=True, capture_output=True, env=guest.environment(), check=False)
    return done.returncode, done.stdout, done.stderr


NAMES = ["hw1 (1)", "John's hw", "r&touch made;touch made", "cost$5$(touch made)$(shell touch made)",
         "\"`touch made`'`touch made`'", "a=b", "100%", "two  blanks", "back\\slash\\", "~", "-dash", STRANGE]


def only_names(tmp_path, folder):
    """Make compiles what is there, and nothing in a name is done."""
    status, out, err = dry_make(folder, "CC=gcc")
    assert status == 0, err
    compiled = re.findall(r" -c -o \S+/M/(\S+)\.c\.o", out)
    assert len(compiled) == len(list(folder.glob("*.c"))), compiled
    assert not list(tmp_path.rglob("made")) and not (guest.ROOT / "made").exists()


@pytest.mark.parametrize("name", NAMES)
def test_names_of_folders_are_only_names(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / "plain.c").write_text("int plain;\n")
    only_names(tmp_path, tmp_path / name)


@pytest.mark.parametrize("kind", ["c", "h"])
def test_names_of_files_are_only_names(tmp_path, kind):
    """Headers, too: the compiler's lists of dependencies would bring them to make."""
    (tmp_path / "plain.c").write_text("int plain;\n")
    for name in NAMES:
        (tmp_path / f"{name}.{kind}").write_text("\n")
    only_names(tmp_path, tmp_path)


def test_names_that_cannot_be(tmp_path):
    (tmp_path / "a\nb").mkdir()
    (tmp_path / "a\nb/plain.c").write_text("int plain;\n")
    status, _, err = dry_make(tmp_path / "a\nb")
    assert status == 2 and "a line break in the name of a folder" in err
    (tmp_path / "two").mkdir()
    for name in ("a b.c", "a_b.c"):
        (tmp_path / "two" / name).write_text("int plain;\n")
    status, _, err = dry_make(tmp_path / "two")
    assert status == 2 and f"{tmp_path}/two: two files would be a_b.c to make" in err


def test_clean_takes_the_folders_build(tmp_path):
    """Of a tree that has nothing but a Makefile: make clean takes its build, too."""
    (tmp_path / "tree").mkdir()
    for name in ("Makefile", "scripts"):
        (tmp_path / "tree" / name).symlink_to(guest.ROOT / name)
    folder = tmp_path / "hw (1)"
    (folder / "build").mkdir(parents=True)
    (folder / "plain.c").write_text("int plain;\n")
    subprocess.run(["make", "-C", str(tmp_path / "tree"), "clean", f"M={folder}"], env=guest.environment(), check=True,
                   capture_output=True)
    assert not (folder / "build").exists() and (folder / "plain.c").exists()


@pytest.mark.parametrize("name, message", [("nope", "no such folder"), ("empty", "no .c file")])
def test_folders_that_are_none(tmp_path, name, message):
    (tmp_path / "empty").mkdir()
    done = subprocess.run(["make", "-C", str(guest.ROOT), f"M={tmp_path / name}"], text=True,
                          capture_output=True, env=guest.environment(), check=False)
    assert done.returncode != 0 and message in done.stderr
    assert not (tmp_path / "nope").exists() and not (tmp_path / "empty/build").exists()

# SPDX-License-Identifier: MIT
"""run-qemu.sh with loft itself: every way in gives the kernel the same command line, --with builds and
boots foreign sources, a reboot is followed, --icount repeats, --kvm does what the host can."""

import concurrent.futures
import os
import re
import subprocess

import pytest

import guest

SMALL = ["-m", "64M", "-c", "1"]
HARD = "echo 'a  b' \"it's\" \\\\ $HOME; echo two"
HEARD = ["a  b it's \\ $HOME", "two"]

SUITE = """#include <kunit/test.h>

static void adds(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 2 + 2, 4);
}

static struct kunit_case cases[] = {KUNIT_CASE(adds), {}};
static struct kunit_suite suite = {.name = "guest_suite", .test_cases = cases};
kunit_test_suite(suite);
"""
MODULE = """#include <linux/module.h>
#include <linux/kernel.h>

static int __init hello(void)
{
	printk(KERN_INFO "hello from %s\\n", KBUILD_MODNAME);
	return 0;
}
module_init(hello);
MODULE_LICENSE("GPL");
"""


def test_every_way_in_gives_the_same_words(loft):
    heard = {}
    for way in ([], ["--iso"], ["--uefi"]):
        result = loft([*SMALL, *way, "--exec", HARD], ["loglevel=6", "nosuch.x=$(id)"], cpus=1,
                      memory=192 if way else 64, seconds=90)
        assert result.status == 0, result.tail()
        assert result.lines[0].startswith("loft "), result.lines[0]
        assert "\r" not in result.out and "\x1b" not in result.out
        lines = [line for line in result.lines if not line.startswith("[")]
        heard[str(way)] = lines[lines.index("loft> " + HARD.split(";")[0]):]
        assert "nosuch.x=$(id)" in result.out
    assert [line for line in heard["[]"] if not line.startswith("loft>")] == HEARD
    assert heard["[]"] == heard["['--iso']"] == heard["['--uefi']"]


def test_the_quick_set_is_quick(loft):
    """The docs promise half a second with two CPUs, who take about twice as long as one on a count of
    instructions: a thousand of them take a microsecond."""
    result = loft(["-m", "2G", "-c", "1", "--icount", "--exec", "crash warn"], cpus=1, memory=512)
    begin, end = (float(re.search(rf"(?m)^\[ *([\d.]+)\] {line}", result.out)[1])
                  for line in ("smp: 1 CPU", "WARNING: "))
    assert "selftest: " in result.out and end - begin < 0.3


@pytest.mark.parametrize("cpus, more", [(32, []), (16, ["--debug"])])
def test_as_many_cpus_as_there_may_be(loft, cpus, more):
    """The quick set, too, passes with each CPU's lines in every table."""
    result = loft(["-m", "128M", "-c", str(cpus), "--exec", "", *more], cpus=4, memory=128)
    assert result.status == 0, result.tail()
    assert f"smp: {cpus} CPUs" in result.out


def test_reboot_is_followed(loft):
    """What stands behind it in --exec is never run, which no run may keep to itself."""
    for work, status in (("reboot", 0), ("reboot; echo never", 1)):
        result = loft([*SMALL, "--exec", work], cpus=1, memory=64)
        assert result.status == status, result.tail()
        assert len(re.findall(r"(?m)^loft \d", result.out)) == 2
        assert "loft> reboot" in result.lines and "never" not in result.lines


def test_batch_without_input_powers_off_by_itself(slot, limit):
    """Standard input stays open and silent: after 5 s at the prompt the machine goes."""
    reader, writer = os.pipe()
    with slot(1, 64):
        done = subprocess.run([str(guest.RUN), *SMALL, "--timeout", str(limit(30))], stdin=reader,
                              capture_output=True, env=guest.environment(), check=False)
    os.close(reader)
    os.close(writer)
    assert done.returncode == 0, done.stderr


def test_icount_repeats(loft):
    logs = [loft(["-m", "64M", "--icount", "--exec", "meminfo; cpuinfo"], cpus=1, memory=64).out
            for _ in range(2)]
    assert "MemTotal" in logs[0] and logs[0] == logs[1]


def test_kvm_or_not(loft):
    """Where KVM cannot run a 32-bit guest, the run goes on without, and says so."""
    result = loft([*SMALL, "--kvm", "--exec", "echo alive"], cpus=1, memory=64)
    assert result.status == 0 and "alive" in result.lines
    assert result.err == "" or "using TCG" in result.err


def test_two_runs_at_once_with_images_of_their_own(loft):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(loft, [*SMALL, "--iso", "--exec", f"echo run {i}"], cpus=1, memory=128)
                for i in range(2)]
        for i, run in enumerate(runs):
            assert run.result().status == 0 and f"run {i}" in run.result().lines


@pytest.fixture(name="course", scope="module")
def make_course(tmp_path_factory):
    """A folder with a KUnit suite and a module, as coursework has them; blanks in its name."""
    folder = tmp_path_factory.mktemp("course") / "week 1"
    (folder / "sub").mkdir(parents=True)
    (folder / "suite_test.c").write_text(SUITE)
    (folder / "sub/hello.c").write_text(MODULE)
    return folder


def test_with_builds_and_boots_foreign_sources(loft, course, seed, tier):
    if tier == "check":  # the larger ones build all of it
        seed(course)
    before = sorted(os.stat(p).st_mtime_ns for p in (guest.ROOT / "build").glob("i386*/loft.elf"))
    result = loft([*SMALL, "--with", str(course), "--test=guest_suite"], cpus=2, memory=256,
                  seconds=120, prebuilt=False)
    assert result.status == 0, result.tail(30)
    assert [(c.suite, c.case, c.result) for c in result.cases] == [("guest_suite", "adds", "pass")]
    assert re.search(r"hello from hello$", result.out, re.M)
    assert (course / "build/i386/loft.elf").exists()
    after = sorted(os.stat(p).st_mtime_ns for p in (guest.ROOT / "build").glob("i386*/loft.elf"))
    assert before == after


def test_with_names_the_error(loft, course):
    (course / "broken.c").write_text("int x = ;\n")
    result = loft([*SMALL, "--with", str(course), "--test"], cpus=2, memory=256, seconds=120,
                  prebuilt=False)
    (course / "broken.c").unlink()
    assert result.status == 3 and re.search(r"broken\.c:1:\d+: error", result.err), result.err

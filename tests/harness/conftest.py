# SPDX-License-Identifier: MIT
"""Fixtures that several files of tests share; the session itself is plugin.py."""

import shutil

import pytest

import guest
import stub_tree


@pytest.fixture(scope="session")
def seed():
    """Puts the kernel's objects of this tree into a folder for M=: they are the same in each, and take
    most of a build. In the larger tiers test_run_boot.py builds a folder from nothing."""
    def copy(folder):
        objects = guest.ROOT / "build/i386"
        if (objects / "flags").exists():
            shutil.copytree(objects, folder / "build/i386",
                            ignore=shutil.ignore_patterns("*.elf", "loft.*", "ksyms.*"))
        return folder
    return copy


@pytest.fixture(scope="session")
def stub_script(tmp_path_factory):
    """run-qemu.sh in a tree whose image misbehaves to order, under a path with blanks."""
    return stub_tree.make(tmp_path_factory.mktemp("tree") / "a b=mem=3M, x")


@pytest.fixture
def stub(loft, stub_script):
    """Runs the stub guest: stub("say,good,clean", options...)."""
    def run(actions, *options, cmdline=(), **how):
        words = ["-m", "16M", "-c", "1", *options]
        how.setdefault("seconds", 20)
        return loft(words, ["stub=" + actions, *cmdline], script=stub_script, cpus=1, memory=32, **how)
    return run

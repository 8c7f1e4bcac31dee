# SPDX-License-Identifier: MIT
"""The Makefile: what is built anew after a change, and which tools it takes from what a machine has."""

import os
import re
import shutil
import subprocess

import pytest

import guest

BASIC = ("bash", "sh", "awk", "cat", "cmp", "cut", "find", "grep", "head", "mkdir", "mv", "printf", "rm", "sed",
         "sort", "true", "uname")


# --- what a change makes it do again ----------------------------------------------------------------

@pytest.fixture(name="tree", scope="module")
def make_tree(tmp_path_factory):
    """A copy of the sources and of what was built for i386, with the times of the files."""
    tree = tmp_path_factory.mktemp("make") / "tree"
    shutil.copytree(guest.ROOT, tree, symlinks=True, ignore=lambda path, names: [
        n for n in names if n in (".git", "__pycache__") or (path == str(guest.ROOT / "build") and n != "i386")])
    make(tree)
    return tree


def make(tree, *words):
    """Builds i386 in TREE; what make said."""
    done = subprocess.run(["make", "-C", str(tree), "i386", *words], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          env=guest.environment())
    assert done.returncode == 0, done.stdout
    return done.stdout


def has(image, function):
    """Is there a function of this name in the image's own table of them? (so no nm is needed)"""
    return function.encode() in image.read_bytes()


def test_nothing_changed_builds_nothing(tree):
    assert not re.search(r"^  (CC|AS|LINK) ", make(tree), re.M)


def test_sources_that_are_gone_are_gone_from_the_image(tree, tmp_path):
    """In a folder of the kernel, and in a folder for M=, which shares the kernel's objects here."""
    folder = tmp_path / "module"
    folder.mkdir()
    shutil.copytree(tree / "build/i386", folder / "build/i386")
    (folder / "stays.c").write_text("int stays_here(void);\nint stays_here(void) { return 1; }\n")
    for source, image, words in (
            (tree / "tests/ghost_test.c", tree / "build/i386/loft.elf", ()),
            (folder / "ghost.c", folder / "build/i386/loft.elf", (f"M={folder}",))):
        source.write_text("int ghost_of_a_file(void);\nint ghost_of_a_file(void) { return 1; }\n")
        make(tree, *words)
        assert has(image, "ghost_of_a_file")
        source.unlink()
        make(tree, *words)
        assert not has(image, "ghost_of_a_file")
    assert has(folder / "build/i386/loft.elf", "stays_here")


def test_a_changed_corpus_is_taken_in(tree):
    corpus = tree / "tests/corpus/limits_mem_0.bin"
    corpus.write_bytes(corpus.read_bytes() + b"a change that nothing else holds")
    said = make(tree)
    assert re.findall(r"^  (?:CC|AS) +(\S+)", said, re.M) == ["build/i386/tests/boot_corpus.o"]
    assert b"a change that nothing else holds" in (tree / "build/i386/loft.elf").read_bytes()


# --- a tree that is somebody else's -----------------------------------------------------------------

def as_nobody(slot, cwd, *words, home="/nonexistent"):
    """Runs a command of a tree of root's; (exit status, output, messages)."""
    with slot(1, 64):
        done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              env=guest.environment({"HOME": home}, prebuilt=False),
                              preexec_fn=guest.become_nobody, timeout=300, check=False)
    return done.returncode, done.stdout, done.stderr


BOOT = ("-m", "32M", "-c", "1", "--exec", "echo here", "--", "selftest=off")
MAY_NOT = r"you may not write to \S*build\S*"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_a_tree_that_cannot_be_written(tree, slot):
    """What is built is taken as it is, and what is not is said to be impossible in one line."""
    guest.let_all_in(tree)
    status, out, err = as_nobody(slot, tree, "./run-qemu.sh", *BOOT)
    assert status == 0 and "\nhere\n" in out, err
    assert re.search(rf"^run-qemu.sh: {MAY_NOT}: taking \S*build/i386/loft.elf as it is$", err, re.M)
    status, out, err = as_nobody(slot, tree, "./run-qemu.sh", "--pae", *BOOT)
    assert status == 3 and not out
    assert re.fullmatch(rf"run-qemu.sh: nothing can be built: {MAY_NOT} \(use a copy of your own\)\n", err)
    for target in ("i386", "i386-pae"):
        status, out, err = as_nobody(slot, tree, "make", target)
        assert status == 2 and not out and re.match(rf"nothing can be built: {MAY_NOT} ", err), err
    status, out, err = as_nobody(slot, tree, "scripts/python", "tests/harness/main.py")
    assert status == 1 and not err
    assert re.fullmatch(rf"nothing can be tested: {MAY_NOT} \(.*\)\n0 passed, 1 failed\n", out)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_a_folder_of_one_s_own_beside_a_tree_of_root_s(tree, tmp_path, slot):
    """One checkout for a class: the tests are each student's."""
    guest.let_all_in(tree)
    guest.let_all_in(tmp_path)
    folder = tmp_path / "mine"
    shutil.copytree(tree / "build/i386", folder / "build/i386")  # the kernel's objects: they take long
    (folder / "hello.c").write_text('#include <linux/module.h>\nstatic int __init hello(void) '
                                    '{ pr_info("hello from mine\\n"); return 0; }\nmodule_init(hello);\n'
                                    'MODULE_LICENSE("MIT");\n')
    subprocess.run(["chown", "-R", "65534:65534", str(folder)], check=True)
    status, out, err = as_nobody(slot, tree, "./run-qemu.sh", "--with", str(folder), *BOOT, home=str(folder))
    assert status == 0 and "hello from mine" in out, err


# --- the toolchain ----------------------------------------------------------------------------------

def stub_compiler(folder, name, takes_m32):
    """A compiler that only says who it is, and whether it could do it."""
    version = f"{name} version 14" if "clang" in name else f"{name} (stub) 12.2.0"
    (folder / name).write_text(f"""#!/bin/sh
case "$*" in
--version) echo "{version}" ;;
*-m32*) exit {0 if takes_m32 else 1} ;;
esac
""")
    (folder / name).chmod(0o755)


def tools(tmp_path, compilers, *words):
    """What make would build with where only COMPILERS are: {compiler name: takes -m32}, and where both
    binutils and LLVM's tools are there; the names of the compiler, the linker, nm and objdump."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in BASIC:
        (folder / tool).symlink_to(shutil.which(tool))
    for name in ("ld.lld", "llvm-nm", "llvm-objdump", "llvm-readelf", "ld", "nm", "objdump", "readelf"):
        (folder / name).symlink_to(shutil.which("true"))
    for name, takes_m32 in compilers.items():
        stub_compiler(folder, name, takes_m32)
    done = subprocess.run([shutil.which("make"), "-n", "image", "FORMAT=i386", f"OUT={tmp_path / 'out'}", "V=1", *words],
                          env={"PATH": str(folder)}, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False, cwd=guest.ROOT)
    assert done.returncode == 0, done.stderr
    patterns = (r"^PWD=\S+ (\S+) .* -c -o \S*/boot/multiboot\.c\.o", r"^(\S+) -m elf_i386 .*pass1",
                r"^NM='([^']*)'", r" OBJDUMP='([^']*)'", r" READELF='([^']*)'")
    return [os.path.basename(re.search(p, done.stdout, re.M)[1]) for p in patterns]


GNU = ["ld", "nm", "objdump", "readelf"]
LLVM = ["ld.lld", "llvm-nm", "llvm-objdump", "llvm-readelf"]


@pytest.mark.parametrize("compilers, words, expected", [
    ({"gcc": True, "clang": True}, [], ["gcc", *GNU]),
    ({"gcc": False, "i686-linux-gnu-gcc": True}, [], ["i686-linux-gnu-gcc", *("i686-linux-gnu-" + t for t in GNU)]),
    ({"gcc": False, "i686-elf-gcc": True, "clang": True}, [], ["i686-elf-gcc", *("i686-elf-" + t for t in GNU)]),
    ({"clang": True}, [], ["clang", *LLVM]),
    ({"gcc": False, "clang": True}, [], ["clang", *LLVM]),
    ({"gcc": True, "clang": True}, ["LLVM=1"], ["clang", *LLVM]),
    ({"gcc": True, "gcc-11": True}, ["CC=gcc-11"], ["gcc-11", *GNU]),
    ({"gcc": True}, ["CROSS_COMPILE=i686-elf-"], ["i686-elf-gcc", *("i686-elf-" + t for t in GNU)]),
])
def test_toolchain(tmp_path, compilers, words, expected):
    assert tools(tmp_path, compilers, *words) == expected

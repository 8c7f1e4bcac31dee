# SPDX-License-Identifier: MIT
"""Mistakes that must not compile, and near misses that must: kunmap_atomic() takes the address that
kmap_atomic() gave, not the page."""

import shutil
import subprocess

import pytest

import guest

COMPILERS = {"gcc": ["gcc", "-m32"], "clang": ["clang", "--target=i386-elf"]}
FLAGS = ["-march=i486", "-std=gnu11", "-O2", "-ffreestanding", "-w", "-I.", "-Icompat/linux", "-include",
         "compat/linux/linux/kconfig.h", "-DCONFIG_HIGHMEM", "-x", "c", "-c", "-o", "/dev/null", "-"]

SNIPPETS = {
    # The page itself; and what texts about packets show: the page of each frag.
    "page": (False, "void f(struct page *page) { void *va = kmap_atomic(page); kunmap_atomic(page); }"),
    "frag": (False, """struct frag { struct page *page; };
             void f(struct frag *frags, int n)
             { for (int i = 0; i < n; i++) { kmap_atomic(frags[i].page); kunmap_atomic(frags[i].page); } }"""),
    # The address is right. A const page is wrong too, but no check of types by name finds it.
    "address": (True, "void f(struct page *page) { char *va = kmap_atomic(page); kunmap_atomic(va + 1); }"),
    "const": (True, "void f(const struct page *page) { kunmap_atomic(page); }"),
}


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("name", SNIPPETS)
def test_kunmap_atomic_takes_an_address(compiler, name):
    if not shutil.which(compiler):
        pytest.skip(f"{compiler} is not installed")
    fine, text = SNIPPETS[name]
    done = subprocess.run(COMPILERS[compiler] + FLAGS, input="#include <linux/highmem.h>\n" + text + "\n",
                          text=True, capture_output=True, cwd=guest.ROOT, check=False)
    assert (done.returncode == 0) == fine, done.stderr
    assert fine or "error: static assertion failed" in done.stderr or \
        "error: static_assert failed" in done.stderr, done.stderr

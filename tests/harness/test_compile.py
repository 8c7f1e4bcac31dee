# SPDX-License-Identifier: MIT
"""Mistakes that must not compile, and near misses that must: kunmap_atomic() takes the address that
kmap_atomic() gave, not the page; a constant fixmap index is one that there is."""

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

# kmap_local_page() has the same check.
SNIPPETS.update({f"{name} local": (fine, text.replace("kmap_atomic", "kmap_local_page")
                                   .replace("kunmap_local_page", "kunmap_local"))
                 for name, (fine, text) in SNIPPETS.items()})

# The last index is fine, the one behind it is not, and neither is a negative one.
INDICES = {"FIX_END - 1": True, "FIX_END": False, "-1": False}


def compiles(compiler, header, text):
    """Whether TEXT compiles behind HEADER, and what the compiler said."""
    if not shutil.which(compiler):
        pytest.skip(f"{compiler} is not installed")
    done = subprocess.run(COMPILERS[compiler] + FLAGS, input=f"#include {header}\n{text}\n",
                          text=True, capture_output=True, cwd=guest.ROOT, check=False)
    return done.returncode == 0, done.stderr


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("name", SNIPPETS)
def test_kunmap_atomic_takes_an_address(compiler, name):
    fine, text = SNIPPETS[name]
    done, said = compiles(compiler, "<linux/highmem.h>", text)
    assert done == fine, said
    assert fine or "error: static assertion failed" in said or "error: static_assert failed" in said, said


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("index", INDICES)
@pytest.mark.parametrize("use", ["(void)fix_to_virt({})", "set_fixmap({}, 0)", "clear_fixmap({})"])
def test_a_constant_fixmap_index_is_checked(compiler, index, use):
    text = "void f(void); void f(void) { " + use.format(index) + "; }"
    done, said = compiles(compiler, '"kernel/cpu/fixmap.h"', text)
    assert done == INDICES[index], said
    assert done or "fixmap_index_out_of_range" in said, said

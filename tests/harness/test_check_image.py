# SPDX-License-Identifier: MIT
"""scripts/check-image: one image for each of its rules that breaks just this one, and one that is clean.
The image's bytes and what the tools say of it are made up; instructions are assembled and read by the
real tools."""

import os
import shutil
import struct
import subprocess

import pytest

import guest

MB1 = struct.pack("<3I", 0x1BADB002, 3, -(0x1BADB002 + 3) & 0xFFFFFFFF)
MB2 = struct.pack("<4I", 0xE85250D6, 0, 24, -(0xE85250D6 + 24) & 0xFFFFFFFF)
CLEAN = {
    "readelf -h": "  Class:                             ELF32\n",
    "readelf -lW": "  LOAD           0x001000 0xc0100000 0x00100000 0xa4000 0xa4000 R E 0x1000\n"
                   "  LOAD           0x0a5000 0xc01a4000 0x001a4000 0x22000 0x22000 R   0x1000\n"
                   "  LOAD           0x0c7000 0xc01c6000 0x001c6000 0x05000 0x60000 RW  0x1000\n"
                   "  GNU_STACK      0x000000 0x00000000 0x00000000 0x00000 0x00000 RW  0x10\n",
    "readelf -SW": "  [ 1] .text             PROGBITS        c0100000 001000 0a3ee8 00  AX  0   0 4096\n",
    "nm -u": "",
    "nm -n image": "c0100000 T _start\nc0100100 t helper\nc01a4000 R table\n",
    "nm -n pass1": "c0100000 T _start\nc0100100 t helper\n",
    "objdump": "c0100000 <_start>:\nc0100000:\tcli\nc0100001:\trep stos %eax,%es:(%edi)\n",
}


def check(folder, said=(), data=MB1 + bytes(4) + MB2, form="i386", **env):
    """Runs check-image on an image of these bytes, of which the tools say what is said, else what they
    say of a clean one."""
    words = {**CLEAN, **dict(said)}
    for name, text in words.items():
        (folder / name).write_text(text)
    for name, call in (("readelf", "readelf $1"), ("objdump", "objdump"),
                       ("nm", "nm $1$([ $1 = -n ] && echo \" ${2##*/}\")")):
        (folder / f"{name}.sh").write_text(f'#!/bin/sh\nexec cat "{folder}/{call}"\n')
        (folder / f"{name}.sh").chmod(0o755)
        env.setdefault(name.upper(), str(folder / f"{name}.sh"))
    (folder / "image").write_bytes(data)
    return subprocess.run(["sh", str(guest.ROOT / "scripts/check-image"), str(folder / "image"), str(folder / "pass1"), form],
                          env={**os.environ, **env}, capture_output=True, text=True, check=False)


def test_clean(tmp_path):
    done = check(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("said, words", [
    ({"readelf -h": "  Class:                             ELF64\n"}, "not a 32-bit ELF file"),
    ({"readelf -lW": CLEAN["readelf -lW"].replace("R E", "RWE")}, "segments are 'RWE R RW '"),
    ({"readelf -lW": CLEAN["readelf -lW"].replace("R   0x", "R E 0x")}, "segments are 'RE RE RW '"),
    ({"readelf -SW": "  [ 2] .note.gnu.property NOTE  c0100000 001000 000018 00   A  0   0  4\n"}, "note section"),
    ({"nm -u": "         U nowhere\n"}, "undefined symbols: "),
    ({"nm -n pass1": "c0100000 T _start\nc0100104 t helper\n"}, "functions moved"),
])
def test_tools_say(tmp_path, said, words):
    done = check(tmp_path, said)
    assert done.returncode == 1 and words in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr


HEADERS = {
    "none": b"", "no second": MB1, "no first": MB2,
    "first too far": MB2 + bytes(8192) + MB1, "second too far": MB1 + bytes(32768 + 4) + MB2,
    "second not aligned": MB1 + MB2,
    "first's sum": MB1[:11] + b"\0" + bytes(4) + MB2, "second's sum": MB1 + bytes(4) + MB2[:15] + b"\0",
}


@pytest.mark.parametrize("data", HEADERS.values(), ids=HEADERS)
def test_multiboot_headers(tmp_path, data):
    done = check(tmp_path, data=data)
    assert done.returncode == 1 and "multiboot 1 (first 8 KiB)" in done.stderr, done.stderr


# Instructions, by the first CPU that has them.
NEVER = ["fld1", "fnstenv (%eax)", "fxsave (%eax)", "emms", "movd %eax, %mm1", "movq %mm0, (%eax)",
         "addps %xmm1, %xmm0", "cvtsi2sd (%eax), %xmm7", "vaddps %ymm1, %ymm2, %ymm3", "vzeroupper", "movnti %eax, (%ebx)",
         "lfence", "mfence", "sfence", "clflush (%eax)", "prefetchnta (%eax)", "prefetcht0 (%eax)",
         "ldmxcsr (%eax)", "syscall", "sysretl", "rdtscp", "popcnt %eax, %eax", "lzcnt %eax, %eax",
         "movbe (%eax), %ecx", "crc32l %eax, %ecx", "rdrand %eax", "monitor", "mwait", "xsave (%eax)",
         "xgetbv", "endbr32", "vmcall", "data16 fld1", "cs fld1", "blsr %eax, %ecx", "shlx %eax, %ecx, %edx"]
SINCE_PENTIUM = ["cmovne %eax, %ecx", "cmpxchg8b (%eax)", "lock cmpxchg8b (%eax)", "lock cmpxchg8b %gs:(%eax)",
                 "rdtsc", "rdpmc", "rsm", "sysenter", "sysexit", "nopw 0(%eax)", "nopl 0(%eax)"]
ALWAYS = ["cli", "lock incl (%eax)", "lock cmpxchg %ecx, (%eax)", "lock xadd %eax, (%ecx)", "bswap %eax", "rep movsl",
          "repne scasb", "movl %gs:0, %eax", "bsrl %eax, %ecx", "invlpg (%eax)", "wbinvd", "ud2", "pause", "nop",
          "movw %fs, %ax", "movsbl (%eax), %ecx", "stosl", "mull %ecx", "movl %cr0, %eax", "str %ax", "verr %ax"]


@pytest.fixture(name="disassembly", scope="module", params=["objdump", "llvm-objdump"])
def disassemble(request, tmp_path_factory):
    """A tool's text for a file with a function for each instruction, called by its number; and tsc_read."""
    if not shutil.which(request.param) or not shutil.which("gcc"):
        pytest.skip(f"no gcc or no {request.param} here")
    folder = tmp_path_factory.mktemp("instructions")
    functions = [(f"insn_{i}", text) for i, text in enumerate(NEVER + SINCE_PENTIUM + ALWAYS)]
    (folder / "all.s").write_text("".join(f".globl {name}\n.type {name}, @function\n{name}: {text}\n"
                                          for name, text in [*functions, ("tsc_read", "rdtsc")]))
    subprocess.run(["gcc", "-m32", "-c", "-o", str(folder / "all.o"), str(folder / "all.s")], check=True)
    return subprocess.run([request.param, "-d", "--no-show-raw-insn", str(folder / "all.o")], check=True,
                          stdout=subprocess.PIPE, text=True).stdout


@pytest.mark.parametrize("form, missing", [("i386", NEVER + SINCE_PENTIUM), ("i386-pae", NEVER)])
def test_instructions(tmp_path, disassembly, form, missing):
    done = check(tmp_path, {"objdump": disassembly}, form=form)
    named = [line.split(":")[0].strip() for line in done.stderr.splitlines() if line.startswith("  ")]
    every = NEVER + SINCE_PENTIUM + ALWAYS
    found = [every[int(name[len("insn_"):])] for name in named]
    assert sorted(set(missing) ^ set(found)) == [] and len(found) == len(missing)
    assert done.returncode == 1 and f"instructions that {form} must not hold" in done.stderr


def test_rdtsc_beside_tsc_read(tmp_path):
    """No other function, whatever its name, may hold it; tsc_read may."""
    for name, status in (("tsc_read", 0), ("tsc_reader", 1), ("my_tsc_read", 1), ("tsc_scale", 1)):
        done = check(tmp_path, {"objdump": f"c0100000 <{name}>:\nc0100000:\trdtsc\n"})
        assert done.returncode == status, (name, done.stderr)
        assert check(tmp_path, {"objdump": f"c0100000 <{name}>:\nc0100000:\trdtsc\n"}, form="i386-pae").returncode == 0

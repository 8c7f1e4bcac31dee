# SPDX-License-Identifier: MIT
"""`make gdb`: symbols, the breakpoint at kernel_main, and the `loft` commands of scripts/gdb."""

import os
import random
import re
import shutil
import subprocess
import threading
import time

import pytest

import guest

SCRIPT = """bt
loft regions
tbreak memory_report
continue
finish
loft regions
loft walk kernel_main
loft walk 0
loft walk 0xc0000000 + 40 * 1024 * 1024
loft log
kill
"""


@pytest.mark.skipif(not shutil.which("gdb"), reason="gdb is not installed")
@pytest.mark.parametrize("options", [[], ["--pae"]])
def test_gdb(slot, options):
    with slot(1, 64):
        done = subprocess.run(guest.mortal([str(guest.ROOT / "scripts/gdb/run"), "-m", "64M", "-c", "1",
                                            *options]), input=SCRIPT, capture_output=True, text=True, timeout=120,
                              env=guest.environment(), check=False, cwd=os.sep)
    out = done.stdout
    assert "RAM has not been judged yet" in out, out + done.stderr
    assert re.search(r"#0 +kernel_main \(magic=\d+, info=\d+\) at init/main.c", out), out
    assert re.search(r"lowmem +0xc0000000 - 0xc\w+ ", out)
    assert re.search(r"fixmap +0xff\w+ - 0xfffff000", out)
    assert re.search(r"kernel_main.*in .*\n(.*\n){1,4} += physical 0x0*1\w{5}, ", out), out
    assert "= not mapped" in out
    assert re.search(r"= physical 0x0*2800000, ", out)
    assert re.search(r"\[ +\d+\.\d{6}\] Memory: ", out)


@pytest.mark.skipif(not shutil.which("gdb"), reason="gdb is not installed")
def test_gdb_with_several_cpus(slot):
    """Each CPU is a thread of gdb's, and a breakpoint is hit wherever the boot goes on."""
    script = "thbreak monitor_run\ncontinue\ninfo threads\nthread 4\nbacktrace 3\nkill\n"
    with slot(4, 64):
        done = subprocess.run(guest.mortal([str(guest.ROOT / "scripts/gdb/run"), "-m", "64M", "-c", "4"]),
                              input=script, capture_output=True, text=True, timeout=120,
                              env=guest.environment(), check=False, cwd=os.sep)
    assert "monitor_run () at" in done.stdout, done.stdout + done.stderr
    assert [cpu for cpu in range(4) if f"CPU#{cpu}" in done.stdout] == [0, 1, 2, 3]
    assert re.search(r"cpu_idle_loop|ap_main", done.stdout), done.stdout


RUN = re.compile(r"0x(?P<first>[0-9a-f]{8})-0x(?P<last>[0-9a-f]{8}) +\d+[KM] (?P<rights>.*)$")


def gdb(image, socket, *commands):
    words = ["gdb", "-q", "-nx", "-batch", "-x", "scripts/gdb/loft.gdb", str(image),
             "-ex", f"target remote {socket}"]
    for command in commands:
        words += ["-ex", command]
    return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=120, check=False, cwd=guest.ROOT).stdout


def wait_for(socket, result):
    """True when QEMU's socket is there; False if the run is over without it."""
    while not socket.exists():
        if result.get("over"):
            return False
        time.sleep(0.05)
    return True


def watch(image, socket, result):
    """Stops before the commands of --exec, and asks gdb about addresses of all kinds: known corners,
    and all over the kernel's part. Then the guest goes on, to print its own view."""
    rand = random.Random(6)
    addresses = [0, 0xbffff000, 0xc0000000, 0xc0100000, 0xc3fff000, 0xc4800000, 0xfffff000]
    addresses += [rand.randrange(0xc0000000, 0xc4400000) for _ in range(40)]
    addresses += [rand.randrange(0xff000000, 1 << 32) for _ in range(10)]
    if not wait_for(socket, result):
        return
    result["gdb"] = gdb(image, socket, "thbreak monitor_run", "continue", "loft log", "loft regions",
                        "loft zones", "loft free", "loft kmap", "loft hash", "loft hash 5", "loft page 0xa0", "loft page mem_map + 0xa1",
                        "loft page kernel_main",
                        "loft walk &boot_stack_guard", "info registers cr3",
                        *(f"loft walk {address:#x}" for address in addresses), "detach")


@pytest.mark.skipif(not shutil.which("gdb"), reason="gdb is not installed")
@pytest.mark.parametrize("image", ["i386", "i386-pae"])
def test_gdb_sees_what_the_kernel_sees(loft, image, tmp_path):
    socket, result = tmp_path / "gdb", {}
    watcher = threading.Thread(target=watch, args=(
        guest.ROOT / "build" / image / "loft.elf", socket, result))
    watcher.start()
    try:
        boot = loft(["--gdb", "-m", "64M", "-c", "1", "--exec", "pagetypeinfo; ptdump; dmesg"] +
                    (["--pae"] if image == "i386-pae" else []),
                    cpus=1, memory=64, env={"LOFT_GDB_SOCKET": str(socket)})
    finally:
        result["over"] = True
        watcher.join()
    assert boot.status == 0, boot.tail(500)
    seen = result["gdb"]

    runs = [(int(m["first"], 16), int(m["last"], 16), m["rights"].split())
            for m in map(RUN.match, boot.lines) if m]
    walks = re.findall(r"^0x([0-9a-f]{8})\b.* tables\n((?:  .*\n)+)", seen, re.MULTILINE)
    assert len(runs) > 3 and len(walks) == 58, seen
    mapped = 0
    for address, steps in walks:
        inside = [rights for first, last, rights in runs if first <= int(address, 16) <= last]
        end = re.search(r"  = (?:not mapped|physical 0x([0-9a-f]+), . .iB page: (.*))\n", steps)
        assert bool(inside) == bool(end[1]), f"{address}: {steps}"
        if inside and int(address, 16) < 0xf8000000:
            assert int(end[1], 16) == int(address, 16) - 0xc0000000
        if inside:
            assert end[2].split() == inside[0], f"{address}: {steps} {inside}"
            mapped += 1
    assert 20 < mapped < 58
    assert "swapper_pmds" in seen and ("swapper_pg_dir" in seen) == (image == "i386-pae")

    # Free blocks, as the kernel counts them; and three frames that were never the allocator's.
    counted = re.findall(r"^Node +0, zone +(\w+), type +(\w+) +([\d ]+)$", boot.out, re.MULTILINE)
    listed = re.findall(r"^  (\w+) +([A-Z]\w+) +([\d ]+)$", seen, re.MULTILINE)
    assert len(counted) == 8
    assert [(z, t, n.split()) for z, t, n in counted] == [(z, t, n.split()) for z, t, n in listed]
    assert len(re.findall(r"^  DMA +0x0000001 - 0x0001000 +4095 ", seen, re.MULTILINE)) == 1
    assert len(re.findall(r"^  zone DMA: 1 users, flags PG_reserved$", seen, re.MULTILINE)) == 3

    # Before any high page was mapped: every slot is free, every chain ends where it should.
    assert re.search(r"^  (\d+) free, 0 idle, 0 used, 0 claimed$", seen, re.MULTILINE), seen
    assert len(re.findall(r"^  0 pages$", seen, re.MULTILINE)) == 2 and "sentinel" not in seen

    # The log: the same lines, in the same order, as dmesg prints them later.
    dmesg = boot.lines[boot.lines.index("loft> dmesg") + 1:]
    log = [line for line in seen.splitlines() if re.match(r"\[ *\d+\.\d{6}\] ", line)]
    assert len(log) > 10
    assert dmesg[:len(log)] == log
    # The regions: the bounds of the boot log's block.
    for name, bounds in re.findall(r"    (fixmap|pkmap|vmalloc|lowmem) *: (0x\w+ - 0x\w+)", boot.out):
        assert re.search(rf"  {name} +{bounds} ", seen), name


def watch_kmap(image, socket, result):
    """Stops where the command pkmap begins."""
    if wait_for(socket, result):
        result["gdb"] = gdb(image, socket, "thbreak cmd_pkmap", "continue", "loft kmap", "loft hash", "detach")


@pytest.mark.skipif(not shutil.which("gdb"), reason="gdb is not installed")
@pytest.mark.parametrize("image", ["i386", "i386-pae"])
def test_gdb_sees_the_slots_that_the_kernel_sees(loft, image, tmp_path):
    """The tests of kmap() leave a slot idle; the command, and both of gdb's, find the same in it."""
    socket, result = tmp_path / "gdb", {}
    watcher = threading.Thread(target=watch_kmap, args=(
        guest.ROOT / "build" / image / "loft.elf", socket, result))
    watcher.start()
    try:
        boot = loft(["--gdb", "-m", "192M", "-c", "1", "--exec", "test kmap; pkmap"] +
                    (["--pae"] if image == "i386-pae" else []), ["highmem=64M", "selftest=off"],
                    cpus=1, memory=192, env={"LOFT_GDB_SOCKET": str(socket)})
    finally:
        result["over"] = True
        watcher.join()
    assert boot.status == 0, boot.tail(500)
    shown = [(int(nr), int(va, 16), int(count), int(frame, 16), state) for nr, va, count, frame, state in
             re.findall(r"^ *(\d+)  (0x\w+) +(\d+)  (0x\w+)  (\w+)$", boot.out, re.MULTILINE)]
    seen = [(int(nr), int(va, 16), int(count), int(frame, 16), state) for nr, va, count, state, frame in
            re.findall(r"^  slot +(\d+) (0x\w+) count (\d+) (\w+) +frame (0x\w+)$", result["gdb"], re.MULTILINE)]
    hashed = [(int(frame, 16), int(va, 16)) for frame, va in
              re.findall(r"frame (0x\w+) at (0x\w+)", result["gdb"])]
    assert shown and seen == shown, (shown, result["gdb"])
    assert sorted(hashed) == sorted((frame, va) for _, va, _, frame, _ in shown), result["gdb"]


def test_a_gdb_without_python_is_named(slot, tmp_path):
    """Such a gdb still runs, but says beforehand why there are no loft commands in it; and a wrong name
    of a gdb is an error."""
    stub = tmp_path / "gdb"
    stub.write_text("#!/bin/sh\nexit 0\n")
    stub.chmod(0o755)
    for program, status, words in ((stub, 0, "has no Python"), ("/no/gdb", 3, "no such program")):
        with slot(1, 64):
            done = subprocess.run([str(guest.ROOT / "scripts/gdb/run"), "-m", "64M", "-c", "1"],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  timeout=120, env=guest.environment({"GDB": str(program)}),
                                  check=False, cwd=os.sep)
        assert done.returncode == status and words in done.stderr, done


@pytest.mark.skipif(not shutil.which("gdb"), reason="gdb is not installed")
def test_loft_commands_say_what_is_wrong():
    image = guest.ROOT / "build/i386/loft.elf"
    for command, words in (("loft", "which command"), ("loft walk", "which address"),
                           ("loft walk no_such_symbol", "No symbol"), ("loft log x", "No symbol"),
                           ("loft help", "loft regions")):
        done = subprocess.run(["gdb", "-q", "-nx", "-batch", "-x", "scripts/gdb/loft.gdb", str(image),
                               "-ex", command], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=60, check=False, cwd=guest.ROOT)
        said = done.stdout + done.stderr
        assert words in said and "Python Exception" not in said, (command, done)

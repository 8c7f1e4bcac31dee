# SPDX-License-Identifier: MIT
"""The address space and its parameters, seen from outside: what the boot log prints, what meminfo
says, and what mem=, highmem= and vmalloc= change. Numbers are compared with each other and with the
RAM that QEMU was given; none is copied from a log."""

import re
import shlex
import subprocess
import zlib

import pytest

import guest

KIB = 1024
ACPI = 128 * KIB  # what QEMU's firmware keeps at the top of low RAM
MAXMEM = 896 * KIB


class Boot:
    """What one boot said, in KiB and addresses."""

    def __init__(self, result):
        self.result = result
        self.text = result.out
        self.meminfo = {k: int(v) for k, v in re.findall(r"^(\w+): +(\d+) kB$", self.text, re.M)}
        self.zone = {name: (int(a, 16), int(b, 16) + 1) for name, a, b in re.findall(
            r"  (DMA|Normal|HighMem) +\[mem 0x(\w+)-0x(\w+)\]", self.text)}
        self.layout = {name: (int(a, 16), int(b, 16)) for name, a, b in re.findall(
            r"^\[.*\] +(\w+) *: 0x(\w+) - 0x(\w+) ", self.text, re.M)}
        self.tables = int(re.search(r"(\d+) page tables", self.text).group(1)) if self.zone else 0

    def zone_kib(self, name):
        start, end = self.zone.get(name, (0, 0))
        return (end - start) // KIB


@pytest.fixture
def boot(loft):
    def run(ram, *cmdline, pae=False, status=0):
        options = ["-m", ram, "--exec", "meminfo; iomem"] + (["--pae"] if pae else [])
        result = loft(options, list(cmdline), cpus=1, memory=64, seconds=30)
        assert result.status == status, result.tail()
        return Boot(result)
    return run


# --- the classic split ---------------------------------------------------------------------------

@pytest.mark.parametrize("pae", [False, True], ids=["i386", "i386-pae"])
def test_default_split_is_896_mib(boot, pae):
    machine = boot("2G", pae=pae)
    assert machine.layout["lowmem"] == (0xC0000000, 0xF8000000)
    assert machine.zone["HighMem"][0] == MAXMEM * KIB
    assert machine.meminfo["HighTotal"] == 2 * KIB * KIB - ACPI // KIB - MAXMEM
    info = machine.meminfo
    assert info["LowTotal"] + info["HighTotal"] == info["MemTotal"]
    assert info["LowFree"] + info["HighFree"] == info["MemFree"]


def test_layout_block_is_in_order_and_disjoint(boot):
    layout = boot("1G").layout
    order = [layout[name] for name in ("lowmem", "vmalloc", "pkmap", "fixmap")]
    for (_, end), (start, _) in zip(order, order[1:]):
        assert end <= start
    assert layout["vmalloc"][0] - layout["lowmem"][1] == 8 * KIB * KIB
    assert layout["fixmap"][1] == 0xFFFFF000


def test_memory_line_equals_meminfo(boot):
    machine = boot("1G")
    free, total, high = re.search(r"Memory: (\d+)K/(\d+)K available .* (\d+)K highmem",
                                  machine.text).groups()
    assert int(free) == machine.meminfo["MemTotal"]
    assert int(high) == machine.meminfo["HighTotal"]
    ram = sum(int(b, 16) + 1 - int(a, 16) for a, b in
              re.findall(r"^(\w+)-(\w+) : System RAM$", machine.text, re.M))
    assert int(total) == ram // KIB


# --- vmalloc= --------------------------------------------------------------------------------------

@pytest.mark.parametrize("size", [128, 256, 512])
def test_vmalloc_moves_the_border(boot, size):
    plain, moved = boot("2G"), boot("2G", f"vmalloc={size}M")
    fell = (plain.layout["lowmem"][1] - moved.layout["lowmem"][1]) // KIB
    assert fell >= 0 and fell % (4 * KIB) == 0
    assert moved.zone_kib("HighMem") - plain.zone_kib("HighMem") == fell
    tables = (moved.tables - plain.tables) * 4
    assert plain.meminfo["LowTotal"] - moved.meminfo["LowTotal"] == fell + tables
    assert moved.meminfo["HighTotal"] - plain.meminfo["HighTotal"] == fell
    assert moved.meminfo["VmallocTotal"] >= size * KIB


def test_vmalloc_too_large_is_refused_with_its_sums(boot):
    machine = boot("2G", "vmalloc=960M")
    line = re.search(r"vmalloc=960M is refused and ignored: (.*)", machine.text)
    assert line and "page tables" in line.group(1) and "mem_map" in line.group(1)
    assert machine.layout["lowmem"][1] == 0xF8000000


def test_vmalloc_is_accepted_where_ram_is_smaller_than_the_span(boot):
    machine = boot("32M", "vmalloc=900M")
    assert "refused" not in machine.text
    assert machine.meminfo["VmallocTotal"] >= 900 * KIB


# --- mem= ------------------------------------------------------------------------------------------

def test_mem_cuts_ram(boot):
    machine = boot("2G", "mem=512M")
    assert machine.meminfo["HighTotal"] == 0
    assert machine.layout["lowmem"][1] == 0xC0000000 + 512 * KIB * KIB
    assert re.search(r"mem=512M: \d+ KiB of RAM above it are not used", machine.text)


@pytest.mark.parametrize("value", ["0", "garbage", "bogus12", "-5", ""])
def test_nonsense_mem_keeps_all_ram(boot, value):
    machine = boot("1G", f"mem={value}")
    assert f"mem={value} is rejected and ignored" in machine.text
    assert machine.meminfo["HighTotal"] == KIB * KIB - ACPI // KIB - MAXMEM


def test_mem_too_small_says_what_to_do(boot):
    machine = boot("256M", "mem=3M", status=3)
    assert re.search(r"mem=3M leaves \d+ KiB of RAM: loft needs 12 MiB", machine.text)


def test_mem_nopentium_uses_no_large_page(boot):
    machine = boot("64M", "mem=nopentium")
    assert " 0 large pages" in machine.text


# --- highmem= --------------------------------------------------------------------------------------

def test_highmem_is_carved_from_low_ram(boot):
    assert boot("256M", "highmem=128M").meminfo["HighTotal"] == 131072


def test_highmem_that_leaves_too_little_is_refused(boot):
    machine = boot("256M", "highmem=200M")
    assert re.search(r"highmem=200M is refused and ignored: .*65536", machine.text)
    assert machine.meminfo["HighTotal"] == 0


def test_highmem_trims(boot):
    machine = boot("2G", "highmem=64M")
    assert machine.meminfo["HighTotal"] == 65536
    assert machine.zone["HighMem"][1] == (MAXMEM + 65536) * KIB


def test_highmem_zero_uses_low_memory_only(boot):
    machine = boot("2G", "highmem=0")
    assert machine.meminfo["HighTotal"] == 0
    assert machine.layout["lowmem"][1] == 0xF8000000


def test_highmem_that_is_not_there_is_ignored(boot):
    machine = boot("2G", "highmem=10G")
    assert "highmem=10G is ignored" in machine.text
    assert machine.meminfo["HighTotal"] == boot("2G").meminfo["HighTotal"]


# --- more than 4 GiB -------------------------------------------------------------------------------

def test_without_pae_only_4_gib_are_used(boot):
    machine = boot("8G")
    assert "only 4GB will be used" in machine.text
    assert machine.zone["HighMem"][1] <= 1 << 32


def test_with_pae_all_of_6_gib_is_used(boot):
    machine = boot("6G", pae=True)
    assert "will be used" not in machine.text
    info = machine.meminfo
    assert machine.zone["HighMem"][1] > 1 << 32
    assert info["HighTotal"] + MAXMEM == 6 * KIB * KIB - ACPI // KIB


# --- bad machines ----------------------------------------------------------------------------------

NARROW = ["qemu32", "coreduo", "n270"]  # no pse36: QEMU gives these 32 address lines
WIDE = ["athlon", "kvm32", "pentium2", "pentium3", "qemu64", "max"]


@pytest.mark.parametrize("cpu", NARROW + WIDE)
def test_ram_that_the_cpu_cannot_address_is_left_out(loft, cpu):
    result = loft(["--pae", "--cpu", cpu, "-m", "6G", "--test=frames_sampled", "--exec", "meminfo"],
                  cpus=1, memory=700, seconds=60)
    assert result.status == 0, result.tail()
    machine = Boot(result)
    warning = re.search(r"Warning: (\d+) KiB of RAM lie above what this CPU can address \(32 bits\)",
                        machine.text)
    assert bool(warning) == (cpu in NARROW)
    left_out = int(warning.group(1)) if warning else 0
    assert left_out == (3 * KIB * KIB if warning else 0)
    total = machine.meminfo["HighTotal"] + left_out
    assert total == 6 * KIB * KIB - ACPI // KIB - MAXMEM


def test_too_small_a_machine_names_need_and_found(boot):
    machine = boot("8M", status=3)
    assert re.search(r"needs 12 MiB of RAM .*found \d+ KiB", machine.text)


def test_a_command_line_of_64_kib_is_cut_and_said(slot):
    words = "x" * 100 + " "
    line = qemu_line("i386", "-m", "64M", "--exec", "meminfo")
    at = line.index("-append") + 1
    line[at] += " " + words * 650
    status, text = run_qemu(slot, line)
    assert status == 33, text[-2000:]
    assert re.search(r"command line.* 16383", text, re.I)


@pytest.mark.parametrize("image", ["i386", "i386-pae"])
def test_ram_full_of_garbage_before_boot(slot, tmp_path, image):
    """All RAM holds a pattern before the loader starts: nothing may rely on zeroes."""
    backing = tmp_path / "ram"
    backing.write_bytes(b"\xa5\x5a\xff\x81" * (64 * KIB * KIB // 4))
    line = qemu_line(image, "-m", "64M", "--test")
    line += ["-object", f"memory-backend-file,id=ram0,mem-path={backing},size=64M,share=off",
             "-machine", "memory-backend=ram0"]
    status, text = run_qemu(slot, line)
    assert status == 33, text[-2000:]
    assert re.search(r"^# Totals: pass:\d+ fail:0 ", text, re.M)


def test_module_survives(loft, tmp_path):
    """A 3 MiB module with blanks and commas in its words arrives, and its sum holds."""
    module = tmp_path / "a module, with words"
    data = bytes(i * 7 + (i >> 8) & 255 for i in range(3 * KIB)) * KIB
    module.write_bytes(data)
    result = loft(["-m", "64M", "--test=modules", "--module",
                   f"{module}=crc32={zlib.crc32(data):08x} a,b"], cpus=1, memory=64)
    assert result.status == 0, result.tail()
    assert "ok 1 modules_are_intact\n" in result.out


def qemu_line(image, *options):
    """The QEMU line that run-qemu.sh would start, as words."""
    extra = ["--pae"] if image == "i386-pae" else []
    text = subprocess.run([guest.RUN, "--dry-run", *extra, *options], capture_output=True, text=True,
                          check=True, env=guest.environment()).stdout
    words = shlex.split(text)
    return words[words.index("&&") + 1:] if "&&" in words else words


def run_qemu(slot, line):
    """Runs a changed QEMU line in the folder of its image, in a guest's slot."""
    image = "i386-pae" if any("+nx" in word or word == "max" for word in line) else "i386"
    with slot(2, 128):
        done = subprocess.run(line, cwd=guest.ROOT / "build" / image, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=120)
    return done.returncode, done.stdout.decode("utf-8", "replace")


# --- boot cost -----------------------------------------------------------------------------------

def instructions_to_prompt(loft, ram):
    """Nanoseconds of the guest's clock are instructions under -icount shift=0: read at the first
    command, which panics, because a panic says when."""
    result = loft(["--pae", "--icount", "-m", ram, "--exec", "panic"], cpus=1, memory=700, seconds=60)
    seconds, micros = re.search(r"^\[ *(\d+)\.(\d{6})\] Kernel panic: ", result.out, re.M).groups()
    frames = int(re.search(r"mem_map: (\d+) frames", result.out)[1])
    return (int(seconds) * 1000000 + int(micros)) * 1000, frames


def test_boot_cost_hardly_grows_with_ram(loft):
    """RAM that is there but not used yet costs at most 10 instructions a page; in truth less than 1."""
    small, small_frames = instructions_to_prompt(loft, "8G")
    large, large_frames = instructions_to_prompt(loft, "61G")
    assert large_frames - small_frames == 53 << 18
    assert (large - small) / (large_frames - small_frames) <= 10

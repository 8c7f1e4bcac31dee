# SPDX-License-Identifier: MIT
"""run-qemu.sh's options: each slip is one line on standard error and exit status 3, and --dry-run
shows what each option makes of QEMU's line."""

import os
import pathlib
import re
import shlex
import shutil
import subprocess

import pytest

import guest


def dry(script, *options, cmdline=(), env=None):
    """The words of the QEMU line of a dry run."""
    result = guest.run(["--dry-run", *options], cmdline, script=script, env=env)
    assert result.status == 0, result.err
    assert len(result.lines) == 1
    return shlex.split(result.lines[0])


def after(words, flag):
    return words[words.index(flag) + 1]


@pytest.mark.parametrize("options, words", [
    (["-m"], "-m needs an argument"),
    (["-m", "0"], "no memory"),
    (["-m", "2M"], "loft needs 12M"),
    (["-m", "12M", "--iso"], "GRUB needs 16M"),
    (["-m", "16M", "--uefi"], "the UEFI firmware needs 64M"),
    (["-m", "many"], "not a size"),
    (["-m", "-5M"], "not a size"),
    (["-m", "1.5G"], "not a size"),
    (["-m", "63G"], "more than the 62G"),
    (["-m", "31G", "--pae", "--uefi"], "more than the 30G"),
    (["-m", "999999999999999G"], "not a size"),
    (["-c"], "-c needs an argument"),
    (["-c", "0"], "not a number of CPUs"),
    (["-c", "99"], "not a number of CPUs"),
    (["-c", "two"], "not a number of CPUs"),
    (["--timeout", "soon"], "not a number of seconds"),
    (["--timeout"], "--timeout needs an argument"),
    (["--frobnicate"], "unknown option --frobnicate"),
    (["--pea"], "unknown option --pea"),
    (["mem=512M"], "goes after --"),
    (["--module", "/no/such/file"], "no such file: /no/such/file"),
    (["--module", "/no/such/file=with args"], "no such file: /no/such/file"),
    (["--with", "/no/such/folder"], "no such folder"),
    (["--iso", "--uefi"], "exclude each other"),
    (["--kvm", "--icount"], "--icount"),
    (["--kvm", "--one-thread"], "--one-thread"),
    (["--log", "/no/such/folder/log"], "cannot write"),
    (["--test=a b"], "not a test name pattern"),
    (["--exec"], "--exec needs an argument"),
    (["--test="], "--test: its value is empty"),
    (["--bench="], "--bench: its value is empty"),
    (["--with", ""], "--with: its value is empty"),
    (["--with="], "--with: its value is empty"),
    (["-m", ""], "-m: its value is empty"),
    (["-c", ""], "-c: its value is empty"),
    (["--cpu", ""], "--cpu: its value is empty"),
    (["--module="], "--module: its value is empty"),
    (["--log="], "--log: its value is empty"),
    (["--timeout", ""], "--timeout: its value is empty"),
])
def test_slips(stub_script, options, words):
    result = guest.run(options, script=stub_script)
    assert result.status == 3 and words in result.err and result.out == ""
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize("name, value", [("CONTROLS", "yes"), ("DEBUG", "2"), ("HIGHMEM", "no")])
def test_slips_of_the_environment(stub_script, name, value):
    result = guest.run(["--dry-run"], script=stub_script, env={name: value})
    assert result.status == 3 and f"{name} is '{value}': use 0 or 1" in result.err


def test_a_dry_run_leaves_the_log_alone(stub_script, tmp_path):
    log = tmp_path / "log"
    log.write_text("of the run before")
    dry(stub_script, "--log", str(log))
    assert log.read_text() == "of the run before"


def test_started_through_a_link(stub_script, tmp_path):
    link, other = tmp_path / "boot", tmp_path / "other"
    link.symlink_to(stub_script)
    other.symlink_to(link)
    for script in (link, other):
        assert dry(script)[1].startswith(str(stub_script.parent))


def test_started_with_cdpath(stub_script, tmp_path):
    done = subprocess.run(["bash", f"{stub_script.parent.name}/run-qemu.sh", "--dry-run"],
                          cwd=stub_script.parent.parent, capture_output=True, text=True, check=False,
                          env=guest.environment({"CDPATH": f"{tmp_path}:."}))
    assert done.returncode == 0 and str(stub_script.parent) in done.stdout, done.stderr


def test_a_copy_without_its_parts_says_so(stub_script, tmp_path):
    copy = pathlib.Path(shutil.copy(stub_script, tmp_path))
    result = guest.run(["--dry-run"], script=copy)
    assert result.status == 3 and "is not loft's folder" in result.err and result.out == ""


def test_unknown_cpu_model(stub):
    result = stub("clean", "--cpu", "80286")
    assert result.status == 3 and "80286" in result.err


@pytest.mark.parametrize("options", [["--cpu", "help"], ["--cpu=help", "--kvm", "--iso"]])
def test_list_of_cpu_models(stub_script, tmp_path, options):
    """QEMU's own, and nothing is built or booted for it."""
    result = guest.run(options, script=stub_script, prebuilt=False, env={"TMPDIR": str(tmp_path)})
    assert result.status == 0 and result.err == "", result.tail()
    assert re.search(r"(?m)^ *(x86 +)?qemu32\b", result.out) and not list(tmp_path.iterdir())
    result = guest.run(options, script=stub_script, env={"QEMU": "false"})
    assert result.status == 3 and "no list of CPU models" in result.err and result.out == ""


def test_help(stub_script):
    result = guest.run(["--help"], script=stub_script)
    assert result.status == 0 and result.err == ""
    for option in ("-m", "-c", "--pae", "--debug", "--with", "--iso", "--uefi", "--gdb", "--kvm",
                   "--icount", "--one-thread", "--cpu", "--module", "--log", "--timeout", "--test", "--bench",
                   "--exec", "--dry-run", "--help"):
        assert f"  {option}" in result.out
    assert max(map(len, result.lines)) <= 100


def test_defaults(stub_script):
    words = dry(stub_script)
    assert words[:2] == ["cd", str(stub_script.parent / "build/i386")]
    assert after(words, "-m") == "2048M" and after(words, "-smp") == "2"
    assert after(words, "-kernel") == "loft.elf"
    assert after(words, "-append") == "console.crlf=0 monitor.batch=1"
    assert not {"-hda", "-no-hpet", "-nographic", "-soundhw"} & set(words)


@pytest.mark.parametrize("options, cpu", [
    ([], "qemu32"),
    (["-m", "3583M"], "qemu32"),
    (["-m", "4G"], "qemu32,+pse36"),
    (["--pae"], "qemu32,+pse36,+nx"),
    (["--pae", "-m", "16G"], "qemu32,+pse36,+nx"),
    (["--cpu", "486"], "486"),
    (["--cpu=max", "--pae"], "max"),
])
def test_cpu_model(stub_script, options, cpu):
    assert after(dry(stub_script, *options), "-cpu") == cpu


def test_more_ram_than_the_host_has(stub_script):
    words = dry(stub_script, "--pae", "-m", "61G")
    assert "memory-backend-ram,id=ram,size=62464M,reserve=off" in words
    assert "pc,memory-backend=ram" in words and "-global" not in words
    words = dry(stub_script, "--pae", "-m", "62G")
    assert after(words, "-global") == "i440FX-pcihost.pci-hole64-size=0"


@pytest.mark.parametrize("given, seconds", [("08", "8"), ("010", "10"), ("7", "7")])
def test_time_limit_is_decimal(stub_script, tmp_path, given, seconds):
    """What timeout(1) is told, by one that only writes it down."""
    (tmp_path / "timeout").write_text(f'#!/bin/sh\necho "$*" >"{tmp_path}/told"\nexit 124\n')
    (tmp_path / "timeout").chmod(0o755)
    result = guest.run(["--timeout", given], script=stub_script, env={"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert result.status == 124, result.tail()
    assert (tmp_path / "told").read_text().startswith(f"--foreground -k 5 {seconds} ")
    assert f"time limit of {seconds} s reached" in result.err


def test_one_thread(stub_script):
    assert after(dry(stub_script, "--one-thread"), "-accel") == "tcg,thread=single"
    assert "-accel" not in dry(stub_script)


def test_icount_has_one_cpu_unless_told(stub_script):
    assert after(dry(stub_script, "--icount"), "-smp") == "1"
    assert after(dry(stub_script, "--icount"), "-icount") == "shift=0,sleep=off"
    assert after(dry(stub_script, "--icount", "-c", "2"), "-smp") == "2"


@pytest.mark.parametrize("options, env, folder", [
    (["--pae"], {}, "i386-pae"),
    (["--debug"], {}, "i386-debug"),
    ([], {"DEBUG": "1"}, "i386-debug"),
    (["--pae"], {"CONTROLS": "1", "DEBUG": "1"}, "i386-pae-debug-controls"),
    ([], {"HIGHMEM": "0"}, "i386-nohighmem"),
    ([], {"LAST_PKMAP": "8", "PKMAP_COLORS": "4"}, "i386-pkmap8-colors4"),
])
def test_image_of_the_variant(stub_script, options, env, folder):
    assert dry(stub_script, *options, env=env)[1].endswith("/build/" + folder)


@pytest.mark.parametrize("options, cmdline, line", [
    (["--exec", "a; b"], [], 'exec="a; b"'),
    (["--exec", ""], [], 'exec=""'),
    (["--exec", "a"], [], "exec=a"),
    (["--exec", 'say "x" \\'], [], '"exec=say \\"x\\" \\\\"'),
    (["--exec", "a\nb"], [], "exec=a;b"),
    (["--test"], [], 'selftest=* exec=""'),
    (["--test=mm*.map_?"], [], 'selftest=mm*.map_? exec=""'),
    (["--test=x", "--exec", "a b"], [], 'selftest=x exec="a b"'),
    (["--bench"], [], 'bench=* exec=""'),
    (["--exec", "a"], ["mem=64M", "highmem=32M"], "exec=a mem=64M highmem=32M"),
    (["--exec", "a"], ["mem=64M  highmem=32M"], "exec=a mem=64M  highmem=32M"),
    (["--test"], ["exec=a b"], 'selftest=* exec="" exec="a b"'),
    (["--test"], ['exec="a b"'], 'selftest=* exec="" exec="a b"'),
    (["--exec", "a"], ["exec=echo \"x y\" z"], 'exec=a "exec=echo \\"x y\\" z"'),
    (["--exec", "a"], ["my.msg=hello world", "my.n=2"], 'exec=a my.msg="hello world" my.n=2'),
    (["--exec", "a"], ['my.msg=say "x y"'], 'exec=a "my.msg=say \\"x y\\""'),
    (["--exec", "a"], ['my.msg="hello world"'], 'exec=a my.msg="hello world"'),
    (["--exec", "a"], ['my.msg="hello world" nosmp'], 'exec=a my.msg="hello world" nosmp'),
    (["--exec", "a"], ["mem=64M nosmp"], "exec=a mem=64M nosmp"),
    (["--exec", "a"], ["console.crlf=0 nosmp"], "exec=a console.crlf=0 nosmp"),
    (["--exec", "a"], ["nosmp my.msg=a"], "exec=a nosmp my.msg=a"),
])
def test_kernel_command_line(stub_script, options, cmdline, line):
    words = dry(stub_script, *options, cmdline=cmdline)
    assert after(words, "-append") == "console.crlf=0 " + line


def test_a_word_that_may_be_several_is_refused(stub_script):
    result = guest.run(["--dry-run"], ["my.msg=hello mem=64M"], script=stub_script)
    assert result.status == 3 and result.out == "" and len(result.err.splitlines()) == 1
    assert "my.msg=hello mem=64M" in result.err and "my.msg='\"hello mem=64M\"'" in result.err
    words = dry(stub_script, cmdline=['my.msg="hello mem=64M"'])
    assert after(words, "-append").endswith(' my.msg="hello mem=64M"')


KEPT = 16383  # by the kernel, of its command line


def line_of(length):
    """Words for --exec that make the whole line as long as that, the name of the image included."""
    around = len("loft.elf console.crlf=0 ") + len('exec=""')
    return "echo end; echo " + "y" * (length - around - len("echo end; echo "))


@pytest.mark.parametrize("options, cmdline", [
    (["--exec", line_of(KEPT + 1)], []),
    (["--exec", line_of(KEPT + 1000), "--test"], []),
    (["--iso", "--exec", line_of(KEPT + 10)], []),
    (["--iso", "--exec", line_of(KEPT + 8).replace("yyyyyyyyyyyy", "'yyyyyyyyyy'", 1)], []),
    (["--exec", line_of(KEPT)], ["x"]),
    (["--exec", "\u00e4" * 9000], []),
    ([], ["x" * KEPT, "exec=echo"]),
    (["--test"], ["x" * KEPT + ' selftest="a"']),
])
def test_work_beyond_the_kernels_line_is_refused(stub_script, options, cmdline):
    result = guest.run(["--dry-run", *options], cmdline, script=stub_script)
    assert result.status == 3 and result.out == "" and len(result.err.splitlines()) == 1
    assert f"the kernel keeps {KEPT}" in result.err and "standard input" in result.err


def test_junk_behind_the_work_is_the_kernels_affair(stub_script):
    words = dry(stub_script, "--exec", "echo", cmdline=["x" * 65536])
    assert len(after(words, "-append")) > 65536


def test_the_longest_line_is_run(loft):
    result = loft(["-m", "32M", "-c", "1", "--exec", line_of(KEPT)], cpus=1, memory=32)
    assert result.status == 0 and result.lines[-1].endswith("yyy") and "end" in result.lines


def test_dry_run_line_works(slot, stub_script):
    line = guest.run(["-m", "16M", "-c", "1", "--dry-run", "--exec", "x"], ["stub=cmdline"],
                     script=stub_script).out
    with slot(1, 32):
        done = subprocess.run(line, shell=True, capture_output=True, text=True, check=False, timeout=60,
                              stdin=subprocess.DEVNULL)
    assert done.returncode == 33
    assert "[loft.elf console.crlf=0 exec=x stub=cmdline]" in done.stdout

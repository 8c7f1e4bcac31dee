# SPDX-License-Identifier: MIT
"""scripts/decode: the lines behind the addresses of a panic."""

import re
import subprocess

import pytest

import guest


def decode(*words, text=""):
    return subprocess.run([str(guest.ROOT / "scripts/decode"), *words], input=text, timeout=60,
                          capture_output=True, text=True, check=False)


def source_line(place):
    name, _, number = place.rpartition(":")
    return (guest.ROOT / name).read_text(encoding="utf-8").splitlines()[int(number) - 1]


LOGS = {}


@pytest.fixture(name="panic", params=[[], ["--pae"], ["--debug"]],
                ids=["i386", "i386-pae", "i386-debug"])
def panic_fixture(request, loft):
    """The log of one panic a format."""
    key = " ".join(request.param)
    if key not in LOGS:
        result = loft(["-m", "64M", "-c", "1", "--exec", "crash write", *request.param], cpus=1,
                      memory=64)
        assert result.status == 2, result.tail()
        LOGS[key] = result.out
    return LOGS[key]


def test_frames_of_all_cpus_are_of_this_build(loft):
    result = loft(["-m", "64M", "-c", "2", "--exec", "backtrace"], cpus=2, memory=64)
    assert result.status == 0 and "CPU 1, pid" in result.out, result.tail()
    done = decode(text=result.out)
    assert done.returncode == 0 and not done.stderr, done.stderr


def test_each_frame_has_its_line(panic):
    done = decode(text=panic)
    assert done.returncode == 0 and not done.stderr, done.stderr
    frames = dict(re.findall(r"\] (\w+)\+0x\S+  <- (\S+:\d+)", done.stdout))
    assert "monitor_run();" in source_line(frames["kernel_main"])
    assert "call" in source_line(frames["_start"])
    assert "null_pointer, 1)" in source_line(frames["crash_write"])
    assert re.search(r"EIP: 0008:\S* ?crash_write\+0x\S+ .*  <- monitor/", done.stdout)


def test_the_rest_of_the_log_is_unchanged(panic):
    assert re.sub(r"(?m)  <- .*$", "", decode(text=panic).stdout) == panic


def test_a_log_of_another_build_is_noticed(panic):
    other = re.sub(r"(crash_write\+0x\w)", r"\g<1>0", panic)
    assert "another build" in decode(text=other).stderr


def test_places():
    done = decode("kernel_main", "kernel_main+0x1", "no_such_function")
    assert re.match(r"kernel_main\+0x0  <- init/main.c:\d+\nkernel_main\+0x1  <- init/main.c:\d+\n"
                    r"no_such_function\+0x0  <- not in the code\n$", done.stdout), done.stdout


def test_bad_words():
    for words in (["$(id)"], ["--nonsense"], ["-e", "/no/such/image", "kernel_main"]):
        done = decode(*words)
        assert done.returncode == 1 and done.stderr.startswith("decode: "), words

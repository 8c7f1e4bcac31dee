# SPDX-License-Identifier: MIT
"""Runs run-qemu.sh and reads what comes out, line by line, with the time at which it came."""

import dataclasses
import os
import pathlib
import re
import shutil
import signal
import subprocess
import threading
import time

import ktap

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUN = ROOT / "run-qemu.sh"
RESULT = re.compile(r"\s*(not )?ok \d+ ")
SHOWN_FAILURES, SHOWN_LINES = 4, 60


@dataclasses.dataclass
class Result:
    status: int
    out: str
    err: str
    seconds: float
    cases: list
    plans: int

    @property
    def lines(self):
        return self.out.splitlines()

    def failures(self):
        """What the first cases that failed have said, each since the case before it ended."""
        said, start = [], 0
        for i, line in enumerate(self.lines):
            if not RESULT.match(line):
                continue
            if line.lstrip().startswith("not ok") and len(said) < SHOWN_FAILURES:
                part = self.lines[start:i + 1]
                left_out = len(part) - SHOWN_LINES
                if left_out > 0:
                    part[SHOWN_LINES // 2:-SHOWN_LINES // 2] = [f"({left_out} lines)"]
                said.append("\n".join(part))
            start = i + 1
        return said

    def tail(self, count=15):
        """For a failure message: what failed, and the end of what was said."""
        end = "\n".join(self.lines[-count:] + self.err.splitlines()[-5:])
        return "\n...\n".join([*self.failures(), end])


def environment(extra=None, prebuilt=True):
    """The environment of a run: nothing of the caller's make or of its consent to installing, and
    images taken as built."""
    env = {k: v for k, v in os.environ.items()
           if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "DEBUG", "CONTROLS", "HIGHMEM",
                        "LAST_PKMAP", "PKMAP_COLORS", "CC", "LLVM", "CROSS_COMPILE", "YES")}
    if prebuilt:
        env["LOFT_PREBUILT"] = "1"
    env.update(extra or {})
    return env


def value_of(options, flag, default=None):
    """The word after flag in a list of run-qemu.sh's options."""
    return options[options.index(flag) + 1] if flag in options else default


def cpus_of(options):
    """How many CPUs run-qemu.sh gives with these options: 2 if they say nothing."""
    return int(value_of(options, "-c", "2"))


def mortal(words):
    """The command, made to end when this process does, however that ends (run-qemu.sh then ends QEMU)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--", *words] if setpriv else list(words)


def wait_until(condition, seconds=30):
    """Waits for what another process does; whether it has."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def become_nobody():
    """For a child of root: the user without rights."""
    os.setgid(65534)
    os.setuid(65534)


def let_all_in(folder):
    """Everybody may read a temporary folder of ours."""
    for each in [folder, *folder.parents][:5]:
        if each.stat().st_uid == os.geteuid() and str(each) not in ("/", "/tmp"):
            each.chmod(0o755)


def run(options, cmdline=(), env=None, stdin=b"", timeout=None, script=RUN, prebuilt=True, cwd=ROOT):
    """Runs run-qemu.sh to its end. stdin is bytes; timeout goes to --timeout."""
    words = [str(script)] + list(options)
    if timeout is not None:
        words += ["--timeout", str(timeout)]
    if cmdline:
        words += ["--"] + list(cmdline)
    start = time.monotonic()
    with subprocess.Popen(mortal(words), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=environment(env, prebuilt), cwd=cwd,
                          start_new_session=True) as process:
        said = []
        error_reader = threading.Thread(target=lambda: said.append(process.stderr.read()))
        error_reader.start()
        feeder = threading.Thread(target=_feed, args=(process.stdin, stdin))
        feeder.start()
        reader, out = ktap.Reader(), []
        watchdog = threading.Timer((timeout or 900) + 60, _kill_group, [process])
        watchdog.start()
        for raw in process.stdout:
            line = raw.decode("utf-8", "replace")
            out.append(line)
            reader.feed(line, time.monotonic() - start)
        status = process.wait()
        watchdog.cancel()
        error_reader.join()
        feeder.join()
    return Result(status, "".join(out), b"".join(said).decode("utf-8", "replace"),
                  time.monotonic() - start, reader.finish(), reader.plans)


def _feed(pipe, data):
    try:
        pipe.write(data)
        pipe.close()
    except BrokenPipeError:
        pass


def _kill_group(process):
    """run-qemu.sh itself hangs: end it and what it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass

# SPDX-License-Identifier: MIT
"""What QEMU cannot show, in bochs: QEMU flushes global pages at each load of CR3, bochs keeps them as a
CPU does. `make check-full` boots the TLB suites there, on two CPUs, in both page-table formats; and the
controls that name it (emulator = bochs in tests/controls.cfg) must go red.

Debian's bochs wants a terminal and begins in its debugger, so it gets a pseudo terminal and a file that
says "continue"; its screen is a VNC server that nobody looks at. The guest's serial port is a file. When
the guest switches itself off, bochs ends.
"""

import functools
import os
import pathlib
import pty
import shutil
import signal
import subprocess
import tempfile
import threading

import controls
import guest
import jobs as job_list
import ktap

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTS = "tlb*"
SUITES = ("tlb", "tlb_smp")
SECONDS = 120
BIOS = "/usr/share/bochs"
CONFIG = """\
display_library: rfb, options="timeout=0"
romimage: file={bios}/BIOS-bochs-latest
vgaromimage: file={bios}/VGABIOS-lgpl-latest
megs: {ram}
cpu: count={cpus}, ips=50000000, reset_on_triple_fault=0
boot: cdrom
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=cdrom, path={folder}/loft.iso, status=inserted
com1: enabled=1, mode=file, dev={folder}/serial
log: {folder}/log
panic: action=fatal
error: action=ignore
info: action=ignore
clock: sync=none
speaker: enabled=0
"""


def drain(terminal):
    """Reads what bochs shows until it ends; nobody wants it."""
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        pass


def run(elf, cmdline, seconds, ram=64, cpus=2):
    """One guest in bochs, until it switches itself off; what it said on its serial port."""
    with tempfile.TemporaryDirectory(prefix="loft-bochs-") as name:
        folder = pathlib.Path(name)
        subprocess.run([str(ROOT / "scripts/mkiso"), "--direct", "--iso", "--cmdline", " " + cmdline,
                        "--kernel", str(elf), str(folder / "loft.iso")], check=True,
                       env=guest.environment(), stdout=subprocess.DEVNULL)
        (folder / "config").write_text(CONFIG.format(bios=BIOS, ram=ram, cpus=cpus, folder=folder),
                                       encoding="utf-8")
        (folder / "continue").write_text("c\n", encoding="utf-8")
        terminal, other = pty.openpty()
        with subprocess.Popen(["bochs", "-q", "-f", str(folder / "config"), "-rc",
                               str(folder / "continue")], stdin=other, stdout=other, stderr=other,
                              cwd=folder, env={"TERM": "xterm", "HOME": name, "PATH": os.environ["PATH"]},
                              start_new_session=True) as process:
            os.close(other)
            reader = threading.Thread(target=drain, args=(terminal,), daemon=True)
            reader.start()
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        reader.join()
        os.close(terminal)
        serial = folder / "serial"
        return serial.read_text(encoding="utf-8", errors="replace") if serial.exists() else ""


def boot(loft, elf, tests, more=""):
    """Runs tests in an image of build/; (cases, the end of the output)."""
    if not shutil.which("bochs"):
        raise job_list.Skip("bochs is not installed")
    cmdline = f'selftest={tests} "exec=" console.crlf=0 {more}'
    with loft.scheduler.slot(2, 256):
        out = run(ROOT / "build" / elf / "loft.elf", cmdline, loft.scheduler.limit(SECONDS))
    return ktap.parse(out), "\n".join(out.splitlines()[-15:])


def work(loft, machine, image):
    cases, tail = boot(loft, image, TESTS)
    job_list.report_cases(loft, machine, cases)
    problems = [f"{c.suite}.{c.case}: {c.result}: {c.message}" for c in cases
                if c.result not in ("pass", "skip")]
    problems += [f"no case of the suite {suite} has passed" for suite in SUITES
                 if not any(c.suite == suite and c.result == "pass" for c in cases)]
    return problems + ([tail] if problems else [])


def broken(loft, name, entry):
    cases, tail = boot(loft, "i386-controls", entry["tests"], f"break={name}")
    red, problems = controls.judge(entry["red"].split(), cases, entry.get("may", "").split())
    controls.write_row(name, "bochs", red, problems)
    return problems + ([tail] if problems else [])


def jobs(loft):
    if loft.tier == "check":
        return []
    found = [job_list.Job(loft, f"bochs-{image}", "machine",
                          functools.partial(work, loft, f"bochs-{image}", image))
             for image in ("i386", "i386-pae")]
    config = controls.read()
    return found + [job_list.Job(loft, name, "control",
                                 functools.partial(broken, loft, name, config[name]))
                    for name in config.sections() if config[name].get("emulator") == "bochs"]

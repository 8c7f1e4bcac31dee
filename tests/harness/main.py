# SPDX-License-Identifier: MIT
"""What `make check`, `make check-full` and `make soak` run: builds every image that the tests need,
runs pytest on this folder, writes build/check.json and build/check.xml, and ends its output with
`N passed, N failed`. Exits 0 only if nothing failed.

    scripts/python tests/harness/main.py [--tier check|check-full|soak] [pytest options]

With `-k WORDS` only some tests run; the tests of run-qemu.sh itself are in test_run_*.py.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
# pylint: disable=wrong-import-position
import controls
import guest
import matrix
import owed
import plugin
import report as reports

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FORMATS = ("i386", "i386-pae")


def images(tier):
    """The images that the tests need: {make's variables: formats}, the ordinary ones first."""
    wanted = {(): set(FORMATS), (("DEBUG", "1"),): set(FORMATS)}
    needs = list(controls.images())
    for machine in matrix.machines(tier):
        debug = {"DEBUG": "1"} if machine.debug == "on" else {}
        needs.append((machine.format, {**debug, **machine.environment()}))
    for name, variables in needs:
        wanted.setdefault(tuple(sorted(variables.items())), set()).add(name)
    return wanted


def build(report, tier):
    """Builds the images; False if one of those that everything needs is missing."""
    for variables, formats in images(tier).items():
        name = " ".join(f"{k}={v}" for k, v in variables) or "default"
        start = time.monotonic()
        words = ["make", "-s", "-C", str(ROOT), f"-j{os.cpu_count() or 1}", *sorted(formats)]
        words += [f"{k}={v}" for k, v in variables]
        env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
        done = subprocess.run(guest.mortal(words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                              stdin=subprocess.DEVNULL, text=True, env=env)
        good = done.returncode == 0
        report.add("build", "make", name, "pass" if good else "fail", time.monotonic() - start,
                   "" if good else done.stdout[-4000:])
        print(f"build {name}: {'ok' if good else 'FAILED'} ({time.monotonic() - start:.1f} s)")
        if not good:
            print(done.stdout[-4000:])
            if not variables:
                return False
    return True


def run_pytest(report, tier, words):
    """pytest on this folder; its own failures (collection, usage) become entries."""
    status = pytest.main(["-q", "-p", "no:cacheprovider", "--rootdir", str(HERE), "-c", os.devnull,
                          "--no-header", "--tb=short", "-rN", *words, str(HERE)],
                         plugins=[plugin.Loft(report, tier)])
    if status != pytest.ExitCode.OK and not report.failed:
        report.add("host", "pytest", "session", "error", message=f"pytest ended with {status!r}")


def print_dearest(report, count=10):
    """Where the time went: the dearest jobs and host-side tests, and the dearest cases of all machines."""
    items, cases = report.dearest()
    print(f"the {count} dearest of {len(items)} jobs and tests, in seconds without waiting:")
    for seconds, name, _ in items[:count]:
        print(f"  {seconds:7.1f}  {name}")
    print(f"the {count} dearest of {len(cases)} cases, on all machines together:")
    for seconds, name, times in cases[:count]:
        print(f"  {seconds:7.1f}  {name} ({times} times)")


def can_write(folder):
    """False, with the words for it, where nothing could be built or reported."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        pass
    if os.access(folder, os.W_OK):
        return True
    print(f"nothing can be tested: you may not write to {folder} (use a copy of your own)\n0 passed, 1 failed")
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tier", default="check", choices=("check", "check-full", "soak"))
    arguments, words = parser.parse_known_args()
    os.chdir(ROOT)
    if not can_write(ROOT / "build"):
        return 1
    start = time.monotonic()
    report = reports.Report()
    if build(report, arguments.tier):
        run_pytest(report, arguments.tier, words)
    report.write_json(ROOT / "build/check.json")
    report.write_xml(ROOT / "build/check.xml")
    for entry in report.failures():
        first = (entry["message"].splitlines() or [""])[0]
        print(f"{entry['result'].upper()}: {entry['machine']}: {entry['suite']}.{entry['case']}: {first}")
    print_dearest(report)
    print(f"{arguments.tier}: {time.monotonic() - start:.0f} s, {report.skipped} skipped, "
          f"{owed.count()} tests owed (tests/owed.txt), details in build/check.json")
    sys.stdout.flush()
    print(report.last_line(), flush=True)
    return 1 if report.failed or not report.passed else 0


if __name__ == "__main__":
    sys.exit(main())

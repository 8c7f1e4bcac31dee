# SPDX-License-Identifier: MIT
"""Jobs without a fixed machine: the linter, the host tests, the models of verify/, and the same sources built again (by the
same compiler, which must give the same bytes, and by the other compilers that are installed). They
run in the scheduler's lanes, at the lowest priority: beside guests that leave nothing over they stand
still, so their time limit only ends what would never end.

The second builds work in a copy of the tree whose path is as nasty as paths get: blanks, and a word
that looks like a kernel parameter.
"""

import contextlib
import functools
import os
import pathlib
import shutil
import subprocess
import tempfile

import guest
import jobs as job_list
import ktap

ROOT = pathlib.Path(__file__).resolve().parents[2]
FORMATS = ("i386", "i386-pae")
NASTY = "a b=mem=3M, c"
# What scripts/lint does in jobs of their own. The analysers take longest; `make check` runs each on one
# format, the larger tiers both on both.
LINT = ("analyzer_pae", "cppcheck", "quick")
LINT_FULL = ("analyzer", "cppcheck_pae", *LINT)
# What tells make to use the compiler, and the format that `make check` builds with it (None: it leaves
# this compiler to the larger tiers).
COMPILERS = {"gcc-11": (["CC=gcc-11"], "i386"), "clang": (["LLVM=1"], "i386-pae"),
             "i686-linux-gnu-gcc": (["CROSS_COMPILE=i686-linux-gnu-"], None)}


LIMIT = 3600


def command(words, cwd=ROOT):
    """Runs a command at the lowest priority; (status, output). One that does not end has status 124."""
    try:
        done = subprocess.run(guest.mortal(["nice", "-n", "19", *words]), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=cwd,
                              env=guest.environment(), timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired as late:
        return 124, (late.stdout or b"").decode("utf-8", "replace") + f"\n(no end after {LIMIT} s)"
    return done.returncode, done.stdout.decode("utf-8", "replace")


def lint(check, loft):
    with loft.scheduler.lane():
        status, out = command(["scripts/lint", check])
    if status == 4:
        raise job_list.Skip(out[-4000:])
    return [] if status == 0 else [f"scripts/lint {check}: exit status {status}\n{out[-4000:]}"]


def host_tests(loft):
    """Builds build/host/* and runs each: KTAP on stdout, exit status 0."""
    with loft.scheduler.lane():
        status, out = command(["make", "-s", "-j2", "host-tests"])
    if status:
        return [f"make host-tests: exit status {status}\n{out[-4000:]}"]
    binaries = [path for path in sorted((ROOT / "build/host").iterdir())
                if path.is_file() and os.access(path, os.X_OK) and not path.suffix]
    problems = [] if binaries else ["there are no host tests in build/host"]
    for path in binaries:
        with loft.scheduler.lane():
            status, out = command([str(path)])
        cases = ktap.parse(out)
        job_list.report_cases(loft, "host", cases)
        if status or not any(case.result == "pass" for case in cases):
            problems.append(f"{path.name}: exit status {status}, {len(cases)} cases\n{out[-3000:]}")
    return problems


@contextlib.contextmanager
def copied_tree():
    """A copy of the sources under a nasty path."""
    with tempfile.TemporaryDirectory(prefix="loft-") as folder:
        copy = pathlib.Path(folder) / NASTY
        shutil.copytree(ROOT, copy, symlinks=True, ignore=lambda path, names: [
            n for n in names if n in (".git", "__pycache__") or
            (n == "build" and pathlib.Path(path) == ROOT)])
        yield copy


def build_and_boot(loft, copy, variables, formats):
    """Builds some formats in a copy of the tree and boots each."""
    with loft.scheduler.lane():
        status, out = command(["make", "-s", "-j2", *formats, *variables], cwd=copy)
    if status:
        return [f"make {' '.join(variables)}: exit status {status}\n{out[-4000:]}"]
    problems = []
    for name in formats:
        option = ["--pae"] if name == "i386-pae" else []
        result = loft.boot(["-m", "64M", "-c", "1", "--test", *option], cpus=1, memory=64,
                           script=copy / "run-qemu.sh", cwd=copy)
        job_list.report_cases(loft, " ".join([*variables, name]), result.cases)
        if result.status:
            problems.append(f"{name}: exit status {result.status}\n{result.tail()}")
    return problems


def formats_for(loft, own):
    """`make check` builds one format a compiler, the larger tiers both."""
    return [own] if loft.tier == "check" else list(FORMATS)


def same_bytes(loft):
    """The default compiler again, elsewhere."""
    with copied_tree() as copy:
        formats = formats_for(loft, "i386-pae")
        problems = build_and_boot(loft, copy, [], formats)
        for name in formats if not problems else ():
            first, second = (top / "build" / name / "loft.elf" for top in (ROOT, copy))
            if first.read_bytes() != second.read_bytes():
                problems.append(f"{name}: a second build has other bytes")
    return problems


def other_compiler(name, loft):
    variables, own = COMPILERS[name]
    if not shutil.which(name):
        raise job_list.Skip(f"{name} is not installed")
    with copied_tree() as copy:
        return build_and_boot(loft, copy, variables, formats_for(loft, own))


def verify(loft):
    """The models of verify/: the larger tiers go through all of their states."""
    quick = ["--quick"] if loft.tier == "check" else []
    with loft.scheduler.lane():
        status, out = command(["verify/run", *quick])
    if status == 4:
        raise job_list.Skip(out[-4000:])
    return [] if status == 0 else [f"verify/run: exit status {status}\n{out[-4000:]}"]


def jobs(loft):
    work = {"verify": verify}  # the longest, and on one core: first
    work |= {f"lint-{check}": functools.partial(lint, check)
             for check in (LINT if loft.tier == "check" else LINT_FULL)}
    work |= {"host-tests": host_tests, "same-bytes": same_bytes}
    for name, (_, own) in COMPILERS.items():
        if own or loft.tier != "check":
            work["compiler-" + name] = functools.partial(other_compiler, name)
    return [job_list.Job(loft, name, "static", functools.partial(function, loft))
            for name, function in work.items()]

# SPDX-License-Identifier: MIT
"""Controls: the tests of the tests. tests/controls.cfg lists, for each place where the kernel can be
broken on purpose, the cheapest machine that shows it and the tests that must then go red.

A control fails when none of its tests goes red, when one of the patterns finds no red test, or when a
test goes red that it does not name. `make check` runs the suites of the tests that it names, the larger
tiers all suites. The outcome of all is the table build/controls.txt.
"""

import configparser
import fnmatch
import functools
import pathlib
import re
import shlex
import threading

import guest
import jobs as job_list
import matrix
import module

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATH = ROOT / "tests/controls.cfg"
TABLE = ROOT / "build/controls.txt"
SITE = re.compile(r"\bcontrol\(([a-z][a-z0-9_]*)\)")
FLOORS = ("lib", "boot", "kernel", "mm", "proc", "monitor", "init", "tests", "bench")

_rows = {}
_lock = threading.Lock()


def read(path=PATH):
    config = configparser.ConfigParser(delimiters=("=",), comment_prefixes=("#",), interpolation=None)
    if path.exists():
        config.read(path, encoding="utf-8")
    return config


def sites(root=ROOT):
    """The names of all control sites in the sources."""
    found = set()
    for floor in FLOORS:
        for path in (root / floor).rglob("*.[chS]"):
            text = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.S)
            text = re.sub(r"(?m)^\s*#\s*define.*$", "", text)
            found |= set(SITE.findall(text))
    return found


def environment(entry):
    """The variables that choose a control's image, as for make."""
    return {"CONTROLS": "1", **matrix.variables(entry.get("make", ""))}


def images():
    """(format, variables) of every image that the controls need."""
    config = read()
    for name in config.sections():
        words = config[name]["machine"].split()
        debug = {"DEBUG": "1"} if "--debug" in words else {}
        yield "i386-pae" if "--pae" in words else "i386", {**debug, **environment(config[name])}


def judge(patterns, cases, may=()):
    """The problems of a broken run: patterns without a red case, red cases without a pattern."""
    red = sorted({f"{c.suite}.{c.case}" for c in cases if c.result in ("fail", "error")})
    matches = lambda name, pattern: fnmatch.fnmatchcase(name, pattern) or \
        fnmatch.fnmatchcase(name.rpartition(".")[0], pattern)
    problems = [f"no test of {p} went red" for p in patterns if not any(matches(n, p) for n in red)]
    problems += [f"{n} went red, which is not named" for n in red
                 if not any(matches(n, p) for p in [*patterns, *may])]
    return red, problems


def which_tests(tier, entry):
    """run-qemu.sh's words that run the tests of a control."""
    if "tests" in entry or tier != "check":
        return ["--test=" + entry.get("tests", "*")]
    suites = sorted({pattern.split(".")[0] for pattern in entry.get("red", "").split()}) or ["*"]
    more = "; ".join("test " + suite for suite in suites[1:])
    return ["--test=" + suites[0]] + (["--exec", more] if more else [])


def work(loft, name, entry):
    options = shlex.split(entry["machine"])
    patterns = entry.get("red", "").split()
    if "module" in entry:
        options += module.option(entry.getint("module"))
    result = loft.boot(options + which_tests(loft.tier, entry),
                       shlex.split(entry.get("append", "")) + ["break=" + name],
                       env=environment(entry), cpus=guest.cpus_of(options),
                       memory=min(512, matrix.mib(guest.value_of(options, "-m"))) + 64,
                       seconds=entry.getint("seconds", 60))
    red, problems = judge(patterns, result.cases, entry.get("may", "").split())
    expected = entry.getint("exit", 1)
    if result.status != expected:
        problems.append(f"exit status {result.status}, expected {expected}")
    for line in entry.get("expect", "").strip().splitlines():
        if not re.search(line.strip(), result.out, re.MULTILINE):
            problems.append(f"the output has no match for: {line.strip()}")
    if not patterns and expected == 1:
        problems.append("it names no test that must go red")
    write_row(name, entry["machine"], red, problems)
    return problems + ([result.tail()] if problems else [])


def write_row(name, machine, red, problems):
    """Keeps build/controls.txt up to date while controls come in."""
    with _lock:
        _rows[name] = (machine, "ok" if not problems else "WRONG", " ".join(red))
        lines = [f"{'control':28} {'machine':24} {'verdict':8} red tests"]
        lines += [f"{n:28} {m:24} {v:8} {r}" for n, (m, v, r) in sorted(_rows.items())]
        TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def jobs(loft):
    config = read()
    return [job_list.Job(loft, name, "control", functools.partial(work, loft, name, config[name]),
                         guest.cpus_of(shlex.split(config[name]["machine"])))
            for name in config.sections() if "emulator" not in config[name]]

# SPDX-License-Identifier: MIT
"""Benchmarks with limits: tests/bench.cfg says what an operation may cost in instructions, which QEMU
counts exactly, so one run is enough and the load of the host does not matter. What docs/HIGHMEM.md says that they
cost is compared, too. What two CPUs get done at once is measured in time, in the larger tiers."""

import configparser
import functools
import os
import pathlib
import re

import jobs as job_list

PATH = pathlib.Path(__file__).resolve().parents[1] / "bench.cfg"
LINE = re.compile(r"^BENCH (\S+) (\d+) (\d+\.\d) (\d+\.\d)$", re.M)
RATIO = re.compile(r"^smp2_(\w+): .*: (\d+)% of its rate$", re.M)
TWO_AT_ONCE = "bench smp2_empty_loop; bench smp2_kmap_cold; bench smp2_empty_loop"
TWO_CPUS = 170 # percent of one CPU's rate that an empty loop must reach on two
TRIES = 5
MACHINES = {"i386": [], "i386-pae": ["--pae"]}
# The table of docs/HIGHMEM.md: how the row of a format begins, what its numbers are, and how far off one
# may be.
DOCUMENT = PATH.parents[1] / "docs/HIGHMEM.md"
ROWS = {"i386": "| a pair costs", "i386-pae": "| with PAE"}
SHOWN = ("kmap_hot", "kmap_cold", "kmap_atomic", "kmap_local", "vmap_4p")
PERCENT = 15  # other compilers have other counts


def limits(path=PATH):
    config = configparser.ConfigParser(delimiters=("=",), comment_prefixes=("#",),
                                       inline_comment_prefixes=("#",))
    config.read(path, encoding="utf-8")
    return {name: float(value) for name, value in config["limits"].items()}


def costs(text):
    """Instructions for one operation, by name."""
    return {name: float(tsc) for name, _, _, tsc in LINE.findall(text)}


def cost_of(words, measured):
    """What `NAME` costs, or `NAME - OTHER`; None if it was not measured."""
    parts = [measured.get(name) for name in words.split(" - ")]
    return None if None in parts else round(parts[0] - sum(parts[1:]), 1)


def judge(allowed, measured):
    """One line for each operation that costs too much or was not measured."""
    found = {name: cost_of(name, measured) for name in allowed}
    problems = [f"{name}: not measured" for name, cost in found.items() if cost is None]
    return problems + [f"{name}: {found[name]} instructions, allowed are {limit:g}"
                       for name, limit in allowed.items()
                       if found[name] is not None and found[name] > limit]


def documented(name, text):
    """What the document says that the operations cost, in the format's row: NUMBER (Linux's)."""
    rows = [line for line in text.splitlines() if line.startswith(ROWS[name])]
    return dict(zip(SHOWN, map(int, re.findall(r"(\d+) \(\d+\)", "".join(rows))), strict=True))


def stale(said, measured):
    """One line for each operation that does not cost what the document says."""
    return [f"{DOCUMENT.name}: {name} costs {measured.get(name)}, not {cost}" for name, cost in said.items()
            if abs(measured.get(name, 0) - cost) > max(2, PERCENT * cost / 100)]


def work(loft, name, options):
    result = loft.boot(["-m", "2G", "-c", "1", "--icount", "--bench", *options], ["selftest=off"],
                       cpus=1, memory=128, seconds=60)
    problems = [] if result.status == 0 else [f"exit status {result.status}\n{result.tail()}"]
    measured = costs(result.out)
    said = documented(name, DOCUMENT.read_text(encoding="utf-8"))
    return problems + judge(limits(), measured) + stale(said, measured)


def rate_of_two(text):
    """What two CPUs that map cold at once get done, in percent of one CPU's rate. None if the same run's
    empty loops, before and after, say that the host had not two CPUs for them."""
    rates = [(name, int(percent)) for name, percent in RATIO.findall(text)]
    loops = [percent for name, percent in rates if name == "empty_loop"]
    cold = [percent for name, percent in rates if name == "kmap_cold"]
    return cold[0] if cold and len(loops) == 2 and min(loops) >= TWO_CPUS else None


def work_two_cpus(loft):
    """Time, not instructions, so no guest may run beside it: it asks for all CPUs that guests may have.
    Other work of the host only lowers what is seen: the best of TRIES counts, and one good one is enough."""
    seen = []
    for _ in range(TRIES if loft.scheduler.cores >= 2 else 0):
        result = loft.boot(["-m", "1G", "-c", "2", "--exec", TWO_AT_ONCE], ["selftest=off"],
                           cpus=loft.scheduler.max_cpus, memory=128, seconds=60)
        if result.status != 0:
            return [f"exit status {result.status}\n{result.tail()}"]
        rate = rate_of_two(result.out)
        if rate is not None and rate > 100:
            return []
        seen += [] if rate is None else [rate]
    if not seen or os.getloadavg()[0] > 2 * loft.scheduler.cores:
        raise job_list.Skip("the host had no two CPUs for it")
    return [f"smp2_kmap_cold: two CPUs together are no faster than one: {seen} percent of its rate"]


def jobs(loft):
    result = [job_list.Job(loft, name, "bench", functools.partial(work, loft, name, options))
              for name, options in MACHINES.items()]
    if loft.tier != "check":
        result.append(job_list.Job(loft, "two-cpus", "bench", functools.partial(work_two_cpus, loft)))
    return result

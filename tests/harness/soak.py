# SPDX-License-Identifier: MIT
"""`make soak`: the same thing very often. Hundreds of boots must all come up and go down well, and all
suites must pass over and over in one boot, with nothing left behind by the time before."""

import collections
import functools
import re

import jobs as job_list

BOOTS = 200
ROUNDS = 40
TORTURE = 600  # seconds for each torture
TORTURES_MAX = 24  # how many there may be: what the time limit is made for
MACHINES = {
    "small": ["-m", "16M", "-c", "1"],
    "highmem": ["-m", "1G", "-c", "2"],
    "pae": ["-m", "2G", "-c", "2", "--pae"],
    "pae-debug": ["-m", "512M", "-c", "4", "--pae", "--debug"],
}
SMP = {
    "smp-4": (200, ["-m", "256M", "-c", "4"]),
    "smp-8": (50, ["-m", "256M", "-c", "8", "--pae"]),
}


def odd_lines(logs):
    """Lines that most of these logs do not have, numbers aside; with the number of the log."""
    shapes = [[re.sub(r"0x[0-9a-f]+|\d+", "N", line) for line in log] for log in logs]
    count = collections.Counter(shape for log in shapes for shape in set(log))
    return [(number, line) for number, log in enumerate(logs)
            for line, shape in zip(log, shapes[number]) if count[shape] * 2 <= len(logs)]


def many_cpus(loft, options, number):
    """Boots with the quick self-tests: all CPUs come, and no log has a line that the others have not."""
    logs, problems = [], []
    for boot in range(number):
        result = loft.boot([*options, "--exec", "echo hello"], cpus=int(options[3]), memory=256)
        logs.append(result.lines)
        if result.status or result.lines[-1:] != ["hello"] or \
                not any(line.endswith(f"smp: {options[3]} CPUs") for line in result.lines):
            problems.append(f"boot {boot}: exit status {result.status}\n{result.tail()}")
    return problems + [f"boot {boot}: odd line: {line}" for boot, line in odd_lines(logs)]


def boots(loft, options):
    """Many boots: each says hello once and powers off."""
    problems = []
    for number in range(BOOTS):
        result = loft.boot([*options, "--exec", "echo hello"], cpus=int(options[3]), memory=256)
        if result.status or result.lines[-1:] != ["hello"]:
            problems.append(f"boot {number}: exit status {result.status}\n{result.tail()}")
    return problems


def rounds(loft, options):
    """All suites many times in one boot."""
    words = [*options, "--test", "--exec", "; ".join(["test"] * (ROUNDS - 1))]
    result = loft.boot(words, cpus=int(options[3]), memory=512, seconds=20 * ROUNDS)
    problems = [f"exit status {result.status}\n{result.tail()}"] if result.status else []
    if result.plans != ROUNDS:
        problems.append(f"{result.plans} reports of {ROUNDS}")
    return problems


def tortures(loft, options):
    """Each torture for a long time, all in one boot."""
    result = loft.boot([*options, "--test"], [f"torture={TORTURE},each"], cpus=int(options[3]),
                       memory=512, seconds=TORTURE * TORTURES_MAX)
    return [f"exit status {result.status}\n{result.tail()}"] if result.status else []


def jobs(loft):
    if loft.tier != "soak":
        return []
    return [job_list.Job(loft, name, function.__name__, functools.partial(function, loft, options))
            for name, options in MACHINES.items() for function in (boots, rounds, tortures)] + \
        [job_list.Job(loft, name, "boots", functools.partial(many_cpus, loft, options, number))
         for name, (number, options) in SMP.items()]

# SPDX-License-Identifier: MIT
"""`make soak`: the same thing very often. Hundreds of boots must all come up and go down well, and all
suites must pass over and over in one boot, with nothing left behind by the time before."""

import functools

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
            for name, options in MACHINES.items() for function in (boots, rounds, tortures)]

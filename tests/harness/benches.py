# SPDX-License-Identifier: MIT
"""Benchmarks with limits: tests/bench.cfg says what an operation may cost in instructions, which QEMU
counts exactly, so one run is enough and the load of the host does not matter."""

import configparser
import functools
import pathlib
import re

import jobs as job_list

PATH = pathlib.Path(__file__).resolve().parents[1] / "bench.cfg"
LINE = re.compile(r"^BENCH (\S+) (\d+) (\d+\.\d) (\d+\.\d)$", re.M)
MACHINES = {"i386": [], "i386-pae": ["--pae"]}


def limits(path=PATH):
    config = configparser.ConfigParser(delimiters=("=",), comment_prefixes=("#",),
                                       inline_comment_prefixes=("#",))
    config.read(path, encoding="utf-8")
    return {name: float(value) for name, value in config["limits"].items()}


def costs(text):
    """Instructions for one operation, by name."""
    return {name: float(tsc) for name, _, _, tsc in LINE.findall(text)}


def judge(allowed, measured):
    """One line for each operation that costs too much or was not measured."""
    problems = [f"{name}: not measured" for name in allowed if name not in measured]
    return problems + [f"{name}: {measured[name]} instructions, allowed are {limit:g}"
                       for name, limit in allowed.items() if measured.get(name, 0) > limit]


def work(loft, options):
    result = loft.boot(["-m", "2G", "-c", "1", "--icount", "--bench", *options], ["selftest=off"],
                       cpus=1, memory=128, seconds=60)
    problems = [] if result.status == 0 else [f"exit status {result.status}\n{result.tail()}"]
    return problems + judge(limits(), costs(result.out))


def jobs(loft):
    return [job_list.Job(loft, name, "bench", functools.partial(work, loft, options))
            for name, options in MACHINES.items()]

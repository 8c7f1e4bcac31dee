# SPDX-License-Identifier: MIT
"""Death tests: runs that must end badly, and in the right way. tests/death.cfg lists them; each is one
boot with an expected exit status and text."""

import configparser
import functools
import pathlib
import re
import shlex

import guest
import jobs as job_list
import matrix

PATH = pathlib.Path(__file__).resolve().parents[1] / "death.cfg"


def read(path=PATH):
    config = configparser.ConfigParser(delimiters=("=",), comment_prefixes=("#",), interpolation=None)
    if path.exists():
        config.read(path, encoding="utf-8")
    return config


def work(loft, entry):
    options = shlex.split(entry.get("options", ""))
    env = dict(word.split("=", 1) for word in shlex.split(entry.get("environment", "")))
    result = loft.boot(options, shlex.split(entry.get("append", "")), env=env,
                       cpus=guest.cpus_of(options),
                       memory=min(512, matrix.mib(guest.value_of(options, "-m", "512M"))) + 64,
                       seconds=entry.getint("seconds", 60),
                       stdin=entry.get("input", "").encode().decode("unicode_escape").encode())
    problems = []
    if result.status != entry.getint("exit"):
        problems.append(f"exit status {result.status}, expected {entry['exit']}")
    everything = result.out + result.err
    for line in entry.get("expect", "").strip().splitlines():
        if not re.search(line.strip(), everything, re.MULTILINE):
            problems.append(f"the output has no match for: {line.strip()}")
    for line in entry.get("never", "").strip().splitlines():
        if re.search(line.strip(), everything, re.MULTILINE):
            problems.append(f"the output has a match for: {line.strip()}")
    return problems + ([result.tail(30)] if problems else [])


def jobs(loft):
    config = read()
    return [job_list.Job(loft, name, "death", functools.partial(work, loft, config[name]),
                         guest.cpus_of(shlex.split(config[name].get("options", ""))))
            for name in config.sections()]

# SPDX-License-Identifier: MIT
"""One job a machine of the tier: boots it, runs the suites, and looks for suites that did not run and
for skips that nobody has declared."""

import functools

import jobs as job_list
import matrix

# SeaBIOS and GRUB's loader cost little; ia32 UEFI firmware takes 5 to 10 s of one CPU.
MEMORY_OF_UEFI = 128
# Seconds of torture a machine, shared by all tortures (tests/torture.h). 5 is the kernel's default.
TORTURE = {"check": 5, "check-full": 60, "soak": 60}


def problems_of(machine, result):
    """What is wrong with a machine's run."""
    problems = []
    if result.status != 0:
        problems.append(f"exit status {result.status}\n{result.tail()}")
    ran = {case.suite for case in result.cases if case.result == "pass"}
    problems += [f"no case of the suite {suite}, which must run here, has passed"
                 for suite in machine.must_run if suite not in ran]
    for case in result.cases:
        name = f"{case.suite}.{case.case}"
        if case.result == "skip" and not matrix.may_skip(machine, name):
            problems.append(f"{name} skipped, which [skips] does not allow here: {case.message}")
    return problems


def work(loft, machine):
    extra = MEMORY_OF_UEFI if machine.way == "uefi" else 0
    torture = TORTURE[loft.tier]
    result = loft.boot(machine.options(), [*machine.cmdline(), f"torture={torture}"],
                       cpus=machine.cpus, memory=machine.memory + extra,
                       seconds=machine.seconds + torture,
                       env=machine.environment())
    job_list.report_cases(loft, machine.name, result.cases)
    return problems_of(machine, result)


def jobs(loft):
    return [job_list.Job(loft, machine.name, "machine", functools.partial(work, loft, machine),
                         machine.cpus) for machine in matrix.machines(loft.tier)]

# SPDX-License-Identifier: MIT
"""The long runs: all of them are in the list, and an odd line is seen among many logs."""

import types

import soak


def test_every_run_is_in_the_list():
    names = {job.name for job in soak.jobs(types.SimpleNamespace(tier="soak"))}
    assert names == {f"{kind}-{machine}" for machine in soak.MACHINES
                     for kind in ("boots", "rounds", "tortures")} | \
        {f"boots-{machine}" for machine in soak.SMP}
    assert {options[3]: number for number, options in soak.SMP.values()} == {"4": 200, "8": 50}
    assert not soak.jobs(types.SimpleNamespace(tier="check"))


def test_odd_lines_are_found():
    logs = [[f"[ 0.{boot}] smp: 4 CPUs", "hello"] for boot in range(5)]
    assert not soak.odd_lines(logs)
    logs[3].insert(1, "WARNING: something at 0xc0101234")
    assert soak.odd_lines(logs) == [(3, "WARNING: something at 0xc0101234")]

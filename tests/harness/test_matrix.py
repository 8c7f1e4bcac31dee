# SPDX-License-Identifier: MIT
"""The matrix is complete and the lists agree with the sources."""

import collections

import controls
import deaths
import ktap
import matrix
import pairwise


def test_pairwise_covers_every_pair():
    values = list(matrix.axes().values())
    assert not pairwise.missing(matrix.pairwise(), values)


def test_pairwise_is_least():
    rows = matrix.pairwise()
    sizes = sorted((len(v) for v in matrix.axes().values()), reverse=True)
    assert len(rows) == sizes[0] * sizes[1] == 24
    assert len(set(rows)) == len(rows)


def test_pairwise_is_what_the_generator_gives():
    assert matrix.pairwise() == pairwise.generate(list(matrix.axes().values()))


def test_a_lost_machine_is_noticed():
    values = list(matrix.axes().values())
    for lost in range(24):
        rows = matrix.pairwise()
        del rows[lost]
        assert pairwise.missing(rows, values)


def test_whole_space_and_tiers():
    assert len(matrix.product()) == 6 * 4 * 3 * 2 * 2
    named = matrix.machines("check")[24:]
    assert len([machine for machine in named if machine.tests == "*"]) <= 12
    assert len(matrix.machines("check-full")) >= 288 + len(named)


def test_high_memory_of_machines():
    def has(**values):
        return matrix.Machine(name="x", **values).high_memory

    assert has(ram="2G") == has(ram="2G", highmem="64M") == has(ram="512M", highmem="256M") == "yes"
    assert has(ram="128M", highmem="64M") == "yes"
    assert has(ram="512M") == has(ram="64M", highmem="64M") == has(ram="2G", make="HIGHMEM=0") == "no"


def test_machine_names_are_unique():
    for tier in matrix.TIERS:
        names = collections.Counter(m.name for m in matrix.machines(tier))
        assert not [name for name, count in names.items() if count > 1]


def test_machines_of_the_promise():
    machines = matrix.machines("check")
    assert {m.cpu for m in machines} >= {"486", "pentium", "pentium3", "qemu64", "max", ""}
    assert {m.way for m in machines} == {"kernel", "iso", "uefi"}
    assert any(m.ram == "4G" and m.format == "i386-pae" for m in machines)
    assert any(m.ram == "16G" and m.format == "i386-pae" for m in machines)


def test_every_control_site_is_listed():
    assert controls.sites() == set(controls.read().sections())


def test_controls_judge():
    case = lambda name, result: ktap.Case(*name.split("."), result)
    good, red, other = case("a.x", "pass"), case("a.y", "fail"), case("b.z", "error")
    assert controls.judge(["a.y"], [good, red])[1] == []
    assert controls.judge(["a"], [good, red])[1] == []
    assert "no test of a.x went red" in controls.judge(["a.x"], [good])[1]
    assert controls.judge(["a.y"], [red, other], ["b"])[1] == []
    assert "b.z went red, which is not named" in controls.judge(["a.y"], [red, other])[1]


def test_controls_run_the_suites_that_they_name():
    entry = {"red": "a.x b.y a.z"}
    assert controls.which_tests("check", entry) == ["--test=a", "--exec", "test b"]
    assert controls.which_tests("check-full", entry) == ["--test=*"]
    assert controls.which_tests("check", {**entry, "tests": "b"}) == ["--test=b"]


def test_deaths_name_their_end():
    for name, entry in deaths.read().items():
        if name != "DEFAULT":
            assert entry.getint("exit") in (0, 1, 2, 3, 124), name
            # Where the status says little, the text must say what happened.
            assert entry.get("expect", "").strip() or entry.getint("exit") in (0, 1), name


def test_skips_need_a_reason():
    config = {"skips": {"a.*": "always", "b.c": "format=i386+cpus=1 ram=16M"}}
    small, large = matrix.Machine("s", ram="16M", cpus=4), matrix.Machine("l", ram="1G", cpus=4)
    assert matrix.may_skip(large, "a.x", config) and not matrix.may_skip(large, "ab.x", config)
    assert matrix.may_skip(small, "b.c", config) and not matrix.may_skip(large, "b.c", config)
    assert matrix.may_skip(matrix.Machine("o", ram="1G"), "b.c", config)

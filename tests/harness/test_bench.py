# SPDX-License-Identifier: MIT
"""The bench command and parameter: form, order, exit status; and that limits are judged."""

import re

import benches

SMALL = ["-m", "64M", "-c", "1"]
FORM = re.compile(r"BENCH [a-z0-9_]+ [1-9]\d* \d+\.\d \d+\.\d")


def test_lines_have_the_form(loft):
    result = loft([*SMALL, "--icount", "--bench=page_frag*"], cpus=1, memory=96)
    lines = [line for line in result.lines if line.startswith("BENCH")]
    assert result.status == 0 and len(lines) == 3, result.tail()
    assert all(FORM.fullmatch(line) for line in lines), lines


def test_two_runs_count_the_same(loft):
    command = "bench page_order0; bench page_order0"
    result = loft([*SMALL, "--icount", "--exec", command], ["selftest=off"], cpus=1, memory=96)
    counts = [line.split()[-1] for line in result.lines if line.startswith("BENCH page_order0 ")]
    assert result.status == 0 and len(counts) == 2 and counts[0] == counts[1], result.tail()


def test_nothing_matches_is_a_failure(loft):
    result = loft([*SMALL, "--bench=nope*"], cpus=1, memory=96)
    assert result.status == 1 and 'bench: no benchmark matches "nope*"' in result.out


def test_too_little_memory_is_a_failure(loft):
    result = loft(["-m", "16M", "-c", "1", "--bench=kmap_atomic_touch"], cpus=1, memory=32)
    assert result.status == 1 and "bench: not enough memory for kmap_atomic_touch" in result.out


def test_old_cpus_have_no_ticks(loft):
    result = loft([*SMALL, "--cpu", "486", "--bench=empty_loop"], cpus=1, memory=96)
    assert result.status == 0 and re.search(r"^BENCH empty_loop 100000 \d+\.\d 0\.0$", result.out, re.M)


def test_two_cpus_are_judged_where_there_were_two():
    line = "smp2_{}: one CPU alone 90.0 ns an operation, both 60.0: {}% of its rate\n"
    loops = [line.format("empty_loop", percent) for percent in (199, 180, 96)]
    cold = line.format("kmap_cold", 97)
    assert benches.rate_of_two(loops[0] + cold + loops[1]) == 97
    assert benches.rate_of_two(loops[0] + cold + loops[2]) is None
    assert benches.rate_of_two(loops[0] + cold) is None and benches.rate_of_two("") is None


def test_limits_are_judged():
    text = "BENCH a 10 1.0 5.0\nBENCH b 10 1.0 5.1\n# BENCH c 1 1.0 1.0\n"
    measured = benches.costs(text)
    assert measured == {"a": 5.0, "b": 5.1}
    assert benches.judge({"a": 5, "b": 5, "c": 9}, measured) == [
        "c: not measured", "b: 5.1 instructions, allowed are 5"]
    assert benches.judge({"b - a": 0.1}, measured) == []
    assert benches.judge({"b - a": 0}, measured) == ["b - a: 0.1 instructions, allowed are 0"]
    assert benches.judge({"b - c": 1}, measured) == ["b - c: not measured"]


def test_documented_costs_are_compared():
    text = "| a pair costs (Linux) | 44 (299) or, 150 (627) | 32 (203) | 33 (198) | 450 (1792) |\n" \
           "| with PAE | 44 (299), 159 (655) | 37 (256) | 38 (251) | 476 (2153) |\n"
    measured = {"kmap_hot": 50.5, "kmap_cold": 150.4, "kmap_atomic": 32, "kmap_local": 33, "vmap_4p": 517}
    assert benches.documented("i386-pae", text)["kmap_cold"] == 159
    assert benches.stale(benches.documented("i386", text), measured) == []
    measured |= {"kmap_hot": 50.7, "vmap_4p": 518}
    assert benches.stale(benches.documented("i386", text), measured) == [
        "HIGHMEM.md: kmap_hot costs 50.7, not 44", "HIGHMEM.md: vmap_4p costs 518, not 450"]

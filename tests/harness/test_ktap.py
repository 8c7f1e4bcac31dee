# SPDX-License-Identifier: MIT
"""The two readers of KTAP, ktap.py and scripts/qemu/log.awk, on the same logs: what one counts, the
other counts, and neither lets a lost line pass."""

import json
import pathlib
import re
import subprocess
import xml.etree.ElementTree as xml

import pytest

import guest
import ktap
import report

AWK = pathlib.Path(__file__).resolve().parents[2] / "scripts/qemu/log.awk"

GOOD = """loft 0.1 (i386) multiboot 1 by qemu
[    0.000000] Memory: 1K/2K available
KTAP version 1
1..2
    KTAP version 1
    # Subtest: lists
    1..3
    ok 1 empty
    ok 2 add # SKIP no reason
    # a note
    ok 3 del
# lists: pass:2 fail:0 skip:1
ok 1 lists
    KTAP version 1
    # Subtest: sort
    1..1
        KTAP version 1
        # Subtest: sizes
        1..2
        ok 1 small
        ok 2 large
    ok 1 sizes
ok 2 sort
"""


def awk(text):
    """log.awk's assignments as a dictionary."""
    out = subprocess.run(["awk", "-f", str(AWK)], input=text, capture_output=True, text=True,
                         check=True).stdout
    return {k: v.strip("'") for k, v in re.findall(r"(\w+)=('[^']*'|\d+)", out)}


def counts(text):
    cases = ktap.parse(text)
    return {kind: sum(c.result == kind for c in cases) for kind in ("pass", "fail", "skip", "error")}


def test_good_log():
    assert counts(GOOD) == {"pass": 4, "fail": 0, "skip": 1, "error": 0}
    assert {(c.suite, c.case) for c in ktap.parse(GOOD)} == {
        ("lists", "empty"), ("lists", "add"), ("lists", "del"), ("sort", "sizes.small"), ("sort", "sizes.large")}
    assert awk(GOOD) == {"banners": "1", "plans": "1", "unmet": "0", "failed": "0", "passed": "4",
                         "skipped": "1", "first_failure": "", "why": "", "where": ""}


def test_carriage_returns_and_escapes_do_not_matter():
    noisy = "\x1b[2J\x1b[01;01H" + GOOD.replace("\n", "\r\n")
    assert counts(noisy) == counts(GOOD)
    assert awk(noisy) == awk(GOOD)


@pytest.mark.parametrize("lost", [l for l in GOOD.splitlines() if re.match(r" *ok ", l)])
def test_a_lost_result_is_noticed(lost):
    text = GOOD.replace(lost + "\n", "", 1)
    assert counts(text)["error"] > 0
    assert int(awk(text)["unmet"]) > 0


@pytest.mark.parametrize("lost", [4, 6, 9])
def test_a_log_that_ends_early_is_noticed(lost):
    text = "\n".join(GOOD.splitlines()[:-lost])
    assert counts(text)["error"] > 0
    assert int(awk(text)["unmet"]) > 0


def test_failures_and_errors():
    text = GOOD.replace("    ok 3 del", "    not ok 3 del").replace("ok 1 lists", "not ok 1 lists")
    assert counts(text) == {"pass": 3, "fail": 1, "skip": 1, "error": 0}
    assert awk(text)["failed"] == "1" and "not ok 3 del" in awk(text)["first_failure"]
    text = text.replace("not ok 3 del", "not ok 3 del # ERROR the detector is broken")
    assert counts(text)["error"] == 1
    message = [c.message for c in ktap.parse(text) if c.result == "error"]
    assert message == ["the detector is broken"]


def test_measured_seconds_win():
    text = GOOD.replace("    ok 1 empty", "    # empty.seconds: 0.125\n    ok 1 empty")
    assert ktap.parse(text)[0].seconds == 0.125 and counts(text) == counts(GOOD)


def test_a_suite_may_fail_by_itself():
    text = GOOD.replace("ok 1 lists", "not ok 1 lists")
    assert counts(text)["fail"] == 1
    assert awk(text)["failed"] == "1"


def test_two_plans_in_one_log():
    assert counts(GOOD + "loft> test\n" + GOOD[GOOD.index("KTAP"):])["pass"] == 8
    assert awk(GOOD + GOOD)["plans"] == "2" and awk(GOOD + GOOD)["banners"] == "2"


def test_report_formats(tmp_path):
    result = report.Report()
    result.add("64M", "lists", "empty", "pass", 0.25)
    result.add("64M", "lists", "add", "fail", 0, "two\nlines \x01 <&>")
    result.add("iso", "lists", "add", "skip", 0, "why")
    result.add("iso", "tlb", "stale", "error", 0, "detector")
    assert result.last_line() == "1 passed, 2 failed"
    result.write_json(tmp_path / "j")
    data = json.loads((tmp_path / "j").read_text())
    assert (data["passed"], data["failed"], data["skipped"]) == (1, 2, 1)
    assert set(data["tests"][0]) == {"machine", "suite", "case", "result", "seconds", "message"}
    result.write_xml(tmp_path / "x")
    suites = xml.parse(tmp_path / "x").getroot().findall("testsuite")
    assert [s.get("name") for s in suites] == ["64M", "iso"]
    assert suites[0].get("failures") == "1" and suites[1].get("errors") == "1"


@pytest.mark.parametrize("notes, kept", [(32, 32), (33, 33), (40, 33)])
def test_a_failed_case_keeps_its_first_lines_and_its_last(notes, kept):
    text = "KTAP version 1\n1..1\n" + "".join(f"# note {n}\n" for n in range(notes)) + "not ok 1 a\n"
    lines = ktap.parse(text)[0].message.splitlines()
    assert len(lines) == kept
    assert lines[:24] == [f"# note {n}" for n in range(24)] and lines[-1] == f"# note {notes - 1}"
    assert notes == 32 or lines[24] == f"({notes - 32} lines)"


def test_a_failure_message_shows_what_the_failed_case_said():
    warning = "[    1.5] WARNING: mm/x.c:3 in f(): lost"
    log = GOOD.replace("    ok 3 del", "\n".join([warning, *["noise"] * 200, "    not ok 3 del"]))
    log += "later\n" * 100
    told = guest.Result(1, log, "", 1.0, [], 1).tail()
    assert warning in told and "not ok 3 del" in told and "later" in told
    assert told.count("noise") < 70 and "SKIP" not in told

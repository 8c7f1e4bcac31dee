# SPDX-License-Identifier: MIT
"""Reads KTAP version 1 as loft's runner and the host tests print it.

Result lines nest by indents of four spaces. A Case is a result line with no results below it; its
suite is the outermost name above it, its name the path below that. Each plan must be met; a plan that is not, a number out of order,
or a suite that fails although none of its cases does, is itself a failed case, so that nothing gets
lost between the lines.
"""

import dataclasses
import re

PLAN = re.compile(r"^( *)1\.\.(\d+)")
RESULT = re.compile(r"^( *)(not )?ok (\d+)(?: -)? ?(\S*)(.*)$")
SUBTEST = re.compile(r"^( *)# Subtest: (\S+)")
SECONDS = re.compile(r"^ *# (\S+)\.seconds: ([0-9.]+)")
DIRECTIVE = re.compile(r"# (SKIP|ERROR)\b ?(.*)")
HEADER = re.compile(r"^( *)KTAP version 1\s*$")
FIRST, LAST = 24, 8  # lines of a failed case that are kept
ESCAPE = re.compile(r"\x1b\[[0-9;=?]*[A-Za-z]|[\r\0]")


@dataclasses.dataclass
class Case:
    suite: str
    case: str
    result: str
    message: str = ""
    seconds: float = 0.0


class Reader:
    """Feed it lines with the time at which each came; finish() gives the cases."""

    def __init__(self):
        self.cases = []
        self.plans = 0
        self.levels = []
        self.notes = []
        self.headed = False
        self.subtest = ""
        self.measured = None
        self.last_time = 0.0

    def feed(self, line, now=0.0):
        line = ESCAPE.sub("", line.rstrip("\n"))
        if HEADER.match(line):
            self.headed = True
            self.last_time = self.last_time or now
        elif PLAN.match(line) and self.headed:
            self.plan(*PLAN.match(line).groups())
        elif RESULT.match(line) and self.levels:
            self.result(RESULT.match(line), now)
        elif SUBTEST.match(line):
            self.subtest = SUBTEST.match(line).group(2)
        elif SECONDS.match(line):
            self.measured = float(SECONDS.match(line).group(2))
        elif line.lstrip().startswith("#"):
            self.notes.append(line.strip())

    def close(self, depth):
        """Ends the plans deeper than depth; unmet ones are failures."""
        while len(self.levels) > depth:
            level = self.levels.pop()
            if level["seen"] != level["want"]:
                self.cases.append(Case(level["name"] or "ktap", "plan", "error",
                                       f"plan 1..{level['want']}, but {level['seen']} results"))

    def plan(self, indent, want):
        depth = len(indent) // 4
        self.close(depth)
        self.headed = False
        if depth == 0:
            self.plans += 1
        name = self.subtest if depth else ""
        self.levels.append({"want": int(want), "seen": 0, "name": name, "bad": 0})

    def result(self, match, now):
        indent, bad, number, name, rest = match.groups()
        depth = len(indent) // 4
        if depth >= len(self.levels):
            return
        has_children = len(self.levels) > depth + 1
        child_bad = self.levels[depth + 1]["bad"] if has_children else 0
        before = len(self.cases)
        self.close(depth + 1)
        child_bad += len(self.cases) - before
        level = self.levels[depth]
        level["seen"] += 1
        directive = DIRECTIVE.search(rest)
        kind = "fail" if bad else "pass"
        if directive:
            kind = {"SKIP": "skip" if not bad else "fail", "ERROR": "error"}[directive.group(1)]
        if int(number) != level["seen"]:
            self.cases.append(Case(level["name"] or "ktap", "numbers", "error",
                                   f"result {number} where {level['seen']} was due"))
        if bad:
            level["bad"] += 1
        if not has_children:
            message = directive.group(2) if directive else ""
            if bad and not message:
                message = self.text()
            path = [each["name"] for each in self.levels[1:]] + [name]
            seconds = max(0.0, now - self.last_time) if self.measured is None else self.measured
            self.cases.append(Case(path[0], ".".join(path[1:]) or name, kind, message, seconds))
        elif bad and not child_bad:
            self.cases.append(Case(name, "suite", kind, self.text()))
        self.notes = []
        self.measured = None
        self.last_time = now

    def text(self):
        """What a case has said: of many lines the first ones, with the cause, and the last ones."""
        left_out = len(self.notes) - FIRST - LAST
        if left_out <= 0:
            return "\n".join(self.notes)
        return "\n".join([*self.notes[:FIRST], f"({left_out} lines)", *self.notes[-LAST:]])

    def finish(self):
        self.close(0)
        return self.cases


def parse(text):
    """The cases of a whole log."""
    reader = Reader()
    for line in text.splitlines():
        reader.feed(line)
    return reader.finish()

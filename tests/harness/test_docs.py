# SPDX-License-Identifier: MIT
"""The documents tell the truth: each run-qemu.sh line that they show with its output is run again, and
each line of that output must still come, up to its numbers (which change with every build); but prices
in instructions (`ticks`, under --icount) change only with the code, and may differ by a few percent."""

import re
import shlex
import subprocess

import pytest

import guest

PERCENT = 5 # that a price may be off
DOCUMENTS = ("README.md", "docs/MEMORY.md", "docs/HIGHMEM.md")


PROMPT = "loft> "
ONLY_AT_A_PROMPT = r"(\[.*\] Command line:|Type 'help')"


def session(command, lines):
    """The same for what is typed at a prompt: with the commands as --exec, and what that leaves out left out."""
    typed = [line[len(PROMPT):] for line in lines if line.startswith(PROMPT)]
    if "--exec" in command or not typed:
        return command, lines
    assert typed.pop() == "poweroff"
    return f"{command} --exec {shlex.quote('; '.join(typed))}", \
        [line for line in lines if not re.match(ONLY_AT_A_PROMPT, line) and line != PROMPT + "poweroff"]


def examples():
    """(document, command, lines, are they all?) of each `$ ./run-qemu.sh` with output, of those that end by themselves."""
    for name in DOCUMENTS:
        text = (guest.ROOT / name).read_text(encoding="utf-8")
        for block in re.findall(r"(?ms)^```\n(.*?)^```", text):
            for command, output in re.findall(r"(?m)^\$ (\./run-qemu\.sh.*)\n((?:[^$\n].*\n)*)", block):
                run, lines = session(command, output.splitlines())
                if lines and ("--exec" in run or "-m 8M" in run):
                    yield name, run, lines, run != command


def shape(line):
    """A line without time stamp and numbers."""
    line = re.sub(r"^\[ *\d+\.\d+\] ", "", line)
    return " ".join(re.sub(r"(0x)?[0-9a-f]*\d[0-9a-f]*", "N", line).split())


def price(line):
    """The number in the column `ticks` of a demo's line, or None."""
    found = re.search(r" (\d+)  \S", line)
    return int(found[1]) if found else None


def wrong_prices(lines, seen):
    """(what is shown, what it costs now) of the lines that have become dearer or cheaper than shown."""
    now = {shape(line): price(line) for line in seen}
    return [(line, now[shape(line)]) for line in lines
            if price(line) and now.get(shape(line)) and
            abs(price(line) - now[shape(line)]) > max(2, PERCENT * price(line) / 100)]


def test_prices_are_compared():
    line = "kmap() again ff4f1000 38008163 10f7c0de ff4f1000     {}  count 3: one slot"
    assert wrong_prices([line.format(1000)], [line.format(1049)]) == []
    assert wrong_prices([line.format(1000)], [line.format(1051)]) == [(line.format(1000), 1051)]
    assert wrong_prices([line.format("-")], [line.format("-")]) == []


@pytest.mark.parametrize("name, command, lines, whole", examples(), ids=lambda value: str(value)[:60])
def test_example(loft, name, command, lines, whole):
    words = shlex.split(command)[1:]
    split = words.index("--") if "--" in words else len(words)
    result = loft(words[:split], words[split + 1:])
    assert result.status == (3 if "-m 8M" in command else 0), result.tail()
    seen = {shape(line) for line in result.lines + result.err.splitlines()}
    assert lines.count("") <= result.lines.count(""), f"{name}: {command}: blank lines that nobody prints"
    missing = [line for line in lines if shape(line) not in seen]
    assert not missing, f"{name}: {command}: {missing}\n{result.out}"
    shown = {shape(line) for line in lines}
    more = [line for line in result.lines if whole and shape(line) not in shown and not re.match(ONLY_AT_A_PROMPT, line)]
    assert not more, f"{name}: {command}: it does not show {more}"
    if "--icount" in command:
        assert not wrong_prices(lines, result.lines), f"{name}: {command}"


def test_there_are_examples():
    assert len(list(examples())) >= 10


def said_in_passing(name):
    """The commands in the text of a document, each once."""
    text = re.sub(r"(?ms)^```.*?^```", "", (guest.ROOT / name).read_text(encoding="utf-8"))
    return sorted(set(re.findall(r"`((?:\./run-qemu\.sh|scripts/python) [^`]*)`", text)))


@pytest.mark.parametrize("command", said_in_passing("docs/HIGHMEM.md"))
def test_command_works(loft, command):
    words = shlex.split(command)
    if words[0] != "./run-qemu.sh":
        done = subprocess.run(words, cwd=guest.ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return
    words = words[1:]
    split = words.index("--") if "--" in words else len(words)
    result = loft(words[:split], words[split + 1:])
    assert result.status == 0, result.tail()


def test_each_claim_is_shown():
    """A row of the table of claims names a command, or says what it still waits for."""
    text = (guest.ROOT / "docs/HIGHMEM.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| (.+) \| (.+) \| (.+) \|$", text.split("## Claims and truths")[1])[2:]
    assert len(rows) == 25
    assert all(re.fullmatch(r"`(\./run-qemu\.sh|scripts/python) .*`|owed: needs processes", shown)
               for _, _, shown in rows), rows

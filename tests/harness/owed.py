# SPDX-License-Identifier: MIT
"""tests/owed.txt: tests that wait for something which is not there yet, one a line
(`T line | what it waits for`). The list may only shrink; `make check` prints its length."""

import pathlib

PATH = pathlib.Path(__file__).resolve().parents[1] / "owed.txt"


def entries(path=PATH):
    """The lines that are neither empty nor comments; none if the file is gone."""
    if not path.exists():
        return []
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def count():
    return len(entries())

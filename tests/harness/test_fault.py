# SPDX-License-Identifier: MIT
"""Fault injection from outside: the boot parameters, and the command fail."""

import re

import pytest


@pytest.fixture
def boot(loft):
    def run(commands, *cmdline, status=0):
        options = ["-m", "64M", "--exec", commands]
        result = loft(options, list(cmdline), cpus=1, memory=64, seconds=30)
        assert result.status == status, result.tail()
        return result.out
    return run


def test_parameters_take_effect(boot):
    text = boot("fail", "fail_page_alloc=2,50,3,7,alloc_pages_exact", "failslab=9,10,11,-1")
    assert "fail_page_alloc=2,50,3,7,alloc_pages_exact " in text
    assert "failslab=9,10,11,-1 " in text
    assert text.count("    armed, ") == 2


def test_self_tests_are_spared(boot):
    text = boot("fail", "fail_page_alloc=1,100,0,-1")
    assert re.search(r"^selftest: \d+ passed, 0 failed$", text, re.M)
    assert "fail_page_alloc=1,100,0,-1 " in text


@pytest.mark.parametrize("value", ["1,100,0", "0,100,0,1", "1,101,0,1", "1,100,0,1,no_such_function", "", "x"])
def test_nonsense_is_refused(boot, value):
    text = boot("fail", f"fail_page_alloc={value}")
    assert f"fail_page_alloc={value} makes no sense and is ignored. fail_page_alloc: INTERVAL," in text
    assert "fail_page_alloc=1,0,0,1 " in text
    assert "armed" not in text


def test_wrong_commands_fail(boot):
    text = boot("fail nobody; fail failslab 1,2", status=1)
    assert "usage: fail " in text
    assert "1,2: not a setting of failslab" in text

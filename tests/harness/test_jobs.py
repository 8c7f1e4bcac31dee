# SPDX-License-Identifier: MIT
"""One test a job (machines, controls, deaths, builds, host binaries): see jobs.py."""

import pytest


def test_job(job):
    problems = job.outcome()
    if job.skipped:
        pytest.skip(job.skipped)
    if problems:
        pytest.fail(f"{job.name}: " + "\n".join(problems), pytrace=False)

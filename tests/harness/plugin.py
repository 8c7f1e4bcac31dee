# SPDX-License-Identifier: MIT
"""The pytest plugin that holds the session together: it turns jobs into tests, starts them side by
side under the scheduler, gives the other tests guests through the same scheduler, and copies every
outcome into the report."""

import pytest

import benches
import bochs
import controls
import deaths
import guest
import machine_jobs
import scheduler
import soak
import static_jobs

SOURCES = (static_jobs, controls, deaths, soak, benches, bochs, machine_jobs)


def is_job(item):
    return "job" in getattr(item, "fixturenames", ())


class Loft:
    def __init__(self, report, tier):
        self.report = report
        self.tier = tier
        self.scheduler = scheduler.Scheduler()
        self.jobs = {}
        self.waited = 0.0 # by pytest's own thread, before the test that runs

    def boot(self, options, cmdline=(), cpus=2, memory=256, seconds=60, **how):
        """One guest, when its turn has come, with a time limit that fits the load."""
        with self.scheduler.slot(cpus, memory):
            return guest.run(options, cmdline, timeout=self.scheduler.limit(seconds), **how)

    # --- pytest's hooks ---------------------------------------------------------------------------

    @pytest.hookimpl
    def pytest_generate_tests(self, metafunc):
        if "job" in metafunc.fixturenames:
            for source in SOURCES:
                for job in source.jobs(self):
                    self.jobs[job.name] = job
            metafunc.parametrize("job", list(self.jobs.values()), ids=list(self.jobs))

    @pytest.hookimpl
    def pytest_collection_modifyitems(self, items):
        items.sort(key=is_job)

    @pytest.hookimpl
    def pytest_collection_finish(self, session):
        if session.config.option.collectonly:
            return
        jobs = [item.callspec.params["job"] for item in session.items if is_job(item)]
        jobs.sort(key=lambda job: -job.cpus)
        for job in jobs:
            job.start()
        if len(jobs) < len(session.items):
            large = self.large(jobs)
            if large:
                session.config.get_terminal_writer().line(f"{len(large)} large guests first, one by one")
            for job in large:
                job.wait()
            self.scheduler.keep_free(1)

    def large(self, jobs):
        """Guests that leave no CPU to another one come first, one after another: what they leave over has
        those that build, as long as there are any. Then there is always a place for the small guests
        of pytest's own tests, which come one by one."""
        return [job for job in jobs if job.cpus + 1 > self.scheduler.max_cpus]

    @pytest.hookimpl
    def pytest_runtest_setup(self, item):
        if is_job(item):  # they come last
            self.scheduler.keep_free(0)

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report):
        """Tests that are no jobs go to the report from here; jobs have put themselves there."""
        if "test_jobs.py" in report.nodeid:
            return
        if report.when != "call" and report.outcome == "passed":
            return
        kind = {"passed": "pass", "failed": "fail" if report.when == "call" else "error",
                "skipped": "skip"}[report.outcome]
        path, _, name = report.nodeid.partition("::")
        suite = path.rpartition("/")[2][:-len(".py")]
        waited, self.waited = self.scheduler.waited() - self.waited, self.scheduler.waited()
        self.report.host_suites.add(suite)
        self.report.add("host", suite, name, kind, max(0, report.duration - waited),
                        "" if kind == "pass" else report.longreprtext)

    @pytest.fixture
    def loft(self):
        """Boots a guest: loft(options, cmdline, cpus=, memory=, seconds=, ...)."""
        return self.boot

    @pytest.fixture(name="tier")
    def get_tier(self):
        return self.tier

    @pytest.fixture
    def slot(self):
        """The scheduler's slot(cpus, memory), for tests that start guests by themselves."""
        return self.scheduler.slot

    @pytest.fixture
    def limit(self):
        return self.scheduler.limit



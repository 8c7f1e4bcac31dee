# SPDX-License-Identifier: MIT
"""The work that runs side by side: each job is a function that waits for its slot and then judges.

pytest runs its tests one after another, but most of ours are guests that could run together. So every
job is started when the session starts, in a thread that queues at the scheduler, and the test of its
name only waits for the outcome. A job gives a list of problems (none: it passed), adds the cases that
it saw to the report, and one entry for itself.
"""

import threading
import traceback

import scheduler


class Skip(Exception):
    """Raised by a job that cannot be done here (a compiler that is not installed)."""


class Job:
    def __init__(self, loft, machine, suite, work, cpus=0):
        self.loft = loft
        self.cpus = cpus  # of its guest, if it has one
        self.machine = machine
        self.suite = suite
        self.name = f"{suite}-{machine}"
        self.work = work
        self.problems = []
        self.skipped = ""
        self.thread = threading.Thread(target=self.run, daemon=True, name=scheduler.JOB + self.name)

    def run(self):
        try:
            self.problems = list(self.work() or [])
        except Skip as reason:
            self.skipped = str(reason)
            self.loft.report.add(self.machine, self.suite, "verdict", "skip", 0, self.skipped)
            return
        except Exception:  # pylint: disable=broad-except
            self.problems = ["the harness failed:\n" + traceback.format_exc()]
        self.loft.report.add(self.machine, self.suite, "verdict", "fail" if self.problems else "pass",
                             self.loft.scheduler.busy(), "\n".join(self.problems))

    def start(self):
        self.thread.start()

    def wait(self):
        self.thread.join()

    def outcome(self):
        """Waits for the end; the list of problems."""
        self.wait()
        return self.problems


def report_cases(loft, machine, cases):
    """Puts KTAP cases into the report under a machine's name."""
    for case in cases:
        loft.report.add(machine, case.suite, case.case, case.result, case.seconds, case.message)

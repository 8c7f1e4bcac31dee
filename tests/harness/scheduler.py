# SPDX-License-Identifier: MIT
"""Decides which guests may run at the same time.

A guest declares its virtual CPUs and the memory that it will touch. Never are more vCPUs running than
twice the host's cores, nor more memory than half of the host's, with one exception: a guest that is
alone may always run, with no other guest beside it. What is no guest (a build, the linter) queues in
lanes of its own, a lane a core, and runs at the lowest priority (static_jobs.command()): it has what the
guests leave over, which beside a guest whose CPUs mostly wait for one of them is much, and the rest of
the host once they have ended. At the same priority it would hurt: the CPUs of a large guest wait for
each other in turns, and each turn that falls to one that the host does not run costs a time slice.

Who waits is served in order of arrival, but a small one may pass the first one if that does not fit
yet, for as long as PATIENCE seconds: after that nothing passes, so that the first gets its turn. What
pytest runs one by one goes before the jobs, of which all arrive at once, and only behind a first one
whose patience has ended. As long as any of that is to come, jobs leave a CPU free for it: a hundred
short tests that each waited for a long job would take longest of all. Machines, controls and deaths
that need all CPUs have run before that (plugin.py).

Time limits scale with the load: a limit is written for an idle host, and limit() stretches it by what
may run beside the guest and by what else the host is doing.
"""

import contextlib
import os
import threading
import time

PATIENCE = 20
JOB = "job-"  # names of threads that are jobs begin so


def host_memory():
    """The host's memory in MiB."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1 << 20)


def is_job():
    return threading.current_thread().name.startswith(JOB)


class Scheduler:
    def __init__(self, cores=None, memory=None, clock=time.monotonic):
        self.cores = cores or os.cpu_count() or 1
        self.max_cpus = 2 * self.cores
        self.max_memory = (memory or host_memory()) // 2
        self.clock = clock
        self.cpus = 0
        self.memory = 0
        self.running = 0
        self.most_cpus = 0
        self.waiting = []  # (CPUs, memory, is it a job's, an object of its own)
        self.kept_free = 0  # CPUs that jobs leave to others
        self.first, self.first_since = None, 0.0
        self.thread = threading.local()
        self.lanes = threading.Semaphore(self.cores)
        self.lock = threading.Condition()

    def may_ever(self, cpus, job):
        """Could such a guest run, if it were alone, while CPUs are kept free?"""
        return not (job and self.kept_free) or cpus + self.kept_free <= self.max_cpus

    def fits(self, cpus, memory, job=False):
        """May a guest with these needs start now?"""
        if self.running == 0 or not self.may_ever(cpus, job):
            return self.may_ever(cpus, job)
        cpus += self.kept_free if job else 0
        return self.cpus + cpus <= self.max_cpus and self.memory + memory <= self.max_memory

    def keep_free(self, cpus):
        """From now on jobs leave so many CPUs to others."""
        with self.lock:
            self.kept_free = cpus
            self.lock.notify_all()

    def queue(self):
        """Those whose turn may come now, and whether the first has been that for long. The lock is held."""
        queue = [each for each in self.waiting if self.may_ever(each[0], each[2])]
        if queue and queue[0] is not self.first:
            self.first, self.first_since = queue[0], self.clock()
        return queue, bool(queue) and self.clock() - self.first_since > PATIENCE

    def place(self):
        """Where in the queue the current thread lines up. The lock is held."""
        queue, impatient = self.queue()
        if is_job():
            return len(self.waiting)
        return self.waiting.index(queue[0]) + 1 if impatient else 0

    def is_next(self, ticket):
        """May this waiter start now? The lock is held."""
        queue, impatient = self.queue()
        candidates = queue[:1] if impatient else queue
        return next((each for each in candidates if self.fits(*each[:3])), None) is ticket

    @contextlib.contextmanager
    def slot(self, cpus, memory):
        """Waits until the guest may run; it counts as running inside the `with`."""
        ticket = (cpus, memory, is_job(), object())
        with self.started(ticket), self.timed():
            yield

    @contextlib.contextmanager
    def started(self, ticket):
        cpus, memory = ticket[:2]
        with self.lock:
            came = self.clock()
            self.waiting.insert(self.place(), ticket)
            while not self.is_next(ticket):
                self.lock.wait(1)
            self.waiting.remove(ticket)
            self.thread.waited = self.waited() + self.clock() - came
            self.cpus += cpus
            self.memory += memory
            self.running += 1
            self.most_cpus = max(self.most_cpus, self.cpus)
            self.lock.notify_all()
        try:
            yield
        finally:
            with self.lock:
                self.cpus -= cpus
                self.memory -= memory
                self.running -= 1
                self.lock.notify_all()

    @contextlib.contextmanager
    def lane(self):
        """The right to do work that is no guest, at the lowest priority."""
        with self.lanes, self.timed():
            yield

    @contextlib.contextmanager
    def timed(self):
        start = self.clock()
        try:
            yield
        finally:
            self.thread.busy = self.busy() + self.clock() - start

    def busy(self):
        """The seconds that this thread has spent in slots, without the waiting."""
        return getattr(self.thread, "busy", 0.0)

    def waited(self):
        """The seconds that this thread has waited for slots."""
        return getattr(self.thread, "waited", 0.0)

    def limit(self, seconds):
        """A time limit for a loaded host, from one for an idle host."""
        beside = max(2.0, self.cpus / self.cores)
        others = os.getloadavg()[0] / self.cores
        return int(seconds * max(beside, others))

# SPDX-License-Identifier: MIT
"""The scheduler of guests: the vCPU and memory rules, the guest alone, fairness, time limits, other work."""

import threading
import time
import types

import plugin
import scheduler
import static_jobs


def run_all(sched, needs, seconds=0.02):
    """Runs one guest a need at once; (most vCPUs, most MiB, was a large one ever not alone)."""
    seen = {"cpus": 0, "memory": 0, "company": False}
    lock = threading.Lock()

    def guest(cpus, memory):
        with sched.slot(cpus, memory):
            with lock:
                seen["cpus"] = max(seen["cpus"], sched.cpus if sched.running > 1 else 0)
                seen["memory"] = max(seen["memory"], sched.memory if sched.running > 1 else 0)
                if cpus > sched.max_cpus or memory > sched.max_memory:
                    seen["company"] |= sched.running > 1
            time.sleep(seconds)

    threads = [threading.Thread(target=guest, args=need) for need in needs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return seen


def test_never_more_than_twice_the_cores():
    sched = scheduler.Scheduler(cores=2, memory=1 << 20)
    seen = run_all(sched, [(1 + i % 4, 16) for i in range(40)])
    assert 0 < seen["cpus"] <= 4
    assert sched.cpus == sched.memory == sched.running == 0


def test_memory_stays_below_half():
    sched = scheduler.Scheduler(cores=8, memory=1000)
    assert 0 < run_all(sched, [(1, 200)] * 12)["memory"] <= 500


def test_one_alone_may_always_run():
    sched = scheduler.Scheduler(cores=2, memory=1000)
    seen = run_all(sched, [(8, 10), (1, 10), (1, 900), (2, 10), (8, 10)] * 3)
    assert not seen["company"]


def test_nothing_passes_the_first_one_for_ever():
    clock = [100.0]
    sched = scheduler.Scheduler(cores=1, memory=1000, clock=lambda: clock[0])
    sched.running, sched.cpus = 1, 1
    large, small = (4, 1, True, object()), (1, 1, True, object())
    sched.waiting = [large, small]
    assert not sched.is_next(large) and sched.is_next(small)
    clock[0] += scheduler.PATIENCE + 1
    assert not sched.is_next(small)
    sched.running = sched.cpus = 0
    assert sched.is_next(large)
    sched.waiting = [small, large]
    sched.running, sched.cpus = 1, 2
    assert not sched.is_next(small) and not sched.is_next(large)


def test_patience_begins_at_the_head_of_the_queue():
    """All jobs arrive at once: if theirs began then, none would pass another after some seconds."""
    clock = [100.0]
    sched = scheduler.Scheduler(cores=1, memory=1000, clock=lambda: clock[0])
    first, second, third = [(cpus, 1, True, object()) for cpus in (2, 2, 1)]
    sched.waiting = [first, second, third]
    assert sched.is_next(first)
    clock[0] += scheduler.PATIENCE + 1
    sched.waiting = [second, third]
    sched.running, sched.cpus = 1, 1
    assert sched.is_next(third)


def test_first_come_first_served():
    sched = scheduler.Scheduler(cores=2, memory=1000)
    first, second = (2, 1, True, object()), (2, 1, True, object())
    sched.waiting = [first, second]
    assert sched.is_next(first) and not sched.is_next(second)


def test_limits_grow_with_load():
    sched = scheduler.Scheduler(cores=2, memory=1000)
    assert sched.limit(10) >= 20
    sched.cpus = 8
    assert sched.limit(10) >= 40


def test_tests_go_before_jobs():
    clock = [100.0]
    sched = scheduler.Scheduler(cores=2, memory=1000, clock=lambda: clock[0])
    sched.waiting = [(1, 1, True, object()), (8, 1, True, object())]
    assert sched.place() == 0
    clock[0] += scheduler.PATIENCE + 1
    assert sched.place() == 1
    places = []
    thread = threading.Thread(target=lambda: places.append(sched.place()), name="job-x")
    thread.start()
    thread.join()
    assert places == [2]


def test_jobs_leave_a_place_for_the_tests_to_come():
    clock = [100.0]
    sched = scheduler.Scheduler(cores=2, memory=1000, clock=lambda: clock[0])
    assert sched.fits(8, 1, job=True) and sched.fits(4, 1, job=True)
    sched.keep_free(1)
    assert not sched.fits(8, 1, job=True) and not sched.fits(4, 1, job=True)
    assert sched.fits(3, 1, job=True) and sched.fits(8, 1)
    sched.running, sched.cpus = 1, 2
    assert sched.fits(1, 1, job=True) and not sched.fits(2, 1, job=True) and sched.fits(2, 1)
    large, small = (4, 1, True, object()), (1, 1, True, object())
    sched.waiting = [large, small]
    clock[0] += scheduler.PATIENCE + 1
    assert sched.is_next(small)  # who waits for the tests' end keeps nobody waiting
    sched.keep_free(0)
    assert sched.fits(2, 1, job=True)


def test_other_work_goes_on_beside_a_large_guest():
    sched = scheduler.Scheduler(cores=2, memory=1000)
    done = []

    def work(name):
        with sched.lane():
            done.append(name)

    with sched.slot(8, 1):
        for name in range(3):
            thread = threading.Thread(target=work, args=(name,), name=scheduler.JOB + "work")
            thread.start()
            thread.join(10)
    assert done == [0, 1, 2]


def test_other_work_takes_a_lane_a_core():
    sched = scheduler.Scheduler(cores=2, memory=1000)
    inside, most, lock = [], [], threading.Lock()

    def work():
        with sched.lane():
            with lock:
                inside.append(1)
                most.append(len(inside))
            time.sleep(0.02)
            with lock:
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert max(most) == 2


def test_other_work_has_the_lowest_priority():
    assert static_jobs.command(["nice"]) == (0, "19\n")


def test_guests_that_need_all_cpus_come_first():
    loft = plugin.Loft(None, "check")
    loft.scheduler = scheduler.Scheduler(cores=2, memory=1000)
    jobs = [types.SimpleNamespace(cpus=cpus) for cpus in (0, 1, 3, 4, 8)]
    assert [job.cpus for job in loft.large(jobs)] == [4, 8]
    names = {job.machine for job in plugin.machine_jobs.jobs(loft) + plugin.deaths.jobs(loft) if job.cpus > 3}
    assert {"panic_shows_all_cpus", "one-thread"} <= names

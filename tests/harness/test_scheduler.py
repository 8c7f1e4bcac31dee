# SPDX-License-Identifier: MIT
"""The scheduler of guests: the vCPU and memory rules, the guest alone, fairness, time limits."""

import threading
import time

import scheduler


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


def test_nothing_passes_a_large_one_for_ever():
    sched = scheduler.Scheduler(cores=1, memory=1000, clock=lambda: clock[0])
    clock = [0.0]
    sched.running, sched.cpus = 1, 1
    large, small = (4, 1, 0.0, object()), (1, 1, 1.0, object())
    sched.waiting = [large, small]
    assert not sched.is_next(large) and sched.is_next(small)
    clock[0] = scheduler.PATIENCE + 1
    assert not sched.is_next(small)
    sched.running = sched.cpus = 0
    assert sched.is_next(large)


def test_first_come_first_served():
    sched = scheduler.Scheduler(cores=2, memory=1000)
    first, second = (2, 1, 0.0, object()), (2, 1, 0.0, object())
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
    old, new = (8, 1, 1.0, object()), (1, 1, 99.0, object())
    sched.waiting = [old, new]
    assert sched.place() == 1
    places = []
    thread = threading.Thread(target=lambda: places.append(sched.place()), name="job-x")
    thread.start()
    thread.join()
    assert places == [2]


def test_no_work_beside_a_large_guest():
    sched = scheduler.Scheduler(cores=4, memory=1000)
    with sched.slot(sched.max_cpus, 1):
        assert sched.free_lanes == 0
    assert sched.free_lanes == sched.nr_lanes
    with sched.lane(), sched.slot(sched.max_cpus - 1, 1):
        assert sched.free_lanes == sched.nr_lanes - 1


def in_thread(work, name="test"):
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


def soon(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_others_run_while_a_large_one_waits_for_the_lanes():
    sched = scheduler.Scheduler(cores=2, memory=1000)
    ran = []

    def guest(name, cpus):
        with sched.slot(cpus, 1):
            ran.append(name)

    with sched.lane():
        large = in_thread(lambda: guest("large", 8))
        soon(lambda: sched.for_lanes)
        in_thread(lambda: guest("small", 2)).join(10)
        assert ran == ["small"] and sched.cpus == 0
    large.join(60)
    assert ran == ["small", "large"] and sched.free_lanes == sched.nr_lanes


def test_lanes_are_given_in_order():
    """One who wants all is not passed by who wants one; what is no job goes before jobs."""
    sched = scheduler.Scheduler(cores=4, memory=1000)
    order, threads = [], []

    def take(name, count):
        with sched.lanes(count):
            order.append(name)

    def queue(name, count, thread_name):
        waiting = len(sched.for_lanes)
        threads.append(in_thread(lambda: take(name, count), thread_name))
        soon(lambda: len(sched.for_lanes) > waiting)

    with sched.lane():
        queue("all", sched.nr_lanes, "job-a")
        queue("one", 1, "job-b")
        queue("all of a test", sched.nr_lanes, "test")
        assert sched.free_lanes == 1 and not order
    for thread in threads:
        thread.join(60)
    assert order == ["all of a test", "all", "one"]

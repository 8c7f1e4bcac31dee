/* SPDX-License-Identifier: MIT */
/*
 * Timers, works and RCU, on all CPUs at once, at random, for as long as torture= says.
 *
 * One thread a CPU arms, moves and deletes its timers, queues and cancels shared works, replaces
 * and reads shared objects. What must hold: no timer's function runs twice at once, or after
 * del_timer_sync() returned; each successful queueing of a work is run or cancelled, once; no
 * reader ever finds an object that was freed.
 */
#include "kernel/sync/rcupdate.h"
#include "kernel/sync/timer.h"
#include "kernel/sync/wait.h"
#include "kernel/sync/workqueue.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "proc/kthread.h"
#include "tests/kunit.h"
#include "tests/torture.h"

static atomic_t mistakes, rounds;
static bool over; /* for all threads at once: while one is stopped, others go on to be in his way */

static int wait_for_stop(void)
{
	while (!kthread_should_stop())
		schedule_timeout_idle(1);
	return 0;
}

static unsigned int some_cpu(struct rnd_state *rnd)
{
	unsigned int cpu, nth = prandom_u32_below(rnd, num_online_cpus());

	for_each_online_cpu(cpu) if (nth-- == 0) return cpu;
	return 0;
}

/* One thread a CPU runs FN until the time is over. Returns how many rounds they did. */
static unsigned int on_all_cpus(struct kunit *test, int (*fn)(void *data))
{
	static struct task_struct *threads[NR_CPUS];
	struct torture t = torture_begin_part(3);
	unsigned int cpu;

	atomic_set(&mistakes, 0);
	atomic_set(&rounds, 0);
	WRITE_ONCE(over, false);
	for_each_online_cpu(cpu)
	{
		threads[cpu] = kthread_run_on_cpu(fn, (void *)(uintptr_t)cpu, cpu, "torture/%u");
		KUNIT_EXPECT_FALSE(test, IS_ERR(threads[cpu]));
	}
	while (torture_goes_on(&t))
		schedule_timeout_idle(HZ / 20);
	WRITE_ONCE(over, true);
	for_each_online_cpu(cpu) if (!IS_ERR(threads[cpu])) kthread_stop(threads[cpu]);
	kunit_info(test, "%d rounds", atomic_read(&rounds));
	return (unsigned int)atomic_read(&rounds);
}

/* --- timers ----------------------------------------------------------------------------------- */

#define TIMERS 16 /* of each CPU's thread */

struct tortured_timer {
	struct timer_list timer;
	atomic_t inside;
	bool dead; /* del_timer_sync() has returned */
	unsigned long not_before;
	u32 fired;
};

static struct tortured_timer timers[NR_CPUS][TIMERS];

static void ring(struct timer_list *timer)
{
	struct tortured_timer *t = from_timer(t, timer, timer);

	if (atomic_inc_return(&t->inside) != 1 || READ_ONCE(t->dead) ||
	    time_before(jiffies, READ_ONCE(t->not_before)))
		atomic_inc(&mistakes);
	t->fired++;
	if (t->fired % 4 == 0)
		udelay(t->fired % 64);
	if (t->fired % 3 == 0 && !READ_ONCE(over))
		mod_timer(timer, jiffies + t->fired % 3);
	atomic_dec(&t->inside);
}

static void play(struct tortured_timer *t, struct rnd_state *rnd)
{
	switch (prandom_u32_below(rnd, 4)) {
	case 0:
		del_timer_sync(&t->timer);
		WRITE_ONCE(t->dead, true);
		if (atomic_read(&t->inside) || timer_pending(&t->timer))
			atomic_inc(&mistakes);
		/* Armed anew by hand, perhaps elsewhere: until then nobody may ring. */
		t->not_before = jiffies + prandom_u32_below(rnd, 4);
		t->timer.expires = t->not_before;
		WRITE_ONCE(t->dead, false);
		add_timer_on(&t->timer, (int)some_cpu(rnd));
		break;
	case 1:
		del_timer(&t->timer);
		break;
	default:
		WRITE_ONCE(t->not_before, jiffies);
		mod_timer(&t->timer, jiffies + prandom_u32_below(rnd, 100));
		break;
	}
}

static int torture_timers(void *data)
{
	struct tortured_timer *mine = timers[(uintptr_t)data];
	struct rnd_state rnd;

	prandom_seed_state(&rnd, (uintptr_t)data + 1);
	for (unsigned int i = 0; i < TIMERS; i++)
		timer_setup(&mine[i].timer, ring, 0);
	while (!READ_ONCE(over)) {
		play(&mine[prandom_u32_below(&rnd, TIMERS)], &rnd);
		atomic_inc(&rounds);
	}
	for (unsigned int i = 0; i < TIMERS; i++)
		del_timer_sync(&mine[i].timer);
	return wait_for_stop();
}

static void timers_under_fire(struct kunit *test)
{
	u32 fired = 0;

	memset(timers, 0, sizeof(timers));
	KUNIT_EXPECT_GT(test, on_all_cpus(test, torture_timers), 0u);
	KUNIT_EXPECT_EQ(test, atomic_read(&mistakes), 0);
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
		for (unsigned int i = 0; i < TIMERS; i++) {
			fired += timers[cpu][i].fired;
			KUNIT_ASSERT_FALSE(test, timer_pending(&timers[cpu][i].timer));
		}
	KUNIT_EXPECT_GT(test, fired, 0u);
}

/* --- works ------------------------------------------------------------------------------------ */

#define WORKS 8

static struct tortured_work {
	struct work_struct work;
	struct delayed_work late;
	atomic_t inside, late_inside, expected, ran;
} works[WORKS];

static void run_work(struct tortured_work *w, atomic_t *inside)
{
	unsigned int n = (unsigned int)atomic_inc_return(&w->ran);

	if (atomic_inc_return(inside) != 1)
		atomic_inc(&mistakes);
	if (n % 16 == 0)
		schedule_timeout_uninterruptible(1);
	else if (n % 4 == 0)
		udelay(n % 128);
	atomic_dec(inside);
}

static void work_runs(struct work_struct *work)
{
	struct tortured_work *w = container_of(work, struct tortured_work, work);

	run_work(w, &w->inside);
}

static void late_runs(struct work_struct *work)
{
	struct tortured_work *w = container_of(work, struct tortured_work, late.work);

	run_work(w, &w->late_inside);
}

static void handle(struct tortured_work *w, struct rnd_state *rnd)
{
	switch (prandom_u32_below(rnd, 8)) {
	case 0:
		atomic_sub(cancel_work_sync(&w->work), &w->expected);
		break;
	case 1:
		flush_work(&w->work);
		break;
	case 2:
		atomic_sub(cancel_delayed_work_sync(&w->late), &w->expected);
		break;
	case 3:
	case 4:
		atomic_add(queue_delayed_work_on((int)some_cpu(rnd), system_wq, &w->late,
						 prandom_u32_below(rnd, 3)),
			   &w->expected);
		break;
	default:
		atomic_add(schedule_work_on((int)some_cpu(rnd), &w->work), &w->expected);
		break;
	}
}

static int torture_works(void *data)
{
	struct rnd_state rnd;

	prandom_seed_state(&rnd, (uintptr_t)data + 1);
	while (!READ_ONCE(over)) {
		handle(&works[prandom_u32_below(&rnd, WORKS)], &rnd);
		atomic_inc(&rounds);
	}
	return wait_for_stop();
}

static void works_under_fire(struct kunit *test)
{
	for (unsigned int i = 0; i < WORKS; i++) {
		memset(&works[i], 0, sizeof(works[i]));
		INIT_WORK(&works[i].work, work_runs);
		INIT_DELAYED_WORK(&works[i].late, late_runs);
	}
	KUNIT_EXPECT_GT(test, on_all_cpus(test, torture_works), 0u);
	for (unsigned int i = 0; i < WORKS; i++) {
		flush_delayed_work(&works[i].late);
		flush_work(&works[i].work);
		KUNIT_EXPECT_EQ(test, atomic_read(&works[i].ran), atomic_read(&works[i].expected));
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&mistakes), 0);
	workqueue_settle(); /* also until the workers are gone that came to help */
}

/* --- RCU -------------------------------------------------------------------------------------- */

#define OBJECTS 8
#define ALIVE   0x600d600d
#define FREED   0xdeaddead

struct rcu_object {
	u32 state;
	struct rcu_head head;
};

static struct rcu_object *objects[OBJECTS];
static atomic_t alive;

static void free_object(struct rcu_object *object)
{
	WRITE_ONCE(object->state, FREED);
	kfree(object);
	atomic_dec(&alive);
}

static void free_later(struct rcu_head *head)
{
	free_object(container_of(head, struct rcu_object, head));
}

static void replace(struct rcu_object **place, struct rnd_state *rnd, bool again)
{
	struct rcu_object *fresh = again ? kmalloc(sizeof(*fresh), GFP_KERNEL) : NULL, *old;

	if (fresh) {
		fresh->state = ALIVE;
		atomic_inc(&alive);
	}
	old = xchg(place, fresh);
	if (!old)
		return;
	if (prandom_u32_below(rnd, 16)) {
		call_rcu(&old->head, free_later);
	} else {
		synchronize_rcu();
		free_object(old);
	}
}

static void look(struct rcu_object **place, struct rnd_state *rnd)
{
	const struct rcu_object *object;

	rcu_read_lock();
	object = rcu_dereference(*place);
	for (unsigned int i = prandom_u32_below(rnd, 200); object && i > 0; i--) {
		if (READ_ONCE(object->state) != ALIVE)
			atomic_inc(&mistakes);
		cpu_relax();
	}
	rcu_read_unlock();
}

static int torture_rcu(void *data)
{
	struct rnd_state rnd;

	prandom_seed_state(&rnd, (uintptr_t)data + 1);
	while (!READ_ONCE(over)) {
		struct rcu_object **place = &objects[prandom_u32_below(&rnd, OBJECTS)];

		if (prandom_u32_below(&rnd, 8))
			look(place, &rnd);
		else
			replace(place, &rnd, true);
		if (prandom_u32_below(&rnd, 4096) == 0)
			rcu_barrier();
		if (rcu_callbacks_pending() > 5000)
			synchronize_rcu(); /* no more than memory bears */
		atomic_inc(&rounds);
	}
	return wait_for_stop();
}

static void rcu_under_fire(struct kunit *test)
{
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 99);
	atomic_set(&alive, 0);
	KUNIT_EXPECT_GT(test, on_all_cpus(test, torture_rcu), 0u);
	KUNIT_EXPECT_EQ(test, atomic_read(&mistakes), 0);
	for (unsigned int i = 0; i < OBJECTS; i++)
		replace(&objects[i], &rnd, false);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, atomic_read(&alive), 0);
	KUNIT_EXPECT_EQ(test, rcu_callbacks_pending(), 0u);
}

static struct kunit_case torture_cases[] = {
	KUNIT_CASE_SLOW(timers_under_fire),
	KUNIT_CASE_SLOW(works_under_fire),
	KUNIT_CASE_SLOW(rcu_under_fire),
	{},
};

static struct kunit_suite torture_suite = {
	.name = "sync_time_torture",
	.test_cases = torture_cases,
};
kunit_test_suite(torture_suite);

/* SPDX-License-Identifier: MIT */
/*
 * Torture of locks and wait queues: two threads on each CPU, and timers besides, that all change
 * the same data under one lock of each kind, sleep and are preempted with the sleeping kinds held.
 *
 * Each lock guards two counters far apart, which are equal whenever the lock is free. A holder
 * makes them unequal for a while: whoever finds them so was let in where he should not have been.
 * At the end they must be as large as all holders together have counted.
 */
#include "kernel/cpu/cpumask.h"
#include "kernel/sync/atomic64.h"
#include "kernel/sync/completion.h"
#include "kernel/sync/mutex.h"
#include "kernel/sync/rwlock.h"
#include "kernel/sync/rwsem.h"
#include "kernel/sync/semaphore.h"
#include "kernel/sync/seqlock.h"
#include "kernel/sync/timer.h"
#include "lib/random.h"
#include "lib/string.h"
#include "proc/kthread.h"
#include "tests/held_thread.h"
#include "tests/kunit.h"
#include "tests/torture.h"
#include "tests/wait_until.h"

#define THREADS_A_CPU 2
#define MAX_THREADS   (NR_CPUS * THREADS_A_CPU)

/* What a lock guards. */
struct guarded {
	unsigned long first;
	char between[120];
	unsigned long second;
};

enum kind { SPIN, SPIN_IRQ, RW, SEQ, MUTEX, SEMAPHORE, RWSEM, NR_KINDS };

static const char *const kind_names[NR_KINDS] = {
	"spin lock", "spin lock in timers", "rwlock", "seqlock", "mutex", "semaphore", "rwsem"};

static struct guarded data[NR_KINDS];
static DEFINE_SPINLOCK(torture_spin);
static DEFINE_SPINLOCK(torture_irq);
static DEFINE_RWLOCK(torture_rw);
static DEFINE_SEQLOCK(torture_seq);
static DEFINE_MUTEX(torture_mutex);
static struct semaphore torture_sem = __SEMAPHORE_INITIALIZER(torture_sem, 1);
static DECLARE_RWSEM(torture_rwsem);

static atomic64_t writes[NR_KINDS];
static atomic_t wrong[NR_KINDS];

struct torturer {
	struct task_struct *task;
	struct rnd_state rnd;
	unsigned long count[NR_KINDS];
	struct timer_list timer; /* of the first thread of a CPU */
	unsigned long timer_count;
};

static struct torturer torturers[MAX_THREADS];
static bool timers_stop;

static void stay(unsigned int pause)
{
	while (pause--)
		for (int i = 0; i < 16; i++)
			barrier();
}

static void nap(struct rnd_state *rnd)
{
	if (prandom_u32_below(rnd, 16) == 0)
		schedule_timeout_uninterruptible(1);
	else if (prandom_u32_below(rnd, 4) == 0)
		yield();
}

/* A reader stays for a while, during which nothing changes; @sleeper: whose lock lets him sleep. */
static void read_data(enum kind kind, unsigned int pause, struct rnd_state *sleeper)
{
	unsigned long first = READ_ONCE(data[kind].first);
	bool good = first == READ_ONCE(data[kind].second);

	stay(pause);
	if (sleeper)
		nap(sleeper);
	if (!good || first != READ_ONCE(data[kind].first) || first != READ_ONCE(data[kind].second))
		atomic_inc(&wrong[kind]);
}

static void write_data(enum kind kind, unsigned int pause, struct rnd_state *sleeper)
{
	read_data(kind, 0, NULL);
	WRITE_ONCE(data[kind].first, data[kind].first + 1);
	stay(pause);
	if (sleeper)
		nap(sleeper);
	WRITE_ONCE(data[kind].second, data[kind].second + 1);
	atomic64_inc(&writes[kind]);
}

/* A seqlock's reader takes nothing as true before the loop has ended. */
static void read_by_sequence(void)
{
	unsigned long first, second;
	unsigned int seq;

	do {
		seq = read_seqbegin(&torture_seq);
		first = READ_ONCE(data[SEQ].first);
		second = READ_ONCE(data[SEQ].second);
	} while (read_seqretry(&torture_seq, seq));
	if (first != second)
		atomic_inc(&wrong[SEQ]);
}

static void one_spinning(enum kind kind, struct rnd_state *rnd)
{
	unsigned int pause = prandom_u32_below(rnd, 32);
	bool read = prandom_u32_below(rnd, 4) != 0;
	unsigned long flags;

	switch (kind) {
	case SPIN:
		if (prandom_u32_below(rnd, 4) || !spin_trylock(&torture_spin))
			spin_lock(&torture_spin);
		write_data(kind, pause, NULL);
		spin_unlock(&torture_spin);
		break;
	case SPIN_IRQ:
		spin_lock_irqsave(&torture_irq, flags);
		write_data(kind, pause, NULL);
		spin_unlock_irqrestore(&torture_irq, flags);
		break;
	case RW:
		if (read) {
			read_lock(&torture_rw);
			read_data(kind, pause, NULL);
			read_unlock(&torture_rw);
		} else {
			write_lock(&torture_rw);
			write_data(kind, pause, NULL);
			write_unlock(&torture_rw);
		}
		break;
	default:
		if (read) {
			read_by_sequence();
		} else {
			write_seqlock(&torture_seq);
			write_data(SEQ, pause, NULL);
			write_sequnlock(&torture_seq);
		}
		break;
	}
}

static void one_sleeping(enum kind kind, struct rnd_state *rnd)
{
	unsigned int pause = prandom_u32_below(rnd, 32);

	switch (kind) {
	case MUTEX:
		if (prandom_u32_below(rnd, 4) || !mutex_trylock(&torture_mutex))
			mutex_lock(&torture_mutex);
		write_data(kind, pause, rnd);
		mutex_unlock(&torture_mutex);
		break;
	case SEMAPHORE:
		down(&torture_sem);
		write_data(kind, pause, rnd);
		up(&torture_sem);
		break;
	default:
		if (prandom_u32_below(rnd, 4)) {
			down_read(&torture_rwsem);
			read_data(RWSEM, pause, rnd);
			up_read(&torture_rwsem);
			break;
		}
		down_write(&torture_rwsem);
		write_data(RWSEM, pause, rnd);
		if (prandom_u32_below(rnd, 2)) {
			downgrade_write(&torture_rwsem);
			read_data(RWSEM, pause, NULL);
			up_read(&torture_rwsem);
		} else {
			up_write(&torture_rwsem);
		}
		break;
	}
}

#define SPINNING_A_ROUND 32 /* they are quick */

static int torture_locks(void *arg)
{
	struct torturer *t = arg;
	enum kind kind;

	while (!kthread_should_stop()) {
		for (int i = 0; i < SPINNING_A_ROUND; i++) {
			kind = (enum kind)prandom_u32_below(&t->rnd, SEQ + 1);
			one_spinning(kind, &t->rnd);
			t->count[kind]++;
		}
		kind = (enum kind)(SEQ + 1 + prandom_u32_below(&t->rnd, NR_KINDS - SEQ - 1));
		one_sleeping(kind, &t->rnd);
		t->count[kind]++;
		cond_resched();
	}
	return 0;
}

/*
 * Comes again when the CPU has had four times as long for its threads. On a host with fewer CPUs
 * each hand-over of a fair lock may cost a time slice: timers that came at each tick would do
 * nothing but wait for each other, and no thread would run.
 */
static void timer_locks(struct timer_list *timer)
{
	struct torturer *t = container_of(timer, struct torturer, timer);
	unsigned long flags, began = jiffies;

	spin_lock_irqsave(&torture_irq, flags);
	write_data(SPIN_IRQ, 3, NULL);
	spin_unlock_irqrestore(&torture_irq, flags);
	t->timer_count++;
	if (!READ_ONCE(timers_stop))
		mod_timer(timer, jiffies + 1 + 4 * (jiffies - began));
}

static unsigned int start_torture(struct kunit *test, int (*fn)(void *))
{
	unsigned int cpu, n = 0;

	memset(torturers, 0, sizeof(torturers));
	for_each_online_cpu(cpu)
	{
		for (int i = 0; i < THREADS_A_CPU; i++, n++) {
			struct torturer *t = &torturers[n];

			prandom_seed_state(&t->rnd, n + 1);
			t->task = thread_hold(test,
					      i ? kthread_create(fn, t, "torture/%u", n)
						: kthread_create_on_cpu(fn, t, cpu, "torture/%u"));
		}
	}
	return n;
}

static void stop_torture(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		thread_end(torturers[i].task);
}

static void start_timers(void)
{
	unsigned int cpu, i = 0;

	timers_stop = false;
	for_each_online_cpu(cpu)
	{
		struct timer_list *timer = &torturers[i].timer;

		timer_setup(timer, timer_locks, 0);
		timer->expires = jiffies + 1;
		add_timer_on(timer, (int)cpu);
		i += THREADS_A_CPU;
	}
}

static void stop_timers(unsigned int n)
{
	WRITE_ONCE(timers_stop, true);
	for (unsigned int i = 0; i < n; i += THREADS_A_CPU)
		del_timer_sync(&torturers[i].timer);
}

static bool all_kinds_were_locked(void)
{
	for (unsigned int k = 0; k < NR_KINDS; k++)
		if (!atomic64_read(&writes[k]))
			return false;
	return true;
}

/* On a busy host it may take a while until each thread has run, and each kind was locked. */
static bool all_had_turns(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (!READ_ONCE(torturers[i].count[SPIN]))
			return false;
	return all_kinds_were_locked();
}

static void locks_exclude(struct kunit *test)
{
	struct torture time = torture_begin();
	unsigned int n, i;

	memset(data, 0, sizeof(data));
	for (i = 0; i < NR_KINDS; i++) {
		atomic64_set(&writes[i], 0);
		atomic_set(&wrong[i], 0);
	}
	n = start_torture(test, torture_locks);
	start_timers();
	for (i = 0; i < n; i++)
		wake_up_process(torturers[i].task);
	while (torture_goes_on(&time))
		schedule_timeout_uninterruptible(HZ / 10);
	/* Not each thread must have run, if the host does not let it: the rest is judged. */
	if (!wait_until_sleeping(all_had_turns(n)))
		kunit_info(test, "not every thread had its turn");
	stop_timers(n);
	stop_torture(n);
	KUNIT_EXPECT_TRUE(test, all_kinds_were_locked());
	for (i = 0; i < NR_KINDS; i++) {
		unsigned long total = (unsigned long)atomic64_read(&writes[i]);

		kunit_info(test, "%s: %lu changes", kind_names[i], total);
		KUNIT_EXPECT_EQ_MSG(test, atomic_read(&wrong[i]), 0, "%s", kind_names[i]);
		KUNIT_EXPECT_EQ_MSG(test, data[i].first, total, "%s", kind_names[i]);
		KUNIT_EXPECT_EQ_MSG(test, data[i].second, total, "%s", kind_names[i]);
	}
}

/* ---- fairness: all CPUs at one lock, all the time ---- */

static DEFINE_SPINLOCK(fair_lock);
static unsigned long fair_turns[MAX_THREADS];
static atomic_t fair_waiting; /* threads that have not come yet */
static bool fair_stop;

static int count_turns(void *arg)
{
	unsigned long *turns = &fair_turns[(struct torturer *)arg - torturers];

	atomic_dec(&fair_waiting);
	while (atomic_read(&fair_waiting) > 0 && !READ_ONCE(fair_stop))
		cond_resched();
	while (!READ_ONCE(fair_stop)) {
		for (int i = 0; i < 10; i++) {
			spin_lock(&fair_lock);
			++*turns;
			spin_unlock(&fair_lock);
		}
		cond_resched();
	}
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

#define MIN_TURNS 20

static unsigned long least_turns(unsigned int n)
{
	unsigned long least = ~0ul;

	for (unsigned int i = 0; i < n; i += THREADS_A_CPU)
		least = min(least, READ_ONCE(fair_turns[i]));
	return least;
}

/*
 * Nobody is left out. How equal the counts are says more of the host than of the lock: while it
 * runs two virtual CPUs of four, these two take turns a thousand times faster than all four do.
 * That nobody overtakes one who waits is sync_lock's to prove.
 */
static void nobody_is_left_out(struct kunit *test)
{
	struct torture time = torture_begin_part(4);
	unsigned int n, i;

	memset(fair_turns, 0, sizeof(fair_turns));
	fair_stop = false;
	atomic_set(&fair_waiting, (int)num_online_cpus());
	n = start_torture(test, count_turns);
	for (i = 0; i < n; i += THREADS_A_CPU)
		wake_up_process(torturers[i].task);
	for (i = 0; torture_goes_on(&time) || (i < 200 && least_turns(n) < MIN_TURNS); i++)
		schedule_timeout_uninterruptible(HZ / 10);
	WRITE_ONCE(fair_stop, true);
	for (i = 1; i < n; i += THREADS_A_CPU)
		wake_up_process(torturers[i].task); /* they end at once */
	stop_torture(n);
	for (i = 0; i < n; i += THREADS_A_CPU)
		kunit_info(test, "thread on CPU %u: %lu turns", i / THREADS_A_CPU, fair_turns[i]);
	KUNIT_EXPECT_GE(test, least_turns(n), (unsigned long)MIN_TURNS);
}

/* ---- wait queues: a ring of threads that hand a token on ---- */

static DECLARE_WAIT_QUEUE_HEAD(ring);
static unsigned int ring_length, ring_at;
static bool ring_stop;

static int pass_on(void *arg)
{
	unsigned int me = (unsigned int)((struct torturer *)arg - torturers);

	for (;;) {
		wait_event(ring, READ_ONCE(ring_at) == me || READ_ONCE(ring_stop));
		if (READ_ONCE(ring_stop))
			break;
		((struct torturer *)arg)->count[0]++;
		WRITE_ONCE(ring_at, (me + 1) % ring_length);
		wake_up_all(&ring);
	}
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* One lost wake-up and the token stands still for ever. */
static void the_token_goes_round(struct kunit *test)
{
	struct torture time = torture_begin_part(4);
	unsigned long before;
	unsigned int i;

	ring_stop = false;
	ring_at = 0;
	ring_length = start_torture(test, pass_on);
	for (i = 0; i < ring_length; i++)
		wake_up_process(torturers[i].task);
	while (torture_goes_on(&time)) {
		before = READ_ONCE(torturers[0].count[0]);
		for (i = 0; i < 100 && READ_ONCE(torturers[0].count[0]) == before; i++)
			schedule_timeout_uninterruptible(HZ / 10);
		KUNIT_EXPECT_NE(test, READ_ONCE(torturers[0].count[0]), before);
		if (READ_ONCE(torturers[0].count[0]) == before)
			break;
	}
	WRITE_ONCE(ring_stop, true);
	wake_up_all(&ring);
	stop_torture(ring_length);
	kunit_info(test, "%lu rounds of %u threads", torturers[0].count[0], ring_length);
}

/* ---- completions on the stack: freed the moment that the wait is over ---- */

static int complete_them(void *arg)
{
	struct completion **slot = arg;

	while (!kthread_should_stop()) {
		struct completion *x = __atomic_exchange_n(slot, NULL, __ATOMIC_ACQ_REL);

		if (x)
			complete(x);
		else
			cond_resched();
	}
	return 0;
}

static noinline void wait_on_stack(struct completion **slot)
{
	DECLARE_COMPLETION_ONSTACK(x);

	__atomic_store_n(slot, &x, __ATOMIC_RELEASE);
	wait_for_completion(&x);
	/* Who still uses it hangs or crashes. */
	WRITE_ONCE(x.wait.lock.word, 0x5a5a5a5a);
	WRITE_ONCE(x.wait.head.next, NULL);
}

static void completions_may_lie_on_the_stack(struct kunit *test)
{
	struct torture time = torture_begin_part(4);
	static struct completion *slot;
	struct task_struct *task;
	unsigned long n = 0;

	slot = NULL;
	task = kthread_run(complete_them, &slot, "completer");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	for (; torture_goes_on(&time); n++)
		wait_on_stack(&slot);
	kthread_stop(task);
	KUNIT_EXPECT_GT(test, n, 0ul);
}

static struct kunit_case torture_cases[] = {
	KUNIT_CASE_SLOW(locks_exclude),
	KUNIT_CASE_SLOW(nobody_is_left_out),
	KUNIT_CASE_SLOW(the_token_goes_round),
	KUNIT_CASE_SLOW(completions_may_lie_on_the_stack),
	{},
};

static struct kunit_suite torture_suite = {
	.name = "sync_lock_torture",
	.test_cases = torture_cases,
};
kunit_test_suite(torture_suite);

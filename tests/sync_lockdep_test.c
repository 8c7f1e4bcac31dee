/* SPDX-License-Identifier: MIT */
/*
 * Proves of lockdep: an order that can deadlock is reported the first time that it is seen, with
 * the places of both sides, and only then; so is a lock that interrupts and their victims share.
 *
 * The locks here get keys of their own, which are forgotten after each case, so that the suite can
 * run twice.
 */
#include "kernel/cpu/cpumask.h"
#include "kernel/sync/mutex.h"
#include "kernel/sync/rwlock.h"
#include "kernel/sync/rwsem.h"
#include "lib/string.h"
#include "tests/interrupt_once.h"
#include "tests/kunit.h"
#include "tests/kunit_crash.h"

#define NR_TEST_LOCKS 4

static spinlock_t a, b, c, d;
static struct mutex m;
static struct lock_class_key keys[NR_TEST_LOCKS], mutex_key;

static void set_keys(void)
{
	spin_lock_init(&a);
	spin_lock_init(&b);
	spin_lock_init(&c);
	spin_lock_init(&d);
	mutex_init(&m);
	lockdep_set_class_and_name(&a, &keys[0], "test A");
	lockdep_set_class_and_name(&b, &keys[1], "test B");
	lockdep_set_class_and_name(&c, &keys[2], "test C");
	lockdep_set_class_and_name(&d, &keys[3], "test D");
	lockdep_set_class_and_name(&m, &mutex_key, "test mutex");
}

static int lockdep_init(struct kunit *test)
{
	if (!lockdep_enabled())
		kunit_skip(test, "only debug builds have lockdep");
	set_keys();
	return 0;
}

static void lockdep_exit(struct kunit *test)
{
	for (int i = 0; i < NR_TEST_LOCKS; i++)
		lockdep_unregister_key(&keys[i]);
	lockdep_unregister_key(&mutex_key);
}

static noinline void take_two(spinlock_t *first, spinlock_t *second)
{
	spin_lock(first);
	spin_lock(second);
	spin_unlock(second);
	spin_unlock(first);
}

static noinline void take_two_the_other_way(spinlock_t *first, spinlock_t *second)
{
	spin_lock(first);
	spin_lock(second);
	spin_unlock(second);
	spin_unlock(first);
}

static bool report_names(const char *text)
{
	return strstr(lockdep_report_text(), text) != NULL;
}

/* ABBA: one CPU and no bad luck is enough. */
static void abba_is_reported_at_first_sight(struct kunit *test)
{
	unsigned long before = warn_count;

	take_two(&a, &b);
	take_two(&a, &b);
	KUNIT_EXPECT_EQ(test, warn_count, before);
	KUNIT_EXPECT_WARN_COUNT(test, 1,
				"lockdep: possible deadlock*takes test A while holding test B, "
				"which elsewhere is taken after test A*",
				take_two_the_other_way(&b, &a));
	KUNIT_EXPECT_TRUE(test, report_names("test A was taken while test B is held, now at:"));
	KUNIT_EXPECT_TRUE(test, report_names("take_two_the_other_way"));
	KUNIT_EXPECT_TRUE(test, report_names("test B was taken while test A was held, first at:"));
	KUNIT_EXPECT_TRUE(test, report_names(" take_two"));
	KUNIT_EXPECT_TRUE(test, report_names("abba_is_reported_at_first_sight+"));
	before = warn_count;
	take_two_the_other_way(&b, &a); /* known */
	KUNIT_EXPECT_EQ(test, warn_count, before);
}

static void longer_circles_are_reported(struct kunit *test)
{
	take_two(&a, &b);
	take_two(&b, &c);
	take_two(&c, &d);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "lockdep: possible deadlock*test A while holding test D*",
				take_two(&d, &a));
	KUNIT_EXPECT_TRUE(test, report_names("test B was taken while test A was held"));
	KUNIT_EXPECT_TRUE(test, report_names("test C was taken while test B was held"));
	KUNIT_EXPECT_TRUE(test, report_names("test D was taken while test C was held"));
}

static void good_orders_are_not(struct kunit *test)
{
	unsigned long before = warn_count;

	mutex_lock(&m);
	take_two(&a, &b);
	spin_lock(&a);
	spin_lock(&b);
	spin_unlock(&a); /* not in the reverse order: no harm */
	spin_lock(&c);
	spin_unlock(&c);
	spin_unlock(&b);
	mutex_unlock(&m);
	spin_lock(&b);
	KUNIT_EXPECT_TRUE(test, spin_trylock(&a)); /* trying makes no order */
	spin_unlock(&a);
	spin_unlock(&b);
	take_two(&a, &c);
	KUNIT_EXPECT_EQ(test, warn_count, before);
	KUNIT_EXPECT_EQ(test, lockdep_cpu_depth(smp_processor_id()), 0u);
	KUNIT_EXPECT_EQ(test, lockdep_task_depth(), 0u);
}

/* Two locks of one kind: which comes first? */
static void two_of_a_class_are_reported(struct kunit *test)
{
	spinlock_t other;

	spin_lock_init(&other);
	lockdep_set_class_and_name(&other, &keys[0], "test A");
	spin_lock(&a);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "lockdep: possible recursion*takes test A*",
				spin_lock(&other));
	spin_unlock(&other);
	spin_unlock(&a);

	lockdep_unregister_key(&keys[0]);
	spin_lock(&a);
	spin_lock_nested(&other, SINGLE_DEPTH_NESTING); /* the order is meant */
	spin_unlock(&other);
	spin_unlock(&a);
}

static void sleeping_locks_have_orders(struct kunit *test)
{
	struct rw_semaphore sem;
	static struct lock_class_key sem_key;

	init_rwsem(&sem);
	lockdep_set_class_and_name(&sem, &sem_key, "test rwsem");
	mutex_lock(&m);
	down_read(&sem);
	lockdep_assert_held(&m);
	up_read(&sem);
	mutex_unlock(&m);
	down_write(&sem);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*takes test mutex while holding test rwsem*",
				mutex_lock(&m));
	mutex_unlock(&m);
	up_write(&sem);
	lockdep_unregister_key(&sem_key);
}

/* ---- interrupts ---- */

static spinlock_t *handler_takes;

static void taking_handler(unsigned int irq, void *arg)
{
	spin_lock(handler_takes);
	spin_unlock(handler_takes);
}

static void take_in_handler(struct kunit *test, spinlock_t *lock)
{
	handler_takes = lock;
	interrupt_once(test, taking_handler, "lockdep", NULL);
}

/* The handler would wait for whom it has interrupted. */
static void sharing_with_a_handler_is_reported(struct kunit *test)
{
	take_in_handler(test, &a);
	KUNIT_EXPECT_WARN_COUNT(test, 1,
				"*with an interrupt: test A is held with interrupts on, and was "
				"taken in an interrupt handler*",
				spin_lock(&a));
	spin_unlock(&a);
	KUNIT_EXPECT_TRUE(test, report_names("taking_handler+"));

	spin_lock(&b);
	spin_unlock(&b);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*test B is taken in an interrupt handler*",
				take_in_handler(test, &b));
}

static void interrupts_off_is_the_right_way(struct kunit *test)
{
	unsigned long before = warn_count, flags;

	take_in_handler(test, &a);
	spin_lock_irqsave(&a, flags);
	spin_unlock_irqrestore(&a, flags);
	spin_lock_irq(&a);
	spin_unlock_irq(&a);
	KUNIT_EXPECT_EQ(test, warn_count, before);
}

/* Handler: A. Thread: A, then B. Other thread: B with interrupts on; there comes the handler. */
static void inversions_are_reported(struct kunit *test)
{
	unsigned long flags;

	take_in_handler(test, &a);
	spin_lock(&c);
	spin_unlock(&c);
	spin_lock_irqsave(&b, flags);
	spin_lock(&c);
	spin_unlock(&c);
	spin_unlock_irqrestore(&b, flags);
	local_irq_save(flags);
	KUNIT_EXPECT_WARN_COUNT(test, 1,
				"*with an interrupt: test A is taken in an interrupt handler, and "
				"test C, taken after it, is held with interrupts on*",
				take_two(&a, &b));
	local_irq_restore(flags);
	KUNIT_EXPECT_TRUE(test, report_names("test C was taken while test B was held"));
}

/* The same, where the usage comes last. */
static void late_inversions_are_reported(struct kunit *test)
{
	unsigned long flags;

	take_in_handler(test, &a);
	local_irq_save(flags);
	take_two(&a, &b);
	local_irq_restore(flags);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*test A is taken in*test B, taken after it, is held*",
				spin_lock(&b));
	spin_unlock(&b);
}

/* ---- waiting for other CPUs ---- */

static void ipi_waits_under_an_irq_lock_are_reported(struct kunit *test)
{
	unsigned long flags;

	spin_lock(&a); /* nobody takes this one with interrupts off */
	lockdep_ipi_wait();
	spin_unlock(&a);
	spin_lock_irqsave(&b, flags);
	spin_unlock_irqrestore(&b, flags);
	spin_lock(&b);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*deadlock with an IPI: test B is held*",
				lockdep_ipi_wait());
	spin_unlock(&b);
	/* And the other way round: taken so only after a wait has been seen. */
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*deadlock with an IPI: test A is held*",
				spin_lock_irqsave(&a, flags);
				spin_unlock_irqrestore(&a, flags));
}

static void held_locks_are_known(struct kunit *test)
{
	KUNIT_EXPECT_WARN(test, "*lock_is_held*", lockdep_assert_held(&a));
	spin_lock(&a);
	lockdep_assert_held(&a);
	KUNIT_EXPECT_WARN(test, "*lockdep_not_held*", lockdep_assert_not_held(&a));
	KUNIT_EXPECT_EQ(test, lockdep_cpu_depth(smp_processor_id()), 1u);
	spin_unlock(&a);
	lockdep_assert_not_held(&a);
}

static struct kunit_case lockdep_cases[] = {
	KUNIT_CASE(abba_is_reported_at_first_sight),
	KUNIT_CASE(longer_circles_are_reported),
	KUNIT_CASE(good_orders_are_not),
	KUNIT_CASE(two_of_a_class_are_reported),
	KUNIT_CASE(sleeping_locks_have_orders),
	KUNIT_CASE(sharing_with_a_handler_is_reported),
	KUNIT_CASE(interrupts_off_is_the_right_way),
	KUNIT_CASE(inversions_are_reported),
	KUNIT_CASE(late_inversions_are_reported),
	KUNIT_CASE(ipi_waits_under_an_irq_lock_are_reported),
	KUNIT_CASE(held_locks_are_known),
	{},
};

static struct kunit_suite lockdep_suite = {
	.name = "sync_lockdep",
	.init = lockdep_init,
	.exit = lockdep_exit,
	.test_cases = lockdep_cases,
	.quick = true,
};
kunit_test_suite(lockdep_suite);

/* SPDX-License-Identifier: MIT */
/*
 * lockdep: finds lock orders that can deadlock, in debug builds, without their having to.
 *
 * A deadlock needs bad luck: two CPUs, each with one of two locks, at the same moment. What makes
 * it possible is there all the time: somewhere A is held while B is taken, elsewhere B while A is.
 * lockdep remembers, for classes of locks, which was ever taken while which was held, and in what
 * contexts; it reports the first time that an order closes a circle, with the places of both sides.
 *
 * Locks initialised at one place in the source are one class; a static lock is a class of its own.
 * Every lock operation of debug builds comes through here; other builds have no trace of it.
 * lockdep.c is the engine, lockdep_report.c what it says.
 */
#ifndef KERNEL_SYNC_LOCKDEP_H
#define KERNEL_SYNC_LOCKDEP_H

#include "boot/x86.h"
#include "kernel/sync/lockdep_types.h"

/* How a lock is taken. */
#define LOCK_TRY   1u /* without waiting: makes no order */
#define LOCK_READ  2u /* together with others */
#define LOCK_SLEEP 4u /* by a task that may sleep: a mutex, a semaphore */

#define SINGLE_DEPTH_NESTING 1

#ifdef CONFIG_DEBUG

#define lockdep_enabled() true

/* The place in the code; nothing in builds that do not record it. */
#define debug_ip() current_ip()

/*
 * lock_acquire() - @map's lock is about to be waited for (LOCK_TRY: has been taken) at @site.
 * lock_release() - it is about to be released. Any context; without effect in NMI, in a panic, and
 * after more locks or orders than the tables hold (which is said once).
 */
void lock_acquire(struct lockdep_map *map, unsigned int subclass, unsigned int how,
		  unsigned long site);
void lock_release(struct lockdep_map *map, unsigned long site);

/* Does this CPU or task hold it? True as well when lockdep cannot tell. */
bool lock_is_held(const struct lockdep_map *map);

void lockdep_init_map(struct lockdep_map *map, const char *name, const struct lock_class_key *key);

/* The class of @lock is @key from now on, with this name; it must not be held. */
#define lockdep_set_class_and_name(lock, key, name) lockdep_init_map(&(lock)->dep_map, name, key)
#define lockdep_set_class(lock, key)                lockdep_set_class_and_name(lock, key, #key)

/*
 * lockdep_unregister_key() - forget the classes of @key and all their orders: no lock of them is
 * held, nor ever used again before it is initialised anew.
 */
void lockdep_unregister_key(struct lock_class_key *key);

#define lockdep_register_key(key) ((void)(key))

#define lockdep_is_held(lock)           lock_is_held(&(lock)->dep_map)
#define lockdep_assert(cond)            WARN_ON(!(cond))
#define lockdep_assert_held(lock)       lockdep_assert(lockdep_is_held(lock))
#define lockdep_assert_not_held(lock)   lockdep_assert(lockdep_not_held(&(lock)->dep_map))
#define lockdep_assert_held_write(lock) lockdep_assert_held(lock)
#define lockdep_assert_held_read(lock)  lockdep_assert_held(lock)
#define lockdep_assert_held_once(lock)  WARN_ON_ONCE(!lockdep_is_held(lock))
#define lockdep_assert_irqs_disabled()  lockdep_assert(irqs_disabled())
#define lockdep_assert_irqs_enabled()   lockdep_assert(!irqs_disabled())

bool lockdep_not_held(const struct lockdep_map *map);

/*
 * lockdep_ipi_wait() - the caller is about to wait for other CPUs to serve an interrupt. Warns,
 * naming it, of a lock held here that anybody takes with interrupts off: who waits for it then
 * cannot serve. Remembers the locks held, so that the warning comes as well if one of them is taken
 * so only later.
 */
void lockdep_ipi_wait(void);

/* lockdep_task_exit() - warns of the locks that the running task still holds. */
void lockdep_task_exit(void);

/* Locks held by CPU @cpu, spinning ones, and by the running task, sleeping ones. For the tests. */
unsigned int lockdep_cpu_depth(unsigned int cpu);
unsigned int lockdep_task_depth(void);

/* After a failure that a test expected: what was taken since the depths were these is not held. */
void lockdep_restore(unsigned int cpu_depth, unsigned int task_depth);

/* Prints the locks that this CPU and the running task hold; the classes and their numbers. */
void lockdep_print_held(void (*print)(const char *fmt, ...));
void lockdep_print_classes(void (*print)(const char *fmt, ...));

/* The whole text of the latest finding, for the tests. */
const char *lockdep_report_text(void);

#else

#define lockdep_enabled() false
#define debug_ip()        0UL

#define lockdep_init_map(map, name, key)            ((void)0)
#define lockdep_set_class_and_name(lock, key, name) ((void)(key))
#define lockdep_set_class(lock, key)                ((void)(key))
#define lockdep_register_key(key)                   ((void)(key))
#define lockdep_unregister_key(key)                 ((void)(key))

#define lockdep_is_held(lock)           ((void)(lock), 1)
#define lockdep_assert(cond)            ((void)0)
#define lockdep_assert_held(lock)       ((void)(lock))
#define lockdep_assert_not_held(lock)   ((void)(lock))
#define lockdep_assert_held_write(lock) ((void)(lock))
#define lockdep_assert_held_read(lock)  ((void)(lock))
#define lockdep_assert_held_once(lock)  ((void)(lock))
#define lockdep_assert_irqs_disabled()  ((void)0)
#define lockdep_assert_irqs_enabled()   ((void)0)

static inline void lockdep_ipi_wait(void)
{
}

static inline void lockdep_task_exit(void)
{
}

static inline unsigned int lockdep_cpu_depth(unsigned int cpu)
{
	return 0;
}

static inline unsigned int lockdep_task_depth(void)
{
	return 0;
}

static inline void lockdep_restore(unsigned int cpu_depth, unsigned int task_depth)
{
}

static inline const char *lockdep_report_text(void)
{
	return "";
}

static inline void lockdep_print_held(void (*print)(const char *fmt, ...))
{
}

static inline void lockdep_print_classes(void (*print)(const char *fmt, ...))
{
	print("lockdep: only debug builds (make DEBUG=1) watch the order of locks");
}

#endif

#endif

/* SPDX-License-Identifier: MIT */
/*
 * RCU: readers that take no lock, and writers that wait until nobody can be reading any more.
 *
 * A reader looks at shared data between rcu_read_lock() and rcu_read_unlock(); what it finds there
 * stays until it has left. A writer takes an object out of sight (list_del_rcu(), a pointer
 * changed by rcu_assign_pointer()) and frees it a grace period later: every reader that could have
 * found it has gone by then. kernel/sync/rcu.c says how that is known.
 *
 * loft's readers disable preemption. So a reader must not sleep (the usual reports name it), any
 * section with preemption, softirqs or interrupts off is a reader too, and the flavours that Linux
 * once had (_bh, _sched) are all one.
 */
#ifndef KERNEL_SYNC_RCUPDATE_H
#define KERNEL_SYNC_RCUPDATE_H

#include "kernel/sync/preempt.h"
#include "lib/atomic.h"
#include "lib/list.h"

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};
#define callback_head rcu_head
typedef void (*rcu_callback_t)(struct rcu_head *head);

/* Readers. They nest, and cost one instruction at either end. Any context. */
#define rcu_read_lock()         preempt_disable()
#define rcu_read_unlock()       preempt_enable()
#define rcu_read_lock_bh()      local_bh_disable()
#define rcu_read_unlock_bh()    local_bh_enable()
#define rcu_read_lock_sched()   preempt_disable()
#define rcu_read_unlock_sched() preempt_enable()

/* Whether the caller is a reader: true at least wherever it is one. */
#define rcu_read_lock_held()       (in_atomic() || irqs_disabled())
#define rcu_read_lock_sched_held() rcu_read_lock_held()
#define rcu_read_lock_bh_held()    rcu_read_lock_held()
#define rcu_read_lock_any_held()   rcu_read_lock_held()

/*
 * rcu_assign_pointer() - show readers a new object: all that was written to it before is seen
 * first. rcu_dereference() - take a pointer that a writer may change meanwhile. The other forms say
 * why no reader's lock is needed, or that the pointer is only looked at.
 */
#define __rcu
#define RCU_INITIALIZER(v)              __typeof__(*(v)) *(v)
#define RCU_INIT_POINTER(p, v)          WRITE_ONCE(p, v)
#define rcu_assign_pointer(p, v)        smp_store_release(&(p), v)
#define rcu_dereference(p)              READ_ONCE(p)
#define rcu_dereference_check(p, c)     READ_ONCE(p)
#define rcu_dereference_bh(p)           READ_ONCE(p)
#define rcu_dereference_sched(p)        READ_ONCE(p)
#define rcu_dereference_raw(p)          READ_ONCE(p)
#define rcu_dereference_protected(p, c) (p)
#define rcu_access_pointer(p)           READ_ONCE(p)
#define rcu_pointer_handoff(p)          (p)
#define rcu_replace_pointer(p, new, c)                                                             \
	__extension__({                                                                            \
		__typeof__(p) __rcu_old = (p);                                                     \
		rcu_assign_pointer(p, new);                                                        \
		__rcu_old;                                                                         \
	})

/*
 * call_rcu() - @func(@head) is called a grace period from now on: on this CPU, as a softirq, in the
 *	order of the calls. @head is the callee's again when it is called. Any context but NMI.
 * synchronize_rcu() - returns a grace period later. May sleep; never within a reader (reported).
 * rcu_barrier() - returns when all that call_rcu() was given before, by any CPU, has been called.
 *	May sleep.
 */
void call_rcu(struct rcu_head *head, rcu_callback_t func);
void synchronize_rcu(void);
void rcu_barrier(void);
#define synchronize_rcu_expedited() synchronize_rcu()
#define synchronize_sched()         synchronize_rcu()
#define synchronize_net()           synchronize_rcu()

/*
 * get_state_synchronize_rcu() - a ticket; poll_state_synchronize_rcu(): a grace period has passed
 * since it was drawn. cond_synchronize_rcu() - wait for that, if it has not. start_poll_...: also
 * has a grace period begin.
 */
unsigned long get_state_synchronize_rcu(void);
unsigned long start_poll_synchronize_rcu(void);
bool poll_state_synchronize_rcu(unsigned long ticket);
void cond_synchronize_rcu(unsigned long ticket);

/*
 * The machinery's own. rcu_init(): once, at boot. rcu_tick(): from each CPU's tick, interrupts off;
 * @quiescent: what it interrupted was no reader. rcu_note_quiescent(): this CPU is in no reader
 * right now: at every switch of threads and in the idle loop, preemption or interrupts off.
 */
extern u32 rcu_cpus_awaited; /* CPUs that the grace period under way waits for, a bit each */
void rcu_init(void);
void rcu_tick(bool quiescent);
void rcu_report_quiescent(void);

static inline void rcu_note_quiescent(void)
{
	if (unlikely(READ_ONCE(rcu_cpus_awaited)))
		rcu_report_quiescent();
}

/* rcu_callbacks_pending() - what call_rcu() was given on all CPUs and is not done yet. */
unsigned int rcu_callbacks_pending(void);

/* kfree_rcu() of mm/kmalloc.h: objects whose rcu_head's func is its offset in them go here. */
extern void (*rcu_free_hook)(void *object);
void call_rcu_free(struct rcu_head *head, size_t offset);

#endif

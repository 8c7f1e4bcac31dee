/* SPDX-License-Identifier: MIT */
/*
 * Sequence counters and locks: readers who never wait for each other nor hold up the writer, but
 * read again if it came in between. Names and meanings are Linux 6.1's.
 *
 *	writer                      reader
 *	sequence++  (odd now)       do {
 *	change the data                     seq = wait until it is even
 *	sequence++  (even again)            copy the data
 *	                            } while (the sequence is not seq any more);
 *
 * A reader may see half of a change, so it must not follow pointers it has read, nor act before
 * the loop has ended. Writers exclude each other: by any lock (seqcount_t), or by the spin lock in
 * seqlock_t. A writer must not be preempted in the middle by a reader who waits for it on the same
 * CPU: the seqlock's lock sees to that, a seqcount's writer must (with interrupts off, if there are
 * readers in interrupt handlers). The orders below cost no instruction on x86.
 */
#ifndef KERNEL_SYNC_SEQLOCK_H
#define KERNEL_SYNC_SEQLOCK_H

#include "kernel/sync/spinlock.h"
#include "lib/control.h"

typedef struct seqcount {
	unsigned int sequence;
} seqcount_t;
/* Which lock excludes the writers is not checked. */
typedef seqcount_t seqcount_spinlock_t;
typedef seqcount_t seqcount_raw_spinlock_t;
typedef seqcount_t seqcount_mutex_t;

#define SEQCNT_ZERO(name)                                                                          \
	{                                                                                          \
		.sequence = 0                                                                      \
	}
#define SEQCNT_SPINLOCK_ZERO(name, lock) SEQCNT_ZERO(name)
#define SEQCNT_MUTEX_ZERO(name, lock)    SEQCNT_ZERO(name)
#define seqcount_init(s)                 WRITE_ONCE((s)->sequence, 0)
#define seqcount_spinlock_init(s, lock)  seqcount_init(s)
#define seqcount_mutex_init(s, lock)     seqcount_init(s)

typedef struct {
	seqcount_t seqcount;
	spinlock_t lock;
} seqlock_t;

#define __SEQLOCK_UNLOCKED(name)                                                                   \
	{                                                                                          \
		.seqcount = SEQCNT_ZERO(name), .lock = __SPIN_LOCK_UNLOCKED((name).lock)           \
	}
#define DEFINE_SEQLOCK(name) seqlock_t name = __SEQLOCK_UNLOCKED(name)
#define seqlock_init(sl)                                                                           \
	do {                                                                                       \
		seqcount_init(&(sl)->seqcount);                                                    \
		spin_lock_init(&(sl)->lock);                                                       \
	} while (0)

/* ---- counters ---- */

/* The sequence now, odd while a writer is at it; the reads that follow come after it. */
static inline unsigned int raw_read_seqcount(const seqcount_t *s)
{
	return __atomic_load_n(&s->sequence, __ATOMIC_ACQUIRE);
}

/* The same, without the lowest bit: a reader that does not wait will have to try again. */
static inline unsigned int raw_seqcount_begin(const seqcount_t *s)
{
	return raw_read_seqcount(s) & ~1u;
}

static inline unsigned int read_seqcount_begin(const seqcount_t *s)
{
	unsigned int seq;

	while ((seq = raw_read_seqcount(s)) & 1)
		cpu_relax();
	return seq;
}
#define raw_read_seqcount_begin(s) read_seqcount_begin(s)

/* Must the reader, who began at @start, read again? */
static inline int read_seqcount_retry(const seqcount_t *s, unsigned int start)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return READ_ONCE(s->sequence) != start && !control(seqlock_never_retries);
}
#define __read_seqcount_begin(s)        read_seqcount_begin(s)
#define __read_seqcount_retry(s, start) read_seqcount_retry(s, start)

static inline void raw_write_seqcount_begin(seqcount_t *s)
{
	WRITE_ONCE(s->sequence, s->sequence + 1);
	__atomic_thread_fence(__ATOMIC_RELEASE);
}

static inline void raw_write_seqcount_end(seqcount_t *s)
{
	__atomic_thread_fence(__ATOMIC_RELEASE);
	WRITE_ONCE(s->sequence, s->sequence + 1);
}

/* Excludes preemption for as long as it writes. */
static inline void write_seqcount_begin(seqcount_t *s)
{
	preempt_disable();
	raw_write_seqcount_begin(s);
}

static inline void write_seqcount_end(seqcount_t *s)
{
	raw_write_seqcount_end(s);
	preempt_enable();
}

/* Makes everybody who is reading now read again. */
static inline void write_seqcount_invalidate(seqcount_t *s)
{
	__atomic_thread_fence(__ATOMIC_RELEASE);
	WRITE_ONCE(s->sequence, s->sequence + 2);
}

/* ---- locks ---- */

static inline unsigned int read_seqbegin(const seqlock_t *sl)
{
	return read_seqcount_begin(&sl->seqcount);
}

static inline unsigned int read_seqretry(const seqlock_t *sl, unsigned int start)
{
	return (unsigned int)read_seqcount_retry(&sl->seqcount, start);
}

#define SEQLOCK_FORM(suffix)                                                                       \
	static inline void write_seqlock##suffix(seqlock_t *sl)                                    \
	{                                                                                          \
		spin_lock##suffix(&sl->lock);                                                      \
		raw_write_seqcount_begin(&sl->seqcount);                                           \
	}                                                                                          \
	static inline void write_sequnlock##suffix(seqlock_t *sl)                                  \
	{                                                                                          \
		raw_write_seqcount_end(&sl->seqcount);                                             \
		spin_unlock##suffix(&sl->lock);                                                    \
	}                                                                                          \
	/* A reader that excludes writers, and other such readers. */                              \
	static inline void read_seqlock_excl##suffix(seqlock_t *sl)                                \
	{                                                                                          \
		spin_lock##suffix(&sl->lock);                                                      \
	}                                                                                          \
	static inline void read_sequnlock_excl##suffix(seqlock_t *sl)                              \
	{                                                                                          \
		spin_unlock##suffix(&sl->lock);                                                    \
	}
SEQLOCK_FORM()
SEQLOCK_FORM(_bh)
SEQLOCK_FORM(_irq)
#undef SEQLOCK_FORM

#define write_seqlock_irqsave(sl, flags)                                                           \
	do {                                                                                       \
		spin_lock_irqsave(&(sl)->lock, flags);                                             \
		raw_write_seqcount_begin(&(sl)->seqcount);                                         \
	} while (0)

static inline void write_sequnlock_irqrestore(seqlock_t *sl, unsigned long flags)
{
	raw_write_seqcount_end(&sl->seqcount);
	spin_unlock_irqrestore(&sl->lock, flags);
}

#define read_seqlock_excl_irqsave(sl, flags) spin_lock_irqsave(&(sl)->lock, flags)

static inline void read_sequnlock_excl_irqrestore(seqlock_t *sl, unsigned long flags)
{
	spin_unlock_irqrestore(&sl->lock, flags);
}

/*
 * First without the lock, then with it: @seq is even at first; if need_seqretry() says so, the
 * caller makes it odd and goes round once more.
 */
static inline void read_seqbegin_or_lock(seqlock_t *sl, int *seq)
{
	if (*seq & 1)
		read_seqlock_excl(sl);
	else
		*seq = (int)read_seqbegin(sl);
}

static inline int need_seqretry(seqlock_t *sl, int seq)
{
	return !(seq & 1) && read_seqretry(sl, (unsigned int)seq);
}

static inline void done_seqretry(seqlock_t *sl, int seq)
{
	if (seq & 1)
		read_sequnlock_excl(sl);
}

#endif

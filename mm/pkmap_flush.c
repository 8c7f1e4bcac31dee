/* SPDX-License-Identifier: MIT */
/*
 * Taking idle PKMAP slots back: claim, shoot down, release.
 *
 *	with kmap_lock   pkmap_claim(): each idle slot becomes this flusher's (1 -> claimed, 1),
 *	                 loses its entry and its page; the set is on the flusher's stack
 *	without          shoot_down(): every CPU forgets what it may remember of them
 *	with kmap_lock   pkmap_release(): exactly this set becomes free (-> 0)
 *	without          wake_waiters(): who waits for slots of these colours is woken
 *
 * Nobody who spins for kmap_lock with interrupts off can be one who is waited for. While a slot is
 * claimed nobody else claims it, uses it or counts it, so several flushes can be under way.
 *
 * kmap_flush_unused() promises more than its own set: so it waits for the flushes of others that it
 * finds under way.
 *
 * Where no CPU can remember any of the set, since the Accessed bits of all entries were clear when
 * they were taken away (mm/tlb.h), there is nothing to wait for and the lock is kept.
 */
#include "kernel/cpu/cpumask.h"
#include "kernel/sync/wait.h"
#include "lib/control.h"
#include "mm/pkmap_internal.h"
#include "mm/tlb.h"

unsigned int flushes_under_way[PKMAP_COLORS];

/* Who waits for the flushes of others. */
static DECLARE_WAIT_QUEUE_HEAD(flush_waiters);

/* What one flusher has claimed, and nobody else may give free. */
struct pkmap_claim {
	unsigned long slots[PKMAP_WORDS];
	unsigned int colors; /* a bit for each that is among them */
	struct tlb_batch batch;
};

/* Some CPU may remember the entry of slot @nr. */
static noinline void note_used(struct pkmap_claim *claim, unsigned int nr)
{
	tlb_batch_add(&claim->batch, PKMAP_ADDR(nr), _PAGE_ACCESSED);
}

/* Claims slot @nr of @table, whose entry in the hash is @map, if it is idle. */
static __always_inline bool claim_slot(struct pkmap_claim *claim, pte_t *table, unsigned int nr,
				       struct page_address_map *map)
{
	u32 entry;

	if (unlikely(!pkmap_step(nr, 1, PKMAP_CLAIMED | 1)))
		return false; /* in use again, or its hint was stale */
	entry = entry_clear_flags(&table[nr << PKMAP_INCR_SHIFT].val);
	BUG_ON(!(entry & _PAGE_PRESENT));
	if (entry & _PAGE_ACCESSED && !tlb_batch_full(&claim->batch))
		note_used(claim, nr);
	if (!control(page_address_left))
		page_address_forget(map);
	return true;
}

/* The first run of set bits in @bits: its length; *@start is its first bit. */
static __always_inline unsigned int first_run(unsigned long bits, unsigned int *start)
{
	*start = (unsigned int)__ffs(bits);
	bits = ~(bits >> *start);
	return bits ? (unsigned int)__ffs(bits) : BITS_PER_LONG;
}

/* @bits without the lowest @n ones. */
static __always_inline unsigned long without_lowest(unsigned long bits, unsigned int n)
{
	return n >= BITS_PER_LONG ? 0 : bits & (~0ul << n);
}

/* Takes a word of hints; one that is set in the next moment stays. */
static unsigned long take_word(unsigned long *word)
{
	unsigned long hints;

	if (!control(pkmap_hints_torn))
		return xchg(word, 0);
	hints = READ_ONCE(*word);
	WRITE_ONCE(*word, 0);
	return hints;
}

/* Takes one word of all CPUs' idle_hints. */
static unsigned long take_hints(unsigned int word)
{
	unsigned long hints = 0;
	unsigned int cpu;

	for_each_online_cpu(cpu)
	{
		unsigned long *map = &per_cpu_ptr(&idle_hints, cpu)->map[word];

		if (READ_ONCE(*map))
			hints |= take_word(map);
	}
	return hints;
}

/* Claims what is idle of one word. */
static unsigned long claim_word(struct pkmap_claim *claim, unsigned int word)
{
	unsigned long hints = take_hints(word), claimed = hints;
	pte_t *const table = pkmap_page_table; /* read once: the loop does little else */
	struct page_address_map *map;
	unsigned int start, nr, end;

	while (hints) {
		end = first_run(hints, &start);
		nr = word * BITS_PER_LONG + start;
		end += nr;
		for (map = &page_address_maps[nr]; nr != end; nr++, map++)
			if (unlikely(!claim_slot(claim, table, nr, map)))
				claimed &= ~BIT_MASK(nr);
		hints = without_lowest(hints, end - word * BITS_PER_LONG);
	}
	return claimed;
}

/*
 * Claims every idle slot: it is nobody's from here on but this flusher's. False: there is none.
 * kmap_lock held.
 */
static bool pkmap_claim(struct pkmap_claim *claim)
{
	claim->colors = 0;
	tlb_batch_init(&claim->batch);
	for (unsigned int word = 0; word < PKMAP_WORDS; word++) {
		unsigned long claimed = claim_word(claim, word);

		claim->slots[word] = claimed;
		for (unsigned int color = 0; color < PKMAP_COLORS; color++)
			if (claimed & pkmap_color_bits(color))
				claim->colors |= 1u << color;
	}
	if (!claim->colors)
		return false;
	page_address_sweep();
	for (unsigned int color = 0; color < PKMAP_COLORS; color++)
		flushes_under_way[color] += claim->colors >> color & 1;
	return true;
}

/* For a control: the claimed slots of one word, whoever claimed them. */
static unsigned long claimed_by_anybody(unsigned int word)
{
	unsigned long bits = 0;

	for (unsigned int bit = 0; bit < BITS_PER_LONG && bit < LAST_PKMAP; bit++)
		if (pkmap_count[word * BITS_PER_LONG + bit] < 0)
			bits |= 1ul << bit;
	return bits;
}

/* The claimed slots are free; no CPU remembers them. kmap_lock held. */
static void pkmap_release(const struct pkmap_claim *claim)
{
	unsigned int word, color, start, n, given = 0;

	for (word = 0; word < PKMAP_WORDS; word++) {
		unsigned long bits = claim->slots[word];

		if (control(pkmap_claims_of_others_ended))
			bits = claimed_by_anybody(word);
		free_slots[word] |= bits;
		for (; bits; bits = without_lowest(bits, start + n)) {
			n = first_run(bits, &start);
			given += n;
			rep_stosl(&pkmap_count[word * BITS_PER_LONG + start], 0, n);
		}
	}
	this_cpu_add(pkmap_counters.maps, given); /* see pkmap_counters_sum() */
	for (color = 0; color < PKMAP_COLORS; color++) {
		flushes_under_way[color] -= claim->colors >> color & 1;
		pkmap_take_back(color); /* what is free now lies between what they have */
	}
}

/*
 * Who waits for slots of the claim's colours may look again: as many as there are slots for,
 * counting those that have become idle meanwhile. kmap_lock held, dropped while waking.
 */
static void wake_waiters(const struct pkmap_claim *claim)
{
	for (unsigned int color = 0; color < PKMAP_COLORS; color++) {
		unsigned int n;

		if (!(claim->colors >> color & 1) ||
		    !waitqueue_active(get_pkmap_wait_queue_head(color)) ||
		    control(pkmap_no_wake_after_flush))
			continue;
		n = pkmap_hints(color);
		for (unsigned int word = 0; word < PKMAP_WORDS; word++)
			n += hweight_long(claim->slots[word] & pkmap_color_bits(color));
		if (!control(pkmap_wake_under_lock))
			unlock_kmap();
		pkmap_wake(color, (int)n, NULL);
		if (!control(pkmap_wake_under_lock))
			lock_kmap();
	}
}

/* A flush has ended: maybe one that is waited for. kmap_lock held, dropped while waking. */
static void wake_flush_waiters(void)
{
	if (likely(!wq_has_sleeper(&flush_waiters)))
		return;
	unlock_kmap();
	wake_up_all(&flush_waiters);
	lock_kmap();
}

/*
 * The flushes of others that are under way end. New ones may begin meanwhile, and need not be
 * waited for: so it is enough that each colour was seen once without any, one after the other.
 */
static void wait_for_flushes(void)
{
	for (unsigned int color = 0; color < PKMAP_COLORS; color++)
		wait_event(flush_waiters, READ_ONCE(flushes_under_way[color]) == 0);
}

/* Every CPU forgets what was claimed. Without kmap_lock: this waits for them. */
static void shoot_down(struct pkmap_claim *claim)
{
	pkmap_count_event(shootdowns);
	flush_cache_kmaps();
	if (!control(pkmap_no_flush))
		tlb_batch_flush(&claim->batch);
}

bool flush_all_zero_pkmaps(void)
{
	struct pkmap_claim claim;

	if (!pkmap_claim(&claim))
		return false;
	pkmap_count_event(flushes);
	if (control(pkmap_flush_after_reuse))
		pkmap_release(&claim);
	if (claim.batch.nr > 0) {
		unlock_kmap();
		shoot_down(&claim);
		lock_kmap();
	}
	if (!control(pkmap_flush_after_reuse))
		pkmap_release(&claim);
	wake_waiters(&claim);
	wake_flush_waiters();
	return true;
}

void kmap_flush_unused(void)
{
	might_sleep();
	lock_kmap();
	flush_all_zero_pkmaps();
	unlock_kmap();
	if (!control(pkmap_others_not_awaited))
		wait_for_flushes();
}

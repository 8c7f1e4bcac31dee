/* SPDX-License-Identifier: MIT */
/*
 * The protocol of PKMAP slots (mm/highmem.c), for spin: how slots are taken, shared, given back,
 * claimed, flushed and waited for, by several CPUs at once, interrupt handlers included.
 *
 * What others can see is a step of its own; what the code does in one access (a compare-and-swap, an
 * exchange) is one atomic block. Steps that nobody else can see, or only who holds the lock, are joined
 * to their neighbours: taking the lock commutes with what others do before it, and what is read under
 * it changes under it only. Each part carries the names of the C functions that do it, behind `C:`;
 * scripts/lint checks that mm/ has each of them, and that no function is missing here that changes
 * a slot's word, the hints or the lock.
 *
 * Left out: the hash (a lookup is one step), colours, and the search for a free slot (which happens
 * under the lock). A compare-and-swap that is tried again until it succeeds is the moment at which it
 * does. CPUs matter for what they remember of the page table, and for their interrupt flag: the tasks
 * touch what they map on CPUs 0 and 1, but for the first one, who hands its address to CPU 2, where
 * no task maps. When it is touched does not matter, only that it was before the reference goes back.
 *
 * What is proved, for 3 CPUs, 3 slots and TASKS tasks, each of which maps a page, uses and unmaps it,
 * or flushes, while interrupts do the same, from every start() below:
 *
 *	no deadlock, no lost wake-up	all come to their end (spin: invalid end state)
 *	REUSE	no slot is used again before every CPU forgot it
 *	CLAIM	a claim is ended by who made it, and nobody counts or revives what is claimed
 *	TWICE	a page has one slot
 *	WRONG	who has a reference reaches his page, as long as he has it
 *	HELD	nobody waits for another CPU while he holds the lock
 *	LEFT	all references come back, and what is idle can be found
 *
 * Each MUTANT_... breaks the protocol in one place; verify/run checks that spin finds it. START,
 * IRQ_PAGE and SECOND (the second task's page) choose a part of all cases, for as much memory as a
 * part needs.
 */

#ifndef TASKS
#define TASKS 4
#endif
#ifndef IRQS
#define IRQS 2			/* CPUs that take an interrupt which maps */
#endif
#define CPUS 3
#define SLOTS 3
#define PAGES 4
#define NONE SLOTS		/* no slot */
#define CLAIMED 128		/* this bit of cnt: a flusher has taken the slot */

/* A slot: its word, whose address it is, its entry, and who remembers the entry. */
byte cnt[SLOTS];
byte pg[SLOTS];			/* 0: nobody's */
bool present[SLOTS], accessed[SLOTS];
byte tlb[SLOTS];		/* a bit for each CPU */
byte hints = 0;			/* idle_hints */
byte last = 0;			/* last_pkmap_nr */

byte lock = 0;			/* kmap_lock: its holder */
byte under_way = 0;		/* flushes_under_way */
byte queue = 0, asleep = 0;	/* a bit for each task */
byte wants[PAGES + 1];		/* of those in the queue: who waits to map a page */
byte irqs_off = 0;		/* a bit for each CPU */

#define IN_USE_OR_IDLE(s) (cnt[s] >= 1 && cnt[s] < CLAIMED)
#define FREE(s) (cnt[s] == 0)
#define NOWHERE(p) (pg[0] != p && pg[1] != p && pg[2] != p)
#define LEADS_TO(s, p) (pg[s] == p && present[s])

/* --- references, without the lock ---------------------------------------------------------------- */

/* C: page_address_find  C: page_address_maybe: false only where there is nothing to find */
inline find(p, s)
{
	s = (pg[0] == p -> 0 : (pg[1] == p -> 1 : (pg[2] == p -> 2 : NONE)))
}

/*
 * One of those that sleep, whichever: the code takes the one who waits longest.
 * C: pkmap_wake  C: wake_for_page. Inside an atomic block.
 */
inline wake_one()
{
	if
	:: asleep & 1 -> asleep = asleep & ~1
	:: asleep & 2 -> asleep = asleep & ~2
	:: asleep & 4 -> asleep = asleep & ~4
	:: asleep & 8 -> asleep = asleep & ~8
	:: asleep == 0
	fi
}

/* C: pkmap_now_idle */
inline now_idle(s)
{
	hints = hints | (1 << s);
#ifndef MUTANT_NO_WAKE
	atomic { wake_one() }
#endif
}

/* C: pkmap_put  C: pkmap_step */
inline put(s)
{
#ifdef MUTANT_HINT_FIRST
	hints = hints | (1 << s);
#endif
	atomic {
		assert(cnt[s] >= 2 && cnt[s] < CLAIMED);	/* CLAIM */
		cnt[s]--;
		idle = (cnt[s] == 1)
	}
#ifndef MUTANT_HINT_FIRST
	if
	:: idle -> now_idle(s)
	:: else
	fi;
#endif
	idle = false
}

/* The reference was good for a touch by this CPU, and it goes back. C: kunmap_fast  C: kunmap_high */
inline use_and_put(s, p, cpu)
{
	atomic {
		assert(LEADS_TO(s, p));				/* WRONG */
		/* the CPU walks the table only if it remembers nothing */
		accessed[s] = accessed[s] || !(tlb[s] & (1 << cpu));
		tlb[s] = tlb[s] | (1 << cpu);
#ifdef MUTANT_HINT_FIRST
		hints = hints | (1 << s)
	}
	atomic {
#endif
		assert(cnt[s] >= 2 && cnt[s] < CLAIMED);	/* CLAIM */
		cnt[s]--;
		idle = (cnt[s] == 1)
	}
#ifndef MUTANT_HINT_FIRST
	if
	:: idle -> now_idle(s)
	:: else
	fi;
#endif
	idle = false
}

/* C: pkmap_get  C: pkmap_step  C: kmap_fast  C: pkmap_lost */
inline get(s, p, got)
{
#ifdef MUTANT_PLAIN_GET
	old = cnt[s];
	got = (old >= 1 && old < CLAIMED);
	if
	:: got -> cnt[s] = old + 1
	:: else
	fi;
	old = 0;
#else
	atomic {
		got = IN_USE_OR_IDLE(s);
		if
		:: got -> cnt[s]++
		:: else
		fi
	}
#endif
#ifndef MUTANT_NO_PAGE_CHECK
	if
	:: got && pg[s] != p -> put(s); got = false
	:: else
	fi
#endif
}

/* C: get_registered */
inline get_registered(p, s, got)
{
	do
	:: find(p, s);
		if
		:: s == NONE -> break
		:: else -> get(s, p, got)
		fi;
		if
		:: got -> break
		:: !got && pg[s] == p -> break
		:: else		/* it became another page's: look again */
		fi
	od
}

/* --- under the lock ------------------------------------------------------------------------------ */

#define DROP_LOCK assert(lock == me); lock = 0

/* C: take_slot. Inside an atomic block; then, a step of its own: C: page_address_insert */
inline take(s)
{
	assert(FREE(s) && pg[s] == 0 && !present[s]);		/* CLAIM */
	assert(tlb[s] == 0);					/* REUSE */
	present[s] = true;
	accessed[s] = false;
	cnt[s] = 2
}

inline register(s, p)
{
	assert(NOWHERE(p));					/* TWICE */
	pg[s] = p
}

/*
 * C: pkmap_claim - the first step is the exchange of the hints, in the caller. C: claim_word
 * C: claim_slot  C: page_address_remove
 */
inline claim_all()
{
	do
	:: todo != 0 ->
		atomic {
			s = (todo & 1 -> 0 : (todo & 2 -> 1 : 2));
			todo = todo & ~(1 << s);
			if
			:: cnt[s] == 1 ->
				cnt[s] = CLAIMED + 1;
				mine = mine | (1 << s);
				assert(present[s]);
				present[s] = false;
				shoot = shoot || accessed[s];
				accessed[s] = false
			:: else -> s = NONE
			fi
		}
		if
		:: s != NONE -> atomic { pg[s] = 0; s = NONE }
		:: else
		fi
	:: else -> break
	od
}

/* One CPU forgets the slots of `mine`, as soon as it takes interrupts. */
inline answer(cpu)
{
	atomic {
		!(irqs_off & (1 << cpu));
#ifndef MUTANT_WAIT_UNDER_LOCK
		assert(lock != me);				/* HELD */
#endif
		tlb[0] = (mine & 1 -> tlb[0] & ~(1 << cpu) : tlb[0]);
		tlb[1] = (mine & 2 -> tlb[1] & ~(1 << cpu) : tlb[1]);
		tlb[2] = (mine & 4 -> tlb[2] & ~(1 << cpu) : tlb[2])
	}
}

/* C: shoot_down. Their order does not matter: nobody can add to what they forget. */
inline shoot_down()
{
	answer(0);
	answer(1);
#ifndef MUTANT_SKIPS_WHO_NEVER_MAPPED
	answer(2);
#endif
}

/* C: pkmap_release */
inline release()
{
#ifdef MUTANT_ENDS_OTHERS_CLAIMS
	mine = mine | (cnt[0] > CLAIMED -> 1 : 0) | (cnt[1] > CLAIMED -> 2 : 0) |
		(cnt[2] > CLAIMED -> 4 : 0);
#endif
	assert(!(mine & 1) || cnt[0] == CLAIMED + 1);		/* CLAIM */
	assert(!(mine & 2) || cnt[1] == CLAIMED + 1);
	assert(!(mine & 4) || cnt[2] == CLAIMED + 1);
	cnt[0] = (mine & 1 -> 0 : cnt[0]);
	cnt[1] = (mine & 2 -> 0 : cnt[1]);
	cnt[2] = (mine & 4 -> 0 : cnt[2]);
	under_way--
}

/*
 * As many as there are slots for, or may be. C: wake_waiters  C: pkmap_wake  C: pkmap_hints. The lock
 * is held, and dropped while waking.
 */
inline wake_after_flush()
{
#ifndef MUTANT_NO_WAKE_AFTER_FLUSH
	if
	:: woken != 0 ->
		atomic {
			do
			:: woken != 0 -> wake_one(); woken--
			:: else -> break
			od
		}
		atomic { lock == 0 -> lock = me }
	:: else
	fi
#else
	skip
#endif
}

/* In one atomic block with the release: is there anybody to wake? Then the lock is dropped. */
#ifdef MUTANT_NO_WAKE_AFTER_FLUSH
#define LOOK_FOR_WAITERS skip
#else
#define BITS(x) (((x) & 1) + ((x) >> 1 & 1) + ((x) >> 2 & 1))
#define LOOK_FOR_WAITERS woken = (queue != 0 -> BITS(mine) + BITS(hints) : 0); lock = (woken != 0 -> 0 : me)
#endif

/* C: flush_all_zero_pkmaps. The lock is held, before and after; the hints are in `todo`. */
inline flush(flushed)
{
	claim_all();
	if
	:: mine != 0 && shoot ->
#if defined(MUTANT_NO_SHOOTDOWN)
		atomic { under_way++; DROP_LOCK }
		atomic { lock == 0 -> lock = me; release(); LOOK_FOR_WAITERS; mine = 0; shoot = false; flushed = true }
#elif defined(MUTANT_WAIT_UNDER_LOCK)
		under_way++;
		shoot_down();
		atomic { release(); LOOK_FOR_WAITERS; mine = 0; shoot = false; flushed = true }
#elif defined(MUTANT_FREE_BEFORE_FLUSH)
		atomic { under_way++; release(); DROP_LOCK }
		shoot_down();
		atomic { lock == 0 -> lock = me; LOOK_FOR_WAITERS; mine = 0; shoot = false; flushed = true }
#else
		atomic { under_way++; DROP_LOCK }
		shoot_down();
		atomic { lock == 0 -> lock = me; release(); LOOK_FOR_WAITERS; mine = 0; shoot = false; flushed = true }
#endif
		wake_after_flush()
	:: mine != 0 && !shoot ->
		atomic { under_way++; release(); LOOK_FOR_WAITERS; mine = 0; flushed = true }
		wake_after_flush()
	:: else
	fi
}

/* --- kmap() -------------------------------------------------------------------------------------- */

/* C: mapped_meanwhile. Under the lock: what is registered has a count. Inside an atomic block. */
inline mapped_meanwhile(p, s, got)
{
	got = false;
#ifndef MUTANT_NO_RECHECK
	find(p, s);
	if
	:: s != NONE ->
		assert(IN_USE_OR_IDLE(s));				/* CLAIM */
		cnt[s]++;
		got = true;
		/* if it was woken for something to be had: others want it, too. C: wake_unlocked */
		if
		:: queue != 0 && (hints != 0 || FREE(0) || FREE(1) || FREE(2)) -> wake_one()
		:: else
		fi
	:: else
	fi
#endif
}

/* C: next_free  C: get_next_pkmap_nr  C: no_more_pkmaps  C: pkmap_search_from */
inline next(s)
{
	s = (last < 1 && FREE(1) -> 1 : (last < 2 && FREE(2) -> 2 : 0));
	last = s
}

inline first_free(s)
{
	s = (FREE(0) -> 0 : (FREE(1) -> 1 : (FREE(2) -> 2 : NONE)))
}

/* C: wait_for_slot */
inline wait_for_slot()
{
#ifdef MUTANT_LOOKS_BEFORE_QUEUEING
	hinted = (hints != 0);
#endif
	atomic { wants[p] = wants[p] | self; queue = queue | self }
	asleep = asleep | self;
#ifndef MUTANT_LOOKS_BEFORE_QUEUEING
	hinted = (hints != 0);
#endif
	if
	:: under_way > 0 || !hinted ->
		atomic { hinted = false; DROP_LOCK }
		atomic { !(asleep & self) && lock == 0 -> lock = me; queue = queue & ~self; wants[p] = wants[p] & ~self }
	:: else ->
		atomic { hinted = false; queue = queue & ~self; wants[p] = wants[p] & ~self; asleep = asleep & ~self }
	fi
}

/*
 * C: kmap_high  C: map_new_virtual  C: map_long_way. In the end there is a reference to slot s. `phase`: 1 - the slot
 * is ours, its page is to be registered; 2 - all are in use, or being flushed; 3 - the hints are taken;
 * 4 - it was mapped meanwhile, and all is done.
 */
inline look_for_slot(s)
{
	next(s);
	if
	:: s != 0 -> take(s); phase = 1
	:: s == 0 && under_way == 0 -> todo = hints; hints = 0; phase = 3
	:: else -> phase = 2
	fi
}

inline map(p, s, got)
{
	get_registered(p, s, got);
	if
	:: !got ->
		atomic {
			lock == 0 -> lock = me;
			mapped_meanwhile(p, s, got);
			if
			:: got -> phase = 4; DROP_LOCK
			:: else -> look_for_slot(s)
			fi
		}
		do
		:: phase == 3 ->
			flush(got);
			atomic {
				if
				:: got -> mapped_meanwhile(p, s, got)
				:: else
				fi;
				if
				:: got -> phase = 4; DROP_LOCK
				:: else -> phase = 2
				fi
			}
		:: phase == 2 ->
			atomic {
				first_free(s);
				if
				:: s != NONE -> last = s; take(s); phase = 1
				:: else -> phase = 0
				fi
			}
		:: phase == 1 ->
			atomic { register(s, p); phase = 0; got = (queue != 0); DROP_LOCK }
			/* C: wake_unlocked: who waits for the same page shares it */
			if
			:: got -> asleep = asleep & ~wants[p]
			:: else
			fi;
			break
		:: phase == 0 ->
			wait_for_slot();
			atomic {
				mapped_meanwhile(p, s, got);
				if
				:: got -> phase = 4; DROP_LOCK
				:: else -> look_for_slot(s)
				fi
			}
		:: phase == 4 -> phase = 0; break
		od
	:: else
	fi;
	got = false
}

/* --- who does it --------------------------------------------------------------------------------- */

/*
 * Task n maps one of the pages 1 .. n: with any pages, the tasks could be numbered so. Or, the last
 * one, it flushes. C: kmap_flush_unused
 */
proctype task(byte me)
{
	byte p = 0, s = NONE, todo = 0, mine = 0, self = 0, phase = 0;
	byte woken = 0;
	bool idle = false, got = false, shoot = false, hinted = false;
#ifdef MUTANT_PLAIN_GET
	byte old = 0;
#endif

	atomic {
		self = 1 << (me - 1);
		if
#ifdef SECOND
		:: me == 2 -> p = SECOND
		:: me != 2 -> p = 1
		:: me > 2 -> p = 2
#else
		:: p = 1
		:: me >= 2 -> p = 2
#endif
		:: me >= 3 -> p = 3
		:: me >= 4 -> p = 4
		:: me == TASKS -> p = 0
		fi
	}
	if
	:: p == 0 ->
		atomic { lock == 0 -> lock = me; todo = hints; hints = 0 }
		flush(got);
		atomic { got = false; DROP_LOCK }
	:: else ->
		map(p, s, got);
		use_and_put(s, p, (me == 1 -> 2 : me & 1));
	fi;
	atomic { p = 0; s = NONE; self = 0 }
}

/*
 * An interrupt on a CPU: its handler maps what is mapped already, uses it and gives it back.
 * C: kmap_high_get
 */
proctype interrupt(byte cpu)
{
	byte p = 0, s = NONE;
	bool idle = false, got = false;
#ifdef MUTANT_PLAIN_GET
	byte old = 0;
#endif
#ifdef MUTANT_WAIT_UNDER_LOCK
	byte me = 100 + cpu;
#endif

	atomic {
		irqs_off = irqs_off | (1 << cpu);
#ifdef IRQ_PAGE
		p = IRQ_PAGE
#else
		if
		:: p = 1
		:: p = 2
		fi
#endif
	}
#ifdef MUTANT_WAIT_UNDER_LOCK
	atomic { lock == 0 -> lock = me }
#endif
	get_registered(p, s, got);
	if
	:: got -> use_and_put(s, p, cpu)
	:: else
	fi;
#ifdef MUTANT_WAIT_UNDER_LOCK
	atomic { DROP_LOCK }
#endif
	atomic { irqs_off = irqs_off & ~(1 << cpu); p = 0; s = NONE; got = false }
}

/*
 * Slots as others left them: free, or idle (of pages 1 to 3), with an entry that all CPUs remember or
 * that nobody touched.
 */
inline idle_slot(n, remembered)
{
	cnt[n] = 1;
	pg[n] = n + 1;
	present[n] = true;
	hints = hints | (1 << n);
	accessed[n] = remembered;
	tlb[n] = (remembered -> 7 : 0)
}

inline start()
{
	if
#if !defined(START) || START == 1
	:: skip
#endif
#if !defined(START) || START == 2
	:: idle_slot(0, true); idle_slot(1, true); idle_slot(2, true)
#endif
#if !defined(START) || START == 3
	:: idle_slot(0, false); idle_slot(1, true)
#endif
#if !defined(START) || START == 4
	:: idle_slot(1, false); idle_slot(2, true); last = 1
#endif
	fi
}

init {
	atomic {
		start();
		run task(1);
#if TASKS >= 2
		run task(2);
#endif
#if TASKS >= 3
		run task(3);
#endif
#if TASKS >= 4
		run task(4);
#endif
#if IRQS >= 1
		run interrupt(0);
#endif
#if IRQS >= 2
		run interrupt(2);
#endif
#if IRQS >= 3
		run interrupt(1);
#endif
	}
	atomic {
		_nr_pr == 1; /* all of them have ended */
		assert(lock == 0 && queue == 0 && under_way == 0 && irqs_off == 0);	/* LEFT */
		assert(cnt[0] == (pg[0] != 0 -> 1 : 0) && present[0] == (pg[0] != 0));
		assert(cnt[1] == (pg[1] != 0 -> 1 : 0) && present[1] == (pg[1] != 0));
		assert(cnt[2] == (pg[2] != 0 -> 1 : 0) && present[2] == (pg[2] != 0));
		assert((cnt[0] | cnt[1] << 1 | cnt[2] << 2) == hints ||
			((cnt[0] | cnt[1] << 1 | cnt[2] << 2) & ~hints) == 0);
		assert((present[0] || tlb[0] == 0) && (present[1] || tlb[1] == 0) &&
			(present[2] || tlb[2] == 0))
	}
}

/* SPDX-License-Identifier: MIT */
/*
 * The protocol of PKMAP slots (mm/highmem.c; batch.c, flush.c and wait.c of mm/pkmap_*), for spin: how
 * slots are taken, shared, given back, claimed, flushed and waited for, by several CPUs at once, interrupt
 * handlers included.
 *
 * What others can see is a step of its own; what the code does in one access (a compare-and-swap, an
 * exchange) is one atomic block. Steps that nobody else can see, or only who holds the lock, are joined
 * to their neighbours: taking a lock commutes with what others do before it, giving it back with what
 * they do after, and what is read under it changes under it only. So a page's bucket is locked in the
 * step that looks for the page and takes a slot from those at hand: nobody else can register the page
 * between the two, and a slot of it that is claimed meanwhile counts as none. What a CPU has at hand
 * is its own while its preemption is off, but for who holds kmap_lock.
 *
 * Each part carries the names of the C functions that do it, behind `C:`; scripts/lint checks that mm/
 * has each of them, and that no function is missing here that changes a slot's word, the hints, what is
 * free or at hand, or a lock.
 *
 * Left out: colours, tags, the chains of the hash (a lookup is one step and finds the newest entry;
 * each page has a bucket of its own, so a bucket is a page), and that hints are kept by each CPU (no
 * step depends on two bits of them). A compare-and-swap that is tried again until it succeeds is the
 * moment at which it does. CPUs matter for what they remember of the page table, for their interrupt
 * flag, for what they have at hand, and for preemption: of the tasks of one CPU, none is in a bucket
 * or takes kmap_lock while another one is or has. Tasks run on CPUs 0 and 1, and touch there what they
 * map, but for the first one, who hands its address to CPU 2, where no task runs. When it is touched
 * does not matter, only that it was before the reference goes back.
 *
 * What is proved, for 3 CPUs, 3 slots and TASKS tasks, each of which maps a page, uses and unmaps it,
 * or flushes, while interrupts do the same, from every start() below:
 *
 *	no deadlock, no lost wake-up	all come to their end (spin: invalid end state)
 *	REUSE	no slot is used again before every CPU forgot it
 *	CLAIM	a claim is ended by who made it, and nobody counts or revives what is claimed
 *	ONCE	a slot is free, at one CPU's hand or somebody's; its entry is in one bucket
 *	TWICE	a page has one slot, besides those that are claimed, and it is the one that is found
 *	WRONG	who has a reference reaches his page, as long as he has it
 *	HELD	nobody waits for another CPU while he holds the lock
 *	LEFT	all references come back, and what is idle or free can be found
 *
 * With KEEP, who has mapped a page has it until nobody sleeps for the same one, which is to be shared,
 * and nobody for any slot while there is one.
 *
 * Each MUTANT_... breaks the protocol in one place; verify/run checks that spin finds it. START,
 * IRQ_PAGE and SECOND (the second task's page) choose a part of all cases, for as much memory as a
 * part needs. verify/run covers, from every start: 4 tasks without interrupts, with KEEP and without;
 * 3 tasks and an interrupt on CPU 0, or such on CPUs 0 and 2 that want the same page; 2 tasks and any on
 * these two; 3 tasks and an interrupt on CPU 2, where no task runs. And 4 tasks with an interrupt on
 * CPU 0, from starts 1, 3, 5 and 6.
 */

#ifndef TASKS
#define TASKS 4
#endif
#ifndef IRQS
#define IRQS 2			/* CPUs that take an interrupt which maps */
#endif
#ifndef IRQ_CPU
#define IRQ_CPU 0		/* where the first of them is: 0 or 2 */
#endif
#define CPUS 3
#define SLOTS 3
#define PAGES 5
#define NONE SLOTS		/* no slot */
#define CLAIMED 128		/* this bit of cnt: a flusher has taken the slot */

/* A slot: its word, whose address it is, its entry, and who remembers the entry. */
byte cnt[SLOTS];
byte pg[SLOTS];			/* 0: nobody's */
byte chain[SLOTS];		/* the bucket that the slot's entry in the hash is linked in; 0: none */
bool present[SLOTS], accessed[SLOTS];
byte tlb[SLOTS];		/* a bit for each CPU */
byte hints = 0;			/* idle_hints of all CPUs */
byte free_slots = 7;
byte hand[2];			/* pkmap_batches: what CPUs 0 and 1 have at hand; a run of slots */
byte last = 0;			/* last_pkmap_nr */
bool kept = false;		/* slots 0 and 1 are in use until all tasks have ended */

byte lock = 0;			/* kmap_lock: its holder */
byte in_bucket[2];		/* the bucket that CPU 0 or 1 has locked; 0: none */
byte under_way = 0;		/* flushes_under_way */
byte queue = 0, asleep = 0;	/* a bit for each task. pkmap_waiters: how many are in `queue` */
byte wants[PAGES + 1];		/* of those in the queue: who waits to map a page */
byte irqs_off = 0;		/* a bit for each CPU */

#define HERE (me & 1)		/* a task's CPU */
#define THERE (1 - (me & 1))
#define IN_USE_OR_IDLE(s) (cnt[s] >= 1 && cnt[s] < CLAIMED)
#define LEADS_TO(s, p) (pg[s] == p && present[s])
#define HAS(s, p) (pg[s] == p && cnt[s] < CLAIMED)
#define LOWEST(x) ((x) & 1 -> 0 : ((x) & 2 -> 1 : 2))
#define PRESENT(p) (HAS(0, p) -> 0 : (HAS(1, p) -> 1 : (HAS(2, p) -> 2 : NONE)))
/* An entry that is not claimed is newer than one that is, and before it in the chain. */
#define FIND(p) (PRESENT(p) != NONE -> PRESENT(p) : \
	(pg[0] == p -> 0 : (pg[1] == p -> 1 : (pg[2] == p -> 2 : NONE))))

/*
 * A bucket's lock. C: page_address_lock  C: page_address_wait  C: page_address_unlock. With kmap_lock,
 * or without it where the CPU's preemption is on.
 */
#ifdef MUTANT_NO_BUCKET_LOCK
#define NOT_LOCKED(p) true
#else
#define NOT_LOCKED(p) (in_bucket[THERE] != p)
#endif
#define MAY_ENTER(p) (NOT_LOCKED(p) && in_bucket[HERE] == 0 && (lock == 0 || (lock & 1) != HERE))
#define MAY_LOCK (lock == 0 && in_bucket[HERE] == 0)

/* --- references, without the lock ---------------------------------------------------------------- */

/* C: page_address_find */
inline find(p, s)
{
	s = FIND(p)
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
		assert(FIND(p) == s);				/* TWICE */
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

/* C: pkmap_get  C: pkmap_step */
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
#ifdef MUTANT_GETS_CLAIMED
		got = (cnt[s] >= 1);
#else
		got = IN_USE_OR_IDLE(s);
#endif
		if
		:: got -> assert(cnt[s] < CLAIMED); cnt[s]++		/* CLAIM */
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

/* --- slots at hand ------------------------------------------------------------------------------- */

/* One access of `next`. C: pkmap_take. Inside an atomic block; then the slot is nobody's but ours. */
inline take_at_hand(s)
{
	s = LOWEST(hand[HERE]);
	hand[HERE] = hand[HERE] & ~(1 << s)
}

/* C: take_slot  C: map_new_virtual; then, a step of its own: C: page_address_insert */
inline take(s)
{
	assert(cnt[s] == 0 && pg[s] == 0 && !present[s]);	/* ONCE */
	assert(tlb[s] == 0);					/* REUSE */
	present[s] = true;
	accessed[s] = false;
	cnt[s] = 2
}

inline register(s, p)
{
	assert(PRESENT(p) == NONE);				/* TWICE */
	assert(chain[s] == 0);					/* ONCE */
	pg[s] = p;
	chain[s] = p
}

/* --- under the lock ------------------------------------------------------------------------------ */

#define DROP_LOCK assert(lock == me); lock = 0

/* One access of `next`, and what only kmap_lock is for. C: take_back. Inside an atomic block. */
inline take_back(c)
{
	assert((free_slots & hand[c]) == 0);			/* ONCE */
	last = (hand[c] != 0 && LOWEST(hand[c]) - 1 < last && LOWEST(hand[c]) >= 1 ->
		LOWEST(hand[c]) - 1 : last);
	free_slots = free_slots | hand[c];
	hand[c] = 0
}

/* C: pkmap_take_back. One access that others see: who holds the lock is not preempted by his CPU's own. */
inline take_all_back()
{
	take_back(0);
	take_back(1)
}

/*
 * C: page_address_sweep  C: sweep: all buckets, each under its lock. What is unlinked was nobody's, so that
 * others see only that it is waited for. Nothing here calls C: set_page_address, which does both for one page.
 */
inline sweep()
{
	b = 1;
	do
	:: b <= PAGES ->
		NOT_LOCKED(b);
		chain[0] = (chain[0] == b && pg[0] == 0 -> 0 : chain[0]);
		chain[1] = (chain[1] == b && pg[1] == 0 -> 0 : chain[1]);
		chain[2] = (chain[2] == b && pg[2] == 0 -> 0 : chain[2]);
		b++
	:: else -> break
	od;
	b = 0
}

/*
 * C: pkmap_claim - the first step is the exchange of the hints, in the caller: C: take_hints
 * C: take_word  C: claim_word  C: claim_slot; and, a step of its own: C: page_address_forget
 */
inline claim_all()
{
	do
	:: todo != 0 ->
		atomic {
			s = LOWEST(todo);
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
	od;
#ifndef MUTANT_SWEEP_LATE
	if
	:: mine != 0 -> atomic { sweep() }
	:: else
	fi
#endif
}

/* One CPU forgets the slots of `mine`, as soon as it takes interrupts. */
inline answer(cpu)
{
	atomic {
		!(irqs_off & (1 << cpu));
		assert(lock != me);				/* HELD */
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

/* C: pkmap_release. Inside an atomic block. */
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
	free_slots = free_slots | mine;
	take_all_back();
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
		atomic { MAY_LOCK -> lock = me }
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
		atomic { MAY_LOCK -> lock = me; release(); LOOK_FOR_WAITERS; mine = 0; shoot = false; flushed = true }
#elif defined(MUTANT_WAIT_UNDER_LOCK)
		under_way++;
		shoot_down();
		atomic { release(); LOOK_FOR_WAITERS; mine = 0; shoot = false; flushed = true }
#elif defined(MUTANT_FREE_BEFORE_FLUSH)
		atomic { under_way++; release(); DROP_LOCK }
		shoot_down();
		atomic { MAY_LOCK -> lock = me; LOOK_FOR_WAITERS; mine = 0; shoot = false; flushed = true }
#else
		atomic { under_way++; DROP_LOCK }
		shoot_down();
		atomic { MAY_LOCK -> lock = me; release(); LOOK_FOR_WAITERS; mine = 0; shoot = false; flushed = true }
#endif
		wake_after_flush()
	:: mine != 0 && !shoot ->
		atomic { under_way++; release(); LOOK_FOR_WAITERS; mine = 0; flushed = true }
		wake_after_flush()
	:: else
	fi
#ifdef MUTANT_SWEEP_LATE
	;
	atomic { sweep() }
#endif
}

/* --- kmap() -------------------------------------------------------------------------------------- */

/*
 * C: mapped_meanwhile  C: get_present. The bucket is locked in this step only. What is present and not
 * claimed is counted.
 */
inline look_in_bucket(p, s, got)
{
	s = PRESENT(p);
	if
	:: s != NONE ->
		assert(IN_USE_OR_IDLE(s));				/* CLAIM */
		cnt[s]++;
		got = true
	:: else -> got = false
	fi
}

/* C: get_next_pkmap_nr  C: no_more_pkmaps  C: pkmap_next_free  C: pkmap_search_from */
inline next(s)
{
	take_back(HERE);
	s = (last < 1 && (free_slots & 2) -> 1 : (last < 2 && (free_slots & 4) -> 2 : 0));
	last = s
}

/*
 * Slot s is free: this CPU gets it at hand, and the next one, too, if it is free and nobody waits.
 * C: pkmap_refill  C: share
 */
inline refill(s)
{
	assert(hand[HERE] == 0 && (free_slots & 1 << s));	/* ONCE */
	hand[HERE] = 1 << s | (queue == 0 -> free_slots & 2 << s : 0);
	free_slots = free_slots & ~hand[HERE];
	last = (hand[HERE] == 1 << s -> s : s + 1);
	s = NONE
}

/*
 * C: pkmap_wait_for_slot. All slots at hand have been taken back, under this hold of the lock, and the task
 * is in the queue.
 */
inline wait_for_slot()
{
	asleep = asleep | self;
#ifndef MUTANT_LOOKS_BEFORE_QUEUEING
	hinted = (hints != 0);
#endif
	/* C: is_present  C: pkmap_hints  C: pkmap_next_free */
	atomic {
#ifdef MUTANT_LOOKS_FOR_PAGE_FIRST
		if
		:: (under_way > 0 || !hinted) && free_slots == 0 && s == NONE ->
#else
		NOT_LOCKED(p);
		if
		:: (under_way > 0 || !hinted) && free_slots == 0 && PRESENT(p) == NONE ->
#endif
			hinted = false;
			DROP_LOCK;
			!(asleep & self) && MAY_LOCK;
			lock = me
		:: else -> hinted = false; asleep = asleep & ~self
		fi;
		queue = queue & ~self;
		wants[p] = wants[p] & ~self
	}
}

/*
 * C: find_slots, up to the flush. `phase`: 1 - slots are at hand; 2 - all are in use, or being flushed;
 * 3 - the hints are taken; 4 - it was mapped meanwhile; 5 - it was mapped by us, and others wait.
 */
inline look_for_slot(s)
{
	next(s);
	if
	:: s != 0 -> refill(s); phase = 1
	:: s == 0 && under_way == 0 -> s = NONE; todo = hints; hints = 0; phase = 3
	:: else -> s = NONE; phase = 2
	fi
}

/* C: mapped_meanwhile. Then kmap_lock is dropped, if it found the page. */
#ifdef MUTANT_NO_RECHECK
#define LOOK_AGAIN(p, s, got) got = false
#else
#define LOOK_AGAIN(p, s, got) NOT_LOCKED(p); look_in_bucket(p, s, got)
#endif

/* C: map_long_way. In the end there is a reference to slot s. */
inline map_long_way(p, s, got)
{
	atomic { MAY_LOCK -> lock = me; look_for_slot(s) }
	do
	:: phase == 3 ->
		flush(got);
		if
		:: got -> atomic { LOOK_AGAIN(p, s, got); phase = (got -> 4 : 2) }
		:: else -> phase = 2
		fi
	:: phase == 2 ->
#ifdef MUTANT_LOOKS_BEFORE_QUEUEING
		hinted = (hints != 0);
#endif
#ifdef MUTANT_TAKE_BACK_NOT_ATOMIC
		todo = hand[THERE];
#endif
#ifdef MUTANT_LOOKS_FOR_PAGE_FIRST
		atomic { NOT_LOCKED(p); s = PRESENT(p) }
#endif
		atomic {
#if defined(MUTANT_TAKE_BACK_NOT_ATOMIC)
			take_back(HERE);
			free_slots = free_slots | todo;
			hand[THERE] = 0;
			todo = 0;
#elif defined(MUTANT_SLEEPS_WITHOUT_TAKING_BACK)
			take_back(HERE);
#else
			take_all_back();
#endif
			if
			:: free_slots != 0 -> s = LOWEST(free_slots); refill(s); phase = 1
			:: else -> wants[p] = wants[p] | self; queue = queue | self; phase = 0
			fi
		}
	:: phase == 1 ->	/* C: map_with_lock  C: map_at_hand */
		atomic {
			NOT_LOCKED(p);
#ifdef MUTANT_NO_RECHECK
			got = false;
#else
			look_in_bucket(p, s, got);
#endif
			if
			:: got && queue == 0 -> phase = 0; DROP_LOCK
			:: got && queue != 0 -> phase = 5
			:: !got -> take_at_hand(s); in_bucket[HERE] = p
			fi
		}
		if
		:: !got ->
			atomic { take(s) }
			atomic {
				register(s, p);
				in_bucket[HERE] = 0;
				if
				:: queue == 0 -> phase = 0; DROP_LOCK
				:: else -> phase = 5
				fi
			}
		:: else
		fi;
		if
		:: phase == 0 -> break
		:: else
		fi
	:: phase == 0 ->
		wait_for_slot();
		atomic { LOOK_AGAIN(p, s, got); phase = (got -> 4 : 1) }
		if
		:: phase == 1 -> atomic { look_for_slot(s) }
		:: else
		fi
	:: phase == 4 ->	/* if it was woken for something to be had: others want it, too */
		atomic { woken = (queue != 0 && (hints != 0 || free_slots != 0)); DROP_LOCK }
		if
		:: woken != 0 -> atomic { wake_one(); woken = 0 }	/* C: pkmap_wake_unlocked */
		:: else
		fi;
		phase = 0;
		break
	:: phase == 5 ->	/* C: pkmap_share_with_waiters */
		atomic { woken = (hand[0] | hand[1]) != 0; take_all_back(); DROP_LOCK }
#ifndef MUTANT_NO_SHARING
		asleep = asleep & ~wants[p];
#endif
		if
		:: woken != 0 -> atomic { wake_one(); woken = 0 }
		:: else
		fi;
		phase = 0;
		break
	od
}

/*
 * C: kmap_high  C: kmap_high  C: kmap_rest. The first way, which need not be tried, where the page may
 * not be first in its chain: C: kmap_fast  C: pkmap_lost
 */
inline map(p, s, got)
{
	do
	:: atomic { phase == 0 && FIND(p) != NONE -> find(p, s); phase = 1 }
		get(s, p, got);
		if
		:: got -> break
		:: else		/* it is being taken back, or became another page's */
		fi
	:: atomic {
			MAY_ENTER(p) -> phase = 0;
			look_in_bucket(p, s, got);
			if
			:: got
			:: !got && hand[HERE] != 0 -> take_at_hand(s); in_bucket[HERE] = p
			:: else
			fi
		}
		if
		:: got
		:: !got && s != NONE ->		/* C: map_at_hand  C: map_new_virtual */
			atomic { take(s) }
			atomic { register(s, p); in_bucket[HERE] = 0 }
		:: !got && s == NONE -> map_long_way(p, s, got)
		fi;
		break
	od;
	atomic { phase = 0; got = false }
}

/* --- who does it --------------------------------------------------------------------------------- */

/*
 * Task n maps one of the pages 1 .. n: with any pages, the tasks could be numbered so. Or, the last
 * one, it flushes. C: kmap_flush_unused
 */
proctype task(byte me)
{
	byte p = 0, s = NONE, todo = 0, mine = 0, self = 0, phase = 0;
	byte woken = 0, b = 0;
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
		atomic { MAY_LOCK -> lock = me; todo = hints; hints = 0 }
		flush(got);
		atomic { got = false; DROP_LOCK };
		under_way == 0	/* C: wait_for_flushes. Its wake-up is that this holds. C: wake_flush_waiters */
	:: else ->
		map(p, s, got);
#ifdef KEEP
		!(asleep & wants[p]) && (asleep == 0 || (free_slots | hand[0] | hand[1]) == 0);
#endif
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
	atomic { MAY_LOCK -> lock = me }
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
 * Slots as others left them: free, at hand, or idle (of pages 1 to 3), with an entry that all CPUs
 * remember or that nobody touched; or in use (of pages 4 and 5) all the time.
 */
inline at_hand(c, n)
{
	hand[c] = hand[c] | 1 << n;
	free_slots = free_slots & ~(1 << n);
	last = n
}

inline in_use(n, p)
{
	cnt[n] = 2;
	pg[n] = p;
	chain[n] = p;
	present[n] = true;
	free_slots = free_slots & ~(1 << n);
	kept = true
}

inline idle_slot(n, remembered)
{
	cnt[n] = 1;
	pg[n] = n + 1;
	chain[n] = n + 1;
	present[n] = true;
	free_slots = free_slots & ~(1 << n);
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
#if !defined(START) || START == 5
	:: at_hand(0, 0); at_hand(1, 1); idle_slot(2, true)
#endif
#if !defined(START) || START == 6
	:: in_use(0, 4); in_use(1, 5); at_hand(0, 2)
#endif
#if !defined(START) || START == 7
	:: in_use(0, 4); in_use(1, 5); idle_slot(2, true); last = 2
#endif
	fi
}

inline put_kept(n)
{
	assert(cnt[n] == 2);
	cnt[n] = 1;
	hints = hints | 1 << n
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
		run interrupt(IRQ_CPU);
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
		if
		:: kept -> put_kept(0); put_kept(1)
		:: else
		fi;
		assert(lock == 0 && queue == 0 && under_way == 0 && irqs_off == 0);	/* LEFT */
		assert(in_bucket[0] == 0 && in_bucket[1] == 0 && (hand[0] & hand[1]) == 0);
		assert((free_slots & (hand[0] | hand[1])) == 0);
		assert((free_slots | hand[0] | hand[1]) ==
			((cnt[0] == 0 -> 1 : 0) | (cnt[1] == 0 -> 2 : 0) | (cnt[2] == 0 -> 4 : 0)));
		assert(cnt[0] == (pg[0] != 0 -> 1 : 0) && present[0] == (pg[0] != 0));
		assert(cnt[1] == (pg[1] != 0 -> 1 : 0) && present[1] == (pg[1] != 0));
		assert(cnt[2] == (pg[2] != 0 -> 1 : 0) && present[2] == (pg[2] != 0));
		assert((cnt[0] | cnt[1] << 1 | cnt[2] << 2) == hints ||
			((cnt[0] | cnt[1] << 1 | cnt[2] << 2) & ~hints) == 0);
		assert((present[0] || tlb[0] == 0) && (present[1] || tlb[1] == 0) &&
			(present[2] || tlb[2] == 0))
	}
}

/* SPDX-License-Identifier: MIT */
/*
 * lockdep's engine: see lockdep.h.
 *
 * What is remembered, in static tables:
 *
 *   class       what locks of one kind have in common: a key, a name, how they were ever used
 *   edge        "B was taken while A was held", with the place where that was seen first
 *   held locks  of each CPU (locks that spin: no other task can run there meanwhile) and of each
 *               task (locks that sleep)
 *
 * What is checked when a lock is taken:
 *
 *   recursion   a lock of the same class is held in the same context (unless the order is declared
 *               by a subclass, or the lock is only tried)
 *   circle      an edge A -> B is new, and there is a way from B to A already
 *   usage       a class is used in an interrupt handler, and elsewhere taken while that interrupt
 *               could come: the handler would wait for what it has interrupted
 *   inversion   the same over edges: A is used in a handler, A -> ... -> B, and B is taken where
 *               the interrupt could come: handler waits for A, its holder for B, and B's holder is
 *               what the handler has interrupted
 *   IPI         a class is held while waiting for other CPUs, and elsewhere taken with interrupts
 *               off: who waits for it so cannot answer
 *
 * Only what is new is checked: what has been seen is a bit that is set. The lock operation itself
 * goes on, whatever was found; each finding is said once.
 *
 * Interrupts are off inside, and a CPU inside does not enter again (locks of the console, in a
 * report). The graph's lock is taken only for what is new.
 */
#include "kernel/sync/debug/lockdep_internal.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/percpu.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/spinlock.h"
#include "lib/control.h"
#include "lib/hash.h"
#include "lib/string.h"

#define HASH_BITS 10 /* twice as many as classes */
#define NO_CLASS  MAX_CLASSES

struct cpu_locks {
	unsigned int depth;
	struct held_lock held[MAX_CPU_LOCKS];
};

struct lock_class lock_classes[MAX_CLASSES];
struct lock_edge lock_edges[MAX_EDGES];
unsigned int nr_lock_classes, nr_lock_edges;

static u16 class_hash[1 << HASH_BITS]; /* index plus one; probed linearly */
static spinlock_t graph_lock;          /* taken by arch_spin_lock() only */
static bool lockdep_off;               /* a table is full */
static bool irqs_were_on;              /* the boot, with all interrupts off, proves nothing */

static DEFINE_PER_CPU(struct cpu_locks, cpu_locks);
static DEFINE_PER_CPU(unsigned int, inside);

extern char __image_start[], __image_end[];

/* ---- coming in ---- */

static bool enter(unsigned long *flags)
{
	local_irq_save(*flags);
	if (!lockdep_off && !in_nmi() && !panic_depth && !this_cpu_read(inside) &&
	    this_cpu_read(current_task)) {
		this_cpu_write(inside, 1);
		return true;
	}
	local_irq_restore(*flags);
	return false;
}

/* What was found is printed here, with no lock of ours held. */
static void leave(unsigned long flags)
{
	if (unlikely(report_pending()))
		report_print();
	this_cpu_write(inside, 0);
	local_irq_restore(flags);
}

static void __cold table_full(const char *what)
{
	if (!lockdep_off)
		pr_warn("lockdep: off, no room for more %s\n", what);
	lockdep_off = true;
}

/* ---- places ---- */

struct trace_walk {
	struct lock_trace *trace;
	unsigned int n;
	bool found;
};

static bool note_address(unsigned long address, void *arg)
{
	struct trace_walk *walk = arg;

	walk->trace->ip[walk->n++] = address;
	return walk->n < TRACE_DEPTH;
}

/* The place itself, and who called it: the frames above lock_acquire()'s own. */
static void take_trace(struct lock_trace *trace, unsigned long site, unsigned long frame)
{
	struct trace_walk walk = {.trace = trace, .n = 1};

	memset(trace, 0, sizeof(*trace));
	trace->ip[0] = site;
	walk_stack(*(unsigned long *)frame, note_address, &walk);
}

/* ---- classes ---- */

static const u8 *key_of(const struct lockdep_map *map, unsigned int subclass)
{
	const char *address = (const char *)map;

	if (map->key)
		return &map->key->subkey[subclass];
	if (address >= __image_start && address < __image_end)
		return (const u8 *)map + subclass;
	return NULL; /* never initialised, and nowhere for long */
}

static unsigned int hash_slot(const u8 *key)
{
	return hash_32((u32)(unsigned long)key, HASH_BITS);
}

static unsigned int find_class(const u8 *key)
{
	unsigned int slot = hash_slot(key), n;

	for (n = 0; n < ARRAY_SIZE(class_hash); n++) {
		u16 entry = READ_ONCE(class_hash[(slot + n) % ARRAY_SIZE(class_hash)]);

		if (!entry)
			break;
		if (lock_classes[entry - 1].key == key)
			return entry - 1u;
	}
	return NO_CLASS;
}

static void hash_class(unsigned int class)
{
	unsigned int slot = hash_slot(lock_classes[class].key);

	while (class_hash[slot])
		slot = (slot + 1) % ARRAY_SIZE(class_hash);
	WRITE_ONCE(class_hash[slot], (u16)(class + 1));
}

static unsigned int new_class(const u8 *key, const char *name, unsigned int subclass)
{
	unsigned int class = 0;

	while (class < nr_lock_classes && lock_classes[class].key)
		class ++;
	if (class == MAX_CLASSES)
		return NO_CLASS;
	memset(&lock_classes[class], 0, sizeof(lock_classes[class]));
	lock_classes[class].name = name;
	lock_classes[class].subclass = subclass;
	lock_classes[class].key = key;
	if (class == nr_lock_classes)
		nr_lock_classes++;
	hash_class(class);
	return class;
}

static unsigned int class_of(struct lockdep_map *map, unsigned int subclass)
{
	const u8 *key = key_of(map, subclass % MAX_LOCKDEP_SUBCLASSES);
	unsigned int class;

	if (!key)
		return NO_CLASS;
	if (!subclass && map->class && lock_classes[map->class - 1].key == key)
		return map->class - 1u;
	class = find_class(key);
	if (class == NO_CLASS) {
		arch_spin_lock(&graph_lock);
		class = find_class(key);
		if (class == NO_CLASS)
			class = new_class(key, map->name, subclass);
		arch_spin_unlock(&graph_lock);
		if (class == NO_CLASS)
			table_full("classes");
	}
	if (!subclass && class != NO_CLASS)
		map->class = (u16)(class + 1);
	return class;
}

/* ---- usage ---- */

static bool has_usage(unsigned int class, unsigned int bits)
{
	return (lock_classes[class].usage & bits) != 0;
}

static enum lock_usage first_of(unsigned int class, unsigned int bits)
{
	return (enum lock_usage)__ffs(lock_classes[class].usage & bits);
}

/* With the graph's lock: does the new bit contradict what is known of the class, or of others? */
static void check_usage(unsigned int class, enum lock_usage now)
{
	unsigned int state = now / 4, on = STATE_ON(state), used = STATE_USED(state);
	bool read = now & 1, uses = now % 4 < 2;
	unsigned int against =
		uses ? (read ? USAGE(on) : USED_IN(on)) : (read ? USAGE(used) : USED_IN(used));
	struct lock_path path;

	if (has_usage(class, against)) {
		report_usage(class, now, first_of(class, against));
		return;
	}
	against = uses ? USED_IN(on) : USED_IN(used);
	if (!graph_search(class, !uses, has_usage, against, &path))
		return;
	/* The way in the order of the edges: from the class of the handler to the other. */
	if (!uses)
		for (unsigned int i = 0; i < path.length / 2; i++)
			swap(path.class[i], path.class[path.length - 1 - i]);
	report_inversion(&path, uses ? now : first_of(path.class[0], against),
			 uses ? first_of(path.class[path.length - 1], against) : now);
}

static void mark(unsigned int class, enum lock_usage usage, unsigned long site, unsigned long frame)
{
	if (likely(has_usage(class, USAGE(usage))))
		return;
	arch_spin_lock(&graph_lock);
	if (!has_usage(class, USAGE(usage))) {
		take_trace(&lock_classes[class].seen[usage], site, frame);
		lock_classes[class].usage |= USAGE(usage);
		if (usage == IRQS_OFF || usage == IPI_WAIT) {
			if (has_usage(class, USAGE(IRQS_OFF)) && has_usage(class, USAGE(IPI_WAIT)))
				report_ipi_wait(class);
		} else if (!control(lockdep_irq_unchecked)) {
			check_usage(class, usage);
		}
	}
	arch_spin_unlock(&graph_lock);
}

/* What the context of an acquisition, or of a release, says of the class. */
static void mark_context(unsigned int class, unsigned int how, bool irqs_on, bool acquire,
			 unsigned long site, unsigned long frame)
{
	unsigned int read = how & LOCK_READ ? 1 : 0;

	if (how & LOCK_SLEEP)
		return; /* never in a handler, so these questions do not arise */
	if (in_irq()) {
		if (acquire)
			mark(class, USED_IN_HARDIRQ + read, site, frame);
	} else if (irqs_on) {
		irqs_were_on = true;
		mark(class, HARDIRQ_ON + read, site, frame);
		if (!in_softirq())
			mark(class, SOFTIRQ_ON + read, site, frame);
	}
	if (acquire && in_serving_softirq() && !in_irq())
		mark(class, USED_IN_SOFTIRQ + read, site, frame);
	if (acquire && !irqs_on && irqs_were_on && cpu_online(smp_processor_id()))
		mark(class, IRQS_OFF, site, frame);
}

/* ---- orders ---- */

static bool is_class(unsigned int class, unsigned int wanted)
{
	return class == wanted;
}

static void check_inversions(unsigned int from, unsigned int to)
{
	for (unsigned int state = 0; state < IRQ_STATES; state++) {
		unsigned int used = USED_IN(STATE_USED(state)), on = USED_IN(STATE_ON(state));
		struct lock_path back, path;
		unsigned int i;

		if (!graph_search(from, true, has_usage, used, &back) ||
		    !graph_search(to, false, has_usage, on, &path))
			continue;
		/* One way: `back` turned round, then `path`; as much as there is room for. */
		for (i = 0; i < back.length / 2; i++)
			swap(back.class[i], back.class[back.length - 1 - i]);
		for (i = 0; i < path.length && back.length < ARRAY_SIZE(back.class); i++)
			back.class[back.length++] = path.class[i];
		report_inversion(&back, first_of(back.class[0], used),
				 first_of(back.class[back.length - 1], on));
	}
}

static void add_edge(const struct held_lock *held, unsigned int class, unsigned long site,
		     unsigned long frame)
{
	struct lock_path path;
	struct lock_edge *edge;

	if (held->class == class || likely(graph_has(held->class, class)))
		return;
	arch_spin_lock(&graph_lock);
	if (nr_lock_edges == MAX_EDGES) {
		arch_spin_unlock(&graph_lock);
		table_full("orders");
		return;
	}
	if (!graph_has(held->class, class)) {
		edge = &lock_edges[nr_lock_edges];
		edge->from = held->class;
		edge->to = (u16) class;
		take_trace(&edge->trace, site, frame);
		if (!control(lockdep_chain_missed) &&
		    graph_search(class, false, is_class, held->class, &path))
			report_circle(held->class, class, &edge->trace, &path);
		nr_lock_edges++;
		graph_add(held->class, class);
		if (!control(lockdep_irq_unchecked))
			check_inversions(held->class, class);
	}
	arch_spin_unlock(&graph_lock);
}

/*
 * Edges from the locks held, the latest first, up to one that was waited for: what was held when
 * that one was taken has an edge to it already. False: all were only tried.
 */
static bool add_edges(const struct held_lock *held, unsigned int depth, unsigned int context,
		      unsigned int class, unsigned long site, unsigned long frame)
{
	while (depth-- > 0 && held[depth].context == context) {
		add_edge(&held[depth], class, site, frame);
		if (!(held[depth].how & LOCK_TRY))
			return true;
	}
	return false;
}

/* A lock of the same class, in the same context, is held: it may be this very lock. */
static void check_recursion(const struct held_lock *held, unsigned int depth, unsigned int context,
			    unsigned int class, unsigned int how, unsigned long site)
{
	while (depth-- > 0 && held[depth].context == context) {
		if (held[depth].class != class || control(lockdep_chain_missed))
			continue;
		arch_spin_lock(&graph_lock);
		if (!graph_has(class, class)) {
			graph_add(class, class);
			report_recursion(class, &held[depth], site);
		}
		arch_spin_unlock(&graph_lock);
		return;
	}
}

/* ---- the interface ---- */

void lock_acquire(struct lockdep_map *map, unsigned int subclass, unsigned int how,
		  unsigned long site)
{
	unsigned long frame = (unsigned long)__builtin_frame_address(0), flags;
	unsigned int context, class, *depth;
	struct lockdep_task *task;
	struct cpu_locks *cpu;
	struct held_lock *held;

	if (!enter(&flags))
		return;
	class = class_of(map, subclass);
	if (class == NO_CLASS)
		goto out;
	lock_classes[class].count++;
	task = &current->lockdep;
	cpu = this_cpu_ptr(&cpu_locks);
	context = in_irq() ? 2 : in_serving_softirq() ? 1 : 0;
	mark_context(class, how, flags & EFLAGS_IF, true, site, frame);
	if (!(how & LOCK_TRY)) {
		check_recursion(cpu->held, cpu->depth, context, class, how, site);
		if (!context)
			check_recursion(task->held, task->depth, context, class, how, site);
		if (!add_edges(cpu->held, cpu->depth, context, class, site, frame) && !context)
			add_edges(task->held, task->depth, context, class, site, frame);
	}
	depth = how & LOCK_SLEEP ? &task->depth : &cpu->depth;
	held = how & LOCK_SLEEP ? task->held : cpu->held;
	if (*depth == (how & LOCK_SLEEP ? MAX_TASK_LOCKS : MAX_CPU_LOCKS))
		table_full("locks held at once");
	else
		held[(*depth)++] = (struct held_lock){.map = map,
						      .site = site,
						      .class = (u16) class,
						      .how = (u8)how,
						      .context = (u8)context};
out:
	leave(flags);
}

/* Takes the lock out of the held ones; its entry goes to @entry. */
static bool remove_held(struct held_lock *held, unsigned int *depth, const struct lockdep_map *map,
			struct held_lock *entry)
{
	unsigned int i = *depth;

	while (i > 0 && held[i - 1].map != map)
		i--;
	if (i == 0)
		return false;
	*entry = held[i - 1];
	for (; i < *depth; i++)
		held[i - 1] = held[i];
	--*depth;
	return true;
}

/* One that is not found was taken while lockdep did not look. */
void lock_release(struct lockdep_map *map, unsigned long site)
{
	unsigned long frame = (unsigned long)__builtin_frame_address(0), flags;
	struct held_lock entry;
	struct cpu_locks *cpu;

	if (!enter(&flags))
		return;
	cpu = this_cpu_ptr(&cpu_locks);
	if (remove_held(cpu->held, &cpu->depth, map, &entry) ||
	    remove_held(current->lockdep.held, &current->lockdep.depth, map, &entry))
		mark_context(entry.class, entry.how, flags & EFLAGS_IF, false, site, frame);
	leave(flags);
}

static bool holds(const struct held_lock *held, unsigned int depth, const struct lockdep_map *map)
{
	while (depth-- > 0)
		if (held[depth].map == map)
			return true;
	return false;
}

static bool is_held_here(const struct lockdep_map *map)
{
	const struct cpu_locks *cpu = this_cpu_ptr(&cpu_locks);

	return holds(cpu->held, cpu->depth, map) ||
	       holds(current->lockdep.held, current->lockdep.depth, map);
}

bool lock_is_held(const struct lockdep_map *map)
{
	unsigned long flags;
	bool is = true;

	if (enter(&flags)) {
		is = is_held_here(map) || !key_of(map, 0);
		leave(flags);
	}
	return is;
}

bool lockdep_not_held(const struct lockdep_map *map)
{
	unsigned long flags;
	bool is = true;

	if (enter(&flags)) {
		is = !is_held_here(map);
		leave(flags);
	}
	return is;
}

void lockdep_init_map(struct lockdep_map *map, const char *name, const struct lock_class_key *key)
{
	map->name = name;
	map->key = key;
	map->class = 0;
}

void lockdep_unregister_key(struct lock_class_key *key)
{
	unsigned long flags;
	unsigned int i;

	local_irq_save(flags);
	arch_spin_lock(&graph_lock);
	for (i = 0; i < nr_lock_classes; i++) {
		const u8 *own = lock_classes[i].key;

		if (own >= key->subkey && own < key->subkey + MAX_LOCKDEP_SUBCLASSES) {
			graph_forget(i);
			WRITE_ONCE(lock_classes[i].key, NULL);
		}
	}
	/* Who misses a class meanwhile looks again with the graph's lock. */
	memset(class_hash, 0, sizeof(class_hash));
	for (i = 0; i < nr_lock_classes; i++)
		if (lock_classes[i].key)
			hash_class(i);
	arch_spin_unlock(&graph_lock);
	local_irq_restore(flags);
}

void lockdep_ipi_wait(void)
{
	unsigned long frame = (unsigned long)__builtin_frame_address(0), flags;
	unsigned long site = (unsigned long)__builtin_return_address(0);
	const struct lockdep_task *task;
	const struct cpu_locks *cpu;
	unsigned int i;

	if (control(ipi_wait_unchecked) || !enter(&flags))
		return;
	cpu = this_cpu_ptr(&cpu_locks);
	task = &current->lockdep;
	for (i = 0; i < cpu->depth; i++)
		mark(cpu->held[i].class, IPI_WAIT, site, frame);
	for (i = 0; i < task->depth; i++)
		mark(task->held[i].class, IPI_WAIT, site, frame);
	leave(flags);
}

void lockdep_task_exit(void)
{
	const struct lockdep_task *task = &current->lockdep;

	for (unsigned int i = 0; i < task->depth; i++)
		WARN(true, "task %s (pid %d) ends with %s held, taken at %pS", current->comm,
		     current->pid, task->held[i].map->name ?: "a lock", (void *)task->held[i].site);
}

unsigned int lockdep_cpu_depth(unsigned int cpu)
{
	return READ_ONCE(per_cpu(cpu_locks, cpu).depth);
}

unsigned int lockdep_task_depth(void)
{
	return current->lockdep.depth;
}

void lockdep_restore(unsigned int cpu_depth, unsigned int task_depth)
{
	unsigned long flags;

	local_irq_save(flags);
	this_cpu_ptr(&cpu_locks)->depth = min(this_cpu_ptr(&cpu_locks)->depth, cpu_depth);
	current->lockdep.depth = min(current->lockdep.depth, task_depth);
	local_irq_restore(flags);
}

static void print_held(const struct held_lock *held, unsigned int depth,
		       void (*print)(const char *fmt, ...))
{
	while (depth-- > 0)
		print("  %s (0x%08lx), taken at %pS", held[depth].map->name ?: "a lock",
		      (unsigned long)held[depth].map, (void *)held[depth].site);
}

void lockdep_print_held(void (*print)(const char *fmt, ...))
{
	const struct cpu_locks *cpu = this_cpu_ptr(&cpu_locks);

	print_held(cpu->held, cpu->depth, print);
	print_held(current->lockdep.held, current->lockdep.depth, print);
}

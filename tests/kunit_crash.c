/* SPDX-License-Identifier: MIT */
/*
 * Catch points inside a test function: see tests/kunit_crash.h.
 *
 * recover_try() can end a call, but a test wants to write the crashing statement in place. So each
 * catch point is two things: a record that the trap handlers jump to (kernel/cpu/recover.h), and a
 * point in the test function that the compiler knows how to return to (__builtin_setjmp). The
 * record leads to landing(), on a piece of stack that is dead by then (all of it below the test
 * function), and landing() jumps the rest of the way. Since the innermost record is taken, the
 * catch point is the innermost one of ours.
 */
#include "boot/x86.h"
#include "lib/atomic.h"
#include "lib/bug.h"
#include "lib/glob.h"
#include "lib/printf.h"
#include "tests/ktap.h"
#include "tests/kunit.h"
#include "tests/kunit_port.h"
#include "tests/kunit_run.h"

static struct kunit_crash_frame *innermost;
/*
 * Warnings come from any CPU, watches from the test's: a warning that looks for its watch keeps all
 * of them alive by its share of `lookers`.
 */
static struct kunit_warn_watch *watches;
static atomic_t lookers;
static warn_hook_t report_warning; /* who had the hook before the first watch */
static atomic_long_t nr_expected_warnings;

static void noinline __noreturn landing(void)
{
	__builtin_longjmp(innermost->env, 1);
}

void noinline kunit_crash_enter(struct kunit_crash_frame *frame)
{
	unsigned long stack = (unsigned long)__builtin_frame_address(0);

	frame->flags = read_eflags();
	frame->outer = innermost;
	/* As after a call: the stack pointer 4 below a multiple of 16. */
	frame->record.context = (struct recover_context){.eip = (unsigned long)landing,
							 .esp = ((stack - 64) & ~15ul) - 4};
	innermost = frame;
	recover_push(&frame->record, &frame->info);
}

void noinline __kunit_touch(unsigned long address, bool write)
{
	if (write)
		*(volatile u8 *)address = 0;
	else
		(void)*(volatile u8 *)address;
}

static const char *kind_name(enum recovered kind)
{
	switch (kind) {
	case RECOVERED_FAULT:
		return "a fault";
	case RECOVERED_BUG:
		return "a BUG";
	case RECOVERED_PANIC:
		return "a panic";
	default:
		return "nothing";
	}
}

/* Writes what is wrong with INFO to WHY and returns false, or returns true. */
static bool as_wanted(const struct recover_info *info, enum recovered kind, const char *glob,
		      int vector, const volatile void *address, char *why, size_t size)
{
	if (info->kind == RECOVERED_NONE) {
		snprintf(why, size, "it ended without");
	} else if (info->kind != kind) {
		snprintf(why, size, "it ended in %s: %s", kind_name(info->kind), info->text);
	} else if (glob && !glob_match(glob, info->text)) {
		snprintf(why, size, "its text does not match \"%s\":\n    \"%s\"", glob,
			 info->text);
	} else if (vector != KUNIT_ANY_VECTOR && (int)info->vector != vector) {
		snprintf(why, size, "its vector is %u, not %d: %s", info->vector, vector,
			 info->text);
	} else if (address && info->address != (unsigned long)address) {
		snprintf(why, size, "it was at %lx, not at %lx", info->address,
			 (unsigned long)address);
	} else {
		return true;
	}
	return false;
}

void kunit_crash_judge(struct kunit *test, struct kunit_crash_frame *frame,
		       const struct kunit_crash_wanted *wanted, const char *glob, int vector,
		       const volatile void *address)
{
	const struct kunit_check *check = &wanted->check;
	enum recovered kind = frame->info.kind;
	char why[240];

	innermost = frame->outer;
	if (kind == RECOVERED_NONE)
		recover_pop(&frame->record);
	else
		write_eflags(frame->flags);
	if (as_wanted(&frame->info, wanted->kind, glob, vector, address, why, sizeof(why)))
		return;
	kunit_text_failed(test, check, "Expected %s in %s, but\n    %s", kind_name(wanted->kind),
			  check->left_text, why);
	if (kind != RECOVERED_NONE && kind != wanted->kind)
		kunit_abort(test);
}

/* Somebody expects TEXT: counted there. */
static bool expected(const char *text)
{
	struct kunit_warn_watch *watch;
	unsigned long flags;

	local_irq_save(flags); /* whoever waits for us on this CPU would wait for ever */
	atomic_inc(&lookers);
	for (watch = READ_ONCE(watches); watch; watch = watch->outer)
		if (glob_match(watch->glob, text))
			break;
	if (watch) {
		atomic_inc(&watch->nr_matched);
		atomic_long_inc(&nr_expected_warnings);
	}
	atomic_dec(&lookers);
	local_irq_restore(flags);
	return watch;
}

static void watch_warning(const char *file, int line, const char *func, const char *fmt,
			  va_list args)
{
	char text[160];
	va_list copy;

	va_copy(copy, args);
	vsnprintf(text, sizeof(text), fmt, copy);
	va_end(copy);
	warn_expected = expected(text);
	if (!warn_expected && report_warning)
		report_warning(file, line, func, fmt, args);
}

static void set_watches(struct kunit_warn_watch *watch)
{
	if (watch && !watches) {
		report_warning = warn_hook;
		warn_hook = watch_warning;
	} else if (!watch && watches) {
		warn_hook = report_warning;
	}
	WRITE_ONCE(watches, watch);
	smp_mb(); /* who looks from now on finds no other; who does so already is waited for */
	while (atomic_read(&lookers))
		cpu_relax();
}

void kunit_warn_begin(struct kunit_warn_watch *watch, const char *glob)
{
	watch->glob = glob;
	atomic_set(&watch->nr_matched, 0);
	watch->outer = watches;
	set_watches(watch);
}

void kunit_warn_judge(struct kunit *test, struct kunit_warn_watch *watch,
		      const struct kunit_check *check, unsigned int wanted)
{
	unsigned int seen;

	set_watches(watch->outer);
	seen = (unsigned int)atomic_read(&watch->nr_matched);
	if (wanted ? seen == wanted : seen > 0)
		return;
	if (wanted)
		kunit_text_failed(test, check, "Expected %u warnings like \"%s\" in %s, but saw %u",
				  wanted, watch->glob, check->left_text, seen);
	else
		kunit_text_failed(test, check, "Expected a warning like \"%s\" in %s, but saw none",
				  watch->glob, check->left_text);
}

unsigned long kunit_unexpected_warnings(void)
{
	unsigned long expected_ones = (unsigned long)atomic_long_read(&nr_expected_warnings);

	return READ_ONCE(warn_count) - expected_ones;
}

void kunit_forgive_warnings(unsigned long n)
{
	atomic_long_add((long)n, &nr_expected_warnings);
}

struct kunit_point kunit_port_point(void)
{
	return (struct kunit_point){
		.record = recover_point(), .frame = innermost, .watch = watches};
}

void kunit_port_unwind(struct kunit_point point)
{
	recover_unwind(point.record);
	innermost = point.frame;
	set_watches(point.watch);
}

/* SPDX-License-Identifier: MIT */
/*
 * The test framework's needs of the machine, met by a Unix process: the clock, and crashes as
 * results (kernel/cpu/recover.h). A BUG comes by its hook, a fault as a signal; both go to the
 * innermost expectation, or end the program with a report where there is none.
 *
 * An expectation's way back is an address that in the kernel is jumped to. Here it is called:
 * what lies there (tests/kunit_crash.c) jumps by itself and needs no stack of its own. Its
 * address fits 32 bits because the program is linked without PIE.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kernel/cpu/recover.h"
#include "lib/bug.h"
#include "tests/host/suite.h"
#include "tests/host/host.h"
#include "tests/kunit_port.h"

static struct recover_record *innermost;

u64 host_seed = 1;
struct rnd_state host_random;

u64 kunit_port_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (u64)now.tv_sec * 1000000000 + (u64)now.tv_nsec;
}

double host_seconds(void)
{
	return (double)kunit_port_now() / 1e9;
}

unsigned long kunit_port_begin(void)
{
	prandom_seed_state(&host_random, host_seed);
	return 0;
}

void kunit_port_end(unsigned long state)
{
}

void kunit_port_settle(void)
{
}

void *kunit_port_self(void)
{
	return NULL;
}

void kunit_port_leave(void)
{
	abort();
}

/* A program has no such bounds, and a fault in it ends it anyway. */
bool kunit_port_is_constant(const char *text)
{
	return text;
}

bool kunit_port_is_case(const struct kunit_case *test_case)
{
	return true;
}

void kunit_port_stop(const char *why)
{
	fprintf(stderr, "host test: %s\n", why);
	abort();
}

void recover_push(struct recover_record *record, struct recover_info *info)
{
	*info = (struct recover_info){.kind = RECOVERED_NONE};
	record->info = info;
	record->outer = innermost;
	innermost = record;
}

void recover_pop(struct recover_record *record)
{
	innermost = record->outer;
}

struct recover_record *recover_point(void)
{
	return innermost;
}

void recover_unwind(struct recover_record *record)
{
	innermost = record;
}

/* Goes to the innermost expectation, which there must be. */
static void __noreturn crashed(enum recovered kind, const char *text, unsigned long address)
{
	struct recover_record *record = innermost;
	void (*way_back)(void) = (void (*)(void))(uintptr_t)record->context.eip;

	innermost = record->outer;
	record->info->kind = kind;
	record->info->vector = kind == RECOVERED_FAULT ? 14 : 0;
	record->info->address = address;
	snprintf(record->info->text, sizeof(record->info->text), "%s", text);
	way_back();
	abort();
}

static void on_bug(const char *file, int line, const char *func, const char *cond)
{
	if (innermost)
		crashed(RECOVERED_BUG, cond, 0);
	printf("Bail out! BUG at %s:%d %s(): %s\n", file, line, func, cond);
	fflush(stdout);
	abort();
}

static void on_warn(const char *file, int line, const char *func, const char *fmt, va_list args)
{
	printf("# WARNING at %s:%d %s(): ", file, line, func);
	vprintf(fmt, args);
	putchar('\n');
}

static void on_signal(int number, siginfo_t *info, void *context)
{
	if (innermost)
		crashed(RECOVERED_FAULT, "signal", (unsigned long)(uintptr_t)info->si_addr);
	/* Not expected: let the system end the program at this instruction, as if unhandled. */
	signal(number, SIG_DFL);
}

void host_crash_init(void)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
	struct sigaction action = {.sa_sigaction = on_signal};

	/* The handler is left by a jump, so its signal must not stay blocked. */
	action.sa_flags = SA_SIGINFO | SA_NODEFER;
	bug_hook = on_bug;
	warn_hook = on_warn;
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, NULL);
}

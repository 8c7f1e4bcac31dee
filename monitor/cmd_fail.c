/* SPDX-License-Identifier: MIT */
/*
 * The monitor command fail: shows, sets and resets what fails on purpose (mm/fault_inject.h).
 */
#include "kernel/console/printk.h"
#include "lib/kstrtox.h"
#include "lib/string.h"
#include "mm/fault_inject.h"
#include "monitor/command.h"

static int show_all(void)
{
	for (struct fault_attr *const *attr = fault_attrs; *attr; attr++)
		fault_attr_show(*attr, console_line);
	return 0;
}

static int reset_all(void)
{
	for (struct fault_attr *const *attr = fault_attrs; *attr; attr++)
		fault_attr_reset(*attr);
	return 0;
}

/* WORD, "KEY=NUMBER": is its key KEY? The number into VALUE; *BAD if it is none. */
static bool takes(const char *word, const char *key, unsigned int *value, bool *bad)
{
	size_t length = strlen(key);

	if (strncmp(word, key, length) != 0)
		return false;
	*bad = kstrtouint(word + length, 0, value) != 0;
	return true;
}

/* One word of a setting. False: it is none, and has been said. */
static bool set_word(struct fault_attr *attr, const char *word)
{
	bool bad = false;

	if (strcmp(word, "reset") == 0)
		fault_attr_reset(attr);
	else if (strncmp(word, "site=", 5) == 0)
		bad = fault_attr_set_site(attr, word + 5) != 0;
	else if (!takes(word, "min-order=", &attr->min_order, &bad) &&
		 !takes(word, "verbose=", &attr->verbose, &bad))
		bad = fault_attr_set(attr, word) != 0;
	if (bad)
		console_line("fail: %s: not a setting of %s, or no such function; see `help fail`",
			     word, attr->name);
	return !bad;
}

static int cmd_fail(int argc, char **argv)
{
	struct fault_attr *attr;

	if (argc == 1)
		return show_all();
	if (argc == 2 && strcmp(argv[1], "reset") == 0)
		return reset_all();
	attr = fault_attr_find(argv[1]);
	if (!attr)
		return monitor_usage("fail");
	for (int i = 2; i < argc; i++)
		if (!set_word(attr, argv[i]))
			return 1;
	fault_attr_show(attr, console_line);
	return 0;
}

static void complete(const char *prefix, monitor_add_t add, void *arg)
{
	for (struct fault_attr *const *attr = fault_attrs; *attr; attr++)
		if (strncmp((*attr)->name, prefix, strlen(prefix)) == 0)
			add((*attr)->name, arg);
	if (strncmp("reset", prefix, strlen(prefix)) == 0)
		add("reset", arg);
}

MONITOR_COMMAND_COMPLETE(
	fail, cmd_fail, "[reset | NAME [SETTING...]]",
	"allocations that fail on purpose\n"
	"Without arguments: all settings, and what came of them. `fail reset`: all of them off.\n"
	"NAME is fail_page_alloc or failslab. A SETTING is one of\n"
	"    INTERVAL,PROBABILITY,SPACE,TIMES[,FUNCTION]\n"
	"                  after SPACE pages (bytes for failslab), each INTERVAL-th request fails\n"
	"                  with PROBABILITY percent, TIMES times (-1: for ever); with FUNCTION\n"
	"                  only requests that come from it, or from what it calls, count\n"
	"    site=FUNCTION changes only that; site= takes it away\n"
	"    min-order=N   page blocks below order N do not fail\n"
	"    verbose=N     so many of the failures are shown in the log, with a call trace\n"
	"    reset         off, as at boot\n"
	"The first form is also that of the boot parameters fail_page_alloc= and failslab=.",
	complete);

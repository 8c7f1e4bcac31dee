/* SPDX-License-Identifier: MIT */
/*
 * A test run inside a test: see tests/kunit_inner.h.
 */
#include "tests/kunit_inner.h"

#include "lib/kstrtox.h"
#include "lib/printf.h"
#include "lib/string.h"

static void capture(struct ktap_sink *sink, const char *line)
{
	struct kunit_inner *inner = container_of(sink, struct kunit_inner, sink);

	if (strstr(line, ".seconds: "))
		return;
	if (inner->length + strlen(line) + 2 > sizeof(inner->text))
		inner->cut = true;
	inner->length += scnprintf(inner->text + inner->length, sizeof(inner->text) - inner->length,
				   "%s\n", line);
}

void kunit_inner_suites(struct kunit_inner *inner, struct kunit_suite *const *suites, size_t nr,
			const char *glob)
{
	inner->sink.line = capture;
	inner->length = 0;
	inner->text[0] = '\0';
	inner->run = (struct kunit_run){
		.sink = &inner->sink,
		.suites = suites,
		.nr_suites = nr,
		.glob = glob,
		.quick_only = inner->sink.quiet,
	};
	inner->good = kunit_run(&inner->run);
}

/* The three functions of the running kunit_inner_case(), for a suite's init that returns an int. */
static void (*inner_init)(struct kunit *test);

static int call_init(struct kunit *test)
{
	inner_init(test);
	return 0;
}

void kunit_inner_case(struct kunit_inner *inner, void (*init)(struct kunit *test),
		      void (*fn)(struct kunit *test), void (*exit)(struct kunit *test))
{
	struct kunit_case cases[] = {{.run_case = fn, .name = "case"}, {}};
	struct kunit_suite suite = {
		.name = "inner",
		.init = init ? call_init : NULL,
		.exit = exit,
		.test_cases = cases,
		.quick = true,
	};
	struct kunit_suite *const suites[] = {&suite};

	inner_init = init;
	kunit_inner_suites(inner, suites, 1, NULL);
}

bool kunit_inner_says(const struct kunit_inner *inner, const char *line)
{
	const char *at = inner->text, *want, *end;

	for (; *at; at = strchr(at, '\n') + 1) {
		want = line;
		end = skip_spaces(at);
		while (*want && *want == *end) {
			if (*want == '\n')
				end = skip_spaces(end + 1);
			else
				end++;
			want++;
		}
		if (!*want && *end == '\n')
			return true;
	}
	return false;
}

/* The number that S begins with, and what follows it. */
static unsigned int number(const char *s, const char **rest)
{
	char *end;
	unsigned long value = simple_strtoul(s, &end, 10);

	*rest = end;
	return value;
}

#define MAX_LEVELS 4

bool kunit_plans_met(const char *text)
{
	unsigned int wanted[MAX_LEVELS] = {0}, seen[MAX_LEVELS] = {0};
	const char *line, *rest;
	bool whole = *text != '\0';

	for (line = text; *line; line = strchr(line, '\n') + 1) {
		const char *word = skip_spaces(line);
		size_t level = (size_t)(word - line) / 4;

		if (level >= MAX_LEVELS)
			return false;
		if (str_has_prefix(word, "1..")) {
			whole &= wanted[level] == seen[level];
			wanted[level] = number(word + 3, &rest);
			seen[level] = 0;
		} else if (str_has_prefix(word, "ok ") || str_has_prefix(word, "not ok ")) {
			word += *word == 'o' ? 3 : 7;
			whole &= number(word, &rest) == ++seen[level];
			whole &= level + 1 == MAX_LEVELS || wanted[level + 1] == seen[level + 1];
		}
	}
	return whole && wanted[0] && wanted[0] == seen[0];
}

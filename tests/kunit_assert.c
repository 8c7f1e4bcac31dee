/* SPDX-License-Identifier: MIT */
/*
 * The texts of failed checks: see tests/kunit_assert.h. Each report goes out line by line as it is
 * made, so nothing is allocated, and a very long operand costs only the end of its own line.
 *
 * Integers come as bits with a size and a sign, so that one function serves every type: -1 of 32
 * bits prints as -1 (0xffffffff), and a u64 above the range of s64 prints as the number it is.
 */
#include "lib/control.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "tests/ktap.h"
#include "tests/kunit.h"
#include "tests/kunit_run.h"

#define MEM_SHOWN 16 /* bytes of a block in a report */

static void say(struct kunit *test, const char *fmt, ...) __printf(2, 3);

static void say(struct kunit *test, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	ktap_vprintf(test->run->sink, KTAP_PROBLEM, test->indent, fmt, args);
	va_end(args);
}

static void begin(struct kunit *test, const struct kunit_check *check)
{
	kunit_set_failure(test);
	say(test, "%s: %s FAILED at %s:%d", test->name,
	    check->assertion ? "ASSERTION" : "EXPECTATION", check->file, check->line);
}

/* The _MSG line, and for an assertion the way out. */
static void end(struct kunit *test, const struct kunit_check *check, const char *fmt, va_list args)
{
	if (fmt)
		ktap_vprintf(test->run->sink, KTAP_PROBLEM, test->indent, fmt, args);
	if (check->assertion && !control(asserts_go_on))
		kunit_abort(test);
}

/* Ends a reporter whose last named parameter is fmt. */
#define END(test, check, fmt)                                                                      \
	do {                                                                                       \
		va_list args;                                                                      \
		va_start(args, fmt);                                                               \
		end(test, check, fmt, args);                                                       \
		va_end(args);                                                                      \
	} while (0)

static void say_expected(struct kunit *test, const struct kunit_check *check)
{
	say(test, "Expected %s %s %s, but", check->left_text, check->op, check->right_text);
}

/* One operand, unless its source text is the number itself. */
static void say_int(struct kunit *test, const char *text, struct kunit_int value)
{
	u64 mask = value.size < 8 ? (1ull << (8 * value.size)) - 1 : ~0ull;
	char number[24];

	snprintf(number, sizeof(number), value.is_signed ? "%lld" : "%llu", value.bits);
	if (strcmp(text, number) != 0)
		say(test, "    %s == %s (0x%llx)", text, number, value.bits & mask);
}

void kunit_int_failed(struct kunit *test, const struct kunit_check *check, struct kunit_int left,
		      struct kunit_int right, const char *fmt, ...)
{
	begin(test, check);
	say_expected(test, check);
	say_int(test, check->left_text, left);
	say_int(test, check->right_text, right);
	END(test, check, fmt);
}

static void say_ptr(struct kunit *test, const char *text, const void *value)
{
	if (strcmp(text, "NULL") != 0)
		say(test, "    %s == %px", text, value);
}

void kunit_ptr_failed(struct kunit *test, const struct kunit_check *check, const void *left,
		      const void *right, const char *fmt, ...)
{
	begin(test, check);
	say_expected(test, check);
	say_ptr(test, check->left_text, left);
	say_ptr(test, check->right_text, right);
	END(test, check, fmt);
}

/* Whether the source text is VALUE between quotes. */
static bool is_literal(const char *text, const char *value)
{
	size_t length = strlen(value);

	return text[0] == '"' && strncmp(text + 1, value, length) == 0 &&
	       strcmp(text + 1 + length, "\"") == 0;
}

static void say_str(struct kunit *test, const char *text, const char *value)
{
	if (!value)
		say(test, "    %s == NULL", text);
	else if (!is_literal(text, value))
		say(test, "    %s == \"%s\"", text, value);
}

void kunit_str_failed(struct kunit *test, const struct kunit_check *check, const char *left,
		      const char *right, const char *fmt, ...)
{
	begin(test, check);
	say_expected(test, check);
	say_str(test, check->left_text, left);
	say_str(test, check->right_text, right);
	END(test, check, fmt);
}

/* SHOWN bytes of VALUE from FROM on; those that differ from OTHER are <marked>. */
static void say_mem(struct kunit *test, const char *text, const u8 *value, const u8 *other,
		    size_t from, size_t shown)
{
	char line[MEM_SHOWN * 4 + 1] = "";
	size_t i, length = 0;

	if (!value) {
		say(test, "    %s == NULL", text);
		return;
	}
	for (i = from; i < from + shown; i++)
		length += scnprintf(line + length, sizeof(line) - length,
				    other && value[i] != other[i] ? "<%02x>" : " %02x ", value[i]);
	say(test, "    %s from byte %zu ==%s", text, from, line);
}

void kunit_mem_failed(struct kunit *test, const struct kunit_check *check, const void *left,
		      const void *right, size_t size, const char *fmt, ...)
{
	const u8 *l = left, *r = right;
	size_t from = 0, shown;

	while (l && r && from < size && l[from] == r[from])
		from++;
	if (from == size)
		from = 0;
	shown = min_t(size_t, size - from, MEM_SHOWN);
	begin(test, check);
	say_expected(test, check);
	say_mem(test, check->left_text, l, r, from, shown);
	say_mem(test, check->right_text, r, l, from, shown);
	END(test, check, fmt);
}

void kunit_unary_failed(struct kunit *test, const struct kunit_check *check, const char *fmt, ...)
{
	begin(test, check);
	say(test, "Expected %s %s", check->left_text, check->op);
	END(test, check, fmt);
}

void kunit_err_ptr_failed(struct kunit *test, const struct kunit_check *check, const void *ptr,
			  const char *fmt, ...)
{
	begin(test, check);
	if (ptr)
		say(test, "Expected %s is not error, but is: %ld", check->left_text, PTR_ERR(ptr));
	else
		say(test, "Expected %s is not null, but is", check->left_text);
	END(test, check, fmt);
}

void kunit_text_failed(struct kunit *test, const struct kunit_check *check, const char *fmt, ...)
{
	begin(test, check);
	END(test, check, fmt);
}

bool kunit_streq(const char *left, const char *right)
{
	return left && right ? strcmp(left, right) == 0 : left == right;
}

bool kunit_memeq(const void *left, const void *right, size_t size)
{
	return left && right ? memcmp(left, right, size) == 0 : left == right;
}

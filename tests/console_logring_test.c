/* SPDX-License-Identifier: MIT */
/*
 * The ring of lines: what was added comes back whole and in order, what had to go went oldest
 * first, and a reader learns how many lines it missed.
 *
 * Each line's level, length and bytes follow from its number, so that no copy of them is needed to
 * check them, however many there are.
 */
#include "kernel/console/logring.h"
#include "lib/random.h"
#include "lib/string.h"
#include "tests/kunit.h"

#define RING_SIZE  4096
#define RECORD_MAX (sizeof(struct log_header) + LOG_TEXT_MAX + 1)
#define ROUNDS     20000

static u8 buffer[RING_SIZE] __aligned(8);
static char text[LOG_TEXT_MAX + 2], got[LOG_TEXT_MAX + 1];
static struct log_ring ring;

static int empty_ring(struct kunit *test)
{
	memset(buffer, 0xee, sizeof(buffer));
	ring = (struct log_ring){.buffer = buffer, .size = sizeof(buffer)};
	return 0;
}

/* The text of line number SEQ; returns its length. Mostly short, sometimes as long as can be. */
static size_t make_text(u64 seq)
{
	u32 mix = (u32)seq * 2654435761u;
	size_t length = mix % 16 == 0 ? LOG_TEXT_MAX : (mix >> 8) % 100, i;

	for (i = 0; i < length; i++)
		text[i] = (char)('a' + (mix + i * 7) % 26);
	text[length] = '\0';
	return length;
}

static void add(u64 seq)
{
	log_ring_add(&ring, seq % 8, seq * 1000, text, make_text(seq));
}

/* Reads on and checks the line that comes; returns its number. */
static u64 read_one(struct kunit *test, struct log_cursor *cursor)
{
	struct log_record record;
	size_t length;

	KUNIT_ASSERT_TRUE(test, log_ring_read(&ring, cursor, &record, got, sizeof(got)));
	length = make_text(record.seq);
	KUNIT_ASSERT_EQ(test, record.length, length);
	KUNIT_ASSERT_STREQ(test, got, text);
	KUNIT_ASSERT_EQ(test, record.level, (unsigned int)(record.seq % 8));
	KUNIT_ASSERT_EQ(test, record.time_ns, record.seq * 1000);
	return record.seq;
}

static void empty_has_nothing(struct kunit *test)
{
	struct log_cursor cursor = {0};
	struct log_record record;

	KUNIT_EXPECT_FALSE(test, log_ring_read(&ring, &cursor, &record, got, sizeof(got)));
	add(0);
	KUNIT_EXPECT_EQ(test, read_one(test, &cursor), 0ull);
	KUNIT_EXPECT_FALSE(test, log_ring_read(&ring, &cursor, &record, got, sizeof(got)));
}

static void text_is_cut(struct kunit *test)
{
	struct log_cursor cursor = {0};
	struct log_record record;
	char small[4];

	memset(text, 'x', sizeof(text));
	log_ring_add(&ring, 0, 0, text, sizeof(text));
	log_ring_add(&ring, 0, 0, "abcdef", 6);
	KUNIT_ASSERT_TRUE(test, log_ring_read(&ring, &cursor, &record, got, sizeof(got)));
	KUNIT_EXPECT_EQ(test, record.length, (size_t)LOG_TEXT_MAX);
	KUNIT_ASSERT_TRUE(test, log_ring_read(&ring, &cursor, &record, small, sizeof(small)));
	KUNIT_EXPECT_EQ(test, record.length, 6ul);
	KUNIT_EXPECT_STREQ(test, small, "abc");
}

/* A reader that keeps up gets every line, wherever the ring wraps. */
static void following_reader_misses_nothing(struct kunit *test)
{
	struct log_cursor cursor = {0};
	u64 seq;

	for (seq = 0; seq < ROUNDS; seq++) {
		add(seq);
		KUNIT_ASSERT_EQ(test, read_one(test, &cursor), seq);
	}
}

/* One that comes now and then gets the oldest lines that are left, then all that follow. */
static void late_reader_gets_the_rest(struct kunit *test)
{
	struct rnd_state random;
	struct log_cursor cursor;
	u64 seq = 0, until, first;

	prandom_seed_state(&random, 1);
	while (seq < ROUNDS) {
		for (until = seq + prandom_u32_state(&random) % 60; seq < until; seq++)
			add(seq);
		if (!seq)
			continue;
		cursor = (struct log_cursor){0};
		for (first = read_one(test, &cursor); first + 1 < seq; first++)
			KUNIT_ASSERT_EQ(test, read_one(test, &cursor), first + 1);
		KUNIT_ASSERT_EQ(test, cursor.seq, seq);
	}
}

/* No line goes before it must: the ring always holds as much as fits, but for one gap. */
static void keeps_as_much_as_fits(struct kunit *test)
{
	size_t held;
	u64 seq, i;

	for (seq = 0; seq < ROUNDS / 4; seq++) {
		add(seq);
		for (held = 0, i = ring.first_seq; i <= seq; i++)
			held += ALIGN(sizeof(struct log_header) + make_text(i), 8);
		KUNIT_ASSERT_LE(test, held, (size_t)RING_SIZE);
		if (ring.first_seq)
			KUNIT_ASSERT_GE(test, held + 2 * RECORD_MAX + 8, (size_t)RING_SIZE);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(empty_has_nothing),
	KUNIT_CASE(text_is_cut),
	KUNIT_CASE(following_reader_misses_nothing),
	KUNIT_CASE(late_reader_gets_the_rest),
	KUNIT_CASE(keeps_as_much_as_fits),
	{},
};

static struct kunit_suite suite = {
	.name = "console_logring",
	.init = empty_ring,
	.test_cases = cases,
};
kunit_test_suite(suite);

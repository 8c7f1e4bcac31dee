/* SPDX-License-Identifier: MIT */
/*
 * KUNIT_EXPECT_* and KUNIT_ASSERT_*: comparisons that keep the source text and the values.
 *
 * Every argument is evaluated once. Comparisons are C's on the operands' own types (-1 equals
 * 0xffffffff where C says so), in 64 bits where an operand has them; a pointer given to an integer
 * comparison does not compile without a warning, which is wanted: use the PTR form. The message
 * of a failed check is KUnit's, each line begun with `# ` as all that is printed during a test:
 *
 *	# case: EXPECTATION FAILED at file:line
 *	# Expected a == b, but
 *	#     a == 1 (0x1)
 *	#     b == 2 (0x2)
 *
 * A value is not repeated where the source text already is that number or string. The _MSG forms
 * add a printf-like line of their own. The EXPECT forms may be used in any context, interrupts
 * included; the ASSERT forms only in the case's own flow of control.
 */
#ifndef TESTS_KUNIT_ASSERT_H
#define TESTS_KUNIT_ASSERT_H

struct kunit;

/* One place in the source with its texts; always static const. */
struct kunit_check {
	const char *file;
	int line;
	bool assertion; /* a failure leaves the case */
	const char *op; /* between the two texts */
	const char *left_text, *right_text;
};

/* An integer as it was compared: its bits, how many of them count, and how to read them. */
struct kunit_int {
	u64 bits;
	u8 size; /* in bytes */
	bool is_signed;
};

/*
 * Report a failed check: they mark the case failed, print the values and FMT's line (FMT may be
 * NULL), and if check->assertion do not return.
 */
void kunit_int_failed(struct kunit *test, const struct kunit_check *check, struct kunit_int left,
		      struct kunit_int right, const char *fmt, ...) __printf(5, 6) __cold;
void kunit_ptr_failed(struct kunit *test, const struct kunit_check *check, const void *left,
		      const void *right, const char *fmt, ...) __printf(5, 6) __cold;
void kunit_str_failed(struct kunit *test, const struct kunit_check *check, const char *left,
		      const char *right, const char *fmt, ...) __printf(5, 6) __cold;
void kunit_mem_failed(struct kunit *test, const struct kunit_check *check, const void *left,
		      const void *right, size_t size, const char *fmt, ...) __printf(6, 7) __cold;
/* OP is the whole sentence after "Expected LEFT ". */
void kunit_unary_failed(struct kunit *test, const struct kunit_check *check, const char *fmt, ...)
	__printf(3, 4) __cold;
/* A value that should be a good pointer. */
void kunit_err_ptr_failed(struct kunit *test, const struct kunit_check *check, const void *ptr,
			  const char *fmt, ...) __printf(4, 5) __cold;
/* Any other check: FMT's text is the whole report. Also KUNIT_FAIL. */
void kunit_text_failed(struct kunit *test, const struct kunit_check *check, const char *fmt, ...)
	__printf(3, 4) __cold;

/* Whether two strings, resp. two blocks, are equal; NULL equals only NULL. */
bool kunit_streq(const char *left, const char *right);
bool kunit_memeq(const void *left, const void *right, size_t size);

#define __kunit_check(assert, oper, left, right)                                                   \
	static const struct kunit_check __kunit_at = {__FILE__, __LINE__, assert, oper, left, right}

#define __kunit_value(x)                                                                           \
	((struct kunit_int){(u64)(x), sizeof(x),                                                   \
			    (__typeof__((x) + 0))(-1) < (__typeof__((x) + 0))1})

/* Mixed signedness is compared as C does it, on purpose. */
#define __kunit_compare(left, op, right)                                                           \
	_Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wsign-compare\"")        \
		__kunit_holds = left op right;                                                     \
	_Pragma("GCC diagnostic pop")

#define __kunit_int(test, assert, left, op, right, ltext, rtext, ...)                              \
	do {                                                                                       \
		const __typeof__(left) __kunit_left = (left);                                      \
		const __typeof__(right) __kunit_right = (right);                                   \
		bool __kunit_holds;                                                                \
                                                                                                   \
		__kunit_check(assert, #op, ltext, rtext);                                          \
		__kunit_compare(__kunit_left, op, __kunit_right);                                  \
		if (unlikely(!__kunit_holds))                                                      \
			kunit_int_failed(test, &__kunit_at, __kunit_value(__kunit_left),           \
					 __kunit_value(__kunit_right), __VA_ARGS__);               \
	} while (0)

#define __kunit_ptr(test, assert, left, op, right, ltext, rtext, ...)                              \
	do {                                                                                       \
		const __auto_type __kunit_left = (left);                                           \
		const __auto_type __kunit_right = (right);                                         \
                                                                                                   \
		__kunit_check(assert, #op, ltext, rtext);                                          \
		if (unlikely(!(__kunit_left op __kunit_right)))                                    \
			kunit_ptr_failed(test, &__kunit_at, (const void *)__kunit_left,            \
					 (const void *)__kunit_right, __VA_ARGS__);                \
	} while (0)

#define __kunit_str(test, assert, left, op, equal, right, ltext, rtext, ...)                       \
	do {                                                                                       \
		const char *__kunit_left = (left), *__kunit_right = (right);                       \
                                                                                                   \
		__kunit_check(assert, op, ltext, rtext);                                           \
		if (unlikely(kunit_streq(__kunit_left, __kunit_right) != (equal)))                 \
			kunit_str_failed(test, &__kunit_at, __kunit_left, __kunit_right,           \
					 __VA_ARGS__);                                             \
	} while (0)

#define __kunit_mem(test, assert, left, op, equal, right, size, ltext, rtext, ...)                 \
	do {                                                                                       \
		const void *__kunit_left = (left), *__kunit_right = (right);                       \
		const size_t __kunit_size = (size);                                                \
                                                                                                   \
		__kunit_check(assert, op, ltext, rtext);                                           \
		if (unlikely(kunit_memeq(__kunit_left, __kunit_right, __kunit_size) != (equal)))   \
			kunit_mem_failed(test, &__kunit_at, __kunit_left, __kunit_right,           \
					 __kunit_size, __VA_ARGS__);                               \
	} while (0)

#define __kunit_bool(test, assert, cond, wanted, sentence, text, ...)                              \
	do {                                                                                       \
		__kunit_check(assert, sentence, text, NULL);                                       \
		if (unlikely((!!(cond)) != (wanted)))                                              \
			kunit_unary_failed(test, &__kunit_at, __VA_ARGS__);                        \
	} while (0)

#define __kunit_good_ptr(test, assert, ptr, text, ...)                                             \
	do {                                                                                       \
		const void *__kunit_left = (ptr);                                                  \
                                                                                                   \
		__kunit_check(assert, NULL, text, NULL);                                           \
		if (unlikely(IS_ERR_OR_NULL(__kunit_left)))                                        \
			kunit_err_ptr_failed(test, &__kunit_at, __kunit_left, __VA_ARGS__);        \
	} while (0)

#define __kunit_fail(test, assert, ...)                                                            \
	do {                                                                                       \
		__kunit_check(assert, NULL, NULL, NULL);                                           \
		kunit_text_failed(test, &__kunit_at, __VA_ARGS__);                                 \
	} while (0)

/* A line that marks a reached place; checks nothing. */
#define KUNIT_SUCCEED(test)             ((void)(test))
#define KUNIT_FAIL(test, ...)           __kunit_fail(test, false, __VA_ARGS__)
#define KUNIT_FAIL_AND_ABORT(test, ...) __kunit_fail(test, true, __VA_ARGS__)

/* ---- expectations: a failed one marks the case and goes on ---- */
#define KUNIT_EXPECT_EQ(test, l, r)          __kunit_int(test, false, l, ==, r, #l, #r, NULL)
#define KUNIT_EXPECT_EQ_MSG(test, l, r, ...) __kunit_int(test, false, l, ==, r, #l, #r, __VA_ARGS__)
#define KUNIT_EXPECT_NE(test, l, r)          __kunit_int(test, false, l, !=, r, #l, #r, NULL)
#define KUNIT_EXPECT_NE_MSG(test, l, r, ...) __kunit_int(test, false, l, !=, r, #l, #r, __VA_ARGS__)
#define KUNIT_EXPECT_LT(test, l, r)          __kunit_int(test, false, l, <, r, #l, #r, NULL)
#define KUNIT_EXPECT_LT_MSG(test, l, r, ...) __kunit_int(test, false, l, <, r, #l, #r, __VA_ARGS__)
#define KUNIT_EXPECT_LE(test, l, r)          __kunit_int(test, false, l, <=, r, #l, #r, NULL)
#define KUNIT_EXPECT_LE_MSG(test, l, r, ...) __kunit_int(test, false, l, <=, r, #l, #r, __VA_ARGS__)
#define KUNIT_EXPECT_GT(test, l, r)          __kunit_int(test, false, l, >, r, #l, #r, NULL)
#define KUNIT_EXPECT_GT_MSG(test, l, r, ...) __kunit_int(test, false, l, >, r, #l, #r, __VA_ARGS__)
#define KUNIT_EXPECT_GE(test, l, r)          __kunit_int(test, false, l, >=, r, #l, #r, NULL)
#define KUNIT_EXPECT_GE_MSG(test, l, r, ...) __kunit_int(test, false, l, >=, r, #l, #r, __VA_ARGS__)
#define KUNIT_EXPECT_PTR_EQ(test, l, r)      __kunit_ptr(test, false, l, ==, r, #l, #r, NULL)
#define KUNIT_EXPECT_PTR_EQ_MSG(test, l, r, ...)                                                   \
	__kunit_ptr(test, false, l, ==, r, #l, #r, __VA_ARGS__)
#define KUNIT_EXPECT_PTR_NE(test, l, r) __kunit_ptr(test, false, l, !=, r, #l, #r, NULL)
#define KUNIT_EXPECT_PTR_NE_MSG(test, l, r, ...)                                                   \
	__kunit_ptr(test, false, l, !=, r, #l, #r, __VA_ARGS__)
#define KUNIT_EXPECT_STREQ(test, l, r) __kunit_str(test, false, l, "==", true, r, #l, #r, NULL)
#define KUNIT_EXPECT_STREQ_MSG(test, l, r, ...)                                                    \
	__kunit_str(test, false, l, "==", true, r, #l, #r, __VA_ARGS__)
#define KUNIT_EXPECT_STRNEQ(test, l, r) __kunit_str(test, false, l, "!=", false, r, #l, #r, NULL)
#define KUNIT_EXPECT_STRNEQ_MSG(test, l, r, ...)                                                   \
	__kunit_str(test, false, l, "!=", false, r, #l, #r, __VA_ARGS__)
#define KUNIT_EXPECT_MEMEQ(test, l, r, size)                                                       \
	__kunit_mem(test, false, l, "==", true, r, size, #l, #r, NULL)
#define KUNIT_EXPECT_MEMEQ_MSG(test, l, r, size, ...)                                              \
	__kunit_mem(test, false, l, "==", true, r, size, #l, #r, __VA_ARGS__)
#define KUNIT_EXPECT_MEMNEQ(test, l, r, size)                                                      \
	__kunit_mem(test, false, l, "!=", false, r, size, #l, #r, NULL)
#define KUNIT_EXPECT_MEMNEQ_MSG(test, l, r, size, ...)                                             \
	__kunit_mem(test, false, l, "!=", false, r, size, #l, #r, __VA_ARGS__)
#define KUNIT_EXPECT_TRUE(test, cond)                                                              \
	__kunit_bool(test, false, cond, true, "to be true, but is false", #cond, NULL)
#define KUNIT_EXPECT_TRUE_MSG(test, cond, ...)                                                     \
	__kunit_bool(test, false, cond, true, "to be true, but is false", #cond, __VA_ARGS__)
#define KUNIT_EXPECT_FALSE(test, cond)                                                             \
	__kunit_bool(test, false, cond, false, "to be false, but is true", #cond, NULL)
#define KUNIT_EXPECT_FALSE_MSG(test, cond, ...)                                                    \
	__kunit_bool(test, false, cond, false, "to be false, but is true", #cond, __VA_ARGS__)
#define KUNIT_EXPECT_NULL(test, ptr) __kunit_ptr(test, false, ptr, ==, NULL, #ptr, "NULL", NULL)
#define KUNIT_EXPECT_NULL_MSG(test, ptr, ...)                                                      \
	__kunit_ptr(test, false, ptr, ==, NULL, #ptr, "NULL", __VA_ARGS__)
#define KUNIT_EXPECT_NOT_NULL(test, ptr) __kunit_ptr(test, false, ptr, !=, NULL, #ptr, "NULL", NULL)
#define KUNIT_EXPECT_NOT_NULL_MSG(test, ptr, ...)                                                  \
	__kunit_ptr(test, false, ptr, !=, NULL, #ptr, "NULL", __VA_ARGS__)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL(test, ptr) __kunit_good_ptr(test, false, ptr, #ptr, NULL)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL_MSG(test, ptr, ...)                                           \
	__kunit_good_ptr(test, false, ptr, #ptr, __VA_ARGS__)

/* ---- assertions: a failed one leaves the case ---- */
#define KUNIT_ASSERT_EQ(test, l, r)          __kunit_int(test, true, l, ==, r, #l, #r, NULL)
#define KUNIT_ASSERT_EQ_MSG(test, l, r, ...) __kunit_int(test, true, l, ==, r, #l, #r, __VA_ARGS__)
#define KUNIT_ASSERT_NE(test, l, r)          __kunit_int(test, true, l, !=, r, #l, #r, NULL)
#define KUNIT_ASSERT_NE_MSG(test, l, r, ...) __kunit_int(test, true, l, !=, r, #l, #r, __VA_ARGS__)
#define KUNIT_ASSERT_LT(test, l, r)          __kunit_int(test, true, l, <, r, #l, #r, NULL)
#define KUNIT_ASSERT_LT_MSG(test, l, r, ...) __kunit_int(test, true, l, <, r, #l, #r, __VA_ARGS__)
#define KUNIT_ASSERT_LE(test, l, r)          __kunit_int(test, true, l, <=, r, #l, #r, NULL)
#define KUNIT_ASSERT_LE_MSG(test, l, r, ...) __kunit_int(test, true, l, <=, r, #l, #r, __VA_ARGS__)
#define KUNIT_ASSERT_GT(test, l, r)          __kunit_int(test, true, l, >, r, #l, #r, NULL)
#define KUNIT_ASSERT_GT_MSG(test, l, r, ...) __kunit_int(test, true, l, >, r, #l, #r, __VA_ARGS__)
#define KUNIT_ASSERT_GE(test, l, r)          __kunit_int(test, true, l, >=, r, #l, #r, NULL)
#define KUNIT_ASSERT_GE_MSG(test, l, r, ...) __kunit_int(test, true, l, >=, r, #l, #r, __VA_ARGS__)
#define KUNIT_ASSERT_PTR_EQ(test, l, r)      __kunit_ptr(test, true, l, ==, r, #l, #r, NULL)
#define KUNIT_ASSERT_PTR_EQ_MSG(test, l, r, ...)                                                   \
	__kunit_ptr(test, true, l, ==, r, #l, #r, __VA_ARGS__)
#define KUNIT_ASSERT_PTR_NE(test, l, r) __kunit_ptr(test, true, l, !=, r, #l, #r, NULL)
#define KUNIT_ASSERT_PTR_NE_MSG(test, l, r, ...)                                                   \
	__kunit_ptr(test, true, l, !=, r, #l, #r, __VA_ARGS__)
#define KUNIT_ASSERT_STREQ(test, l, r) __kunit_str(test, true, l, "==", true, r, #l, #r, NULL)
#define KUNIT_ASSERT_STREQ_MSG(test, l, r, ...)                                                    \
	__kunit_str(test, true, l, "==", true, r, #l, #r, __VA_ARGS__)
#define KUNIT_ASSERT_STRNEQ(test, l, r) __kunit_str(test, true, l, "!=", false, r, #l, #r, NULL)
#define KUNIT_ASSERT_STRNEQ_MSG(test, l, r, ...)                                                   \
	__kunit_str(test, true, l, "!=", false, r, #l, #r, __VA_ARGS__)
#define KUNIT_ASSERT_MEMEQ(test, l, r, size)                                                       \
	__kunit_mem(test, true, l, "==", true, r, size, #l, #r, NULL)
#define KUNIT_ASSERT_MEMEQ_MSG(test, l, r, size, ...)                                              \
	__kunit_mem(test, true, l, "==", true, r, size, #l, #r, __VA_ARGS__)
#define KUNIT_ASSERT_MEMNEQ(test, l, r, size)                                                      \
	__kunit_mem(test, true, l, "!=", false, r, size, #l, #r, NULL)
#define KUNIT_ASSERT_MEMNEQ_MSG(test, l, r, size, ...)                                             \
	__kunit_mem(test, true, l, "!=", false, r, size, #l, #r, __VA_ARGS__)
#define KUNIT_ASSERT_TRUE(test, cond)                                                              \
	__kunit_bool(test, true, cond, true, "to be true, but is false", #cond, NULL)
#define KUNIT_ASSERT_TRUE_MSG(test, cond, ...)                                                     \
	__kunit_bool(test, true, cond, true, "to be true, but is false", #cond, __VA_ARGS__)
#define KUNIT_ASSERT_FALSE(test, cond)                                                             \
	__kunit_bool(test, true, cond, false, "to be false, but is true", #cond, NULL)
#define KUNIT_ASSERT_FALSE_MSG(test, cond, ...)                                                    \
	__kunit_bool(test, true, cond, false, "to be false, but is true", #cond, __VA_ARGS__)
#define KUNIT_ASSERT_NULL(test, ptr) __kunit_ptr(test, true, ptr, ==, NULL, #ptr, "NULL", NULL)
#define KUNIT_ASSERT_NULL_MSG(test, ptr, ...)                                                      \
	__kunit_ptr(test, true, ptr, ==, NULL, #ptr, "NULL", __VA_ARGS__)
#define KUNIT_ASSERT_NOT_NULL(test, ptr) __kunit_ptr(test, true, ptr, !=, NULL, #ptr, "NULL", NULL)
#define KUNIT_ASSERT_NOT_NULL_MSG(test, ptr, ...)                                                  \
	__kunit_ptr(test, true, ptr, !=, NULL, #ptr, "NULL", __VA_ARGS__)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ptr) __kunit_good_ptr(test, true, ptr, #ptr, NULL)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL_MSG(test, ptr, ...)                                           \
	__kunit_good_ptr(test, true, ptr, #ptr, __VA_ARGS__)

#endif /* TESTS_KUNIT_ASSERT_H */

/* SPDX-License-Identifier: MIT */
/*
 * Memory and strings. Names and meanings are those of C and of Linux; what is not in C says so.
 *
 * All of it is pure, in any context, and needs nothing but the memory it is given. Strings end
 * with a NUL byte unless a function takes a length; lengths and sizes are in bytes.
 *
 * strcpy, strcat and strncpy exist for foreign sources only; loft itself uses strscpy, which
 * always terminates and tells when it had to cut.
 */
#ifndef LIB_STRING_H
#define LIB_STRING_H

#include "lib/compiler.h"

/* --- memory --- */

/* Copies N bytes; the areas must not overlap. Returns TO. */
void *memcpy(void *to, const void *from, size_t n);
/* Copies N bytes; the areas may overlap. Returns TO. */
void *memmove(void *to, const void *from, size_t n);
/* Sets N bytes to the low 8 bits of C. Returns S. */
void *memset(void *s, int c, size_t n);
/* Sets N units of 16 or 32 bits to V; S is aligned to them. Returns S. (Linux) */
void *memset16(u16 *s, u16 v, size_t n);
void *memset32(u32 *s, u32 v, size_t n);
/* Compares bytes as unsigned: below, equal to or above 0. */
int memcmp(const void *a, const void *b, size_t n);
/* The first byte equal to (u8)C, or NULL. */
void *memchr(const void *s, int c, size_t n);
/* The first byte that differs from (u8)C, or NULL if all N are equal. (Linux) */
void *memchr_inv(const void *s, int c, size_t n);

/* --- lengths and comparison --- */

/* The bytes before the NUL. */
size_t strlen(const char *s);
/* The length, but at most MAX: no byte behind S + MAX is read. */
size_t strnlen(const char *s, size_t max);
/* Byte order as unsigned: below, equal to or above 0; the n forms look at N bytes at most. */
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
/* The same without regard to the case of A to Z. */
int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t n);
/* The length of PREFIX if S begins with it, else 0. (Linux) */
size_t str_has_prefix(const char *s, const char *prefix);

/* --- copies --- */

/*
 * Copies as much of FROM as fits SIZE bytes and always terminates (if SIZE > 0). Returns the
 * bytes copied without the NUL, or -E2BIG if something was cut or SIZE is 0. (Linux)
 */
ssize_t strscpy(char *to, const char *from, size_t size);
/* As strscpy, but returns strlen(FROM): cut if that is >= SIZE. FROM is read to its end. */
size_t strlcpy(char *to, const char *from, size_t size);
/*
 * Appends to the string TO in a buffer of SIZE bytes and terminates. Returns the length that it
 * tried to make: cut if >= SIZE. BUG if TO is not terminated within SIZE.
 */
size_t strlcat(char *to, const char *from, size_t size);
/* Copies FROM with its NUL; TO has room for all of it. Returns TO. */
char *strcpy(char *to, const char *from);
/* Pads with NULs to N bytes; does not terminate if FROM has N bytes or more. */
char *strncpy(char *to, const char *from, size_t n);
/* Append FROM, or at most N bytes of it, and a NUL; TO has room for all of it. Return TO. */
char *strcat(char *to, const char *from);
char *strncat(char *to, const char *from, size_t n);

/* --- searching --- */

/* The first or last (char)C, which may be the NUL; NULL if there is none. */
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
/* The first (char)C, or the terminating NUL. */
char *strchrnul(const char *s, int c);
/* The first (char)C within N bytes and within the string, or NULL. (Linux) */
char *strnchr(const char *s, size_t n, int c);
/* The first occurrence of NEEDLE (the empty one is at S), or NULL; strnstr: within N bytes. */
char *strstr(const char *s, const char *needle);
char *strnstr(const char *s, const char *needle, size_t n);
/* How many bytes at the start of S are all in ACCEPT, or none of them in REJECT. */
size_t strspn(const char *s, const char *accept);
size_t strcspn(const char *s, const char *reject);
/* The first byte of S that is in ACCEPT, or NULL. */
char *strpbrk(const char *s, const char *accept);

/* --- taking apart --- */

/*
 * Cuts *S at the first byte of DELIMITERS and moves *S behind it (NULL at the end). Returns the
 * old *S: empty pieces are not skipped; NULL when *S is NULL.
 */
char *strsep(char **s, const char *delimiters);
/* S without its leading white space. (Linux) */
char *skip_spaces(const char *s);
/* Cuts trailing white space off S and returns it without the leading one. (Linux) */
char *strim(char *s);
#define strstrip strim
/* What follows the last '/' of PATH, or PATH. (Linux) */
const char *kbasename(const char *path);
/* The index of STRING in ARRAY of N strings (a NULL ends it early), or -EINVAL. (Linux) */
int match_string(const char *const *array, size_t n, const char *string);

#endif /* LIB_STRING_H */

/* SPDX-License-Identifier: MIT */
/*
 * Edit distance with transpositions (optimal string alignment), by the usual table: d[i][j] is
 * the distance of A's first i letters and B's first j. Three rows of it are kept.
 */
#include "monitor/suggest.h"

#include "lib/compiler.h"
#include "lib/limits.h"
#include "lib/string.h"

#define WORD_MAX 31

unsigned int edit_distance(const char *a, const char *b)
{
	u8 row[3][WORD_MAX + 1];
	size_t m = strlen(a), n = strlen(b), i, j;
	u8 *before, *last, *now, best;

	if (m > WORD_MAX || n > WORD_MAX)
		return UINT_MAX;
	for (j = 0; j <= n; j++)
		row[0][j] = (u8)j;
	for (i = 1; i <= m; i++) {
		before = row[(i + 1) % 3];
		last = row[(i + 2) % 3];
		now = row[i % 3];
		now[0] = (u8)i;
		for (j = 1; j <= n; j++) {
			best = (u8)(last[j - 1] + (a[i - 1] != b[j - 1]));
			best = min_t(u8, best, last[j] + 1);
			best = min_t(u8, best, now[j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				best = min_t(u8, best, before[j - 2] + 1);
			now[j] = best;
		}
	}
	return row[m % 3][n];
}

/* SPDX-License-Identifier: MIT */
/*
 * "Did you mean ...": how far apart two words are. Pure.
 */
#ifndef MONITOR_SUGGEST_H
#define MONITOR_SUGGEST_H

/*
 * The least number of letters to insert, delete, change, or exchange with a neighbour, to make B
 * out of A. Words longer than 31 bytes are as far apart as words can be (UINT_MAX).
 */
unsigned int edit_distance(const char *a, const char *b);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The saved corpus in the image: the bytes of each file, and the end of each.
 */
/* The assembler does not join strings: the whole path becomes one. */
#define TEXT(path) #path
#define QUOTE(path) TEXT(path)

#define CORPUS(name)                                                                               \
	.global corpus_##name, corpus_##name##_end;                                                \
corpus_##name:                                                                                     \
	.incbin QUOTE(tests/corpus/name.bin);                                                      \
corpus_##name##_end:

	.section .rodata
#include "tests/corpus/list.h"

	.section .note.GNU-stack, "", @progbits

/* SPDX-License-Identifier: MIT */
/*
 * The ring of lines: see logring.h for the layout.
 *
 * Two offsets and two numbers describe everything. The free part of the buffer is [next, first)
 * modulo the size; when first == next the ring is either empty or full, and the sequence numbers
 * tell which. A record never wraps, because a reader (and a debugger) can then use it in place.
 *
 * Adding finds room by dropping from the old end, so it costs at most the size of the text plus
 * the records it pushes out, and it cannot fail.
 */
#include "kernel/console/logring.h"

#include "lib/compiler.h"
#include "lib/control.h"
#include "lib/string.h"

static struct log_header *header_at(const struct log_ring *ring, u32 offset)
{
	return (struct log_header *)(void *)(ring->buffer + offset);
}

static bool is_empty(const struct log_ring *ring)
{
	return ring->first_seq == ring->next_seq;
}

/* Where the record at OFFSET really begins: there, or at 0 if the end of the buffer is too near. */
static u32 skip_gap(const struct log_ring *ring, u32 offset)
{
	if (ring->size - offset < sizeof(struct log_header))
		return 0;
	return header_at(ring, offset)->size == LOG_WRAP ? 0 : offset;
}

static void drop_oldest(struct log_ring *ring)
{
	u32 offset = skip_gap(ring, ring->first);

	ring->first = offset + header_at(ring, offset)->size;
	ring->first_seq++;
}

/* Whether NEED bytes from offset NEXT on touch no record that is still there. */
static bool has_room(const struct log_ring *ring, u32 need)
{
	if (is_empty(ring))
		return ring->size - ring->next >= need;
	if (ring->first > ring->next)
		return ring->first - ring->next >= need;
	return ring->first != ring->next && ring->size - ring->next >= need;
}

/* Moves NEXT to the start of the buffer, dropping the records that lie behind it. */
static void wrap(struct log_ring *ring)
{
	while (!is_empty(ring) && ring->first >= ring->next)
		drop_oldest(ring);
	if (ring->size - ring->next >= sizeof(struct log_header))
		header_at(ring, ring->next)->size = LOG_WRAP;
	ring->next = 0;
	if (is_empty(ring))
		ring->first = 0;
}

void log_ring_add(struct log_ring *ring, unsigned int level, u64 time_ns, const char *text,
		  size_t length)
{
	struct log_header *header;
	u32 need;

	length = min_t(size_t, length, LOG_TEXT_MAX);
	need = ALIGN((u32)(sizeof(*header) + length), 8u);
	if (ring->size - ring->next < need)
		wrap(ring);
	while (!has_room(ring, need)) {
		drop_oldest(ring);
		if (control(log_tears_lines))
			break;
	}
	if (is_empty(ring))
		ring->first = ring->next;

	header = header_at(ring, ring->next);
	header->time_ns = time_ns;
	header->size = (u16)need;
	header->length = (u16)length;
	header->level = (u8)level;
	memcpy(header + 1, text, length);
	ring->next += need;
	ring->next_seq++;
}

bool log_ring_read(const struct log_ring *ring, struct log_cursor *cursor,
		   struct log_record *record, char *text, size_t size)
{
	const struct log_header *header;
	size_t n;

	if (cursor->seq >= ring->next_seq)
		return false;
	if (cursor->seq <= ring->first_seq) {
		cursor->seq = ring->first_seq;
		cursor->offset = ring->first;
	}
	cursor->offset = skip_gap(ring, cursor->offset);
	header = header_at(ring, cursor->offset);
	record->seq = cursor->seq;
	record->time_ns = header->time_ns;
	record->level = header->level;
	record->length = header->length;
	if (size) {
		n = min_t(size_t, header->length, size - 1);
		memcpy(text, header + 1, n);
		text[n] = '\0';
	}
	cursor->seq++;
	cursor->offset += header->size;
	return true;
}

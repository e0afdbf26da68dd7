/* One cell through all parts. Nearly all end behind the filter. */
#include "kernel.h"

#include <string.h>

static bool letter_or_number_sign(uint8_t b) { return ((b | 0x20) >= 'a' && (b | 0x20) <= 'z') || b == '#'; }

bool has_markup(const uint8_t *begin, const uint8_t *end) {
    if (begin == end) return false;
    if (memchr(begin, '<', (size_t)(end - begin))) return true;
    for (const uint8_t *p = begin; (p = memchr(p, '&', (size_t)(end - p))) && ++p < end;)
        if (letter_or_number_sign(*p)) return true;
    return false;
}

void scan_cell(struct scratch *scratch, uint32_t number, const uint8_t *begin, const uint8_t *end, bool raw) {
    if (begin == end) return;
    scratch->cell_number = number, scratch->cell_hits = scratch->hit_count;
    unsigned seen = fold_bytes(scratch, begin, end);
    scratch->place_count = 0;
    if (!(seen & SEEN_SPECIAL)) {
        uint32_t *found = room_for(&scratch->candidates_room, MOST_FOUND(scratch->n), sizeof *found, &scratch->failed);
        if (!found) return;
        size_t count = filter(scratch->plan, scratch->letters, scratch->n, found, scratch->vector);
        if (count) seen |= exact(scratch, scratch->letters, scratch->n, found, count);
        if (scratch->place_count) keep_likely(scratch, begin, end);
        if (seen & SEEN_RUN && !holds_run(scratch, begin, end, found, count)) seen &= ~(unsigned)SEEN_RUN;
        if (seen & SEEN_PAIRS && !holds_pairs(scratch, begin, end, found, count)) seen &= ~(unsigned)SEEN_PAIRS;
        if (!scratch->place_count && !seen) return;
    }
    if (!cell_open(scratch, begin, end)) return;
    read_open_cell(scratch, seen);
    if (scratch->hit_count == scratch->cell_hits) return;
    if (raw) tell_raw(scratch);
    else settle(scratch);
}

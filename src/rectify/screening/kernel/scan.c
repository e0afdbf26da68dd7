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

/* Letters and candidates of a text, a part of the bytes after the other, so that letters are filtered while they are in
   the first cache. What was seen on the way. */
static unsigned nominate(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, uint32_t **found, size_t *count) {
    enum { GUARD = 8, AT_ONCE = 4096 };
    size_t bytes = (size_t)(end - begin);
    uint16_t *letters = room_for(&scratch->letters_room, bytes + 2 * GUARD + 64, sizeof *letters, &scratch->failed);
    struct checkpoint *checks = room_for(&scratch->checkpoints_room, bytes + 1, sizeof *checks, &scratch->failed);
    *found = room_for(&scratch->candidates_room, MOST_FOUND(bytes), sizeof **found, &scratch->failed);
    scratch->n = scratch->checkpoint_count = *count = 0;
    if (!letters || !checks || !*found) return 0;
    memset(letters, 0, GUARD * sizeof *letters);
    scratch->letters = letters + GUARD, scratch->checkpoints = checks;
    struct folding f = {scratch->plan, begin, begin, begin, end, scratch->letters, scratch->letters, checks, 0};
    while (f.p < end) {
        size_t first = (size_t)(f.out - f.letters);
        f.stop = end - f.p > AT_ONCE ? f.p + AT_ONCE : end;
        if (scratch->vector) fold_avx512(&f);
        else fold_portable(&f);
        scratch->n = (size_t)(f.out - f.letters);
        memset(f.out, 0, GUARD * sizeof *letters);
        if (!(f.seen & SEEN_SPECIAL))
            *count = filter(scratch->plan, f.letters, first, scratch->n, *found, *count, scratch->vector);
    }
    scratch->checkpoint_count = (size_t)(f.checkpoint - checks);
    return f.seen;
}

void scan_cell(struct scratch *scratch, uint32_t number, const uint8_t *begin, const uint8_t *end, bool raw) {
    uint32_t *found;
    size_t count;
    if (begin == end) return;
    scratch->cell_number = number, scratch->cell_hits = scratch->hit_count, scratch->place_count = 0;
    unsigned seen = nominate(scratch, begin, end, &found, &count);
    if (!(seen & SEEN_SPECIAL)) {
        if (count) seen |= exact(scratch, scratch->letters, scratch->n, found, &count);
        if (scratch->place_count) keep_likely(scratch, begin, end);
        if (seen & SEEN_RUN && !holds_run(scratch, begin, end, found, count)) seen &= ~(unsigned)SEEN_RUN;
        if (seen & SEEN_PAIRS && !holds_pairs(scratch, begin, end, found, count)) seen &= ~(unsigned)SEEN_PAIRS;
        if (!scratch->place_count && !seen) return;
    }
    if (scratch->failed || !cell_open(scratch, begin, end)) return;
    read_open_cell(scratch, seen);
    if (scratch->hit_count == scratch->cell_hits) return;
    if (raw) tell_raw(scratch);
    else settle(scratch);
}

/* Places of which letters stand, and signs for the others (v*agra): holes.py. What stands around a sign is looked up by its
   hash; most that is asked for is refused by one bit. */
#include "kernel.h"

/* The entries of one key. */
struct keyed { size_t first, end; };

static struct keyed keyed(const struct plan *plan, int64_t key) {
    uint64_t seen = hole_hash(key, HOLE_SEEN_BITS), hash = hole_hash(key, HOLE_BITS);
    if (!(plan->hole_seen[seen / 64] >> seen % 64 & 1)) return (struct keyed){0, 0};
    size_t low = plan->hole_first[hash], end = plan->hole_first[hash + 1], high = end;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (plan->hole_key[middle] < key) low = middle + 1;
        else high = middle;
    }
    while (high < end && plan->hole_key[high] == key) high++;
    return (struct keyed){low, high};
}

/* Whether an entry is of a text with another second letter behind the hole; NONE: it is not known. */
static bool goes_other(const struct plan *plan, size_t entry, uint16_t beyond) {
    return beyond != NONE && plan->hole_beyond[entry] != NONE && beyond != plan->hole_beyond[entry];
}

/* The texts of one key that stand there but for signs. */
static void compare_holes(struct scratch *scratch, const struct stream *stream, uint32_t hole, int64_t key) {
    const struct plan *plan = scratch->plan;
    struct keyed entries = keyed(plan, key);
    size_t further = hole + (size_t)(key & 3) + 1;
    uint16_t beyond = further < stream->n ? stream->letters[further] : NONE;
    for (size_t i = entries.first; i < entries.end; i++) {
        if (goes_other(plan, i, beyond)) continue;
        uint32_t place = plan->hole_place[i] & 0xFFFF;
        size_t size = plan->hole_place[i] >> 16, start = hole - place, n = 0; /* most are refused by these alone */
        if (place > hole || start + size > stream->n) continue;
        if ((stream->marked[start + size] - stream->marked[start]) * (size_t)OF_LETTERS > size * MOST_OUT) continue;
        uint32_t skeleton = plan->hole_text[i];
        const uint16_t *text = plan->skeleton + plan->skeleton_at[skeleton];
        while (n < size && (stream->letters[start + n] == NONE || stream->letters[start + n] == text[n])) n++;
        if (n == size) read_forms(scratch, skeleton, stream->at + start, STARRED);
    }
}

/* What stands around a hole; how wide it is in the lowest bits. */
static int64_t hole_key(uint16_t two_before, uint16_t before_, uint16_t next, uint32_t wide) {
    return (((int64_t)two_before << 16 | before_) << 16 | next) << 2 | wide;
}

/* Whether so many letters as a word needs to be starred may stand around a hole: signs that part words too may be its only
   one (stars.c), so no other hole is near. `left`: letters between it and the last one. */
static bool enough_around(const struct cell *cell, const struct stream *stream, uint32_t hole, uint32_t left) {
    uint32_t all = left;
    if (!is_mark(cell->plan, cell->plan->fold[cell->codes[stream->at[hole]]], MARK_INNER_STAR)) return true;
    for (uint32_t i = hole + 1; all + 1 < LEAST_STARRED && i < stream->n && stream->letters[i] != NONE; i++) all++;
    return all + 1 >= LEAST_STARRED;
}

void read_holes(struct scratch *scratch, const struct stream *stream) {
    const uint16_t *letters = stream->letters;
    uint32_t last = 0; /* the first letter behind the last hole */
    for (uint32_t i = 0; i < stream->n; i++) {
        uint32_t wide = 1;
        if (letters[i] != NONE) continue;
        while (i + wide < stream->n && letters[i + wide] == NONE) wide++;
        if (i > 0 && wide <= MOST_STARS && enough_around(&scratch->cell, stream, i, i - last)) {
            bool ends = i + wide == stream->n;
            uint16_t next = ends ? OTHER : letters[i + wide], two = i > 1 ? letters[i - 2] : OTHER;
            bool follows = !ends && next <= MOST_LATIN && stream->at[i + wide] == stream->at[i + wide - 1] + 1;
            for (int before_ = 1; before_ >= 0; before_--) { /* the text begins further left, or with one letter */
                if (before_ && two == NONE) continue; /* that key is the one of the shorter beginning */
                compare_holes(scratch, stream, i, hole_key(before_ ? two : NONE, letters[i - 1], next, wide));
                if (!follows) compare_holes(scratch, stream, i, hole_key(before_ ? two : NONE, letters[i - 1], NONE, wide));
            }
        }
        i += wide - 1, last = i + 1;
    }
}

static bool may_stand(const struct plan *plan, int64_t key, uint16_t beyond) {
    struct keyed entries = keyed(plan, key);
    while (entries.first < entries.end && goes_other(plan, entries.first, beyond)) entries.first++;
    return entries.first < entries.end;
}

/* Asks for all keys that read_holes may ask for there. Of several signs in a row the first one is told alone, and letters
   from another sign on are not known to stand beside. */
bool may_be_hole(const struct scratch *scratch, const uint8_t *begin, const uint8_t *end, const struct sign *sign) {
    const struct plan *plan = scratch->plan;
    const uint16_t *letters = scratch->letters;
    const uint8_t *p = begin + sign->byte;
    uint32_t i = sign->letter;
    unsigned size;
    if (i & APART) return false;
    decode(p, end, &size);
    uint16_t kind = p + size < end ? kind_of(plan, decode(p + size, end, &size)) : NONE;
    if (!i || kind == STAR) return true;
    uint16_t two = i > 1 ? letters[i - 2] : OTHER, next = i < scratch->n ? letters[i] : OTHER;
    bool alone = sign + 1 == scratch->signs_end || (sign[1].letter & ~APART) > i + 2, follows = next <= MOST_LATIN && kind == next;
    uint16_t beyond = alone && i + 1 < scratch->n ? letters[i + 1] : NONE;
    return may_stand(plan, hole_key(two, letters[i - 1], next, 1), beyond) ||
           may_stand(plan, hole_key(NONE, letters[i - 1], next, 1), beyond) ||
           (!follows && (may_stand(plan, hole_key(two, letters[i - 1], NONE, 1), beyond) ||
                         may_stand(plan, hole_key(NONE, letters[i - 1], NONE, 1), beyond)));
}

bool holds_hole(const struct scratch *scratch, const uint8_t *begin, const uint8_t *end) {
    const struct sign *sign = scratch->signs;
    while (sign < scratch->signs_end && !may_be_hole(scratch, begin, end, sign)) sign++;
    return sign < scratch->signs_end;
}

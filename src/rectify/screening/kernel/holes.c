/* Places of which letters stand, and signs for the others (v*agra): holes.py. What stands around a sign is looked up by its
   hash; most that is asked for is refused by one bit. */
#include "kernel.h"

/* The entries of one key. */
struct keyed { size_t first, end; };

static struct keyed keyed(const struct plan *plan, int64_t key) {
    uint64_t hash = hole_hash(key, HOLE_BITS);
    size_t low = plan->hole_first[hash], end = plan->hole_first[hash + 1], high = end;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (plan->hole_key[middle] < key) low = middle + 1;
        else high = middle;
    }
    while (high < end && plan->hole_key[high] == key) high++;
    return (struct keyed){low, high};
}

static inline bool is_seen(const struct plan *plan, int64_t key, uint16_t beyond) {
    uint64_t one = hole_bit(key, beyond), other = hole_bit(key, NONE);
    return plan->hole_seen[one / 64] >> one % 64 & 1 || plan->hole_seen[other / 64] >> other % 64 & 1;
}

/* Whether a key has entries with that second letter behind the hole; NONE: it is not known, or there is none. `begins`:
   whether the letter before the hole may begin a word, where that is asked. */
static bool may_have(const struct plan *plan, int64_t key, uint16_t beyond, bool begins) {
    bool first = !(key & HOLE_BEGINS); /* of the term */
    return beyond == NONE || is_seen(plan, key, beyond) || (first && begins && is_seen(plan, key | HOLE_BEGINS, beyond));
}

/* The texts of one key that stand there but for signs. */
static void compare_holes(struct scratch *scratch, const struct stream *stream, uint32_t hole, int64_t key) {
    const struct plan *plan = scratch->plan;
    size_t further = hole + (size_t)(key & 3) + 1;
    uint16_t beyond = further < stream->n ? stream->letters[further] : NONE;
    if (!may_have(plan, key, beyond, true)) return;
    struct keyed entries = keyed(plan, key);
    for (size_t i = entries.first; i < entries.end; i++) {
        if (beyond != NONE && plan->hole_beyond[i] != NONE && beyond != plan->hole_beyond[i]) continue;
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

/* A sign among the letters of a text as they were folded, and where it would be one; whether the one before may begin a
   word. Where it stands `alone`, no other sign may be a letter near it. */
struct asked { const uint16_t *letters; size_t n, at; bool alone, begins; };

/* Whether a text of a key stands there but for the sign. Of those beside other signs only the key is asked for. */
static bool stands_but(const struct plan *plan, const struct asked *asked, int64_t key) {
    const uint16_t *behind_ = asked->letters + asked->at;
    if (!may_have(plan, key, asked->alone && asked->at + 1 < asked->n ? behind_[1] : NONE, asked->begins)) return false;
    struct keyed entries = keyed(plan, key);
    for (size_t i = entries.first; i < entries.end; i++) {
        size_t place = plan->hole_place[i] & 0xFFFF, rest = (plan->hole_place[i] >> 16) - place - 1;
        const uint16_t *text = plan->skeleton + plan->skeleton_at[plan->hole_text[i]];
        if (!asked->alone) return true;
        if (place <= asked->at && rest <= asked->n - asked->at && !memcmp(behind_ - place, text, place * sizeof *text) &&
            !memcmp(behind_, text + place + 1, rest * sizeof *text))
            return true;
    }
    return false;
}

/* Whether no other sign that may be a letter stands within a term's letters. */
static bool stands_alone(const struct scratch *scratch, const struct sign *sign) {
    uint32_t reach = scratch->plan->most_starred, i = sign->letter;
    if (sign > scratch->signs && (sign[-1].letter & ~APART) + reach >= i) return false;
    return sign + 1 == scratch->signs_end || (sign[1].letter & ~APART) > i + reach;
}

/* Whether the letter before a sign may begin a word. */
static bool may_begin(const struct plan *plan, const uint8_t *begin, const uint8_t *p, uint16_t letter) {
    uint32_t code;
    if (!step_back(begin, &p, &code) || kind_of(plan, code) != letter) return true;
    return !surely_on(plan, decode_before(begin, p));
}

/* Asks for all keys that read_holes may ask for there. Of several signs in a row the first one is told alone. */
bool may_be_hole(const struct scratch *scratch, const uint8_t *begin, const uint8_t *end, const struct sign *sign) {
    const struct plan *plan = scratch->plan;
    const uint8_t *p = begin + sign->byte;
    const uint16_t *letters = scratch->letters;
    uint32_t i = sign->letter;
    unsigned size;
    if (i & APART) return false;
    decode(p, end, &size);
    uint16_t kind = p + size < end ? kind_of(plan, decode(p + size, end, &size)) : NONE;
    if (!i || kind == STAR) return true;
    struct asked asked = {letters, scratch->n, i, stands_alone(scratch, sign), may_begin(plan, begin, p, letters[i - 1])};
    uint16_t two = i > 1 ? letters[i - 2] : OTHER, next = i < asked.n ? letters[i] : OTHER;
    bool follows = next <= MOST_LATIN && kind == next;
    return stands_but(plan, &asked, hole_key(two, letters[i - 1], next, 1)) ||
           stands_but(plan, &asked, hole_key(NONE, letters[i - 1], next, 1)) ||
           (!follows && (stands_but(plan, &asked, hole_key(two, letters[i - 1], NONE, 1)) ||
                         stands_but(plan, &asked, hole_key(NONE, letters[i - 1], NONE, 1))));
}

bool holds_hole(const struct scratch *scratch, const uint8_t *begin, const uint8_t *end) {
    const struct sign *sign = scratch->signs;
    while (sign < scratch->signs_end && !may_be_hole(scratch, begin, end, sign)) sign++;
    return sign < scratch->signs_end;
}

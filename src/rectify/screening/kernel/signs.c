/* Texts for patterns: a byte for each sign of the folded text, by a table of alphabet.py, and a line end behind each
   text. hyperscan then says in which texts a match may stand, and no text is taken apart for it. */
#include "signs.h"

enum { MOST_AT_ONCE = 64 }; /* bytes that are written at once */

/* Room for that many signs behind those that are there; NULL where there is none. */
static uint8_t *signs_behind(struct scratch *scratch, size_t count) {
    uint8_t *signs = room_for(&scratch->signs_room, scratch->sign_count + count, 1, &scratch->failed);
    return signs ? signs + scratch->sign_count : NULL;
}

/* The sign of a code, if it does not fold to nothing. A byte is written in any case. */
static size_t put(const struct plan *plan, const uint8_t *table, uint32_t code, uint8_t *sign) {
    *sign = table[code];
    return !(plan->sort[code] & IS_DROPPED);
}

/* Which of eight bytes is a capital, among signs of ASCII: by its bit 0x20. */
static uint64_t capitals(uint64_t word) { return ((word + (0x80 - 'A') * EACH) & ~(word + (0x7F - 'Z') * EACH) & HIGH_BITS) >> 2; }

struct alphabet alphabet_of(const uint8_t *table, uint32_t digits, const struct needs *needs) {
    bool small = true;
    for (unsigned c = ' '; c < 0x7F; c++) small &= table[c] == (c >= 'A' && c <= 'Z' ? c + 0x20 : c);
    return (struct alphabet){table, needs, digits, small};
}

/* Signs of ASCII by eights, which are their small letters. Where they end; eight more bytes are written. */
static const uint8_t *add_ascii(const uint8_t *p, const uint8_t *end, uint8_t **signs) {
    uint8_t *sign = *signs;
    uint64_t word, stop = 0;
    while (!stop && end - p >= 8) {
        memcpy(&word, p, 8);
        stop = unseen(word);
        word |= capitals(word & ~HIGH_BITS);
        memcpy(sign, &word, 8);
        unsigned count = stop ? first_byte(stop) : 8;
        sign += count, p += count;
    }
    *signs = sign;
    return p;
}

/* Signs in a row that have one byte each; where they end. */
static const uint8_t *add_run(const struct alphabet *alphabet, bool vector, const uint8_t *p, const uint8_t *end,
                              uint8_t **signs) {
    if (vector && alphabet->small) return add_signs_avx512(alphabet->table, p, end, signs);
    const uint8_t *table = alphabet->table;
    uint8_t *sign = *signs;
    for (;;) {
        const uint8_t *before_ = p;
        if (alphabet->small) p = add_ascii(p, end, &sign);
        for (; p < end && *p < 0x80 && *p && table[*p]; p++) *sign++ = table[*p];
        for (uint32_t code; end - p >= 3 && (code = three_bytes(p)) && table[code]; p += 3) *sign++ = table[code];
        if (p == before_) break;
    }
    *signs = sign;
    return p;
}

static bool is_digit(uint8_t sign) { return (uint8_t)(sign - '0') < 10; }

/* Whether so many digits stand in a row: one of so many signs is looked at, and the others only where it is a digit. */
bool holds_digits(const uint8_t *signs, size_t count, size_t least) {
    for (size_t at = least - 1; at < count; at += least) {
        if (!is_digit(signs[at])) continue;
        size_t first = at;
        while (first && is_digit(signs[first - 1])) first--;
        while (at < count && is_digit(signs[at])) at++;
        if (at - first >= least) return true;
    }
    return false;
}

/* Of a text as a reader sees it, where that is plain to tell. */
void add_signs_seen(struct scratch *scratch, const struct alphabet *alphabet, uint32_t number, const uint8_t *begin, const uint8_t *end,
                    unsigned how) {
    size_t size;
    if (how & PLAIN && alphabet->needs && !may_hold(alphabet->needs, begin, end, scratch->vector)) return;
    if (!(how & PLAIN) && has_markup(begin, end)) {
        uint8_t *out = room_for(&scratch->view_room, MOST_VIEWED((size_t)(end - begin)), 1, &scratch->failed);
        if (out && view_plain(scratch->plan, begin, end, out, &size) == VIEW_OTHER) begin = out, end = out + size;
    }
    add_signs(scratch, alphabet, number, begin, end);
}

void add_signs(struct scratch *scratch, const struct alphabet *alphabet, uint32_t number, const uint8_t *begin, const uint8_t *end) {
    const struct plan *plan = scratch->plan;
    uint32_t first = 0;
    size_t begun = scratch->sign_count;
    uint8_t *signs = signs_behind(scratch, (size_t)(end - begin) + MOST_AT_ONCE + 1), *from = signs;
    for (const uint8_t *p = begin; signs && (p = add_run(alphabet, scratch->vector, p, end, &signs)) < end;) {
        unsigned size;
        uint32_t code = decode(p, end, &size);
        p += size;
        if (plan->sort[code] & IS_SPELLED) {
            size_t letters = spelled_letters(plan, code, &first);
            scratch->sign_count += (size_t)(signs - from);
            signs = from = signs_behind(scratch, (size_t)(end - p) + letters + MOST_AT_ONCE + 1);
            for (size_t i = 0; signs && i < letters; i++) signs += put(plan, alphabet->table, first + (uint32_t)i, signs);
        } else if (code) {
            signs += put(plan, alphabet->table, code, signs);
        }
    }
    struct line *lines = room_for(&scratch->lines_room, scratch->line_count + 1, sizeof *lines, &scratch->failed);
    if (!signs || !lines) return;
    *signs++ = alphabet->table[0]; /* a line end */
    scratch->sign_count += (size_t)(signs - from);
    const uint8_t *all = scratch->signs_room.data;
    uint32_t digits = alphabet->digits && holds_digits(all + begun, scratch->sign_count - 1 - begun, alphabet->digits);
    lines[scratch->line_count++] = (struct line){(int64_t)scratch->sign_count - 1, number, digits};
}

/* Texts for patterns: a byte for each sign of the folded text, by a table of alphabet.py, and a line end behind each
   text. hyperscan then says in which texts a match may stand, and no text is taken apart for it. */
#include "kernel.h"

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

void add_signs(struct scratch *scratch, const uint8_t *table, uint32_t number, const uint8_t *begin, const uint8_t *end) {
    const struct plan *plan = scratch->plan;
    uint32_t first = 0;
    uint8_t *signs = signs_behind(scratch, (size_t)(end - begin) + 1);
    for (const uint8_t *p = begin; signs && p < end;) {
        unsigned size;
        uint32_t code = decode(p, end, &size);
        p += size;
        if (!code) continue; /* a reader sees nothing of NUL */
        if (plan->sort[code] & IS_SPELLED) {
            size_t letters = spelled_letters(plan, code, &first), n = 0;
            signs = signs_behind(scratch, (size_t)(end - p) + letters + 1);
            for (size_t i = 0; signs && i < letters; i++) n += put(plan, table, first + (uint32_t)i, signs + n);
            scratch->sign_count += n;
            if (signs) signs += n;
        } else {
            size_t n = put(plan, table, code, signs);
            signs += n, scratch->sign_count += n;
        }
    }
    struct line *lines = room_for(&scratch->lines_room, scratch->line_count + 1, sizeof *lines, &scratch->failed);
    if (!signs || !lines) return;
    *signs = table[0], scratch->sign_count++; /* a line end */
    lines[scratch->line_count++] = (struct line){(int64_t)scratch->sign_count - 1, number};
}

/* Texts for patterns: a byte for each sign of the folded text, by a table of alphabet.py, and a line end behind each
   text. hyperscan then says in which texts a match may stand, and no text is taken apart for it. */
#include "kernel.h"

static bool put(struct scratch *scratch, const uint8_t *table, uint32_t code, size_t left) {
    uint8_t *signs = room_for(&scratch->signs_room, scratch->sign_count + left + 2, 1, &scratch->failed);
    if (!signs) return false;
    if (!code || !(scratch->plan->sort[code] & IS_DROPPED)) signs[scratch->sign_count++] = table[code];
    return true;
}

void add_signs(struct scratch *scratch, const uint8_t *table, uint32_t number, const uint8_t *begin, const uint8_t *end) {
    const struct plan *plan = scratch->plan;
    uint32_t first = 0;
    for (const uint8_t *p = begin; p < end;) {
        unsigned size;
        uint32_t code = decode(p, end, &size);
        p += size;
        size_t left = (size_t)(end - p);
        if (plan->sort[code] & IS_SPELLED) {
            size_t letters = spelled_letters(plan, code, &first);
            for (size_t i = 0; i < letters; i++)
                if (!put(scratch, table, first + (uint32_t)i, left + letters)) return;
        } else if (code && !put(scratch, table, code, left)) { /* a reader sees nothing of NUL */
            return;
        }
    }
    if (!put(scratch, table, 0, 0)) return; /* a line end */
    struct line *lines = room_for(&scratch->lines_room, scratch->line_count + 1, sizeof *lines, &scratch->failed);
    if (!lines) return;
    lines[scratch->line_count++] = (struct line){(int64_t)scratch->sign_count - 1, number};
}

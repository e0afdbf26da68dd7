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

/* Whether a sign has one byte and no other. It has none, or others, where it folds to nothing or spells out, or is NUL,
   of which a reader sees nothing. */
static bool is_one(const struct plan *plan, uint32_t code) { return code && !(plan->sort[code] & (IS_DROPPED | IS_SPELLED)); }

/* Signs in a row that have one byte each; where they end. */
static const uint8_t *add_run(const struct plan *plan, const uint8_t *table, const uint8_t *p, const uint8_t *end,
                              uint8_t **signs) {
    uint8_t *sign = *signs;
    for (;;) {
        for (; p < end && *p < 0x80 && is_one(plan, *p); p++) *sign++ = table[*p];
        const uint8_t *before_ = p;
        for (uint32_t code; end - p >= 3 && (code = three_bytes(p)) && is_one(plan, code); p += 3) *sign++ = table[code];
        if (p == before_) break;
    }
    *signs = sign;
    return p;
}

/* Of a text as a reader sees it, where that is plain to tell. */
void add_signs_seen(struct scratch *scratch, const uint8_t *table, uint32_t number, const uint8_t *begin, const uint8_t *end,
                    unsigned how) {
    size_t size;
    if (!(how & PLAIN) && has_markup(begin, end)) {
        uint8_t *out = room_for(&scratch->view_room, MOST_VIEWED((size_t)(end - begin)), 1, &scratch->failed);
        if (out && view_plain(scratch->plan, begin, end, out, &size) == VIEW_OTHER) begin = out, end = out + size;
    }
    add_signs(scratch, table, number, begin, end);
}

void add_signs(struct scratch *scratch, const uint8_t *table, uint32_t number, const uint8_t *begin, const uint8_t *end) {
    const struct plan *plan = scratch->plan;
    uint32_t first = 0;
    uint8_t *signs = signs_behind(scratch, (size_t)(end - begin) + 1), *from = signs;
    for (const uint8_t *p = begin; signs && (p = add_run(plan, table, p, end, &signs)) < end;) {
        unsigned size;
        uint32_t code = decode(p, end, &size);
        p += size;
        if (plan->sort[code] & IS_SPELLED) {
            size_t letters = spelled_letters(plan, code, &first);
            scratch->sign_count += (size_t)(signs - from);
            signs = from = signs_behind(scratch, (size_t)(end - p) + letters + 1);
            for (size_t i = 0; signs && i < letters; i++) signs += put(plan, table, first + (uint32_t)i, signs);
        } else if (code) {
            signs += put(plan, table, code, signs);
        }
    }
    struct line *lines = room_for(&scratch->lines_room, scratch->line_count + 1, sizeof *lines, &scratch->failed);
    if (!signs || !lines) return;
    *signs++ = table[0]; /* a line end */
    scratch->sign_count += (size_t)(signs - from);
    lines[scratch->line_count++] = (struct line){(int64_t)scratch->sign_count - 1, number};
}

/* Whether letters stand twice and more in a text, which the stream of letters does not tell for sure: I and l are one
   in it, and signs between them are not there. */
#include "kernel.h"

/* The last letters up to one, many at most: whether they stand side by side, and what they are. */
enum { MOST_LAST = 6 };

static bool side_by_side(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, uint32_t last, uint32_t many,
                         uint32_t *codes) {
    struct walk walk = walk_to(scratch, begin, end, last + 1 - many);
    const uint8_t *behind_ = NULL;
    for (uint32_t i = 0; i < many; i++) {
        if (!next_letter(&walk) || (i && walk.at != behind_)) return false;
        codes[i] = walk.code, behind_ = walk.folding.p;
    }
    return true;
}

/* Whether a letter of a script with blanks between words stands three times in a row. */
bool holds_run(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, const uint32_t *found, size_t count) {
    const struct plan *plan = scratch->plan;
    const uint16_t *letters = scratch->letters;
    uint32_t codes[MOST_LAST];
    for (size_t i = 0; i < count; i++) {
        uint32_t at = found[i];
        if (at < 2 || letters[at] != letters[at - 1] || letters[at] != letters[at - 2]) continue;
        if (side_by_side(scratch, begin, end, at, 3, codes) && plan->fold[codes[0]] == plan->fold[codes[1]] &&
            plan->fold[codes[1]] == plan->fold[codes[2]] && (plan->sort[codes[0]] & (IS_WORD | IS_DIGIT)) == IS_WORD)
            return true;
    }
    return false;
}

/* Whether two letters stand twice each, side by side. */
bool holds_pairs(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, const uint32_t *found, size_t count) {
    const struct plan *plan = scratch->plan;
    const uint16_t *letters = scratch->letters;
    uint32_t codes[MOST_LAST];
    for (size_t i = 0; i < count; i++) {
        uint32_t at = found[i];
        if (at < 3 || letters[at] != letters[at - 1] || letters[at - 2] != letters[at - 3]) continue;
        const uint32_t *fold = plan->fold;
        if (!side_by_side(scratch, begin, end, at, 4, codes) || fold[codes[0]] != fold[codes[1]] ||
            fold[codes[2]] != fold[codes[3]])
            continue;
        if (!(plan->sort[codes[0]] & plan->sort[codes[2]] & IS_WORD)) return true;
        if (at >= 5 && side_by_side(scratch, begin, end, at, 6, codes) && fold[codes[0]] == fold[codes[1]])
            return true;
    }
    return false;
}

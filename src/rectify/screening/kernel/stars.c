/* Whether a word of which signs stand for some letters (v*agra) is still the term's: stars.py. */
#include "kernel.h"

enum { LEAST_SPACED = 3, HAN = 0x2E80 };

static bool goes_on(const struct cell *cell, uint32_t at) {
    uint32_t next = behind(cell, at);
    return word_at(cell, next) ||
           (next < cell->n && is_mark(cell->plan, cell->plan->fold[cell->codes[next]], MARK_STAR));
}

static bool word_stands(const struct cell *cell, uint32_t form, const uint32_t *at, uint32_t first, uint32_t last,
                        uint32_t size) {
    const struct plan *plan = cell->plan;
    uint32_t letters = last - first + 1, stars = 0, one = 0;
    bool han = plan->folded[plan->letter_at[form] + first] >= HAN, inner = false, at_first = false, at_last = false,
         before_last = false;
    for (uint32_t n = first; n <= last; n++) {
        uint32_t folded = plan->fold[cell->codes[at[n]]];
        if (!is_mark(plan, folded, MARK_STAR)) continue;
        stars++, one = folded;
        inner |= is_mark(plan, folded, MARK_INNER_STAR);
        at_first |= n == first, at_last |= n == last, before_last |= n + 1 == last;
    }
    if (!stars) return true;
    if (letters < (uint32_t)(han ? LEAST_SPACED : LEAST_STARRED) || at_first || OF_LETTERS * stars > MOST_OUT * letters)
        return false;
    if (han || inner) return stars == 1 && !at_last && !(han && is_mark(plan, one, MARK_INNER_STAR));
    return !at_last || (letters > LEAST_STARRED && !before_last &&
                        (last + 1 < size || plan->rules[form].flags & CLOSED_RIGHT) && !goes_on(cell, at[last]));
}

bool enough_stands(const struct cell *cell, uint32_t form, const uint32_t *at) {
    const struct plan *plan = cell->plan;
    uint32_t from = plan->letter_at[form], size = plan->letter_at[form + 1] - from, first = 0;
    for (uint32_t n = 0; n < size; n++)
        if (n + 1 == size || plan->gap_word[plan->gap[from + n]]) {
            if (!word_stands(cell, form, at, first, n, size)) return false;
            first = n + 1;
        }
    return true;
}

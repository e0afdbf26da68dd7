/* Whether a whole window ends at a letter: two bits by the hash of its key. Of each path of the filter, compiled for it. */
#ifndef RECTIFY_WINDOWS_H
#define RECTIFY_WINDOWS_H

#include "kernel.h"

enum { ONE_BIT = 7, OTHER_BIT = 2 }; /* where in a hash the numbers of the bits in a word stand; the word by the highest */

static inline uint32_t pair(const uint16_t *last) { return last[-1] | (uint32_t)last[0] << 16; }

static inline uint32_t bit_of(uint32_t word, uint32_t number) { return word >> (number & 31) & 1; }

static inline uint32_t has_window(const struct plan *plan, uint32_t key) {
    uint32_t hash = key * SPREAD, word = plan->windows[hash >> plan->window_shift];
    return bit_of(word, hash >> ONE_BIT) & bit_of(word, hash >> OTHER_BIT);
}

/* Whether it stands as the one before it, and one of them or two others do so too. */
static inline uint32_t is_twice(const uint16_t *last) {
    return (last[0] == last[-1]) & ((last[-1] == last[-2]) | (last[-2] == last[-3])) & (last[0] != OTHER);
}

/* Without a branch, for which of those that are asked are none cannot be foreseen. */
static inline uint32_t ends_window(const struct plan *plan, const uint16_t *last, uint32_t few) {
    bool ascii = *last < OTHER;
    uint32_t window = last_five(last);
    uint32_t held = has_window(plan, ascii ? OTHER_KEY(WIDEST, window) : pair(last)) | (*last >= plan->single_from);
    for (uint32_t size = 1; few; size++, few >>= 1)
        if (few & 1) held |= ascii & has_window(plan, OTHER_KEY(size, window >> 5 * (WIDEST - size)));
    return held;
}

/* Those of the letters that were found at which a whole window ends, or that stand twice. How many. */
static inline size_t keep_windows(const struct plan *plan, const uint16_t *letters, uint32_t *found, size_t all) {
    bool twice = plan->asked & (REPEATED | DOUBLED);
    uint32_t few = (plan->latin_sizes & ((1u << WIDEST) - 1)) >> 1;
    size_t count = 0;
    for (size_t i = 0; i < all; i++) {
        const uint16_t *last = letters + found[i];
        found[count] = found[i];
        count += ends_window(plan, last, few) | (twice & is_twice(last));
    }
    return count;
}

#endif

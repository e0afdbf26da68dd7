/* One look a letter: can the window of letters that ends here be one of a term?

   A window is the last four letters of ASCII, or any other letter and the one before it: a word of the stream, whose
   hash is a place in a table. Terms of three letters of ASCII, of two and of one are looked for in passes of their
   own, which a plan without such terms does not make. */
#include "kernel.h"

#include <string.h>


struct found { uint32_t *at; size_t count; };

static uint32_t pair(const uint16_t *letters) { return letters[-1] | (uint32_t)letters[0] << 16; }

/* Letters of ASCII from `first` on, as far as they go; behind the last letter of all stands one that is none. */
static size_t pass_ascii(const struct plan *plan, const uint16_t *letters, size_t first, struct found *found) {
    const uint8_t *fours = plan->fours;
    uint32_t *at = found->at;
    size_t count = found->count, i = first;
    for (; letters[i] < OTHER; i++) {
        uint64_t window;
        memcpy(&window, letters + (ptrdiff_t)i - 3, 8);
        at[count] = (uint32_t)i;
        count += fours[window * SPREAD_64 >> 47];
    }
    /* runs of equal letters behind another script are in no window; of a run that was read in parts they may be told twice */
    if (plan->asked & DOUBLED && first + 1 < i && letters[first] == letters[first + 1]) at[count++] = (uint32_t)first + 1;
    if (plan->asked & REPEATED && first + 2 < i && letters[first] == letters[first + 1] &&
        letters[first] == letters[first + 2])
        at[count++] = (uint32_t)first + 2;
    found->count = count;
    return i;
}

/* Other letters from `first` on, as far as they go. */
static size_t pass_others(const struct plan *plan, const uint16_t *letters, size_t first, struct found *found) {
    const uint8_t *pairs = plan->pairs;
    uint32_t *at = found->at;
    size_t count = found->count, i = first;
    for (; letters[i] >= OTHER; i++) {
        at[count] = (uint32_t)i;
        count += pairs[pair(letters + i) * SPREAD >> 14];
    }
    found->count = count;
    return i;
}

/* Letters that are a term by themselves. */
static void pass_singles(const struct plan *plan, const uint16_t *letters, size_t first, size_t n, struct found *found) {
    for (size_t i = first; i < n; i++)
        if (letters[i] >= plan->single_from) found->at[found->count++] = (uint32_t)i;
}

/* Windows of three letters of ASCII. */
static void pass_threes(const struct plan *plan, const uint16_t *letters, size_t first, size_t n, struct found *found) {
    uint32_t *at = found->at;
    size_t count = found->count;
    for (size_t i = first; i < n; i++) {
        uint64_t window;
        memcpy(&window, letters + (ptrdiff_t)i - 3, 8);
        at[count] = (uint32_t)i;
        count += plan->threes[(window >> 16) * SPREAD_64 >> 49];
    }
    found->count = count;
}

/* Windows of two letters of ASCII and of one. */
static void pass_few(const struct plan *plan, const uint16_t *letters, size_t first, size_t n, struct found *found) {
    for (size_t i = first; i < n; i++) {
        if (letters[i] >= OTHER) continue;
        bool held = plan->single_ascii >> letters[i] & 1;
        if (held || plan->pairs[pair(letters + i) * SPREAD >> 14]) found->at[found->count++] = (uint32_t)i;
    }
}

static size_t filter_portable(const struct plan *plan, uint16_t *letters, size_t first, size_t n, uint32_t *at,
                              size_t count) {
    struct found found = {at, count};
    uint16_t behind_[2] = {letters[n], letters[n + 1]};
    letters[n] = OTHER, letters[n + 1] = NONE; /* the first ends a run of ASCII, the second all others */
    for (size_t i = first; i < n;) {
        i = pass_ascii(plan, letters, i, &found);
        i = pass_others(plan, letters, i, &found);
    }
    letters[n] = behind_[0], letters[n + 1] = behind_[1];
    if (found.count > count && found.at[found.count - 1] == n) found.count--;
    if (plan->single_from <= MOST_CODE) pass_singles(plan, letters, first, n, &found);
    if (plan->latin_sizes & 1 << 3) pass_threes(plan, letters, first, n, &found);
    if (plan->latin_sizes & (1 << 2 | 1 << 1)) pass_few(plan, letters, first, n, &found);
    return found.count;
}

size_t filter(const struct plan *plan, uint16_t *letters, size_t first, size_t n, uint32_t *at, size_t count, bool vector) {
    if (vector) return filter_avx512(plan, letters, first, n, at, count);
    return filter_portable(plan, letters, first, n, at, count);
}

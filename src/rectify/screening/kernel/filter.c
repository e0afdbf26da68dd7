/* One look a letter: can the window of letters that ends here be one of a term?

   A window is the last five letters of ASCII, of shorter terms fewer, or any other letter and the one before it. The
   first look asks for less: the last four letters, or the pair. Of those that are left the hash of the whole window
   asks two bits. */
#include "windows.h"

enum { FOUR = 4 }; /* letters of a word of the stream */

struct found { uint32_t *at; size_t count; };

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
    /* runs of equal letters behind another script are in no window */
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
static void pass_singles(const struct plan *plan, const uint16_t *letters, size_t n, struct found *found) {
    for (size_t i = 0; i < n; i++)
        if (letters[i] >= plan->single_from) found->at[found->count++] = (uint32_t)i;
}

/* Windows of three letters of ASCII and fewer. */
static void pass_short(const struct plan *plan, const uint16_t *letters, size_t n, struct found *found) {
    uint32_t *at = found->at;
    size_t count = found->count;
    for (size_t i = 0; i < n; i++) {
        at[count] = (uint32_t)i;
        count += plan->short_[last_five(letters + i) >> 10] & (letters[i] < OTHER);
    }
    found->count = count;
}

static size_t filter_portable(const struct plan *plan, uint16_t *letters, size_t n, uint32_t *at) {
    struct found found = {at, 0};
    uint16_t behind_[2] = {letters[n], letters[n + 1]};
    letters[n] = OTHER, letters[n + 1] = NONE; /* the first ends a run of ASCII, the second all others */
    for (size_t i = 0; i < n;) {
        i = pass_ascii(plan, letters, i, &found);
        i = pass_others(plan, letters, i, &found);
    }
    letters[n] = behind_[0], letters[n + 1] = behind_[1];
    if (found.count && at[found.count - 1] == n) found.count--;
    if (plan->single_from <= MOST_CODE) pass_singles(plan, letters, n, &found);
    if (plan->latin_sizes & ((1u << FOUR) - 1)) pass_short(plan, letters, n, &found);
    return found.count;
}

size_t filter(const struct plan *plan, uint16_t *letters, size_t n, uint32_t *at, bool vector) {
    if (vector) return filter_avx512(plan, letters, n, at);
    return keep_windows(plan, letters, at, filter_portable(plan, letters, n, at));
}

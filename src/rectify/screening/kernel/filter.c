/* One look a letter: can the window of letters that ends here be one of a term?

   A window is the last five letters of ASCII, of shorter terms fewer, or any other letter and the one before it. The
   look is a word by a hash of them (windows.h). Of the few that are left exact.c asks for the whole window. */
#include "windows.h"

/* Of some letters those that may end a window, behind those that were found; how many there are. Each is written, and the
   next one takes its place if it does not stay. */
static inline size_t look(const struct plan *plan, const struct looks *looks, uint32_t first, size_t count, uint32_t *at,
                          size_t found, bool few, bool more) {
    const uint32_t *ends = plan->ends;
    for (size_t i = 0; i < count; i += 8, first += 8) {
        const uint16_t *word = looks->word + i, *three = looks->few + i;
        const uint32_t *bits = looks->bits + i;
        for (int j = 0; j < 8; j++) {
            uint32_t missing = ends[more ? place_of(plan, word[j], bits[j]) : word[j]] & bits[j];
            if (few) missing &= bit_of(plan->short_[three[j] >> 5], three[j]) - 1;
            at[found] = first + (uint32_t)j;
            found += missing < 1;
        }
    }
    return found;
}

static size_t filter_portable(const struct plan *plan, const uint16_t *letters, size_t n, uint32_t *at) {
    bool singles = has_singles(plan);
    size_t found = 0;
    for (size_t i = 0; i < n; i += AT_ONCE) {
        struct looks looks;
        size_t count = n - i < AT_ONCE ? n - i : AT_ONCE;
        if (singles) hash_letters(plan, letters + i, &looks, count, true);
        else hash_letters(plan, letters + i, &looks, count, false);
        if (plan->few) {
            number_letters(letters + i, &looks, count);
            if (plan->more) found = look(plan, &looks, (uint32_t)i, count, at, found, true, true);
            else found = look(plan, &looks, (uint32_t)i, count, at, found, true, false);
        } else if (plan->more) {
            found = look(plan, &looks, (uint32_t)i, count, at, found, false, true);
        } else {
            found = look(plan, &looks, (uint32_t)i, count, at, found, false, false);
        }
    }
    while (found && at[found - 1] >= n) found--; /* behind the last letter */
    return found;
}

size_t filter(const struct plan *plan, const uint16_t *letters, size_t n, uint32_t *at, bool vector) {
    return vector ? filter_avx512(plan, letters, n, at) : filter_portable(plan, letters, n, at);
}

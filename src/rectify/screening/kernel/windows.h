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

/* Whether a letter stands as the one before it, and one of them or two others do so too. */
static inline uint32_t is_twice(const uint16_t *last) {
    return (last[0] == last[-1]) & ((last[-1] == last[-2]) | (last[-2] == last[-3])) & (last[0] != OTHER);
}

/* The last letters as the first look asks for them, of so many letters at once, which compilers do without a loop: a word
   of a table in which none of some bits may be set, and a bit of another table for windows of three letters and fewer. */
enum { AT_ONCE = 32 };
struct looks { uint16_t word[AT_ONCE]; uint32_t bits[AT_ONCE]; uint16_t few[AT_ONCE]; };

/* All ones where it is so, else zeros. */
static inline uint16_t where(bool it_is_so) { return (uint16_t)-it_is_so; }

/* Of each letter with those before it, with no branch for its script: a letter of ASCII with four before it, any other
   with the one before it. Windows of four stand in the table with any five bits before them. Letters that stand twice,
   or are a term alone, ask a word that always says yes. The factors are halves of those of SplitMix64, MurmurHash3 and
   xxHash; rarest.py has them too. */
static inline void hash_letters(const struct plan *plan, const uint16_t *letters, struct looks *looks) {
    uint16_t twice = where(plan->asked & (REPEATED | DOUBLED)), fifth = (uint16_t)plan->fifth;
    int16_t single_from = (int16_t)(plan->single_from <= MOST_CODE ? plan->single_from : 0x7FFF);
    for (int i = 0; i < AT_ONCE; i++) {
        const uint16_t *last = letters + i;
        uint16_t letter = last[0], ascii = where((int16_t)letter < OTHER);
        uint16_t others = (uint16_t)(last[-2] * 0x2C1Bu + last[-3] * 0x9E37u + (last[-4] & 31u) * fifth) & ascii;
        uint16_t any = twice & where(letter == last[-1]) & (where(last[-1] == last[-2]) | where(last[-2] == last[-3])) &
                       where(letter != OTHER);
        uint16_t bits = (uint16_t)(letter * 0x85EBu + last[-1] * 0x27D5u + others), some = (uint16_t)(bits << 7 | bits >> 9);
        any |= where((int16_t)letter >= single_from);
        looks->word[i] = (uint16_t)((uint16_t)(letter * 0x79B9u + last[-1] * 0xC2B3u + others) | any) >> 1;
        looks->bits[i] = (bits & some) | (uint32_t)(bits & (uint16_t)~some) << 16;
    }
}

/* The last three letters as far as they are of ASCII, five bits each, the last one highest; 0: none. */
static inline void number_letters(const uint16_t *letters, struct looks *looks) {
    for (int i = 0; i < AT_ONCE; i++) {
        const uint16_t *last = letters + i;
        uint16_t second = where(last[-1] < OTHER), third = second & where(last[-2] < OTHER);
        looks->few[i] = (uint16_t)(last[0] << 10 | (last[-1] << 5 & second) | (last[-2] & third)) & where(last[0] < OTHER);
    }
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

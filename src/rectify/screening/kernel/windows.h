/* How letters are asked for: the first look of the filter, of each path compiled for it, and the key of a whole window. */
#ifndef RECTIFY_WINDOWS_H
#define RECTIFY_WINDOWS_H

#include "kernel.h"

static inline uint32_t bit_of(uint32_t word, uint32_t number) { return word >> (number & 31) & 1; }

/* The last letters as the first look asks for them: a word of a table in which none of some bits may be set, and a bit of
   another table for windows of three letters and fewer. So many are hashed at once, which compilers do without a loop, and
   AT_ONCE before the first one is looked up: what was written just now is slow to read. */
enum { HASHED = 32 };
struct looks { uint16_t word[AT_ONCE]; union { uint32_t bits[AT_ONCE]; uint16_t halves[2 * AT_ONCE]; }; uint16_t few[AT_ONCE]; };

/* The place of a word in the table; that of plans with many windows is larger, and the highest of the bits tell more. */
static inline uint32_t place_of(const struct plan *plan, uint32_t word, uint32_t bits) {
    return word | ((bits >> 11 | bits >> 27) & plan->more) << 15;
}

/* All ones where it is so, else zeros. */
static inline uint16_t where(bool it_is_so) { return (uint16_t)-it_is_so; }

/* Whether the filter asks for letters that are terms alone; else they are sought as words are. */
static inline bool has_singles(const struct plan *plan) { return !plan->words && plan->single_from <= MOST_CODE; }

/* The word and the bits by which a letter is asked for with those before it. */
struct asked { uint16_t word, low, high; };

static inline struct asked asked_of(const uint16_t *last, uint16_t fifth, uint16_t any) {
    uint16_t letter = last[0], ascii = where((int16_t)letter < OTHER) & where((int16_t)last[-1] < OTHER);
    uint16_t others = (uint16_t)(last[-2] * 0x2C1Bu + (last[-3] & 31u) * 0x9E37u + (last[-4] & 31u) * fifth) & ascii;
    uint16_t bits = (uint16_t)(letter * 0x85EBu + last[-1] * 0x27D5u + others), some = (uint16_t)(bits << 7 | bits >> 9);
    uint16_t word = (uint16_t)((uint16_t)(letter * 0x79B9u + last[-1] * 0xC2B3u + others) | any) >> 1;
    return (struct asked){word, bits & some, bits & (uint16_t)~some};
}

/* Of each letter with those before it, with no branch for its script: a letter of ASCII with four before it; one beyond,
   or behind one beyond, with that one. Windows of four, and few of three, stand in the table with any five bits before
   them. Letters that stand twice, or are a term alone (only where `singles` are asked for), ask a word that always says
   yes. The factors are halves of those of SplitMix64, MurmurHash3 and xxHash; rarest.py has them too. */
static inline void hash_some(const struct plan *plan, const uint16_t *letters, uint16_t *restrict words, uint16_t *restrict halves,
                             bool singles) {
    int16_t single_from = (int16_t)plan->single_from;
    uint16_t twice = where(plan->asked & (REPEATED | DOUBLED)), fifth = (uint16_t)plan->fifth;
    for (int i = 0; i < HASHED; i++) {
        const uint16_t *last = letters + i;
        uint16_t letter = last[0];
        uint16_t any = twice & where(letter == last[-1]) & (where(last[-1] == last[-2]) | where(last[-2] == last[-3])) &
                       where(letter != OTHER);
        if (singles) any |= where((int16_t)letter >= single_from);
        struct asked asked = asked_of(last, fifth, any);
        words[i] = asked.word, halves[2 * i] = asked.low, halves[2 * i + 1] = asked.high;
    }
}

/* The number of a window of three letters and fewer, its letters as in its key. */
static inline uint32_t word_number(unsigned size, uint32_t letters) { return 1u << 5 * size | letters; }

static inline bool is_word_of(const struct plan *plan, unsigned size, uint32_t letters) {
    uint32_t number = word_number(size, letters);
    return bit_of(plan->word[number >> 5], number);
}

/* So many letters at least. */
static inline void hash_letters(const struct plan *plan, const uint16_t *letters, struct looks *looks, size_t count, bool singles) {
    for (size_t from = 0; from < count; from += HASHED)
        hash_some(plan, letters + from, looks->word + from, looks->halves + 2 * from, singles);
}

/* Whether a letter is told in any case: it stands thrice, or twice behind another that does. */
static inline bool is_told(const uint16_t *last) {
    return (last[0] == last[-1]) & ((last[-1] == last[-2]) | (last[-2] == last[-3]));
}

/* Whether a window of four letters and more, or a pair, may end with a letter that is told in any case. */
static inline bool may_end(const struct plan *plan, const uint16_t *last) {
    if (last[0] < OTHER && !bit_of(last[-1] == last[-2] ? plan->ends_thrice : plan->ends_paired, last[0])) return false;
    struct asked asked = asked_of(last, (uint16_t)plan->fifth, 0);
    uint32_t bits = asked.low | (uint32_t)asked.high << 16;
    return !(plan->ends[place_of(plan, asked.word, bits)] & bits);
}

/* The last three letters as far as they are of ASCII, five bits each, the last one highest; 0: none. */
static inline void number_some(const uint16_t *letters, struct looks *looks, size_t from) {
    for (size_t i = from; i < from + HASHED; i++) {
        const uint16_t *last = letters + i;
        uint16_t second = where(last[-1] < OTHER), third = second & where(last[-2] < OTHER);
        looks->few[i] = (uint16_t)(last[0] << 10 | (last[-1] << 5 & second) | (last[-2] & third)) & where(last[0] < OTHER);
    }
}

static inline void number_letters(const uint16_t *letters, struct looks *looks, size_t count) {
    for (size_t from = 0; from < count; from += HASHED) number_some(letters, looks, from);
}

#endif

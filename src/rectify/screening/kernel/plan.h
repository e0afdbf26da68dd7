/* A plan as the kernel reads it: the tables that all plans share, its own, and what they say of a code point. plan.c opens
   and checks it; nothing changes it afterwards. */
#ifndef RECTIFY_PLAN_H
#define RECTIFY_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define KERNEL_VERSION 13
/* Knuth, TAOCP 3, 6.4: multiplicative hashing */
#define SPREAD 0x9E3779B1u
#define SPREAD_64 0x9E3779B97F4A7C15ull

/* Classes of disguise, as bits in the order of terms.finding.Disguise. */
enum {
    CASE = 1 << 0, LOOK_ALIKE = 1 << 3, COMBINING = 1 << 5, SPACED = 1 << 6, SQUEEZED = 1 << 7, LEET = 1 << 8,
    SHAPE = 1 << 10, RARE = 1 << 11, TWIN = 1 << 12, SOUND = 1 << 13, EMOJI = 1 << 14, REPEATED = 1 << 15,
    REVERSED = 1 << 16, LINES = 1 << 17, MIXED = 1 << 18, MARKUP = 1 << 19, STARRED = 1 << 20, DOUBLED = 1 << 21,
    PICTURES = 1 << 22, OMITTED = 1 << 23,
    PLAIN_CLASSES = 7, LIKE = SHAPE | RARE | TWIN | SOUND, FREE = PLAIN_CLASSES | MARKUP,
    WEAK_CLASSES = SQUEEZED | LEET | TWIN | SOUND | REVERSED | OMITTED,
};

/* What a sign is, as bits: screening.fold.Sort. */
enum {
    IS_LETTER = 1, IS_WORD = 2, IS_ORNAMENT = 4, IS_DIGIT = 8, IS_CAPITAL = 16, IS_BAR = 32, IS_BLANK = 64,
    IS_LINE = 128, IS_SENTENCE = 256, IS_DROPPED = 512, IS_SPELLED = 1024, IS_FOREIGN = 2048, IS_SELECTOR = 4096,
};

/* Codes of the stream of letters: 0 is no letter, 1 to 29 are those of ASCII, two stand between texts, from OTHER on all
   others. Between are signs that may be letters and are looked at one by one. */
enum { NONE = 0, MOST_LATIN = 29, APART_ONE = 30, APART_TWO = 31, SIGN_S = 32, SIGN_A = 33, SPELLED = 34, STAR = 35, PICTURE = 36, OTHER = 64 };

#define CODES 0x110000u /* code points; from here on letters of signs that spell out */

#if defined(__GNUC__)
#define PREFETCH(p) __builtin_prefetch(p)
#else
#define PREFETCH(p) ((void)0)
#endif
enum { AHEAD = 512 }; /* bytes of text that are asked for before they are read */

/* Arrays of a plan, by their place in what Python gives; native.py fills them, plan.c checks them. */
enum {
    A_NUMBERS, A_LOW, A_PAGE_OF, A_PAGES, A_ENDS, A_SHORT, A_WORD, A_WINDOWS, A_BESIDE, A_SLOTS, A_ENTRIES, A_SKELETON,
    A_SKELETON_AT, A_FORM, A_FORM_AT, A_LETTER_AT, A_FOLDED, A_WRITTEN, A_GAP, A_GAP_TEXT, A_GAP_AT, A_GAP_WORD, A_EDGES, A_RULES, A_HOLE_FIRST, A_HOLE_KEY,
    A_HOLE_TEXT, A_HOLE_PLACE, A_HOLE_BEYOND, A_PICTURE, A_PICTURE_CODE, ARRAYS
};
/* Arrays that all plans share: the tables of fold.npz and han.npz. */
enum {
    T_FOLD, T_BITS, T_SORT, T_SMALL, T_SPELLED, T_FIRST, T_LENGTHS, T_EVERYDAY, T_SYLLABLE, T_ALIKE, T_PICTURES,
    T_MARKS, T_ENTITY, T_ENTITY_AT, T_ENTITY_TEXT, T_ENTITY_TEXT_AT, T_ELEMENT, T_ELEMENT_AT, T_ELEMENT_SIGN, TABLES
};

struct array { const void *data; size_t bytes; };

/* The key of a window, and its first entry. Key 0: the slot is empty. */
struct slot { uint32_t key, first; };
/* A pair of letters is a key as it is; other windows are told by their kind. */
#define OTHER_KEY(kind, window) (1u << 31 | (uint32_t)(kind) << 25 | (window))
enum { WIDEST = 5, SINGLE = 9, MOST_WORD = 3, MOST_MORE = 31 };
/* Where letters beside a window stand: those of a skeleton that reach furthest are known (compiled.py). */
enum { ONE_BEFORE, ONE_BEHIND, NONE_BESIDE, TWO_BEFORE, TWO_BEHIND, ONE_EACH, KINDS };
enum { HOLE_BITS = 12, HOLE_SEEN_BITS = 19, HOLE_KEY = 50 }; /* of the hash of what stands around a hole, and of that */
#define HOLE_BEGINS ((int64_t)0xFFFF << 34) /* in a key, for two letters before: the one before begins a word */
/* Tables by the hash of a sign, at most half full. */
enum { PICTURE_BITS = 10, MOST_PICTURES = 512, SPELLED_BITS = 12, MOST_SPELLED = 2048 };
enum { WIDEST_GAP = 8 }; /* signs that may stand between two letters of a term: letters.py */
/* A skeleton of a window: how many of its letters stand before the window's last one, and one letter beside the window,
   by which nearly all others are told without a look at the rest. `last`: no more of this window. */
struct entry { uint32_t skeleton, from; uint16_t before, size, letter; int8_t beside; uint8_t last; };
struct edges { uint32_t lead, leads, tail, tails; };      /* where signs at the ends of a term stand in gap_text */
struct rules { uint32_t words; int32_t term; uint32_t allowed, how; uint16_t han; uint16_t flags; };
enum { CLOSED_LEFT = 1, CLOSED_RIGHT = 2, SHORT = 4, ALL_LATIN = 8 };

enum { ALIKE_PARTS = 1 << 13, ALIKE_SHIFT = 3 }; /* meant signs below 0x10000 by eights; all others with the last */

/* Names, ascending, one behind another; where those of each first byte of ASCII begin. */
struct names { const uint8_t *text; const uint32_t *at; size_t count; uint16_t from[129]; };

struct plan {
    /* tables */
    const uint32_t *fold, *bits, *small, *spelled, *first;
    const uint16_t *sort, *syllable;
    const int64_t *lengths, *alike;
    const uint8_t *everyday, *marks; /* marks: of each ASCII or other code below 0x10000, MARK_ bits */
    const uint32_t *pictures;
    uint16_t spelled_at[1 << SPELLED_BITS]; /* by the hash of a sign that spells out, or behind it: its number, from 1 on */
    uint32_t alike_from[ALIKE_PARTS + 1]; /* of alike, by the meant sign: where those of some signs begin */
    size_t codes, spelleds, alikes, picture_signs;
    struct names entities, entity_texts, elements; /* names ascend */
    const uint8_t *element_signs;
    /* numbers */
    uint32_t forms, patterns, skeletons, single_from, window_shift, slot_shift, latin_sizes, asked, cap, most_starred, fifth, more, digits;
    /* fifth, more: a factor and bits of windows.h; digits: a bit for each code of ASCII that only digits have */
    uint32_t longest, longest_edge, widest_gap; /* letters of a skeleton, signs at the end of a term or between its letters */
    /* streams, filter, exact */
    const uint16_t *low, *page_of, *pages;
    const uint32_t *ends;    /* by the hash of the last letters of pairs and windows of four and more: their bits are zeros */
    const uint32_t *short_;  /* a bit for each three letters that windows of three and fewer may end with, but for words */
    const uint32_t *word;    /* a bit for each word_number of those that stand as words */
    bool few, words;         /* whether there are any short_; whether words and letters alone are sought by words.c */
    uint32_t alone[1 << 11]; /* a bit for each code below 0x10000 beyond ASCII that may be a term alone */
    uint8_t parts[128];      /* what a sign of ASCII is to words: PART_ bits */
    uint32_t ends_thrice, ends_paired; /* a bit for each letter of ASCII that ends a window of four and more as aaa, as bbaa */
    const uint8_t *windows;  /* by the hash of a key, where the letters beside stand that are known: 0 for no such window */
    const uint32_t *beside;  /* bits of hashed windows with one letter beside, a million */
    const struct slot *slots;
    const struct entry *entries;
    const uint16_t *skeleton;
    const uint32_t *skeleton_at, *form, *form_at;
    uint8_t classes[128]; /* of ASCII, for avx512.c; NO_LETTER: a sign that may be one */
    uint32_t two[1 << 15]; /* two bytes of ASCII: their letters, TWO_ bits, how many by the highest bits */
    uint8_t star_sides[256]; /* what a byte may be to a sign that stands for a letter: BY_STAR bits */
    uint16_t three[1 << 17]; /* the letter of a sign of three bytes by three_at, or NOT_AT_ONCE */
    uint16_t any[(1 << 16) + 2]; /* the letter of any code below 0x10000, A_STAR_CODE, or NOT_AT_ONCE */
    /* forms */
    const uint32_t *letter_at, *folded, *written, *gap, *gap_text, *gap_at;
    const uint8_t *gap_word;
    const struct edges *edges;
    const struct rules *rules;
    /* starred, pictured */
    uint64_t hole_seen[1 << (HOLE_SEEN_BITS - 6)]; /* hole_bit of all keys: most that is asked for has none */
    const uint32_t *hole_first; /* by the hash of their keys; those of one hash ascend by key */
    const int64_t *hole_key;
    const uint32_t *hole_text, *hole_place;
    struct { uint32_t sign; uint16_t code; } picture_at[1 << PICTURE_BITS]; /* by the hash of the sign, or behind it */
    const uint16_t *hole_beyond; /* the second letter behind a hole; NONE where the skeleton ends before */
    size_t holes;
};
enum { TWO_STAR = 1 << 28, TWO_SPECIAL = 1 << 29, TWO_SHIFT = 30, TWO_LETTERS = 0x001F001F };
enum { PART_LETTER = 1, PART_ON = 2, PART_SIGN = 4 }; /* a letter; a word goes on with it; it may be a letter */
enum { STAR_LEFT = 1, STAR_RIGHT = 2, STAR_ANY = 4, STAR_INNER = 8 };
enum { NOT_AT_ONCE = 0x8000, A_STAR_CODE = 0x7FFF, MOST_CODE = 0x7FFE };
enum { NO_LETTER = 64 | 128 };
enum { MARK_STAR = 1, MARK_ANY_STAR = 2, MARK_INNER_STAR = 4 };

/* Whether a folded sign may stand for a letter in one of these ways. */
static inline bool is_mark(const struct plan *plan, uint32_t folded, unsigned which) {
    return folded < 0x10000 && plan->marks[folded] & which;
}

/* The part of alike that a meant sign is in. */
static inline size_t alike_part(int64_t meant) {
    size_t part = (size_t)meant >> ALIKE_SHIFT;
    return part < ALIKE_PARTS ? part : ALIKE_PARTS - 1;
}

static inline uint64_t hole_hash(int64_t key, unsigned bits) { return (uint64_t)key * SPREAD_64 >> (64 - bits); }

/* The bit of hole_seen of a key with the second letter behind the hole. */
static inline uint64_t hole_bit(int64_t key, uint16_t beyond) {
    return hole_hash((int64_t)((uint64_t)key ^ (uint64_t)beyond << HOLE_KEY), HOLE_SEEN_BITS);
}

/* The letter of a picture that is sought; NONE for any other. */
static inline uint16_t code_of_picture(const struct plan *plan, uint32_t code) {
    uint32_t at = code * SPREAD >> (32 - PICTURE_BITS);
    for (; plan->picture_at[at].code != NONE; at = (at + 1) % (1 << PICTURE_BITS))
        if (plan->picture_at[at].sign == code) return plan->picture_at[at].code;
    return NONE;
}

/* What a code point is in a stream of letters. */
static inline uint16_t kind_of(const struct plan *plan, uint32_t code) {
    return code < 0x10000 ? plan->low[code] : plan->pages[plan->page_of[code >> 8] * 256u + (code & 255)];
}

static inline bool is_letter_kind(uint16_t kind) { return kind != NONE && kind - 32u >= 32u; }

/* Whether a word surely goes on with a sign; ornaments are left to be read. */
static inline bool surely_on(const struct plan *plan, uint32_t code) {
    return (plan->sort[code] & (IS_WORD | IS_ORNAMENT)) == IS_WORD;
}

/* A code point of any bytes, as Python decodes with errors="replace": one U+FFFD for each part that is no character. */
static inline uint32_t three_bytes(const uint8_t *p) { /* 0 for no character of three bytes */
    uint32_t code = (*p & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u);
    bool is_one = (*p & 0xF0) == 0xE0 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80;
    return is_one && code >= 0x800 && (code < 0xD800 || code > 0xDFFF) ? code : 0;
}
static inline uint32_t four_bytes(const uint8_t *p) { /* the same of four */
    uint32_t code = (*p & 7u) << 18 | (p[1] & 63u) << 12 | (p[2] & 63u) << 6 | (p[3] & 63u);
    bool is_one = (*p & 0xF8) == 0xF0 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80 && (p[3] & 0xC0) == 0x80;
    return is_one && code >= 0x10000 && code < CODES ? code : 0;
}
uint32_t decode_rest(const uint8_t *p, const uint8_t *end, unsigned *size);
static inline uint32_t decode(const uint8_t *p, const uint8_t *end, unsigned *size) {
    if (*p < 0x80) {
        *size = 1;
        return *p;
    }
    uint32_t code = end - p >= 3 ? three_bytes(p) : 0;
    if (!code) return decode_rest(p, end, size);
    *size = 3; /* nearly all others */
    return code;
}

void words_open(struct plan *plan); /* words.c: what follows from the forms */

/* NULL, or what is wrong with the arrays. */
const char *plan_open(struct plan *plan, const struct array *arrays, const struct array *tables);

#endif

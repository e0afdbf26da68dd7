/* The native kernel: word lists sought in UTF-8, through disguises, with the spans and classes of the pure engine.

   A text goes through four parts, each in a file of its own:

       bytes --fold.c--> letters --filter.c--> candidates --exact.c--> places --near.c, verify.c--> readings

   fold     bytes become a stream of letters as terms are sought by (skeletons: v, 卡); signs vanish
   filter   each letter with those before it asks once: can a term stand here?
   exact    the skeletons of that key are compared letter by letter
   verify   the signs around the few places left are taken apart (near.c, cell.c) and read by the rules of verify.py

   Texts with signs that may be letters ($, v*agra, 🐘, vvpn) are folded a second time in another way (passes.c).
   What is read is settled by the rules of hits.py (settle.c). Nothing here is global; a plan is read only.
   docs/why/kernel.md tells why it is so and what was measured. */
#ifndef RECTIFY_KERNEL_H
#define RECTIFY_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define KERNEL_VERSION 11
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

/* Codes of the stream of letters: 0 is no letter, 1 to 29 are those of ASCII, from OTHER on all others. Between stand
   signs that may be letters and are looked at one by one. */
enum { NONE = 0, MOST_LATIN = 29, SIGN_S = 32, SIGN_A = 33, SPELLED = 34, STAR = 35, PICTURE = 36, OTHER = 64 };

#define MOST_FOUND(n) ((n) + 32) /* places that a filter may tell of n letters */
#define CODES 0x110000u /* code points; from here on letters of signs that spell out */

#if defined(__GNUC__)
#define PREFETCH(p) __builtin_prefetch(p)
#else
#define PREFETCH(p) ((void)0)
#endif
enum { AHEAD = 512 }; /* bytes of text that are asked for before they are read */

/* Arrays of a plan, by their place in what Python gives; native.py fills them, plan.c checks them. */
enum {
    A_NUMBERS, A_LOW, A_PAGE_OF, A_PAGES, A_ENDS, A_SHORT, A_WINDOWS, A_BESIDE, A_SLOTS, A_ENTRIES, A_SKELETON,
    A_SKELETON_AT, A_FORM, A_FORM_AT, A_LETTER_AT, A_FOLDED, A_WRITTEN, A_GAP, A_GAP_TEXT, A_GAP_AT, A_GAP_WORD, A_EDGES, A_RULES, A_HOLE_FIRST, A_HOLE_KEY,
    A_HOLE_TEXT, A_HOLE_PLACE, A_PICTURE, A_PICTURE_CODE, ARRAYS
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
enum { WIDEST = 5, SINGLE = 9, SHORT_SIZES = 1 << 1 | 1 << 2 | 1 << 3, MOST_MORE = 31 };
/* Where letters beside a window stand: those of a skeleton that reach furthest are known (compiled.py). */
enum { ONE_BEFORE, ONE_BEHIND, NONE_BESIDE, TWO_BEFORE, TWO_BEHIND, ONE_EACH, KINDS };
enum { HOLE_BITS = 12 }; /* of the hash of what stands around a hole */
enum { WIDEST_GAP = 8 }; /* signs that may stand between two letters of a term: letters.py */
/* A skeleton of a window: how many of its letters stand before the window's last one, and one letter beside the window,
   by which nearly all others are told without a look at the rest. `last`: no more of this window. */
struct entry { uint32_t skeleton, from; uint16_t before, size, letter; int8_t beside; uint8_t last; };
struct edges { uint32_t lead, leads, tail, tails; };      /* where signs at the ends of a term stand in gap_text */
struct rules { uint32_t words; int32_t term; uint32_t allowed, how; uint16_t han; uint16_t flags; };
enum { CLOSED_LEFT = 1, CLOSED_RIGHT = 2, SHORT = 4, ALL_LATIN = 8 };

enum { ALIKE_PARTS = 1 << 13, ALIKE_SHIFT = 3 }; /* meant signs below 0x10000 by eights; all others with the last */

struct names { const uint8_t *text; const uint32_t *at; size_t count; }; /* one behind another */

struct plan {
    /* tables */
    const uint32_t *fold, *bits, *small, *spelled, *first;
    const uint16_t *sort, *syllable;
    const int64_t *lengths, *alike;
    const uint8_t *everyday, *marks; /* marks: of each ASCII or other code below 0x10000, MARK_ bits */
    const uint32_t *pictures;
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
    const uint32_t *short_;  /* a bit for each three letters that windows of three and fewer may end with */
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
    const uint32_t *hole_first; /* by the hash of their keys; those of one hash ascend by key */
    const int64_t *hole_key;
    const uint32_t *hole_text, *hole_place, *picture;
    const uint16_t *picture_code;
    size_t holes, picture_codes;
};
enum { TWO_STAR = 1 << 28, TWO_SPECIAL = 1 << 29, TWO_SHIFT = 30, TWO_LETTERS = 0x001F001F };
enum { STAR_LEFT = 1, STAR_RIGHT = 2, STAR_ANY = 4, STAR_INNER = 8 };
enum { NOT_AT_ONCE = 0x8000, A_STAR_CODE = 0x7FFF, MOST_CODE = 0x7FFE };
enum { NO_LETTER = 64 | 128 };
enum { MARK_STAR = 1, MARK_ANY_STAR = 2, MARK_INNER_STAR = 4 };

/* The part of alike that a meant sign is in. */
static inline size_t alike_part(int64_t meant) {
    size_t part = (size_t)meant >> ALIKE_SHIFT;
    return part < ALIKE_PARTS ? part : ALIKE_PARTS - 1;
}

/* What a code point is in a stream of letters. */
static inline uint16_t kind_of(const struct plan *plan, uint32_t code) {
    return code < 0x10000 ? plan->low[code] : plan->pages[plan->page_of[code >> 8] * 256u + (code & 255)];
}

static inline bool is_letter_kind(uint16_t kind) { return kind != NONE && kind - 32u >= 32u; }

/* A code point of any bytes, as Python decodes with errors="replace": one U+FFFD for each part that is no character. */
static inline uint32_t three_bytes(const uint8_t *p) { /* 0 for no character of three bytes */
    uint32_t code = (*p & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u);
    bool is_one = (*p & 0xF0) == 0xE0 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80;
    return is_one && code >= 0x800 && (code < 0xD800 || code > 0xDFFF) ? code : 0;
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

/* NULL, or what is wrong with the arrays. */
const char *plan_open(struct plan *plan, const struct array *arrays, const struct array *tables);

/* A reading that stands, in one cell. Positions: code points after spelling out; read_: as a reader sees them. */
struct hit {
    uint32_t cell, words;
    int32_t term;
    uint32_t start, end, mask;
    int32_t gap_start, gap_end; /* letters around what only squeezing reads through; -1 for none */
    uint32_t read_start, read_end, fold_start, fold_end;
    uint32_t capped;
};
struct nominee { uint32_t cell, pattern; }; /* a cell in which a pattern may match */

struct line { int64_t end; uint32_t cell, digits; }; /* where the signs of a text end; whether enough digits stand in a row */

/* A buffer that grows. `failed` is set where memory ran out, and then nothing is written. */
struct room { void *data; size_t bytes; };
void *room_for(struct room *room, size_t count, size_t size, bool *failed);

/* A text taken apart. The codes have one more on each side, which is 0. */
struct cell {
    const struct plan *plan;
    uint32_t *codes;    /* code points after spelling out */
    uint32_t *read;     /* the place of each as read; NULL where all are where they stand */
    uint32_t *at;       /* the places of its letters, where no sign is `special`: $ or @, that may be one */
    uint32_t n, letters, first_star, stars_end; /* between them stand all signs that may be starred letters */
    bool special;
    uint32_t first, end; /* the letters between are read, those outside only looked at */
    uint32_t byte;      /* where in its text it begins */
};

struct place { uint32_t skeleton, start; };
struct places { struct room room; size_t count; };
/* A stream of letters whose candidates are looked up with those of others, and how many places they gave. */
struct stretch { const uint16_t *letters; size_t n, places; };
struct lookup { const void *what; uint32_t key, at, stretch; }; /* what: its slot, then its first entry */
struct lookups { struct room room; size_t count; };

/* A text on its way. Several go side by side: what each waits for in memory comes while others are worked on. Numbers
   are places in the rooms that they share. */
struct job {
    const uint8_t *begin, *end;
    size_t letters, checkpoints, found, n, checkpoint_count, found_count;
    uint32_t number, first_sign; /* a byte */
    unsigned seen, how;
};
enum { SIDE_BY_SIDE = 32, ENOUGH_LETTERS = 1 << 14 };
struct checkpoint { uint32_t byte, letter; }; /* how many letters stand before a byte of a text */

struct scratch {
    const struct plan *plan;
    bool failed, vector;
    struct room codes_room, read_room, at_room, letters_room, second_room, second_at_room, counts_room, candidates_room,
        places_room, hits_room, nominees_room, gaps_room, gap_text_room, words_room, last_room, order_room, sure_room, checkpoints_room, signs_room, lines_room,
        own_candidates_room, bytes_room, marked_room, viewed_room, view_room;
    struct cell cell;
    struct job jobs[SIDE_BY_SIDE];
    unsigned job_count;
    struct lookups lookups, own_lookups; /* own: of a cell that is open */
    struct places found, own_found;
    uint16_t *letters; /* of the job at hand, as folded from bytes */
    size_t n;
    struct checkpoint *checkpoints;
    size_t checkpoint_count;
    struct hit *hits;
    size_t hit_count;
    struct nominee *nominees;
    size_t nominee_count;
    struct place *places;
    size_t place_count;
    size_t sign_count, line_count, marked_count, viewed_count;
    size_t view_bytes; /* of views that jobs read */
    uint32_t cell_number;
    size_t cell_hits; /* where those of the cell begin */
};
void scratch_close(struct scratch *scratch);

#define EACH 0x0101010101010101ull /* of eight bytes */
#define HIGH_BITS (0x80 * EACH) /* set in those that are not of ASCII */

/* Which of eight bytes, at least the first one, is no sign of ASCII that is seen: by their high bits. */
static inline uint64_t unseen(uint64_t word) { return (word | (word + EACH) | ((word - ' ' * EACH) & ~word)) & HIGH_BITS; }

#define THREES 0xC0C0F0C0C0F0ull /* of two signs of three bytes; of one the lower half */
#define ARE_THREES 0x8080E08080E0ull

/* Where the letter of a sign of three bytes stands, by a word that begins with them: no two signs have one place, for
   the factor was found by trying all signs; the byte behind them leaves the word. */
static inline uint32_t three_at(uint32_t word) { return word * 0x68178100u >> 15; }

/* The first byte of eight whose high bit is set, of which one is. */
static inline unsigned first_byte(uint64_t high) {
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(high) / 8;
#else
    unsigned count = 0;
    for (; !(high & 0x80); high >>= 8) count++;
    return count;
#endif
}

/* fold.c: bytes to letters. What came upon on the way: */
/* SPECIAL: signs that spell out beside others that hang on them; APART: $ or @ beside a letter, read both ways. */
enum { SEEN_SPECIAL = 1, SEEN_STAR = 2, SEEN_PICTURE = 4, SEEN_RUN = 8, SEEN_PAIRS = 16, SEEN_APART = 32, SEEN_MARKUP = 64 };
struct folding { /* where a fold is */
    const struct plan *plan;
    const uint8_t *begin, *p, *end;
    uint16_t *letters, *out;
    struct checkpoint *checkpoint;
    unsigned seen;
    const uint8_t *first_sign; /* no SEEN_STAR or SEEN_APART stands before it; NULL while there is none */
};
static inline void tell_sign(struct folding *f, unsigned seen, const uint8_t *p) {
    if (seen & (SEEN_STAR | SEEN_APART) && !f->first_sign) f->first_sign = p;
    f->seen |= seen;
}
void fold_portable(struct folding *folding);
void fold_avx512(struct folding *folding);
void fold_one(struct folding *folding);
void fold_threes(struct folding *folding);
bool star_fits(const struct plan *plan, const uint8_t *begin, const uint8_t *p, const uint8_t *end);
bool beside_word(const struct plan *plan, const uint8_t *begin, const uint8_t *p, const uint8_t *end);
/* The sign before a byte, which moves to it; false where it is none that a text decoded from its beginning has. */
bool step_back(const uint8_t *begin, const uint8_t **p, uint32_t *code);
/* That sign; 0 at the beginning. Of bytes that are no character anything but a letter. */
uint32_t decode_before(const uint8_t *begin, const uint8_t *p);

/* walk.c: a walk over the letters of the job at hand. */
struct walk {
    struct folding folding;
    const uint8_t *at; /* where the last letter begins; it ends where the folding is */
    uint32_t code, signs; /* the letter; how many signs that do not fold to nothing stood between it and the one before */
    bool lines;        /* whether a line ended there */
};
struct walk walk_to(const struct scratch *scratch, const uint8_t *begin, const uint8_t *end, uint32_t letter);
bool next_letter(struct walk *walk);

/* runs.c */
bool holds_pairs(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, const uint32_t *found, size_t count);
/* Where the last of four letters is one of two that stand twice each, these from one byte to another. */
bool twice_at(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, uint32_t at, const uint8_t **from,
              const uint8_t **to);
bool holds_run(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, const uint32_t *found, size_t count);

/* near.c: reads a text around its places, and tells where hits lie. False where it has to be read as a whole: then
   there are no hits of it yet. */
bool read_near(struct scratch *scratch, const struct job *job, unsigned seen);

/* filter.c: the places (last letter of a window) at which a term may stand, or letters stand twice or more. How many. */
size_t filter(const struct plan *plan, const uint16_t *letters, size_t n, uint32_t *found, bool vector);
size_t filter_avx512(const struct plan *plan, const uint16_t *letters, size_t n, uint32_t *found);
bool cpu_has_avx512(void);

/* The last five letters, as far as those before one of ASCII are so too: five bits each, the last one highest. */
static inline uint32_t last_five(const uint16_t *last) {
    uint64_t four;
    memcpy(&four, last - 4, 8);
    uint64_t others = (four + 0x7FC07FC07FC07FC0u) >> 15 & 0x0001000100010001u;
    four &= ~(others * 0xFFFF);
    four = (four | four >> 11) & 0x000003FF000003FFu;
    return ((four | four >> 22) & 0xFFFFF) | (*last & 31u) << 20;
}

/* exact.c: what is to be looked up of the candidates of a stretch; SEEN_RUN, SEEN_PAIRS. */
unsigned look_beside(struct scratch *scratch, struct lookups *lookups, const struct stretch *stretch, uint32_t number,
                     const uint32_t *found, size_t count);
/* Compares the skeletons of all that is to be looked up; the places of each stretch follow those of the one before. */
void look_up(struct scratch *scratch, struct lookups *lookups, struct stretch *stretches, struct places *places);
/* The places of a text: those where patterns may match are told, those where terms may stand are in scratch->places. */
void take_places(struct scratch *scratch, const struct place *places, size_t count);

/* cell.c */
bool cell_open(struct scratch *scratch, const uint8_t *begin, const uint8_t *end);
uint32_t before(const struct cell *cell, uint32_t at);
uint32_t behind(const struct cell *cell, uint32_t at);
#define NOWHERE UINT32_MAX

size_t spelled_letters(const struct plan *plan, uint32_t code, uint32_t *first);

/* signs.c: the signs of a text behind those of others, as bytes of a table by code point: 0 for those that fold to nothing
   or spell out, and for surrogates. `small`: signs of ASCII are their small letters; `digits`: so many in a row are told, 0 for none. */
struct alphabet { const uint8_t *table; uint32_t digits; bool small; };
struct alphabet alphabet_of(const uint8_t *table, uint32_t digits);
/* Signs as far as each is a byte, with AVX-512; up to 64 bytes more are written. */
const uint8_t *add_signs_avx512(const uint8_t *table, const uint8_t *p, const uint8_t *end, uint8_t **signs);
void add_signs(struct scratch *scratch, const struct alphabet *alphabet, uint32_t number, const uint8_t *begin, const uint8_t *end);
void add_signs_seen(struct scratch *scratch, const struct alphabet *alphabet, uint32_t number, const uint8_t *begin, const uint8_t *end,
                    unsigned how);

/* passes.c: the ways to read a cell once it is open. */
enum way { AS_WRITTEN, SIGNS_APART, ONE_OF_RUN, TWO_OF_RUN, ONE_OF_TWO, HOLES, AS_PICTURES };
void read_open_cell(struct scratch *scratch, unsigned seen);
void read_way(struct scratch *scratch, enum way way);
void read_forms(struct scratch *scratch, uint32_t skeleton, const uint32_t *at, uint32_t through);

/* verify.c */
struct reading { uint32_t start, end, mask; int32_t gap_start, gap_end; };
struct letters { uint32_t mask; int32_t first_like, last_like; bool any_like; };
bool read_letters(const struct cell *cell, uint32_t form, const uint32_t *at, uint32_t size, struct letters *letters);
bool read_form(struct scratch *scratch, uint32_t form, const uint32_t *at, uint32_t through, struct reading *reading);
bool is_mark(const struct plan *plan, uint32_t folded, unsigned which);
bool is_picture(const struct plan *plan, uint32_t code);
bool word_at(const struct cell *cell, uint32_t at);

/* gaps.c: the class that reading the gaps takes, or GAPS_CLOSED; the strange ones by their outermost letters. */
#define GAPS_CLOSED UINT32_MAX
uint32_t read_gaps(struct scratch *scratch, uint32_t form, const uint32_t *at, const uint32_t *last,
                   int32_t *gap_start, int32_t *gap_end);

/* stars.c */
bool enough_stands(const struct cell *cell, uint32_t form, const uint32_t *at);

/* settle.c: what stands of the hits of the last cell. */
void settle(struct scratch *scratch);
/* Where hits from one on lie as a reader sees them, and in the folded text. */
void tell_places(struct scratch *scratch, size_t first);

/* scan.c: a cell after the other, told of at once or with others. RAW: hits are not settled, for a view's classes are
   still to come. A text that may hold markup is read as a reader sees it, RAW, and told; where Python has to say what
   that is, only told; and read as it is where it is PLAIN. */
enum { LEFT_OUT = 1, RAW = 2, PLAIN = 4 };
void scan_cell(struct scratch *scratch, uint32_t number, const uint8_t *begin, const uint8_t *end, unsigned how);
void scan_soon(struct scratch *scratch, uint32_t number, const uint8_t *begin, const uint8_t *end, unsigned how);
void scan_all(struct scratch *scratch);
bool has_markup(const uint8_t *begin, const uint8_t *end);
static inline bool begins_entity(uint8_t b) { return ((b | 0x20) >= 'a' && (b | 0x20) <= 'z') || b == '#'; }
/* Whether a "<" stands there, or a "&" before a letter or "#". */
static inline bool begins_markup(const uint8_t *p, const uint8_t *end) {
    return *p == '<' || (*p == '&' && p + 1 < end && begins_entity(p[1]));
}

/* view.c: what a reader sees of a text; `out` has room for MOST_VIEWED of its bytes. SAME: it is no markup; UNKNOWN:
   Python has to read it. */
enum view { VIEW_SAME, VIEW_OTHER, VIEW_UNKNOWN };
#define MOST_VIEWED(n) (2 * (n) + 16)
enum view view_plain(const struct plan *plan, const uint8_t *begin, const uint8_t *end, uint8_t *out, size_t *size);

#endif

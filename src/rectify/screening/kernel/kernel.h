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

#include "plan.h"

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
    bool special, vanish; /* vanish: some signs may fold to nothing */
    uint32_t first, end; /* the letters between are read, those outside only looked at */
    uint32_t byte;      /* where in its text it begins */
};

struct place { uint32_t skeleton, start; };
struct places { struct room room; size_t count; };
struct stretch { const uint16_t *letters; size_t n; }; /* of one text, or of several one behind another */
struct lookup { const void *what; uint32_t key, at; }; /* what: its slot, then its first entry */
struct lookups { struct room room; size_t count; };
struct twice { uint32_t at, seen; }; /* where letters stand twice and more: SEEN_RUN, SEEN_PAIRS */

/* Last letters of windows, of one text. */
struct candidates { const uint32_t *at; size_t count; };

/* A text on its way. Several go side by side: what each waits for in memory comes while others are worked on. Numbers
   are places in the rooms that they share. */
struct job {
    const uint8_t *begin, *end;
    size_t letters, checkpoints, signs, n, checkpoint_count, sign_count;
    uint32_t number;
    unsigned seen, how;
};
enum { SIDE_BY_SIDE = 256, ENOUGH_LETTERS = 1 << 15 };
struct checkpoint { uint32_t byte, letter; }; /* how many letters stand before a byte of a text */
struct sign { uint32_t byte, letter; }; /* a sign that may be a letter: the same of it; APART: a $ or @ */
enum { APART = 1u << 31 };

struct scratch {
    const struct plan *plan;
    bool failed, vector;
    struct room codes_room, read_room, at_room, letters_room, second_room, second_at_room, counts_room, candidates_room,
        places_room, hits_room, nominees_room, gaps_room, gap_text_room, words_room, last_room, order_room, sure_room, checkpoints_room, beside_room, starts_room, signs_room, lines_room,
        own_candidates_room, twices_room, bytes_room, marked_room, viewed_room, view_room;
    struct cell cell;
    struct job jobs[SIDE_BY_SIDE];
    unsigned job_count;
    struct lookups lookups, own_lookups; /* own: of a cell that is open */
    struct places found, own_found;
    size_t twice_count;
    uint16_t *letters; /* of the job at hand, as folded from bytes */
    size_t n;
    struct checkpoint *checkpoints;
    size_t checkpoint_count;
    const struct sign *signs, *signs_end;
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
    unsigned seen, stop; /* stop: when one of these is seen, the rest is not folded */
    struct sign *sign;   /* where the next SEEN_STAR or SEEN_APART is told; NULL where none is */
};
static inline void tell_sign(struct folding *f, unsigned seen, const uint8_t *p, const uint16_t *out) {
    uint32_t letter = (uint32_t)(out - f->letters) | (seen & SEEN_APART ? APART : 0);
    if (seen & (SEEN_STAR | SEEN_APART) && f->sign) *f->sign++ = (struct sign){(uint32_t)(p - f->begin), letter};
    f->seen |= seen;
}
void fold_portable(struct folding *folding);
void fold_avx512(struct folding *folding);
void fold_one(struct folding *folding);
void fold_fours(struct folding *folding); /* signs of four bytes in a row, as emoji are */
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
unsigned stand_twice(const struct cell *cell); /* SEEN_RUN, SEEN_PAIRS */
bool holds_pairs(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, const uint32_t *found, size_t count);
/* Where the last of four letters is one of two that stand twice each, these from one byte to another. */
bool twice_at(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, uint32_t at, const uint8_t **from,
              const uint8_t **to);
/* The same where the last of three letters is one of a run. */
bool run_at(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, uint32_t at, const uint8_t **from,
            const uint8_t **to);
bool holds_run(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, const uint32_t *found, size_t count);

/* near.c: reads a text around its places, and tells where hits lie. False where it has to be read as a whole: then
   there are no hits of it yet. */
bool read_near(struct scratch *scratch, const struct job *job, struct candidates found, unsigned seen);
/* Whether a term may stand in the text at hand with a sign for a letter; of many signs it is not asked. */
bool may_hold_hole(const struct scratch *scratch, const uint8_t *begin, const uint8_t *end);

/* filter.c: the places (last letter of a window) at which a term may stand, or letters stand twice or more. How many. */
enum { AT_ONCE = 128 }; /* letters, also behind the last one: so many are read, whatever they are */
#define MOST_FOUND(n) ((n) + AT_ONCE) /* places that it may tell of n letters, to be trusted only below n */
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

/* exact.c: what is to be looked up of the candidates of a stretch, and where letters stand twice: scratch->twices_room. */
void look_beside(struct scratch *scratch, struct lookups *lookups, struct stretch stretch, const uint32_t *found, size_t count);
/* Compares the skeletons of all that is to be looked up: the places, in the order of their candidates. */
void look_up(struct scratch *scratch, struct lookups *lookups, struct stretch stretch, struct places *places);
/* The places of a text: those where patterns may match are told, those where terms may stand are in scratch->places. */
void take_places(struct scratch *scratch, const struct place *places, size_t count);

/* The entries of a window; NULL for none. */
const struct entry *entries_of(const struct plan *plan, uint32_t key);
/* The skeleton of a word that ends with a letter: another place of the text at hand. */
void look_up_word(struct scratch *scratch, uint32_t key, struct stretch stretch, uint32_t at);

/* words.c: places of terms of three letters of ASCII and fewer that stand as words, and of letters beyond that are terms
   alone: behind those of the text at hand. */
void find_words(struct scratch *scratch, const uint8_t *begin, const uint8_t *end);
void find_words_of(struct scratch *scratch, struct stretch stretch, const uint32_t *at); /* of letters of the open cell */

/* cell.c */
bool cell_open(struct scratch *scratch, const uint8_t *begin, const uint8_t *end);
#define NOWHERE UINT32_MAX
/* The sign before one, or behind it, that does not fold to nothing; NOWHERE, or the end, for none. */
static inline uint32_t before(const struct cell *cell, uint32_t at) {
    while (at-- > 0)
        if (!(cell->plan->sort[cell->codes[at]] & IS_DROPPED)) return at;
    return NOWHERE;
}
static inline uint32_t behind(const struct cell *cell, uint32_t at) {
    for (at++; at < cell->n; at++)
        if (!(cell->plan->sort[cell->codes[at]] & IS_DROPPED)) return at;
    return cell->n;
}

size_t spelled_letters(const struct plan *plan, uint32_t code, uint32_t *first);

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
bool is_picture(const struct plan *plan, uint32_t code);
bool word_at(const struct cell *cell, uint32_t at);

/* gaps.c: the class that reading the gaps takes, or GAPS_CLOSED; the strange ones by their outermost letters. */
#define GAPS_CLOSED UINT32_MAX
uint32_t read_gaps(struct scratch *scratch, uint32_t form, const uint32_t *at, const uint32_t *last,
                   int32_t *gap_start, int32_t *gap_end);

/* The letters of a cell in one way: where they stand in it, and how many of what the way is about stand before each. */
struct stream {
    uint16_t *letters;
    uint32_t *at, *marked;
    size_t n, all; /* all: how many in the text */
};

/* holes.c: NONE among the letters is a sign that may stand for one. */
void read_holes(struct scratch *scratch, const struct stream *stream);
/* Whether a sign of the text at hand may stand for a letter of a term, by the letters around it. */
bool may_be_hole(const struct scratch *scratch, const uint8_t *begin, const uint8_t *end, const struct sign *sign);
bool holds_hole(const struct scratch *scratch, const uint8_t *begin, const uint8_t *end); /* whether one may */

/* stars.c */
/* letters.py: letters of a word, signs in a row; of so many letters at most so many may be signs. */
enum { LEAST_STARRED = 5, MOST_STARS = 3, OF_LETTERS = 5, MOST_OUT = 2 };
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

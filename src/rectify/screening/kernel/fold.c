/* Bytes to letters. Most text is runs of ASCII and of signs of three bytes: each has a short loop of its own, in which
   a letter is written and the place moves on only if it was one; a sign that may be a letter leaves the loop. */
#include "kernel.h"

#include <string.h>

#define REPLACEMENT 0xFFFDu
#define CHECKED 64 /* bytes from one checkpoint to the next */

uint32_t decode_rest(const uint8_t *p, const uint8_t *end, unsigned *size) {
    uint32_t b = *p;
    size_t left = (size_t)(end - p);
    uint32_t code = left >= 4 ? four_bytes(p) : 0;
    if (code) return *size = 4, code; /* nearly all that come here */
    *size = 1;
    if (b < 0xC2 || b > 0xF4) return REPLACEMENT;
    uint8_t low = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80, high = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
    if (left < 2 || p[1] < low || p[1] > high) return REPLACEMENT;
    *size = 2;
    if (b < 0xE0) return (b & 31) << 6 | (p[1] & 63);
    if (left < 3 || (p[2] & 0xC0) != 0x80) return REPLACEMENT;
    *size = 3;
    if (b < 0xF0) return (b & 15) << 12 | (uint32_t)(p[1] & 63) << 6 | (p[2] & 63);
    if (left < 4 || (p[3] & 0xC0) != 0x80) return REPLACEMENT;
    *size = 4;
    return (b & 7) << 18 | (uint32_t)(p[1] & 63) << 12 | (uint32_t)(p[2] & 63) << 6 | (p[3] & 63);
}

bool step_back(const uint8_t *begin, const uint8_t **p, uint32_t *code) {
    const uint8_t *q = *p;
    unsigned size;
    do q--;
    while (q > begin && *p - q < 4 && (*q & 0xC0) == 0x80);
    *code = decode(q, *p, &size);
    if (q + size != *p) return false;
    *p = q;
    return true;
}

uint32_t decode_before(const uint8_t *begin, const uint8_t *p) {
    uint32_t code;
    if (p == begin) return 0;
    return step_back(begin, &p, &code) ? code : REPLACEMENT;
}

/* Whether a letter that no digit is stands there, of a script with blanks between words. */
static bool word_begins(const struct plan *plan, const uint8_t *p, const uint8_t *end) {
    unsigned size;
    if (p >= end) return false;
    uint16_t sort = plan->sort[decode(p, end, &size)];
    return sort & IS_SPELLED || (sort & (IS_WORD | IS_DIGIT)) == IS_WORD;
}

/* Whether a sign may stand for a letter: behind a letter, and before one where it is a sign that parts words too. */
bool star_fits(const struct plan *plan, const uint8_t *begin, const uint8_t *p, const uint8_t *end) {
    unsigned size;
    uint32_t sign = decode(p, end, &size);
    if (!is_mark(plan, plan->fold[sign], MARK_ANY_STAR) && !word_begins(plan, p + size, end)) return false;
    uint16_t left = plan->sort[decode_before(begin, p)];
    return left & (IS_LETTER | IS_SPELLED) && !(left & (IS_DIGIT | IS_DROPPED));
}

/* What the signs on both sides of one are. */
struct sides { uint16_t left, right; };

static struct sides sides_of(const struct plan *plan, const uint8_t *begin, const uint8_t *p, const uint8_t *end) {
    unsigned size;
    decode(p, end, &size);
    return (struct sides){plan->sort[decode_before(begin, p)],
                          p + size < end ? plan->sort[decode(p + size, end, &size)] : 0};
}

static bool letters_beside(struct sides sides) {
    return (sides.left & (IS_WORD | IS_DIGIT)) == IS_WORD || (sides.right & (IS_WORD | IS_DIGIT)) == IS_WORD;
}

bool beside_word(const struct plan *plan, const uint8_t *begin, const uint8_t *p, const uint8_t *end) {
    return letters_beside(sides_of(plan, begin, p, end));
}

/* A $ or @: the letter that it stands for beside a letter or digit, or none. */
static unsigned take_sign(const struct plan *plan, const uint8_t *begin, const uint8_t *p, const uint8_t *end,
                          uint16_t letter, uint16_t **out) {
    struct sides sides = sides_of(plan, begin, p, end);
    if ((sides.left | sides.right) & IS_SPELLED) return SEEN_SPECIAL;
    if ((sides.left | sides.right) & IS_WORD) *(*out)++ = letter;
    return letters_beside(sides) ? SEEN_APART : 0;
}

/* A sign that may be a letter. */
static unsigned special(const struct plan *plan, const uint8_t *begin, const uint8_t *p, const uint8_t *end,
                        uint32_t code, uint16_t **out) {
    switch (kind_of(plan, code)) {
    case SIGN_S: return take_sign(plan, begin, p, end, plan->low['s'], out);
    case SIGN_A: return take_sign(plan, begin, p, end, plan->low['a'], out);
    case STAR: return star_fits(plan, begin, p, end) ? SEEN_STAR : 0;
    case PICTURE: return code_of_picture(plan, code) != NONE ? SEEN_PICTURE : 0;
    default: return SEEN_SPECIAL;
    }
}

/* One sign that was decoded. */
static inline void fold_code(struct folding *f, uint32_t cp, unsigned size) {
    uint16_t code = kind_of(f->plan, cp);
    if (code - 32u < 32u) tell_sign(f, special(f->plan, f->begin, f->p, f->end, cp, &f->out), f->p, f->out);
    else if (code) *f->out++ = code;
    f->p += size;
}

/* Tells where a fold is, so that a letter is found again from there. */
static inline void tell_checkpoint(struct folding *f, const uint8_t *p, const uint16_t *out) {
    *f->checkpoint++ = (struct checkpoint){(uint32_t)(p - f->begin), (uint32_t)(out - f->letters)};
    PREFETCH(p + AHEAD);
}

void fold_fours(struct folding *f) {
    const uint8_t *check = f->p;
    for (uint32_t cp; f->end - f->p >= 4 && (cp = four_bytes(f->p)) != 0; fold_code(f, cp, 4))
        if (f->p >= check) tell_checkpoint(f, f->p, f->out), check = f->p + CHECKED;
}

/* One sign, whatever it is. */
void fold_one(struct folding *f) {
    unsigned size;
    uint32_t cp = decode(f->p, f->end, &size);
    if (begins_markup(f->p, f->end)) f->seen |= SEEN_MARKUP;
    fold_code(f, cp, size);
}

/* Whether a sign may stand for a letter, by the bytes beside it. One that stands beside them only seems to: star_fits. */
static inline unsigned may_be_star(const struct plan *plan, uint8_t left, uint8_t sign, uint8_t right) {
    unsigned sides = plan->star_sides[sign];
    return plan->star_sides[left] & STAR_LEFT & (sides / STAR_ANY | (sides / STAR_INNER & plan->star_sides[right] / STAR_RIGHT));
}

/* Tells which of some bytes of ASCII, none to be looked at by itself, stand for a letter. Most signs part words. */
static void tell_stars(struct folding *f, const uint8_t *p, unsigned count, const uint16_t *out) {
    const struct plan *plan = f->plan;
    const uint8_t *first = p > f->begin ? p : p + 1, *last = p + count < f->end ? p + count : f->end - 1;
    unsigned may_be = last < p + count; /* the last sign of all */
    for (const uint8_t *q = first; q < last; q++) may_be |= may_be_star(plan, q[-1], *q, q[1]);
    for (const uint8_t *q = p; may_be && q < p + count; q++) {
        uint16_t kind = plan->low[*q];
        if (kind == STAR && star_fits(plan, f->begin, q, f->end)) tell_sign(f, SEEN_STAR, q, out);
        out += is_letter_kind(kind);
    }
}

/* Eight bytes of ASCII, of which zeros are no letters. What came upon. */
static inline uint32_t fold_eight(const uint32_t *two, uint64_t word, uint16_t **out) {
    uint16_t *o = *out;
    uint32_t all = 0;
    for (int i = 0; i < 4; i++, word >>= 16) {
        uint32_t found = two[(uint16_t)word], letters = found & TWO_LETTERS;
        memcpy(o, &letters, 4);
        o += found >> TWO_SHIFT;
        all |= found;
    }
    *out = o;
    return all & (TWO_STAR | TWO_SPECIAL);
}

/* How many of some bytes of ASCII stand before one that has to be looked at by itself. */
static unsigned before_special(const struct plan *plan, const uint8_t *p, unsigned count) {
    unsigned before_ = 0;
    while (before_ < count && !(plan->classes[p[before_]] & 128)) before_++;
    return before_;
}

/* So many bytes of ASCII, and the one behind them by itself. */
static void fold_to_special(struct folding *f, unsigned before_) {
    uint64_t word = 0;
    memcpy(&word, f->p, before_);
    fold_eight(f->plan->two, word, &f->out);
    f->p += before_;
    fold_one(f);
}

/* The last bytes of a text, as far as they are of ASCII. */
static void fold_last_ascii(struct folding *f) {
    while (f->p < f->end && *f->p < 0x80) {
        if (f->plan->classes[*f->p] & NO_LETTER) {
            fold_one(f);
        } else {
            uint16_t code = f->plan->low[*f->p++];
            *f->out = code;
            f->out += code != NONE;
        }
    }
}

/* What came upon among eight bytes. Whether they were folded here, as far as one that is looked at by itself. */
static bool fold_upon(struct folding *f, uint32_t upon, const uint8_t *p, unsigned count, uint16_t *out) {
    if (upon & TWO_SPECIAL) count = before_special(f->plan, p, count);
    if (upon & TWO_STAR) tell_stars(f, p, count, out);
    if (!(upon & TWO_SPECIAL)) return false;
    f->p = p, f->out = out;
    fold_to_special(f, count);
    return true;
}

/* A run of ASCII by eights, as far as it goes. */
static void fold_ascii(struct folding *f) {
    const uint32_t *two = f->plan->two;
    const uint8_t *p = f->p, *check = p + CHECKED;
    uint16_t *o = f->out;
    uint64_t word, others = 0;
    tell_checkpoint(f, p, o);
    while (!others && f->end - p >= 8) {
        uint16_t *start = o;
        unsigned count = 8;
        if (p >= check) tell_checkpoint(f, p, o), check = p + CHECKED;
        memcpy(&word, p, 8);
        others = word & HIGH_BITS;
        if (others) { /* those before the first one that is not of ASCII */
            word &= ((others & -others) >> 7) - 1;
            count = first_byte(others);
        }
        uint32_t upon = fold_eight(two, word, &o);
        if (upon && fold_upon(f, upon, p, count, start)) {
            if (f->seen & f->stop) return;
            p = f->p, o = f->out, others = 0;
            continue;
        }
        p += count;
    }
    f->p = p, f->out = o;
    if (!others) fold_last_ascii(f);
}

static bool is_three(uint64_t word) { return (word & (THREES & 0xFFFFFF)) == (ARE_THREES & 0xFFFFFF); }

/* Signs of three bytes in a row, which nearly all Chinese ones are, two at a time. */
static void fold_threes(struct folding *f) {
    const uint16_t *three = f->plan->three;
    const uint8_t *p = f->p, *check = p + CHECKED;
    uint16_t *o = f->out;
    uint64_t word;
    if (*p >> 4 != 0xE) return; /* letters of two bytes come here one by one */
    for (; f->end - p >= 8; p += 6) {
        memcpy(&word, p, 8);
        uint16_t one = three[three_at((uint32_t)word)];
        if ((word & THREES) != ARE_THREES) { /* one more or none, as often as not: without a branch */
            bool is_one = is_three(word) & !(one & NOT_AT_ONCE);
            *o = one;
            f->p = p + 3 * is_one, f->out = o + (is_one & (one != NONE));
            return;
        }
        uint16_t other = three[three_at((uint32_t)(word >> 24))];
        if ((one | other) & NOT_AT_ONCE) {
            f->out = o, f->p = p;
            fold_one(f);
            fold_one(f);
            return; /* of bytes that are no character one or two are taken, not three */
        }
        if (p >= check) tell_checkpoint(f, p, o), check = p + CHECKED;
        *o = one, o += one != NONE;
        *o = other, o += other != NONE;
    }
    if (f->end - p >= 3 && is_three(word = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16)) {
        uint16_t code = three[three_at((uint32_t)word)];
        if (!(code & NOT_AT_ONCE)) *o = code, o += code != NONE, p += 3;
    }
    f->p = p, f->out = o;
}

void fold_portable(struct folding *f) {
    while (f->p < f->end && !(f->seen & f->stop)) {
        const uint8_t *before_ = f->p;
        fold_ascii(f);
        if (f->p < f->end) fold_threes(f);
        if (f->p < f->end && *f->p >= 0xF0) fold_fours(f);
        if (f->p == before_) fold_one(f);
    }
}

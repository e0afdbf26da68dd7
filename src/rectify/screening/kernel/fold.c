/* Bytes to letters. Most text is runs of ASCII and of signs of three bytes: each has a short loop of its own, in which
   a letter is written and the place moves on only if it was one; a sign that may be a letter leaves the loop. */
#include "kernel.h"

#include <string.h>

#define HIGH_BITS 0x8080808080808080ull
#define REPLACEMENT 0xFFFDu
#define CHECKED 64 /* bytes from one checkpoint to the next */

uint32_t decode_rest(const uint8_t *p, const uint8_t *end, unsigned *size) {
    uint32_t b = *p;
    size_t left = (size_t)(end - p);
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

static bool sought_picture(const struct plan *plan, uint32_t code) {
    for (size_t i = 0; i < plan->picture_codes; i++)
        if (plan->picture[i] == code) return true;
    return false;
}

/* A sign that may be a letter. */
static unsigned special(const struct plan *plan, const uint8_t *begin, const uint8_t *p, const uint8_t *end,
                        uint32_t code, uint16_t **out) {
    switch (kind_of(plan, code)) {
    case SIGN_S: return take_sign(plan, begin, p, end, plan->low['s'], out);
    case SIGN_A: return take_sign(plan, begin, p, end, plan->low['a'], out);
    case STAR: return star_fits(plan, begin, p, end) ? SEEN_STAR : 0;
    case PICTURE: return sought_picture(plan, code) ? SEEN_PICTURE : 0;
    default: return SEEN_SPECIAL;
    }
}

/* One sign, whatever it is. */
void fold_one(struct folding *f) {
    unsigned size;
    uint32_t cp = decode(f->p, f->end, &size);
    uint16_t code = kind_of(f->plan, cp);
    if (begins_markup(f->p, f->end)) f->seen |= SEEN_MARKUP;
    if (code - 32u < 32u) f->seen |= special(f->plan, f->begin, f->p, f->end, cp, &f->out);
    else if (code) *f->out++ = code;
    f->p += size;
}

/* How many bytes of ASCII stand before the first other one, by the high bits of eight. */
static unsigned ascii_before(uint64_t others) {
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(others) / 8;
#else
    unsigned count = 0;
    for (; !(others & 0x80); others >>= 8) count++;
    return count;
#endif
}

static bool small_or_capital(uint8_t b) { return (b | 0x20) >= 'a' && (b | 0x20) <= 'z'; }

/* Whether one of some bytes of ASCII is a sign that may stand for a letter. Most part words, and are told at once. */
static bool holds_star(const struct folding *f, const uint8_t *p, unsigned count) {
    for (const uint8_t *last = p + count; p < last; p++) {
        if (f->plan->low[*p] != STAR || p == f->begin) continue;
        uint8_t left = p[-1], right = p + 1 < f->end ? p[1] : ' ';
        if (left < 0x80 && !small_or_capital(left)) continue;
        if (right < 0x80 && !small_or_capital(right) && !is_mark(f->plan, *p, MARK_ANY_STAR)) continue;
        if (star_fits(f->plan, f->begin, p, f->end)) return true;
    }
    return false;
}

/* Eight bytes of ASCII, of which zeros are no letters. What came upon. */
static inline uint32_t fold_eight(const struct two *two, uint64_t word, uint16_t **out) {
    uint16_t *o = *out;
    uint32_t all = 0;
    for (int i = 0; i < 4; i++, word >>= 16) {
        struct two letters = two[word & 0x7FFF];
        memcpy(o, &letters.codes, 4);
        o += letters.rest & TWO_LETTERS;
        all |= letters.rest;
    }
    *out = o;
    return all & (TWO_STAR | TWO_SPECIAL);
}

/* A run of ASCII by eights, as far as it goes, or until a checkpoint is due. */
static void fold_ascii(struct folding *f) {
    const struct two *two = f->plan->two;
    const uint8_t *p = f->p, *last = f->end - f->p > CHECKED ? f->p + CHECKED : f->end;
    uint16_t *o = f->out;
    while (last - p >= 8) {
        uint64_t word, others;
        uint16_t *start = o;
        unsigned count = 8;
        memcpy(&word, p, 8);
        others = word & HIGH_BITS;
        if (others) { /* those before the first one that is not of ASCII */
            word &= ((others & -others) >> 7) - 1;
            count = ascii_before(others);
        }
        uint32_t upon = fold_eight(two, word, &o);
        p += count;
        if (upon) {
            if (upon & TWO_STAR && !(f->seen & SEEN_STAR) && holds_star(f, p - count, count)) f->seen |= SEEN_STAR;
            if (upon & TWO_SPECIAL) { /* one of them may be a letter: sign by sign */
                f->out = start, f->p = p - count;
                while (f->p < p) fold_one(f);
                o = f->out;
            }
        }
        if (others) {
            f->p = p, f->out = o;
            return;
        }
    }
    for (; p < last && *p < 0x80; p++) {
        uint16_t code = f->plan->low[*p];
        if (f->plan->classes[*p] & NO_LETTER) {
            f->out = o, f->p = p;
            fold_one(f);
            o = f->out;
        } else {
            *o = code;
            o += code != 0;
        }
    }
    f->p = p, f->out = o;
}

static const uint64_t THREES = 0xC0C0F0C0C0F0u, ARE_THREES = 0x8080E08080E0u; /* of two signs; of one the lower half */

/* Signs of three bytes in a row, which nearly all Chinese ones are, two at a time. */
void fold_threes(struct folding *f) {
    const uint16_t *three = f->plan->three;
    const uint8_t *p = f->p, *last = f->end - f->p > CHECKED ? f->p + CHECKED : f->end;
    uint16_t *o = f->out;
    for (uint64_t word; last - p >= 8; p += 6) {
        memcpy(&word, p, 8);
        if ((word & THREES) != ARE_THREES) break;
        uint16_t one = three[three_at((uint32_t)word)], other = three[three_at((uint32_t)(word >> 24))];
        if ((one | other) & NOT_AT_ONCE) {
            f->out = o, f->p = p;
            fold_one(f);
            fold_one(f);
            return; /* of bytes that are no character one or two are taken, not three */
        }
        *o = one, o += one != NONE;
        *o = other, o += other != NONE;
    }
    uint32_t word = 0;
    if (last - p >= 3) memcpy(&word, p, 3);
    if ((word & (uint32_t)(THREES & 0xFFFFFF)) == (ARE_THREES & 0xFFFFFF)) {
        uint16_t code = three[three_at(word)];
        if (!(code & NOT_AT_ONCE)) *o = code, o += code != NONE, p += 3;
    }
    f->p = p, f->out = o;
}

void fold_portable(struct folding *f) {
    while (f->p < f->end) {
        *f->checkpoint++ = (struct checkpoint){(uint32_t)(f->p - f->begin), (uint32_t)(f->out - f->letters)};
        const uint8_t *before_ = f->p;
        PREFETCH(f->p + AHEAD);
        if (*f->p < 0x80) fold_ascii(f);
        else fold_threes(f);
        if (f->p == before_) fold_one(f);
    }
}

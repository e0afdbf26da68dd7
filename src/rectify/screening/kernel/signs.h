/* What patterns are sought in: the signs of a text as bytes, and what is needed of a text for that. */
#ifndef RECTIFY_SIGNS_H
#define RECTIFY_SIGNS_H

#include "kernel.h"

/* needs.c: what a text that is as a reader sees it must hold for signs of it to be put down: one of some pairs of bytes
   (0 for any second one), or so many digits in a row (none are asked for, or six and more), or a sign below 0x10000 that
   `hides` one, or any beyond. No sign of three bytes does of which the first is one from `first` to `last`. */
struct pair { uint8_t first, second; };
enum { MOST_PAIRS = 16, BITS = 8, HALVES = 4, LOOKED_AT = 1 << MOST_PAIRS };
struct needs {
    const struct pair *pairs;
    const uint8_t *hides;
    uint32_t count, digits;
    uint8_t first, last;
    uint32_t begins[256], goes_on[256]; /* by the first and by the second byte, the pairs that have it: a bit each; LOOKED_AT */
    uint8_t halves[MOST_PAIRS / BITS][HALVES][16]; /* the same by halves of both bytes, low and high */
};
void needs_open(struct needs *needs); /* what follows from the others */
bool may_hold(const struct needs *needs, const uint8_t *begin, const uint8_t *end, bool vector);
bool may_hold_avx512(const struct needs *needs, const uint8_t *begin, const uint8_t *end);
bool hides_need(const struct needs *needs, const uint8_t *p, const uint8_t *end);

/* signs.c: the signs of a text behind those of others, as bytes of a table by code point: 0 for those that fold to nothing
   or spell out, and for surrogates. `small`: signs of ASCII are their small letters; `digits`: so many in a row are told,
   0 for none. */
struct alphabet { const uint8_t *table; const struct needs *needs; uint32_t digits; bool small; };
struct alphabet alphabet_of(const uint8_t *table, uint32_t digits, const struct needs *needs);
bool holds_digits(const uint8_t *signs, size_t count, size_t least);
/* Signs as far as each is a byte, with AVX-512; up to 64 bytes more are written. */
const uint8_t *add_signs_avx512(const uint8_t *table, const uint8_t *p, const uint8_t *end, uint8_t **signs);
void add_signs(struct scratch *scratch, const struct alphabet *alphabet, uint32_t number, const uint8_t *begin, const uint8_t *end);
void add_signs_seen(struct scratch *scratch, const struct alphabet *alphabet, uint32_t number, const uint8_t *begin, const uint8_t *end,
                    unsigned how);

#endif

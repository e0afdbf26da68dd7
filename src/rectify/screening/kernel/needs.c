/* Whether a text may hold what is needed for a pattern without a literal (needed.py), by its bytes as they are. */
#include "signs.h"

enum { BLOCK = 16 };

bool hides_need(const struct needs *needs, const uint8_t *p, const uint8_t *end) {
    unsigned size;
    uint32_t code = decode(p, end, &size);
    return code >= 0x10000 || needs->hides[code];
}

static uint8_t small(uint8_t byte) { return (uint8_t)(byte + ((uint8_t)(byte - 'A') < 26 ? 32 : 0)); }

/* Whether a sign that begins so is looked at: all but those of ASCII that are seen, and letters of most texts. */
static bool is_looked_at(const struct needs *needs, uint8_t byte) {
    uint8_t span = (uint8_t)(needs->last - needs->first);
    return byte < ' ' || byte == 0x7F || (byte >= 0xC0 && (uint8_t)(byte - needs->first) > span);
}

void needs_open(struct needs *needs) {
    memset(needs->halves, 0, sizeof needs->halves);
    for (unsigned byte = 0; byte < 256; byte++)
        needs->begins[byte] = is_looked_at(needs, (uint8_t)byte) ? LOOKED_AT : 0, needs->goes_on[byte] = LOOKED_AT;
    for (uint32_t k = 0; k < needs->count; k++) {
        struct pair pair = needs->pairs[k];
        uint8_t (*halves)[16] = needs->halves[k / BITS], bit = (uint8_t)(1u << k % BITS);
        halves[0][pair.first & 15] |= bit, halves[1][pair.first >> 4] |= bit;
        for (unsigned half = 0; half < 16; half++) {
            halves[2][half] |= !pair.second || half == (pair.second & 15u) ? bit : 0;
            halves[3][half] |= !pair.second || half == pair.second >> 4 ? bit : 0;
        }
        for (unsigned byte = 0; byte < 256; byte++) {
            needs->begins[byte] |= small((uint8_t)byte) == pair.first ? 1u << k : 0;
            needs->goes_on[byte] |= !pair.second || small((uint8_t)byte) == pair.second ? 1u << k : 0;
        }
    }
}

/* What some bytes hold, by the one behind each: pairs, a bit each, and signs that are looked at. */
static uint32_t held_by(const struct needs *needs, const uint8_t *p, size_t count) {
    uint32_t held = 0;
    for (size_t i = 0; i < count; i++) held |= needs->begins[p[i]] & needs->goes_on[p[i + 1]];
    return held;
}

static bool may_hold_portable(const struct needs *needs, const uint8_t *begin, const uint8_t *end) {
    for (const uint8_t *p = begin; p < end; p += BLOCK) {
        size_t left = (size_t)(end - p), count = left < BLOCK ? left : BLOCK;
        /* behind the last byte stands none */
        uint32_t held = left > BLOCK ? held_by(needs, p, BLOCK)
                                     : held_by(needs, p, count - 1) | (needs->begins[end[-1]] & needs->goes_on[0]);
        if (held & ~(uint32_t)LOOKED_AT) return true;
        for (size_t i = 0; held && i < count; i++)
            if (needs->begins[p[i]] & LOOKED_AT && hides_need(needs, p + i, end)) return true;
    }
    return false;
}

bool may_hold(const struct needs *needs, const uint8_t *begin, const uint8_t *end, bool vector) {
    if (vector) return may_hold_avx512(needs, begin, end);
    return (needs->digits && holds_digits(begin, (size_t)(end - begin), needs->digits)) || may_hold_portable(needs, begin, end);
}

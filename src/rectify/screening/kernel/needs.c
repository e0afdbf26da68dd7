/* Whether a text may hold what is needed for a pattern without a literal (needed.py), by its bytes as they are. */
#include "signs.h"

enum { BLOCK = 16 };

bool hides_need(const struct needs *needs, const uint8_t *p, const uint8_t *end) {
    unsigned size;
    uint32_t code = decode(p, end, &size);
    return code >= 0x10000 || needs->hides[code];
}

void needs_open(struct needs *needs) {
    memset(needs->halves, 0, sizeof needs->halves);
    for (uint32_t k = 0; k < needs->count; k++) {
        struct pair pair = needs->pairs[k];
        uint8_t (*halves)[16] = needs->halves[k / BITS], bit = (uint8_t)(1u << k % BITS);
        halves[0][pair.first & 15] |= bit, halves[1][pair.first >> 4] |= bit;
        for (unsigned half = 0; half < 16; half++) {
            halves[2][half] |= !pair.second || half == (pair.second & 15u) ? bit : 0;
            halves[3][half] |= !pair.second || half == pair.second >> 4 ? bit : 0;
        }
    }
}

static uint8_t small(uint8_t byte) { return (uint8_t)(byte + ((uint8_t)(byte - 'A') < 26 ? 32 : 0)); }

static bool any_of(const uint8_t *flags) {
    uint64_t low, high;
    memcpy(&low, flags, 8);
    memcpy(&high, flags + 8, 8);
    return low | high;
}

/* Some bytes, of which one more than a block can be read. A sign is looked at that is no letter of most texts. */
static bool block_may_hold(const struct needs *needs, const uint8_t *bytes, uint8_t *looked_at) {
    uint8_t first[BLOCK], second[BLOCK], found[BLOCK] = {0}, span = (uint8_t)(needs->last - needs->first);
    for (int i = 0; i < BLOCK; i++) first[i] = small(bytes[i]), second[i] = small(bytes[i + 1]);
    for (uint32_t k = 0; k < needs->count; k++) {
        struct pair pair = needs->pairs[k];
        uint8_t mask = pair.second ? 0xFF : 0;
        for (int i = 0; i < BLOCK; i++) found[i] |= (first[i] == pair.first) & ((second[i] & mask) == pair.second);
    }
    for (int i = 0; i < BLOCK; i++)
        looked_at[i] = (bytes[i] < ' ') | (bytes[i] == 0x7F) | ((bytes[i] >= 0xC0) & ((uint8_t)(bytes[i] - needs->first) > span));
    return any_of(found);
}

static bool may_hold_portable(const struct needs *needs, const uint8_t *begin, const uint8_t *end) {
    for (const uint8_t *p = begin; p < end; p += BLOCK) {
        uint8_t rest[BLOCK + 1] = {0}, looked_at[BLOCK];
        size_t left = (size_t)(end - p), count = left < BLOCK ? left : BLOCK;
        bool whole = left > BLOCK;
        if (!whole) memcpy(rest, p, left);
        if (block_may_hold(needs, whole ? p : rest, looked_at)) return true;
        if (!any_of(looked_at)) continue;
        for (size_t i = 0; i < count; i++)
            if (looked_at[i] && hides_need(needs, p + i, end)) return true;
    }
    return false;
}

bool may_hold(const struct needs *needs, const uint8_t *begin, const uint8_t *end, bool vector) {
    if (vector) return may_hold_avx512(needs, begin, end);
    return (needs->digits && holds_digits(begin, (size_t)(end - begin), needs->digits)) || may_hold_portable(needs, begin, end);
}

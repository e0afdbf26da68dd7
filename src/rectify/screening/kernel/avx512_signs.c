/* Signs for patterns with AVX-512, and what is needed of a text for them: what comes out is what signs.c and needs.c
   give. */
#include "avx512.h"
#include "signs.h"

#ifdef HAS_VECTORS
INLINE __m512i small_letters(__m512i x) {
    uint64_t capitals = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(x, _mm512_set1_epi8('A')), _mm512_set1_epi8(26));
    return _mm512_mask_add_epi8(x, capitals, x, _mm512_set1_epi8('a' - 'A'));
}

struct halves { __m512i first_low, first_high, second_low, second_high; };

INLINE struct halves halves_of(const uint8_t (*table)[16]) {
    __m512i all[4];
    for (int i = 0; i < 4; i++) all[i] = _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)table[i]));
    return (struct halves){all[0], all[1], all[2], all[3]};
}

INLINE uint64_t pairs_in(const struct halves *halves, __m512i x, __m512i y) {
    const __m512i half = _mm512_set1_epi8(15);
    __m512i first = _mm512_and_si512(_mm512_shuffle_epi8(halves->first_low, _mm512_and_si512(x, half)),
                                     _mm512_shuffle_epi8(halves->first_high, _mm512_and_si512(_mm512_srli_epi16(x, 4), half)));
    __m512i second = _mm512_and_si512(_mm512_shuffle_epi8(halves->second_low, _mm512_and_si512(y, half)),
                                      _mm512_shuffle_epi8(halves->second_high, _mm512_and_si512(_mm512_srli_epi16(y, 4), half)));
    return _mm512_test_epi8_mask(first, second);
}

VECTOR bool may_hold_avx512(const struct needs *needs, const uint8_t *begin, const uint8_t *end) {
    const __m512i lead = _mm512_set1_epi8((char)needs->first), span = _mm512_set1_epi8((char)(needs->last - needs->first));
    const struct halves halves = halves_of(needs->halves[0]), others = halves_of(needs->halves[1]);
    uint32_t row = (needs->digits + 1) / 2; /* of so many digits as are needed, at least so many stand in one block */
    for (const uint8_t *p = begin; p < end; p += 64) {
        PREFETCH(p + AHEAD);
        struct bytes bytes = bytes_at(p, end);
        __m512i x = small_letters(bytes.x), y = small_letters(_mm512_maskz_loadu_epi8(bytes_at(p + 1, end).there, p + 1));
        uint64_t leads = _mm512_cmpge_epu8_mask(x, _mm512_set1_epi8((char)0xC0));
        uint64_t digits = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(x, _mm512_set1_epi8('0')), _mm512_set1_epi8(10)), rows = digits;
        if (pairs_in(&halves, x, y) || (needs->count > BITS && pairs_in(&others, x, y))) return true;
        rows &= digits >> 1 & digits >> 2; /* few are longer; needed are six or more, if any */
        for (uint32_t k = 3; rows && k < row; k++) rows &= digits >> k;
        if (rows && needs->digits && holds_digits(begin, (size_t)(end - begin), needs->digits)) return true;
        uint64_t looked_at = _mm512_mask_cmpgt_epu8_mask(leads, _mm512_sub_epi8(x, lead), span);
        looked_at |= _mm512_cmplt_epu8_mask(x, _mm512_set1_epi8(' ')) | _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8(0x7F));
        for (looked_at &= bytes.there; looked_at; looked_at &= looked_at - 1)
            if (hides_need(needs, p + _tzcnt_u64(looked_at), end)) return true;
    }
    return false;
}

/* The signs of 64 bytes, as far as they are of ASCII and seen; how many. */
INLINE unsigned put_ascii(struct bytes bytes, uint8_t *sign) {
    __m512i seen = _mm512_sub_epi8(bytes.x, _mm512_set1_epi8(' '));
    uint64_t others = ~bytes.there | _mm512_cmpge_epu8_mask(seen, _mm512_set1_epi8(0x7F - ' '));
    _mm512_storeu_si512(sign, small_letters(bytes.x));
    return (unsigned)_tzcnt_u64(others);
}

/* Whether behind each character stand as many bytes as belong to it. */
INLINE bool are_whole(struct bytes bytes) {
    uint64_t two = _mm512_cmpge_epu8_mask(bytes.x, _mm512_set1_epi8((char)0xC0));
    uint64_t three = _mm512_cmpge_epu8_mask(bytes.x, _mm512_set1_epi8((char)0xE0));
    uint64_t four = _mm512_cmpge_epu8_mask(bytes.x, _mm512_set1_epi8((char)0xF0));
    uint64_t rest = _mm512_movepi8_mask(bytes.x) & ~two;
    return !(((two << 1 | three << 2 | four << 3) ^ rest) & bytes.there);
}

VECTOR const uint8_t *add_signs_avx512(const uint8_t *table, const uint8_t *p, const uint8_t *end, uint8_t **signs) {
    uint8_t *sign = *signs;
    for (bool on = true; on && p < end;) {
        struct bytes bytes = bytes_at(p, end);
        unsigned count;
        if (_tzcnt_u64(bytes.beyond) >= LONG_RUN || !(bytes.there & bytes.beyond)) {
            count = put_ascii(bytes, sign);
            p += count, on = count > 0;
        } else if (are_whole(bytes)) {
            struct begun begun = begun_in(bytes);
            struct sixteen sixteen = characters(bytes.x, begun.places, begun.these);
            __mmask16 seen = _mm512_mask_test_epi32_mask(sixteen.valid, sixteen.points, sixteen.points); /* not NUL */
            __m512i found = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), seen, sixteen.points, table, 1);
            seen = _mm512_test_epi32_mask(found, _mm512_set1_epi32(0xFF));
            _mm_storeu_si128((void *)sign, _mm512_cvtepi32_epi8(found));
            if (seen == 0xFFFF && begun.behind_) {
                p += begun.behind_, sign += 16;
                continue;
            }
            count = (unsigned)_tzcnt_u32(~(uint32_t)seen);
            p += bytes_of(begun, bytes, count), on = count == (unsigned)_mm_popcnt_u32(begun.these);
        } else {
            break;
        }
        sign += count;
    }
    *signs = sign;
    return p;
}
#else
bool may_hold_avx512(const struct needs *needs, const uint8_t *begin, const uint8_t *end) {
    (void)needs, (void)begin, (void)end;
    return true;
}
const uint8_t *add_signs_avx512(const uint8_t *table, const uint8_t *p, const uint8_t *end, uint8_t **signs) {
    (void)table, (void)end, (void)signs;
    return p;
}
#endif

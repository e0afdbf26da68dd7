/* What the files for AVX-512 share: bytes by sixty-fours, and characters by sixteens. */
#ifndef RECTIFY_AVX512_H
#define RECTIFY_AVX512_H

#include "kernel.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define HAS_VECTORS 1
#include <immintrin.h>

#define VECTOR __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt")))
#define INLINE VECTOR __attribute__((always_inline)) static inline /* what two loops do: else it goes through memory */
enum { LONG_RUN = 24 }; /* bytes of ASCII from which on they are read by sixty-fours */

/* What is known of the bytes at hand. */
struct bytes { __m512i x; uint64_t there, beyond; }; /* there: not behind the end; beyond: not of ASCII */

INLINE struct bytes bytes_at(const uint8_t *p, const uint8_t *end) {
    size_t left = (size_t)(end - p);
    uint64_t there = left >= 64 ? ~0ull : _bzhi_u64(~0ull, (unsigned)left);
    __m512i x = _mm512_maskz_loadu_epi8(there, p);
    return (struct bytes){x, there, _mm512_movepi8_mask(x) | ~there};
}

/* The lowest byte of each of sixteen, thrice; by quarters, for so bytes are moved. */
#define THRICE _mm512_set4_epi32(0x800C0C0C, 0x80080808, 0x80040404, 0x80000000)

/* Sixteen characters of one to three bytes, by the places where they begin: code points, and which are such. */
struct sixteen { __m512i points; __mmask16 valid; };

INLINE struct sixteen characters(__m512i x, __m512i begins, __mmask16 these) {
    __m512i at = _mm512_shuffle_epi8(_mm512_cvtepu8_epi32(_mm512_castsi512_si128(begins)), THRICE);
    __m512i word = _mm512_permutexvar_epi8(_mm512_add_epi32(at, _mm512_set1_epi32(0x00020100)), x);
    /* four, six and six bits: one sum of products of bytes, then one of words */
    __m512i parts = _mm512_and_si512(word, _mm512_set1_epi32(0x003F3F0F));
    __m512i point = _mm512_madd_epi16(_mm512_maddubs_epi16(parts, _mm512_set1_epi32(0x00010140)), _mm512_set1_epi32(0x00010040));
    __mmask16 one = _mm512_testn_epi32_mask(word, _mm512_set1_epi32(0x80));
    __mmask16 three = _mm512_cmpeq_epi32_mask(_mm512_and_si512(word, _mm512_set1_epi32(0xC0C0F0)), _mm512_set1_epi32(0x8080E0));
    __mmask16 valid = one | (three & _mm512_cmpge_epu32_mask(point, _mm512_set1_epi32(0x800)));
    point = _mm512_mask_and_epi32(point, one, word, _mm512_set1_epi32(0x7F));
    if (these & (__mmask16)~(one | three)) {
        __mmask16 two = _mm512_cmpeq_epi32_mask(_mm512_and_si512(word, _mm512_set1_epi32(0xC0E0)), _mm512_set1_epi32(0x80C0));
        __m512i high = _mm512_and_si512(_mm512_slli_epi32(word, 6), _mm512_set1_epi32(0x7C0));
        __m512i low = _mm512_and_si512(_mm512_srli_epi32(word, 8), _mm512_set1_epi32(0x3F));
        point = _mm512_mask_or_epi32(point, two, high, low);
        valid |= two & _mm512_cmpge_epu32_mask(point, _mm512_set1_epi32(0x80));
    }
    return (struct sixteen){point, valid & these};
}

/* Where characters begin in 64 bytes, and the first sixteen that are whole here. `behind_`: the bytes before the next
   one, which are known before it is known what these are; 0 where there are fewer. */
struct begun { uint64_t all; __m512i places; __mmask16 these; unsigned behind_; };

INLINE struct begun begun_in(struct bytes bytes) {
    const __m512i numbers = _mm512_set_epi8(
        63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35,
        34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5,
        4, 3, 2, 1, 0);
    uint64_t all = _mm512_cmpge_epi8_mask(bytes.x, _mm512_set1_epi8((char)0xC0)) & bytes.there; /* as signed */
    unsigned whole = (unsigned)_mm_popcnt_u64(all & ((1ull << 62) - 1));
    uint64_t next = whole < 16 ? 0 : _pdep_u64(1ull << 16, all);
    __mmask16 these = (__mmask16)_bzhi_u32(0xFFFF, whole < 16 ? whole : 16);
    return (struct begun){all, _mm512_maskz_compress_epi8(all, numbers), these, next ? (unsigned)_tzcnt_u64(next) : 0};
}

/* How many bytes stand before the character behind so many; all that are there, where none begins. */
INLINE unsigned bytes_of(struct begun begun, struct bytes bytes, unsigned characters) {
    uint64_t next = _pdep_u64(1ull << characters, begun.all);
    return (unsigned)(next ? _tzcnt_u64(next) : (uint64_t)_mm_popcnt_u64(bytes.there));
}
#endif

#endif

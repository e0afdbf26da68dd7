/* Folding and filtering with AVX-512: long runs of ASCII by sixty-fours, any other mixture by sixteens, and signs that
   are never folded with others one by one as in fold.c, so that a text of them is no slower here than there. What comes
   out is what fold.c and filter.c give. */
#include "avx512.h"
#include "windows.h"

#include <string.h>

#ifdef HAS_VECTORS
enum { LETTER_BITS = 31, A_DIGIT = 32, A_STAR = 64, A_SPECIAL = 128 };

bool cpu_has_avx512(void) {
    return __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512vbmi") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi2");
}

struct classes { __m512i low, high; }; /* of the 128 signs of ASCII: the letter, and what else there is to know */

VECTOR static struct classes classes_of(const struct plan *plan) {
    return (struct classes){_mm512_loadu_si512(plan->classes), _mm512_loadu_si512(plan->classes + 64)};
}

/* Tells the signs that may stand for a letter behind a letter of ASCII and before one. Those of which a neighbour is not
   seen here are asked one by one. */
VECTOR static void tell_stars(struct folding *f, const uint8_t *p, __m512i x, __m512i found, uint64_t run, uint64_t letters,
                              const uint16_t *out) {
    uint64_t stars = _mm512_test_epi8_mask(found, _mm512_set1_epi8(A_STAR)) & run;
    if (!stars) return;
    uint64_t words = letters & ~_mm512_test_epi8_mask(found, _mm512_set1_epi8(A_DIGIT));
    uint64_t any = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('*')) | _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('_')) |
                   _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('#'));
    stars &= (words << 1 | 1) & (words >> 1 | any | (run ^ run >> 1));
    for (; stars; stars &= stars - 1) {
        const uint8_t *star = p + _tzcnt_u64(stars);
        if (star_fits(f->plan, f->begin, star, f->end))
            tell_sign(f, SEEN_STAR, star, out + _mm_popcnt_u64(letters & (_blsmsk_u64(stars) >> 1)));
    }
}

/* Tells the stars among characters that may stand for a letter. */
VECTOR static void tell_stars_among(struct folding *f, const uint8_t *p, __m512i places, __m512i codes, __mmask16 these,
                                    __mmask16 stars, const uint16_t *out) {
    unsigned letters = _mm512_mask_test_epi32_mask(these & (__mmask16)~stars, codes, _mm512_set1_epi32(0xFFFF));
    uint8_t place[16];
    _mm_storeu_si128((void *)place, _mm512_castsi512_si128(places));
    for (unsigned left = stars; left; left &= left - 1) {
        const uint8_t *star = p + place[_tzcnt_u32(left)];
        if (star_fits(f->plan, f->begin, star, f->end))
            tell_sign(f, SEEN_STAR, star, out + _mm_popcnt_u32(letters & (_blsmsk_u32(left) >> 1)));
    }
}

/* The letters among codes, one after another from `out` on; where the next one comes. */
VECTOR static uint16_t *put_sixteen(uint16_t *out, __m512i found, __mmask16 these) {
    __m256i codes = _mm512_cvtepi32_epi16(found);
    __mmask16 letters = _mm256_test_epi16_mask(codes, codes) & these;
    _mm256_storeu_si256((void *)out, _mm256_maskz_compress_epi16(letters, codes));
    return out + _mm_popcnt_u32(letters);
}

VECTOR static uint16_t *put_bytes(uint16_t *out, __m512i found, uint64_t letters) {
    __m512i codes = _mm512_maskz_compress_epi8(letters, _mm512_and_si512(found, _mm512_set1_epi8(LETTER_BITS)));
    _mm512_storeu_si512(out, _mm512_cvtepu8_epi16(_mm512_castsi512_si256(codes)));
    _mm512_storeu_si512(out + 32, _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(codes, 1)));
    return out + _mm_popcnt_u64(letters);
}

/* Whether a sign that begins so is never folded with others. */
static bool is_looked_at(const struct plan *plan, uint8_t byte) {
    return byte >= 0xF0 || (byte < 0x80 && plan->classes[byte] & A_SPECIAL);
}

/* Whether the next sign is such a one, or stands before one of four bytes. */
static bool is_among_such(const struct folding *f) {
    if (f->end - f->p < 2) return false;
    return is_looked_at(f->plan, *f->p) || f->p[1] >= 0xF0;
}

VECTOR void fold_avx512(struct folding *f) {
    const struct classes classes = classes_of(f->plan);
    const uint8_t *p = f->p;
    uint16_t *out = f->out;
    while (p < f->end && !(f->seen & f->stop)) {
        struct bytes bytes = bytes_at(p, f->end);
        uint64_t check = (uint64_t)(p - f->begin) | (uint64_t)(out - f->letters) << 32; /* both halves at once */
        memcpy(f->checkpoint++, &check, sizeof check);
        PREFETCH(p + AHEAD);
        bool one; /* the next sign is looked at by itself */
        if (_tzcnt_u64(bytes.beyond) >= LONG_RUN || !(bytes.there & bytes.beyond)) {
            __m512i found = _mm512_permutex2var_epi8(classes.low, bytes.x, classes.high);
            uint64_t stop = _mm512_movepi8_mask(found) | bytes.beyond, run = _blsmsk_u64(stop) & ~stop;
            uint64_t letters = _mm512_test_epi8_mask(found, _mm512_set1_epi8(LETTER_BITS)) & run;
            tell_stars(f, p, bytes.x, found, run, letters, out);
            out = put_bytes(out, found, letters);
            if (!stop) { /* the next load does not wait for how long the run is */
                p += 64;
                continue;
            }
            p += _tzcnt_u64(stop);
            one = !(bytes.beyond & _blsi_u64(stop));
        } else {
            struct begun begun = begun_in(bytes);
            struct sixteen sixteen = characters(bytes.x, begun.places, begun.these);
            __m512i codes = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), sixteen.valid, sixteen.points, f->plan->any, 2);
            /* no such character, or one that may be a letter */
            __mmask16 special = (_mm512_test_epi32_mask(codes, _mm512_set1_epi32(NOT_AT_ONCE)) | (__mmask16)~sixteen.valid) & begun.these;
            unsigned first = _tzcnt_u32(special | 0x10000);
            __mmask16 these = (__mmask16)_bzhi_u32(begun.these, first);
            __mmask16 stars = _mm512_mask_cmpeq_epi32_mask(
                these, _mm512_and_si512(codes, _mm512_set1_epi32(0xFFFF)), _mm512_set1_epi32(A_STAR_CODE));
            if (stars) tell_stars_among(f, p, begun.places, codes, these, stars, out);
            out = put_sixteen(out, codes, these & (__mmask16)~stars);
            one = special != 0;
            if (!one && begun.behind_) {
                p += begun.behind_;
                continue;
            }
            p += bytes_of(begun, bytes, (unsigned)_mm_popcnt_u32(these)); /* to one that is special, or not whole here */
        }
        if (one) {
            f->p = p, f->out = out;
            fold_one(f);
            while (f->p - p < 64 && is_among_such(f)) { /* they stand in rows */
                const uint8_t *before_ = f->p;
                if (*f->p >= 0xF0) fold_fours(f);
                if (f->p == before_) fold_one(f);
            }
            p = f->p, out = f->out;
        }
    }
    f->p = p, f->out = out;
}

/* Which of sixteen letters may end a window. */
VECTOR static __mmask16 ask(const struct plan *plan, const struct looks *looks, size_t from) {
    __m512i asked = _mm512_loadu_si512(looks->bits + from), more = _mm512_set1_epi32((int)plan->more); /* place_of */
    __m512i high = _mm512_and_si512(_mm512_or_si512(_mm512_srli_epi32(asked, 11), _mm512_srli_epi32(asked, 27)), more);
    __m512i place = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const void *)(looks->word + from)));
    place = _mm512_or_si512(place, _mm512_slli_epi32(high, 15));
    return _mm512_testn_epi32_mask(_mm512_i32gather_epi32(place, plan->ends, 4), asked);
}

/* The same for windows of three letters and fewer. */
VECTOR static __mmask16 ask_few(const uint32_t *table, const uint16_t *few) {
    __m512i place = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const void *)few));
    __m512i words = _mm512_i32gather_epi32(_mm512_srli_epi32(place, 5), table, 4);
    return _mm512_test_epi32_mask(words, _mm512_rolv_epi32(_mm512_set1_epi32(1), place));
}

VECTOR size_t filter_avx512(const struct plan *plan, const uint16_t *letters, size_t n, uint32_t *found) {
    bool few = plan->few, singles = has_singles(plan);
    size_t told = 0;
    for (size_t i = 0; i < n; i += AT_ONCE) {
        struct looks looks;
        size_t count = n - i < AT_ONCE ? n - i : AT_ONCE;
        if (singles) hash_letters(plan, letters + i, &looks, count, true);
        else hash_letters(plan, letters + i, &looks, count, false);
        if (few) number_letters(letters + i, &looks, count);
        for (size_t k = 0; k < count; k += 32) {
            uint32_t windows = ask(plan, &looks, k) | (uint32_t)ask(plan, &looks, k + 16) << 16;
            if (few) windows |= ask_few(plan->short_, looks.few + k) | (uint32_t)ask_few(plan->short_, looks.few + k + 16) << 16;
            if (count - k < 32) windows = _bzhi_u32(windows, (unsigned)(count - k));
            for (; windows; windows &= windows - 1) found[told++] = (uint32_t)(i + k) + _tzcnt_u32(windows);
        }
    }
    return told;
}
#else
bool cpu_has_avx512(void) { return false; }
void fold_avx512(struct folding *f) { fold_portable(f); }
size_t filter_avx512(const struct plan *plan, const uint16_t *letters, size_t n, uint32_t *found) {
    (void)plan, (void)letters, (void)n, (void)found;
    return 0;
}
#endif

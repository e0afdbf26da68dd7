/* Folding and filtering with AVX-512: long runs of ASCII by sixty-fours, any other mixture by sixteens, and signs that
   are never folded with others one by one as in fold.c, so that a text of them is no slower here than there. What comes
   out is what fold.c and filter.c give. */
#include "windows.h"

#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#define VECTOR __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt")))
#define INLINE VECTOR __attribute__((always_inline)) static inline /* what two loops do: else it goes through memory */
enum { LETTER_BITS = 31, A_DIGIT = 32, A_STAR = 64, A_SPECIAL = 128, LONG_RUN = 24 };

bool cpu_has_avx512(void) {
    return __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512vbmi") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi2");
}

struct classes { __m512i low, high; }; /* of the 128 signs of ASCII: the letter, and what else there is to know */

VECTOR static struct classes classes_of(const struct plan *plan) {
    return (struct classes){_mm512_loadu_si512(plan->classes), _mm512_loadu_si512(plan->classes + 64)};
}

/* Whether a sign that may stand for a letter stands behind a letter of ASCII and before one. Those of which a neighbour
   is not seen here are told one by one. */
VECTOR static bool holds_star(const struct folding *f, const uint8_t *p, __m512i x, __m512i found, uint64_t run,
                              uint64_t letters) {
    uint64_t stars = _mm512_test_epi8_mask(found, _mm512_set1_epi8(A_STAR)) & run;
    if (!stars) return false;
    uint64_t words = letters & ~_mm512_test_epi8_mask(found, _mm512_set1_epi8(A_DIGIT));
    uint64_t any = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('*')) | _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('_')) |
                   _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('#'));
    stars &= (words << 1 | 1) & (words >> 1 | any | (run ^ run >> 1));
    for (; stars; stars &= stars - 1)
        if (star_fits(f->plan, f->begin, p + _tzcnt_u64(stars), f->end)) return true;
    return false;
}

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

/* Whether one of the stars among characters may stand for a letter. */
VECTOR static bool star_among(const struct folding *f, const uint8_t *p, __m512i places, __mmask16 stars) {
    uint8_t place[16];
    _mm_storeu_si128((void *)place, _mm512_castsi512_si128(places));
    for (unsigned left = stars; left; left &= left - 1)
        if (star_fits(f->plan, f->begin, p + place[_tzcnt_u32(left)], f->end)) return true;
    return false;
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

VECTOR void fold_avx512(struct folding *f) {
    const struct classes classes = classes_of(f->plan);
    const uint8_t *p = f->p;
    uint16_t *out = f->out;
    while (p < f->end) {
        struct bytes bytes = bytes_at(p, f->end);
        uint64_t check = (uint64_t)(p - f->begin) | (uint64_t)(out - f->letters) << 32; /* both halves at once */
        memcpy(f->checkpoint++, &check, sizeof check);
        PREFETCH(p + AHEAD);
        bool one; /* the next sign is looked at by itself */
        if (_tzcnt_u64(bytes.beyond) >= LONG_RUN || !(bytes.there & bytes.beyond)) {
            __m512i found = _mm512_permutex2var_epi8(classes.low, bytes.x, classes.high);
            uint64_t stop = _mm512_movepi8_mask(found) | bytes.beyond, run = _blsmsk_u64(stop) & ~stop;
            uint64_t letters = _mm512_test_epi8_mask(found, _mm512_set1_epi8(LETTER_BITS)) & run;
            if (!(f->seen & SEEN_STAR) && holds_star(f, p, bytes.x, found, run, letters)) tell_sign(f, SEEN_STAR, p);
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
            if (stars && !(f->seen & SEEN_STAR) && star_among(f, p, begun.places, stars)) tell_sign(f, SEEN_STAR, p);
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
            while (f->p < f->end && f->p - p < 64 && is_looked_at(f->plan, *f->p)) fold_one(f); /* they stand in rows */
            p = f->p, out = f->out;
        }
    }
    f->p = p, f->out = out;
}

/* The signs of 64 bytes, as far as they are of ASCII and seen; how many. */
INLINE unsigned put_ascii(struct bytes bytes, uint8_t *sign) {
    __m512i x = bytes.x, above = _mm512_sub_epi8(x, _mm512_set1_epi8('A')), seen = _mm512_sub_epi8(x, _mm512_set1_epi8(' '));
    uint64_t capitals = _mm512_cmplt_epu8_mask(above, _mm512_set1_epi8(26));
    uint64_t others = ~bytes.there | _mm512_cmpge_epu8_mask(seen, _mm512_set1_epi8(0x7F - ' '));
    _mm512_storeu_si512(sign, _mm512_mask_add_epi8(x, capitals, x, _mm512_set1_epi8('a' - 'A')));
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

/* Which of sixteen letters may end a window, by the words and bits of a table. */
VECTOR static __mmask16 ask(const struct plan *plan, const uint16_t *word, const uint32_t *bits) {
    __m512i asked = _mm512_loadu_si512(bits), more = _mm512_set1_epi32((int)plan->more); /* place_of */
    __m512i high = _mm512_and_si512(_mm512_or_si512(_mm512_srli_epi32(asked, 11), _mm512_srli_epi32(asked, 27)), more);
    __m512i place = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const void *)word));
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
    bool few = plan->latin_sizes & SHORT_SIZES;
    size_t count = 0;
    for (size_t i = 0; i < n; i += AT_ONCE) {
        struct looks looks;
        hash_letters(plan, letters + i, &looks);
        uint32_t windows = ask(plan, looks.word, looks.bits) | (uint32_t)ask(plan, looks.word + 16, looks.bits + 16) << 16;
        if (few) {
            number_letters(letters + i, &looks);
            windows |= ask_few(plan->short_, looks.few) | (uint32_t)ask_few(plan->short_, looks.few + 16) << 16;
        }
        if (n - i < AT_ONCE) windows = _bzhi_u32(windows, (unsigned)(n - i));
        for (; windows; windows &= windows - 1) found[count++] = (uint32_t)i + _tzcnt_u32(windows);
    }
    return count;
}
#else
bool cpu_has_avx512(void) { return false; }
void fold_avx512(struct folding *f) { fold_portable(f); }
const uint8_t *add_signs_avx512(const uint8_t *table, const uint8_t *p, const uint8_t *end, uint8_t **signs) {
    (void)table, (void)end, (void)signs;
    return p;
}
size_t filter_avx512(const struct plan *plan, const uint16_t *letters, size_t n, uint32_t *found) {
    (void)plan, (void)letters, (void)n, (void)found;
    return 0;
}
#endif

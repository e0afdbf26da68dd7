/* Whether letters stand twice and more in a text, which the stream of letters does not tell for sure: I and l are one
   in it, and signs between them are not there. */
#include "kernel.h"

enum { FEW = 4, LAST = 4 };
#define NO_FOLD UINT32_MAX

/* The last signs, which stand side by side, the last one first; which of them is the one before it, a bit each, and what
   the last one folds to. */
struct last { uint32_t codes[LAST], same, fold; };
typedef bool (*tells)(const struct plan *plan, const struct last *last);
struct kind { tells told; uint32_t most; }; /* most: the letters that it looks at */
enum { RUN_BITS = 1 << 0 | 1 << 1, PAIR_BITS = 1 << 0 | 1 << 2, THIRD_PAIR = 1 << 4 };

/* A letter of a script with blanks between words, three times in a row. */
static inline bool is_run(const struct plan *plan, const struct last *last) {
    return (last->same & RUN_BITS) == RUN_BITS && (plan->sort[last->codes[2]] & (IS_WORD | IS_DIGIT)) == IS_WORD;
}

/* Two letters twice each, three of a script with blanks between words. */
static inline bool is_pairs(const struct plan *plan, const struct last *last) {
    return (last->same & PAIR_BITS) == PAIR_BITS &&
           (last->same & THIRD_PAIR || !(plan->sort[last->codes[1]] & plan->sort[last->codes[3]] & IS_WORD));
}

static const struct kind RUN = {is_run, 3}, PAIRS = {is_pairs, 6};

static inline void push(const struct plan *plan, struct last *last, uint32_t code) {
    uint32_t fold = plan->fold[code];
    for (int i = LAST - 1; i; i--) last->codes[i] = last->codes[i - 1];
    last->same = last->same << 1 | (fold == last->fold);
    last->codes[0] = code, last->fold = fold;
}

/* Whether the letters up to one are so; where the last one ends. */
static bool told_at(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, uint32_t at, struct kind kind,
                    const uint8_t **last_end) {
    uint32_t first = at + 1 > kind.most ? at + 1 - kind.most : 0;
    struct last last = {.fold = NO_FOLD};
    struct walk walk = walk_to(scratch, begin, end, first);
    const uint8_t *behind_ = NULL;
    for (uint32_t i = first; i <= at && next_letter(&walk); i++) {
        if (walk.at != behind_) last.same = 0, last.fold = NO_FOLD; /* a sign stands between */
        push(scratch->plan, &last, walk.code), behind_ = walk.folding.p;
    }
    *last_end = behind_;
    return kind.told(scratch->plan, &last);
}

/* Whether signs anywhere are so. */
static inline bool told_anywhere(const struct plan *plan, const uint8_t *begin, const uint8_t *end, tells told) {
    struct last last = {.fold = NO_FOLD};
    unsigned size;
    for (const uint8_t *p = begin; p < end; p += size) {
        push(plan, &last, decode(p, end, &size));
        if (told(plan, &last)) return true;
    }
    return false;
}

unsigned stand_twice(const struct cell *cell) {
    struct last last = {.fold = NO_FOLD};
    unsigned seen = 0;
    for (uint32_t at = 0; at < cell->n; at++) {
        push(cell->plan, &last, cell->codes[at]);
        if (last.same & 1) seen |= is_run(cell->plan, &last) * SEEN_RUN | is_pairs(cell->plan, &last) * SEEN_PAIRS;
    }
    return seen;
}

/* Of a few places each is walked to; of many the text is read once. */
static bool holds(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, const uint32_t *found, size_t count,
                  uint32_t apart, struct kind kind) {
    const uint16_t *letters = scratch->letters;
    const uint8_t *last_end;
    uint32_t places = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t at = found[i];
        if (at <= apart || letters[at] != letters[at - 1] || letters[at - apart] != letters[at - apart - 1]) continue;
        if (++places > FEW)
            return kind.told == is_run ? told_anywhere(scratch->plan, begin, end, is_run)
                                       : told_anywhere(scratch->plan, begin, end, is_pairs);
        if (told_at(scratch, begin, end, at, kind, &last_end)) return true;
    }
    return false;
}

bool holds_run(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, const uint32_t *found, size_t count) {
    return holds(scratch, begin, end, found, count, 1, RUN);
}

bool holds_pairs(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, const uint32_t *found, size_t count) {
    return holds(scratch, begin, end, found, count, 2, PAIRS);
}

static bool ends_at(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, uint32_t at, struct kind kind,
                    const uint8_t **from, const uint8_t **to) {
    if (!told_at(scratch, begin, end, at, kind, to)) return false;
    *from = walk_to(scratch, begin, end, at).folding.p; /* the last letter begins there, or signs before it that vanish */
    return true;
}

bool twice_at(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, uint32_t at, const uint8_t **from,
              const uint8_t **to) {
    const uint16_t *letters = scratch->letters;
    if (at < 3 || letters[at] != letters[at - 1] || letters[at - 2] != letters[at - 3]) return false;
    return ends_at(scratch, begin, end, at, PAIRS, from, to);
}

bool run_at(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, uint32_t at, const uint8_t **from,
            const uint8_t **to) {
    const uint16_t *letters = scratch->letters;
    if (at < 2 || letters[at] != letters[at - 1] || letters[at] != letters[at - 2]) return false;
    return ends_at(scratch, begin, end, at, RUN, from, to);
}

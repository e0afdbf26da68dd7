/* Whether letters stand twice and more in a text, which the stream of letters does not tell for sure: I and l are one
   in it, and signs between them are not there. */
#include "kernel.h"

/* The last signs up to one, which stand side by side; the last one first. */
enum { MOST_LAST = 6, FEW = 4 };
typedef bool (*tells)(const struct plan *plan, const uint32_t *last, uint32_t count);
struct kind { tells told; uint32_t most; }; /* most: the letters that it looks at */

/* A letter of a script with blanks between words, three times in a row. */
static bool is_run(const struct plan *plan, const uint32_t *last, uint32_t count) {
    return count >= 3 && plan->fold[last[0]] == plan->fold[last[1]] && plan->fold[last[1]] == plan->fold[last[2]] &&
           (plan->sort[last[2]] & (IS_WORD | IS_DIGIT)) == IS_WORD;
}

/* Two letters twice each, three of a script with blanks between words. */
static bool is_pairs(const struct plan *plan, const uint32_t *last, uint32_t count) {
    const uint32_t *fold = plan->fold;
    if (count < 4 || fold[last[0]] != fold[last[1]] || fold[last[2]] != fold[last[3]]) return false;
    if (!(plan->sort[last[1]] & plan->sort[last[3]] & IS_WORD)) return true;
    return count >= 6 && fold[last[4]] == fold[last[5]];
}

static const struct kind RUN = {is_run, 3}, PAIRS = {is_pairs, MOST_LAST};

static void push(uint32_t *last, uint32_t *count, uint32_t code) {
    for (uint32_t i = MOST_LAST - 1; i; i--) last[i] = last[i - 1];
    last[0] = code, *count += *count < MOST_LAST;
}

/* Whether the letters up to one are so; where the last one ends. */
static bool told_at(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, uint32_t at, struct kind kind,
                    const uint8_t **last_end) {
    uint32_t first = at + 1 > kind.most ? at + 1 - kind.most : 0, last[MOST_LAST] = {0}, count = 0;
    struct walk walk = walk_to(scratch, begin, end, first);
    const uint8_t *behind_ = NULL;
    for (uint32_t i = first; i <= at && next_letter(&walk); i++) {
        if (walk.at != behind_) count = 0; /* a sign stands between */
        push(last, &count, walk.code), behind_ = walk.folding.p;
    }
    *last_end = behind_;
    return kind.told(scratch->plan, last, count);
}

/* Whether signs anywhere are so. */
static bool told_anywhere(const struct plan *plan, const uint8_t *begin, const uint8_t *end, tells told) {
    uint32_t last[MOST_LAST] = {0}, count = 0;
    unsigned size;
    for (const uint8_t *p = begin; p < end; p += size) {
        push(last, &count, decode(p, end, &size));
        if (told(plan, last, count)) return true;
    }
    return false;
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
        if (++places > FEW) return told_anywhere(scratch->plan, begin, end, kind.told);
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

bool twice_at(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, uint32_t at, const uint8_t **from,
              const uint8_t **to) {
    const uint16_t *letters = scratch->letters;
    if (at < 3 || letters[at] != letters[at - 1] || letters[at - 2] != letters[at - 3]) return false;
    if (!told_at(scratch, begin, end, at, PAIRS, to)) return false;
    *from = walk_to(scratch, begin, end, at).folding.p; /* the last letter begins there, or signs before it that vanish */
    return true;
}

/* Places that are surely no term, known by their letters and the signs beside them alone: nearly all that skeletons
   nominate. They are found in the bytes from the checkpoint before, and no cell is taken apart for them. */
#include "kernel.h"

enum { MOST_LETTERS = 64 };

/* A walk over the bytes, letter by letter as they were folded. */
static bool next_letter(struct folding *f, uint16_t *letter, const uint8_t **at) {
    while (f->p < f->end) {
        *at = f->p, f->out = letter;
        fold_one(f);
        if (f->out != letter) return true;
    }
    return false;
}

static uint32_t checkpoint_before(const struct scratch *scratch, uint32_t letter) {
    size_t low = 0, high = scratch->checkpoint_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (scratch->checkpoints[middle].letter <= letter) low = middle + 1;
        else high = middle;
    }
    return low ? (uint32_t)low - 1 : 0;
}

/* Whether a word surely goes on with a sign; ornaments are left to be read. */
static bool surely_on(const struct plan *plan, uint32_t code) {
    return (plan->sort[code] & (IS_WORD | IS_ORNAMENT)) == IS_WORD;
}

static bool likely(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, struct place place) {
    const struct plan *plan = scratch->plan;
    uint32_t size = plan->skeleton_at[place.skeleton + 1] - plan->skeleton_at[place.skeleton], at[MOST_LETTERS];
    uint32_t codes[MOST_LETTERS], number = 0;
    if (size > MOST_LETTERS) return true;
    struct checkpoint from = scratch->checkpoints[checkpoint_before(scratch, place.start)];
    uint16_t letter[8];
    struct folding f = {plan, begin, begin + from.byte, end, end, letter, letter, NULL, 0};
    const uint8_t *p = f.p;
    for (uint32_t skip = place.start - from.letter; skip; skip--) next_letter(&f, letter, &p);
    uint32_t left = 0;
    for (unsigned bytes; number < size && next_letter(&f, letter, &p); number++) {
        if (!number) left = decode_before(begin, p);
        codes[number] = decode(p, end, &bytes), at[number] = number;
    }
    unsigned bytes;
    uint32_t right = f.p < end ? decode(f.p, end, &bytes) : 0;
    struct cell letters = {.codes = codes, .n = size, .plan = plan};
    for (uint32_t i = plan->form_at[place.skeleton]; i < plan->form_at[place.skeleton + 1]; i++) {
        uint32_t form = plan->form[i];
        if (form >= plan->forms) break;
        uint16_t flags = plan->rules[form].flags;
        struct letters read;
        if (flags & CLOSED_LEFT && !plan->edges[form].leads && surely_on(plan, left)) continue;
        if (flags & CLOSED_RIGHT && !plan->edges[form].tails && surely_on(plan, right)) continue;
        if (read_letters(&letters, form, at, size, &read)) return true;
    }
    return false;
}

void keep_likely(struct scratch *scratch, const uint8_t *begin, const uint8_t *end) {
    size_t kept = 0;
    for (size_t i = 0; i < scratch->place_count; i++)
        if (likely(scratch, begin, end, scratch->places[i])) scratch->places[kept++] = scratch->places[i];
    scratch->place_count = kept;
}

/* The last letters up to one, many at most: whether they stand side by side, and what they are. */
enum { MOST_LAST = 6 };

static bool side_by_side(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, uint32_t last, uint32_t many,
                         uint32_t *codes) {
    struct checkpoint from = scratch->checkpoints[checkpoint_before(scratch, last + 1 - many)];
    uint16_t letter[8];
    const uint8_t *at, *behind_ = NULL;
    struct folding f = {scratch->plan, begin, begin + from.byte, end, end, letter, letter, NULL, 0};
    for (uint32_t skip = last + 1 - many - from.letter; skip; skip--) next_letter(&f, letter, &at);
    for (uint32_t i = 0; i < many; i++) {
        unsigned size;
        if (!next_letter(&f, letter, &at) || (i && at != behind_)) return false;
        codes[i] = decode(at, end, &size), behind_ = at + size;
    }
    return true;
}

/* Whether a letter of a script with blanks between words stands three times in a row. */
bool holds_run(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, const uint32_t *found, size_t count) {
    const struct plan *plan = scratch->plan;
    const uint16_t *letters = scratch->letters;
    uint32_t codes[MOST_LAST];
    for (size_t i = 0; i < count; i++) {
        uint32_t at = found[i];
        if (at < 2 || letters[at] != letters[at - 1] || letters[at] != letters[at - 2]) continue;
        if (side_by_side(scratch, begin, end, at, 3, codes) && plan->fold[codes[0]] == plan->fold[codes[1]] &&
            plan->fold[codes[1]] == plan->fold[codes[2]] && (plan->sort[codes[0]] & (IS_WORD | IS_DIGIT)) == IS_WORD)
            return true;
    }
    return false;
}

/* Whether two letters stand twice each, side by side. */
bool holds_pairs(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, const uint32_t *found, size_t count) {
    const struct plan *plan = scratch->plan;
    const uint16_t *letters = scratch->letters;
    uint32_t codes[MOST_LAST];
    for (size_t i = 0; i < count; i++) {
        uint32_t at = found[i];
        if (at < 3 || letters[at] != letters[at - 1] || letters[at - 2] != letters[at - 3]) continue;
        const uint32_t *fold = plan->fold;
        if (!side_by_side(scratch, begin, end, at, 4, codes) || fold[codes[0]] != fold[codes[1]] ||
            fold[codes[2]] != fold[codes[3]])
            continue;
        if (!(plan->sort[codes[0]] & plan->sort[codes[2]] & IS_WORD)) return true;
        if (at >= 5 && side_by_side(scratch, begin, end, at, 6, codes) && fold[codes[0]] == fold[codes[1]])
            return true;
    }
    return false;
}

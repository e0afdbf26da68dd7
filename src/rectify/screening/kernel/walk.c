/* From a letter of a stream back to its bytes: from the checkpoint before it, letter by letter as they were folded. */
#include "kernel.h"

static struct checkpoint checkpoint_before(const struct scratch *scratch, uint32_t letter) {
    size_t low = 0, high = scratch->checkpoint_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (scratch->checkpoints[middle].letter <= letter) low = middle + 1;
        else high = middle;
    }
    return scratch->checkpoints[low ? low - 1 : 0];
}

bool next_letter(struct walk *walk) {
    struct folding *f = &walk->folding;
    const struct plan *plan = f->plan;
    walk->signs = 0, walk->lines = false;
    while (f->p < f->end) {
        unsigned size;
        uint32_t code = decode(f->p, f->end, &size);
        uint16_t kind = kind_of(plan, code), letter[8];
        walk->at = f->p, walk->code = code;
        if (kind - 32u < 32u) { /* it may be a letter */
            f->out = letter;
            fold_one(f);
            if (f->out != letter) return true;
        } else {
            f->p += size;
            if (is_letter_kind(kind)) return true;
        }
        walk->signs += !(plan->sort[code] & IS_DROPPED), walk->lines |= plan->fold[code] == '\n';
    }
    return false;
}

/* Goes over so many letters: quickly, where no sign may be one. */
static void skip_letters(struct folding *f, uint32_t count) {
    const struct plan *plan = f->plan;
    uint16_t letter[8];
    while (count && f->p < f->end) {
        uint16_t kind = *f->p < 0x80 ? plan->low[*f->p] : NOT_AT_ONCE;
        unsigned size = 1;
        if (kind == NOT_AT_ONCE) kind = kind_of(plan, decode(f->p, f->end, &size));
        if (kind - 32u < 32u) {
            f->out = letter;
            fold_one(f);
            count -= f->out != letter;
        } else {
            f->p += size, count -= is_letter_kind(kind);
        }
    }
}

struct walk walk_to(const struct scratch *scratch, const uint8_t *begin, const uint8_t *end, uint32_t letter) {
    struct checkpoint from = checkpoint_before(scratch, letter);
    struct walk walk = {.folding = {scratch->plan, begin, begin + from.byte, end, NULL, NULL, NULL, 0}};
    skip_letters(&walk.folding, letter - from.letter);
    return walk;
}

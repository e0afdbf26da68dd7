/* From a letter of a stream back to its bytes: from the checkpoint before it, letter by letter as they were folded. */
#include "kernel.h"

enum { FEW = 2 }; /* checkpoints beside the one where a letter is likely to stand */

static struct checkpoint checkpoint_before(const struct scratch *scratch, uint32_t letter) {
    const struct checkpoint *all = scratch->checkpoints;
    size_t low = 0, high = scratch->checkpoint_count, near = scratch->n ? (size_t)letter * high / scratch->n : 0;
    if (near + FEW < high && all[near + FEW].letter > letter) high = near + FEW; /* letters stand about evenly in a text */
    if (near > FEW && all[near - FEW].letter <= letter) low = near - FEW;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (all[middle].letter <= letter) low = middle + 1;
        else high = middle;
    }
    return all[low ? low - 1 : 0];
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

/* Goes over bytes of ASCII by eights, and two signs of three bytes at once, as long as more letters than those are left. */
static void skip_some(struct folding *f, uint32_t *count) {
    const struct plan *plan = f->plan;
    const uint8_t *p = f->p;
    uint64_t word;
    while (*count > 8 && f->end - p >= 8) {
        uint32_t letters = 0, found = 0, all = 0;
        memcpy(&word, p, 8);
        if (!(word & HIGH_BITS)) {
            for (int i = 0; i < 4; i++, word >>= 16) found = plan->two[(uint16_t)word], all |= found, letters += found >> TWO_SHIFT;
            if (all & TWO_SPECIAL) break;
            p += 8;
        } else {
            if ((word & THREES) != ARE_THREES) break;
            uint16_t one = plan->three[three_at((uint32_t)word)], other = plan->three[three_at((uint32_t)(word >> 24))];
            if ((one | other) & NOT_AT_ONCE) break;
            p += 6, letters = (one != NONE) + (other != NONE);
        }
        *count -= letters;
    }
    f->p = p;
}

/* Goes over so many letters: quickly, where no sign may be one. */
static void skip_letters(struct folding *f, uint32_t count) {
    const struct plan *plan = f->plan;
    uint16_t letter[8];
    while (count && f->p < f->end) {
        skip_some(f, &count);
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
    struct walk walk = {.folding = {scratch->plan, begin, begin + from.byte, end, NULL, NULL, NULL, 0, 0, NULL}};
    skip_letters(&walk.folding, letter - from.letter);
    return walk;
}

/* Terms of three letters of ASCII and fewer that stand as words: looked for where words begin and end, of which there are
   few. As windows of letters they would stand in every text, for what is between letters is not seen there. */
#include "windows.h"

#include <string.h>

/* Where words may begin or end among letters: before which letter, by its number, where one of the signs on both sides is
   of no word; not between two letters beyond ASCII. Behind the last one the number of all, and then NO_START. */
struct starts { uint32_t *at; size_t count; };

#define NO_START (UINT32_MAX / 2)

static bool starts_open(struct scratch *scratch, struct starts *starts, size_t letters) {
    starts->at = room_for(&scratch->starts_room, letters + 3, sizeof *starts->at, &scratch->failed);
    starts->count = 0;
    return starts->at != NULL;
}

/* A letter, which takes the next place and is told if a word may begin with it. */
static inline void tell_start(struct starts *starts, uint32_t letter, bool begins, bool ascii, bool *was_ascii) {
    starts->at[starts->count] = letter;
    starts->count += begins & (ascii | *was_ascii);
    *was_ascii = ascii;
}

static void starts_close(struct starts *starts, uint32_t letters) {
    starts->at[starts->count] = letters, starts->at[starts->count + 1] = NO_START;
}

/* The words of a stretch. */
static void look_for_words(struct scratch *scratch, const struct starts *starts, struct stretch stretch) {
    for (const uint32_t *start = starts->at; *start < stretch.n; start++)
        for (const uint32_t *end = start + 1; *end - *start <= MOST_WORD; end++) {
            unsigned size = *end - *start;
            uint32_t letters = 0;
            bool ascii = true;
            for (uint32_t i = *end; i-- > *start;) ascii &= stretch.letters[i] < OTHER, letters = letters << 5 | stretch.letters[i];
            if (ascii && is_word_of(scratch->plan, size, letters))
                look_up_word(scratch, OTHER_KEY(size, letters), stretch, *end - 1);
        }
}

void find_words(struct scratch *scratch, const uint8_t *begin, const uint8_t *end) {
    const struct plan *plan = scratch->plan;
    struct starts starts;
    uint16_t letter[8];
    uint32_t n = 0;
    bool on = false, ascii = false;
    if (!starts_open(scratch, &starts, scratch->n)) return;
    for (const uint8_t *p = begin; p < end;) {
        unsigned size;
        uint32_t code = decode(p, end, &size);
        uint16_t kind = kind_of(plan, code);
        if (kind - 32u < 32u) { /* it may be a letter */
            struct folding f = {plan, begin, p, end, letter, letter, NULL, 0, 0, NULL};
            fold_one(&f);
            kind = f.out != letter ? letter[0] : NONE;
        }
        bool goes_on = surely_on(plan, code);
        if (kind != NONE) tell_start(&starts, n++, !(on && goes_on), kind < OTHER, &ascii);
        on = goes_on, p += size;
    }
    starts_close(&starts, n);
    look_for_words(scratch, &starts, (struct stretch){scratch->letters, scratch->n});
}

/* Whether a word goes on with a letter of the open cell: not with one of a run, whose others may be what ends it (vpnnn). */
static bool goes_on_at(const struct cell *cell, uint32_t at) {
    const struct plan *plan = cell->plan;
    if (!at) return false;
    uint32_t one = cell->codes[at - 1], other = cell->codes[at];
    return surely_on(plan, one) && surely_on(plan, other) && plan->fold[one] != plan->fold[other];
}

void find_words_of(struct scratch *scratch, struct stretch stretch, const uint32_t *at) {
    struct starts starts;
    bool ascii = false;
    if (!starts_open(scratch, &starts, stretch.n)) return;
    for (uint32_t i = 0; i < stretch.n; i++)
        tell_start(&starts, i, !goes_on_at(&scratch->cell, at[i]), stretch.letters[i] < OTHER, &ascii);
    starts_close(&starts, (uint32_t)stretch.n);
    look_for_words(scratch, &starts, stretch);
}

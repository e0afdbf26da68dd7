/* Terms of three letters of ASCII and fewer that stand as words are looked for where words begin and end, of which there
   are few: as windows of letters they would stand in every text, for what is between letters is not seen there. So are
   letters beyond ASCII that are terms alone: a window has no more than their family. */
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

/* Whether a letter beyond ASCII may be a term alone; of those beyond 0x10000 it is not known. */
static inline bool may_be_alone(const struct plan *plan, uint32_t code, uint16_t kind) {
    return kind >= plan->single_from && (code > 0xFFFF || bit_of(plan->alone[code >> 5], code));
}

/* The letter that a sign is, or none. */
static uint16_t letter_at(const struct plan *plan, const uint8_t *begin, const uint8_t *p, const uint8_t *end, uint32_t code) {
    uint16_t kind = kind_of(plan, code), letter[8] = {NONE};
    struct folding f = {plan, begin, p, end, letter, letter, NULL, 0, 0, NULL};
    if (kind == SIGN_S || kind == SIGN_A) fold_one(&f);
    return kind - 32u < 32u ? letter[0] : kind;
}

void find_words(struct scratch *scratch, const uint8_t *begin, const uint8_t *end) {
    const struct plan *plan = scratch->plan;
    struct stretch stretch = {scratch->letters, scratch->n};
    struct starts starts;
    uint32_t n = 0;
    bool on = false, ascii = false;
    if (!starts_open(scratch, &starts, scratch->n)) return;
    for (const uint8_t *p = begin; p < end;) {
        uint32_t *next = starts.at + starts.count, first = n;
        for (unsigned part; p < end && *p < 0x80 && !((part = plan->parts[*p]) & PART_SIGN); p++) { /* as tell_start */
            bool letter = part & PART_LETTER, goes_on = part & PART_ON;
            *next = n;
            next += letter & !(on & goes_on), n += letter, on = goes_on;
        }
        starts.count = (size_t)(next - starts.at), ascii |= n > first;
        if (p == end) break;
        unsigned size;
        uint32_t code = decode(p, end, &size);
        uint16_t letter = letter_at(plan, begin, p, end, code);
        bool goes_on = surely_on(plan, code);
        if (may_be_alone(plan, code, letter)) look_up_word(scratch, OTHER_KEY(SINGLE, letter), stretch, n);
        if (letter != NONE) tell_start(&starts, n++, !(on && goes_on), letter < OTHER, &ascii);
        on = goes_on, p += size;
    }
    starts_close(&starts, n);
    look_for_words(scratch, &starts, stretch);
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
    for (uint32_t i = 0; i < stretch.n; i++) {
        uint16_t letter = stretch.letters[i];
        tell_start(&starts, i, !goes_on_at(&scratch->cell, at[i]), letter < OTHER, &ascii);
        if (may_be_alone(scratch->plan, scratch->cell.codes[at[i]], letter))
            look_up_word(scratch, OTHER_KEY(SINGLE, letter), stretch, i);
    }
    starts_close(&starts, (uint32_t)stretch.n);
    look_for_words(scratch, &starts, stretch);
}

/* Whether a letter may be read as one of the forms of its skeleton, as far as it tells by itself. */
static bool may_be_read(const struct plan *plan, uint32_t skeleton, uint32_t code) {
    const uint32_t at = 0;
    struct cell cell = {.plan = plan, .codes = &code, .n = 1};
    struct letters read;
    for (uint32_t i = plan->form_at[skeleton]; i < plan->form_at[skeleton + 1]; i++) {
        uint32_t form = plan->form[i];
        if (form >= plan->forms) return true; /* a pattern */
        if (read_letters(&cell, form, &at, 1, &read) && !(read.mask & ~(plan->rules[form].allowed | FREE))) return true;
    }
    return false;
}

void words_open(struct plan *plan) {
    for (uint32_t code = 0; code < 128; code++) {
        uint16_t kind = plan->low[code];
        bool sign = kind == SIGN_S || kind == SIGN_A, letter = kind != NONE && kind <= MOST_LATIN;
        plan->parts[code] = (uint8_t)(sign ? PART_SIGN : letter * PART_LETTER | surely_on(plan, code) * PART_ON);
    }
    for (uint32_t code = 128; code < 0x10000; code++) {
        uint16_t kind = plan->low[code];
        if (kind < plan->single_from || kind > MOST_CODE) continue;
        const struct entry *entry = entries_of(plan, OTHER_KEY(SINGLE, kind));
        if (entry && may_be_read(plan, entry->skeleton, code)) plan->alone[code >> 5] |= 1u << code % 32;
    }
}

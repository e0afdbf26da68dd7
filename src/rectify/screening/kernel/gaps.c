/* What may stand between the letters of a term, and what has to be seen through there: the rules of gaps.py. */
#include "kernel.h"

enum { LEAST_SPACED = 3, SPLIT_PIECE = 2 };

struct gap { const uint32_t *text; uint32_t size; }; /* folded signs, without what folds to nothing */

/* The gaps of one place beside those that the term has itself. */
struct gaps {
    const struct cell *cell;
    const struct gap *seen;
    const uint32_t *own, *at; /* own: numbers of the plan's gaps */
    uint32_t count;
};

static uint16_t sort_of(const struct gaps *gaps, uint32_t sign) { return gaps->cell->plan->sort[sign]; }

static bool own_word(const struct gaps *gaps, uint32_t n) { return gaps->cell->plan->gap_word[gaps->own[n]]; }

static uint32_t lines_in(struct gap gap) {
    uint32_t lines = 0;
    for (uint32_t i = 0; i < gap.size; i++) lines += gap.text[i] == '\n';
    return lines;
}

static bool same(struct gap a, struct gap b) {
    if (a.size != b.size) return false;
    for (uint32_t i = 0; i < a.size; i++)
        if (a.text[i] != b.text[i]) return false;
    return true;
}

/* What `\s` is in Python. */
static bool is_space(uint32_t c) {
    return (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

static uint32_t skip(struct gap gap, uint32_t i, uint32_t sign, bool lines) {
    while (i < gap.size && (gap.text[i] == sign || (lines && gap.text[i] == '\n'))) i++;
    return i;
}

/* The next line, or the one after an empty one: " *\n *(?:\n *)?". */
static bool is_lines(struct gap gap) {
    uint32_t i = skip(gap, 0, ' ', false);
    if (i == gap.size || gap.text[i] != '\n') return false;
    i = skip(gap, i + 1, ' ', false);
    if (i < gap.size && gap.text[i] == '\n') i = skip(gap, i + 1, ' ', false);
    return i == gap.size;
}

/* The single sign that all gaps are; '\n' for all lines; 0 for none. */
static uint32_t one_sign(const struct gaps *gaps, uint32_t first, uint32_t last) {
    struct gap gap = gaps->seen[first];
    if (lines_in(gap)) {
        for (uint32_t n = first; n < last; n++)
            if (!is_lines(gaps->seen[n])) return 0;
        return '\n';
    }
    if (gap.size != 1 || sort_of(gaps, gap.text[0]) & IS_SENTENCE) return 0;
    for (uint32_t n = first; n < last; n++)
        if (!same(gap, gaps->seen[n])) return 0;
    return gap.text[0];
}

/* Whether a gap parts two words of a term without more. */
static bool parts(const struct gaps *gaps, uint32_t n) {
    const struct plan *plan = gaps->cell->plan;
    struct gap gap = gaps->seen[n];
    uint32_t own = gaps->own[n];
    if (same(gap, (struct gap){plan->gap_text + plan->gap_at[own], plan->gap_at[own + 1] - plan->gap_at[own]})) return true;
    if (!gap.size || gap.size > WIDEST_GAP || lines_in(gap) > 1) return false;
    uint32_t i = skip(gap, 0, ' ', true);
    if (i == gap.size) return true;
    uint32_t sign = gap.text[i];
    if (is_space(sign) || skip(gap, skip(gap, i, sign, false), ' ', true) != gap.size) return false;
    if (sign == '.' || sign == ',' || sign == ':') return gap.size == 1;
    return !(sort_of(gaps, sign) & IS_SENTENCE);
}

/* Whether nothing but a few blanks stands between a letter and the end of its line. */
static bool alone(const struct cell *cell, uint32_t edge, uint32_t (*move)(const struct cell *, uint32_t)) {
    for (int i = 0; i < WIDEST_GAP; i++) {
        edge = move(cell, edge);
        if (edge >= cell->n) return true;
        uint16_t sort = cell->plan->sort[cell->codes[edge]];
        if (sort & IS_LINE) return true;
        if (!(sort & IS_BLANK)) return false;
    }
    return false;
}

/* The next sign that is no blank and no line end, fewer than WIDEST_GAP away; else out of the text. */
static uint32_t over(const struct cell *cell, uint32_t edge, uint32_t (*move)(const struct cell *, uint32_t)) {
    for (int i = 0; i < WIDEST_GAP - 1; i++) {
        edge = move(cell, edge);
        if (edge >= cell->n || !(cell->plan->sort[cell->codes[edge]] & (IS_BLANK | IS_LINE))) return edge;
    }
    return NOWHERE;
}

static bool spaced_on(const struct cell *cell, uint32_t edge, uint32_t sign,
                      uint32_t (*move)(const struct cell *, uint32_t)) {
    uint32_t beside = move(cell, edge);
    if (beside >= cell->n || (sign != '\n' && cell->plan->fold[cell->codes[beside]] != sign)) return false;
    uint32_t letter = sign == '\n' ? over(cell, edge, move) : move(cell, beside);
    return word_at(cell, letter) && !word_at(cell, move(cell, letter));
}

/* Whether spaced letters end where the term does: o p e n is no pen. In lines they stand alone on theirs. */
static bool apart(const struct cell *cell, uint16_t flags, uint32_t first, uint32_t last, uint32_t sign) {
    if (sign == '\n' && !(alone(cell, first, before) && alone(cell, last, behind))) return false;
    return !((flags & CLOSED_LEFT && spaced_on(cell, first, sign, before)) ||
             (flags & CLOSED_RIGHT && spaced_on(cell, last, sign, behind)));
}

static uint32_t run_of_letters(const struct cell *cell, uint32_t edge, uint32_t (*move)(const struct cell *, uint32_t)) {
    uint32_t count = 0;
    while (count <= SPLIT_PIECE && word_at(cell, edge = move(cell, edge))) count++;
    return count;
}

static bool only_blanks(struct gap gap) { return skip(gap, 0, ' ', true) == gap.size; }

/* Whether what would be joined are ordinary words with blanks between them. */
static bool ordinary(const struct gaps *gaps, uint16_t flags) {
    uint32_t inside = 0, piece = 1, longest = 0;
    for (uint32_t n = 0; n < gaps->count; n++)
        if (gaps->seen[n].size && !own_word(gaps, n)) {
            if (!only_blanks(gaps->seen[n])) return false;
            inside++;
        }
    if (!inside) return false;
    if (!(flags & CLOSED_LEFT)) piece += run_of_letters(gaps->cell, gaps->at[0], before);
    for (uint32_t n = 0; n < gaps->count; n++) {
        if (gaps->seen[n].size) {
            longest = piece > longest ? piece : longest;
            piece = 0;
        }
        piece++;
    }
    if (!(flags & CLOSED_RIGHT)) piece += run_of_letters(gaps->cell, gaps->at[gaps->count], behind);
    return (piece > longest ? piece : longest) > SPLIT_PIECE;
}

/* The gaps of a place as texts, one after another. False where memory ran out. */
static bool see(struct scratch *scratch, struct gaps *gaps, const uint32_t *last) {
    const struct cell *cell = gaps->cell;
    uint32_t most = gaps->at[gaps->count] - gaps->at[0] + 1, used = 0;
    struct gap *seen = room_for(&scratch->gaps_room, gaps->count, sizeof *seen, &scratch->failed);
    uint32_t *text = room_for(&scratch->gap_text_room, most, sizeof *text, &scratch->failed);
    if (!seen || !text) return false;
    for (uint32_t n = 0; n < gaps->count; n++) {
        seen[n] = (struct gap){text + used, 0};
        for (uint32_t i = last[n] + 1; i < gaps->at[n + 1]; i++)
            if (!(cell->plan->sort[cell->codes[i]] & IS_DROPPED)) text[used++] = cell->plan->fold[cell->codes[i]];
        seen[n].size = (uint32_t)(text + used - seen[n].text);
    }
    gaps->seen = seen;
    return true;
}

/* Of the gaps inside each word: one sign spaces all of them, or they are strange. Marks the strange ones. */
struct spacing { uint32_t sign, letters, inside, strange; };

static void space_words(const struct gaps *gaps, uint8_t *strange, uint8_t *inside, struct spacing *spacing) {
    for (uint32_t first = 0, last; first <= gaps->count; first = last + 1) {
        bool held = false;
        for (last = first; last < gaps->count && !own_word(gaps, last); last++)
            if (gaps->seen[last].size) held = true, inside[last] = 1, spacing->inside++;
        if (!held) continue;
        uint32_t one = one_sign(gaps, first, last);
        if (one && (!spacing->sign || spacing->sign == one)) {
            spacing->sign = one, spacing->letters += last - first + 1;
            continue;
        }
        for (uint32_t n = first; n < last; n++)
            if (gaps->seen[n].size) strange[n] = 1, spacing->strange++;
    }
}

uint32_t read_gaps(struct scratch *scratch, uint32_t form, const uint32_t *at, const uint32_t *last,
                   int32_t *gap_start, int32_t *gap_end) {
    const struct cell *cell = &scratch->cell;
    const struct plan *plan = scratch->plan;
    uint32_t from = plan->letter_at[form], size = plan->letter_at[form + 1] - from;
    uint16_t flags = plan->rules[form].flags;
    uint16_t closed = (uint16_t)(flags & (CLOSED_LEFT | CLOSED_RIGHT));
    struct gaps gaps = {cell, NULL, plan->gap + from, at, size - 1};
    bool bare = at[size - 1] - at[0] == size - 1;
    for (uint32_t n = 0; bare && n + 1 < size; n++) bare = plan->gap_at[gaps.own[n] + 1] == plan->gap_at[gaps.own[n]];
    if (bare) return 0;
    uint8_t *marks = room_for(&scratch->words_room, 2 * (size_t)size, 1, &scratch->failed);
    if (!marks || !see(scratch, &gaps, last)) return GAPS_CLOSED;
    uint8_t *strange = marks, *inside = marks + size;
    struct spacing spacing = {0};
    for (uint32_t n = 0; n < size; n++) strange[n] = inside[n] = 0;
    for (uint32_t n = 0; n < gaps.count; n++)
        if (own_word(&gaps, n) && !parts(&gaps, n)) strange[n] = 1, spacing.strange++;
    space_words(&gaps, strange, inside, &spacing);
    if (!spacing.strange && spacing.sign &&
        (spacing.letters < LEAST_SPACED || !apart(cell, closed, at[0], last[size - 1], spacing.sign))) {
        strange = inside, spacing.strange = spacing.inside;
    }
    if (!spacing.strange) return spacing.sign == '\n' ? LINES : spacing.sign ? SPACED : 0;
    for (uint32_t n = 0; n < gaps.count; n++)
        if (strange[n] && (gaps.seen[n].size > WIDEST_GAP || lines_in(gaps.seen[n]) > 1)) return GAPS_CLOSED;
    if (flags & ALL_LATIN && ordinary(&gaps, closed)) return GAPS_CLOSED;
    for (uint32_t n = 0; n < gaps.count; n++)
        if (strange[n]) {
            if (*gap_start < 0 || (int32_t)at[n] < *gap_start) *gap_start = (int32_t)at[n];
            if ((int32_t)at[n + 1] > *gap_end) *gap_end = (int32_t)at[n + 1];
        }
    return SQUEEZED;
}

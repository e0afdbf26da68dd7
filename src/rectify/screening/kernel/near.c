/* Places read where they stand: of a long text only the signs around a place are taken apart, as far as the rules look.

   What goes for the whole text (pictures, signs that spell out) is read in the whole text, and so is a text with so many
   places that their surroundings would be more than it. */
#include "kernel.h"

#include <stdlib.h>

/* REACH: of reading.py, signs beyond a term's own; CLOSE: bytes a letter between signs. What looking at a place takes, what
   reading it takes beside what is taken apart around it, and what asking of a sign takes: in bytes, as measured. */
enum { REACH = 8, MOST_LETTERS = 64, CLOSE = 2, A_LOOK = 100, A_READING = 300, A_SIGN = 16 };

/* A text in which places are read, and what was taken apart of it so far. */
struct around { struct scratch *scratch; const uint8_t *begin, *end; size_t spent; };

/* What may be spent, in bytes, before it is quicker to take the whole text apart. */
static size_t most_of(size_t bytes) { return 2 * bytes + 256; }
static size_t most_spent(const struct around *around) { return most_of((size_t)(around->end - around->begin)); }

bool may_hold_hole(const struct scratch *scratch, const uint8_t *begin, const uint8_t *end) {
    size_t signs = (size_t)(scratch->signs_end - scratch->signs);
    return signs * A_SIGN > most_of((size_t)(end - begin)) || holds_hole(scratch, begin, end);
}

/* Where the letters of a place lie. */
struct spot { const uint8_t *at[MOST_LETTERS], *behind; uint32_t size; };

/* Whether a place may be a term, by its letters, the signs beside them and how far they are apart alone: nearly all are
   none. */
static bool likely(const struct around *around, struct place place, struct spot *spot) {
    const struct plan *plan = around->scratch->plan;
    uint32_t codes[MOST_LETTERS], at[MOST_LETTERS];
    struct walk walk = walk_to(around->scratch, around->begin, around->end, place.start);
    for (uint32_t i = 0; i < spot->size; i++) {
        if (!next_letter(&walk) || (i && walk.signs > plan->widest_gap && !walk.lines)) return false;
        spot->at[i] = walk.at, codes[i] = walk.code, at[i] = i;
    }
    unsigned bytes;
    spot->behind = walk.folding.p;
    uint32_t left = decode_before(around->begin, spot->at[0]);
    uint32_t right = spot->behind < around->end ? decode(spot->behind, around->end, &bytes) : 0;
    struct cell letters = {.codes = codes, .n = spot->size, .plan = plan};
    for (uint32_t i = plan->form_at[place.skeleton]; i < plan->form_at[place.skeleton + 1]; i++) {
        uint32_t form = plan->form[i];
        if (form >= plan->forms) break;
        uint16_t flags = plan->rules[form].flags;
        struct letters read;
        if (flags & CLOSED_LEFT && !plan->edges[form].leads && surely_on(plan, left)) continue;
        if (flags & CLOSED_RIGHT && !plan->edges[form].tails && surely_on(plan, right)) continue;
        if (read_letters(&letters, form, at, spot->size, &read)) return true;
    }
    return false;
}

static bool counts(const struct plan *plan, uint32_t code, bool letters) {
    uint16_t kind = kind_of(plan, code);
    return letters ? is_letter_kind(kind) : !(plan->sort[code] & IS_DROPPED);
}

/* Moves the ends of a stretch over so many letters, or signs that do not fold to nothing. */
static bool widen(const struct around *around, const uint8_t **from, const uint8_t **to, uint32_t reach, bool letters) {
    const struct plan *plan = around->scratch->plan;
    uint32_t code;
    unsigned size;
    for (uint32_t left = reach; left && *from > around->begin;) {
        if (!step_back(around->begin, from, &code)) return false;
        left -= counts(plan, code, letters);
    }
    for (uint32_t left = reach; left && *to < around->end; *to += size)
        left -= counts(plan, decode(*to, around->end, &size), letters);
    return true;
}

/* Takes a stretch apart, with as many signs beside as the rules look at. False where the whole text has to be. */
static bool open_around(struct around *around, const uint8_t *from, const uint8_t *to) {
    struct scratch *scratch = around->scratch;
    struct cell *cell = &scratch->cell;
    const uint8_t *first = from, *last = to;
    if (!widen(around, &first, &last, REACH + scratch->plan->longest_edge, false)) return false;
    around->spent += (size_t)(last - first);
    if (around->spent > most_spent(around) || !cell_open(scratch, first, last)) return false;
    unsigned size;
    uint32_t n = 0;
    cell->byte = (uint32_t)(first - around->begin);
    for (const uint8_t *p = first; p < to; p += size, n++) {
        if (p == from) cell->first = n;
        decode(p, around->end, &size);
    }
    cell->end = n;
    return true;
}

/* Hits told by their places in what is open: in the text they are, once it is known how many signs stand before. */
static bool moved(struct around *around, size_t first) {
    struct scratch *scratch = around->scratch;
    uint32_t *bytes = room_for(&scratch->bytes_room, scratch->hit_count - scratch->cell_hits, sizeof *bytes, &scratch->failed);
    if (!bytes) return false;
    tell_places(scratch, first);
    for (size_t i = first; i < scratch->hit_count; i++) bytes[i - scratch->cell_hits] = scratch->cell.byte;
    return true;
}

static bool read_spot(struct around *around, struct place place, const struct spot *spot) {
    struct scratch *scratch = around->scratch;
    uint32_t at[MOST_LETTERS], n = scratch->cell.first, i = 0;
    unsigned size;
    for (const uint8_t *p = spot->at[0]; i < spot->size; p += size, n++) {
        if (p == spot->at[i]) at[i++] = n;
        decode(p, around->end, &size);
    }
    size_t first = scratch->hit_count;
    read_forms(scratch, place.skeleton, at, 0);
    return first == scratch->hit_count || moved(around, first);
}

static bool read_spots(struct around *around) {
    struct scratch *scratch = around->scratch;
    const struct plan *plan = scratch->plan;
    for (size_t i = 0; i < scratch->place_count; i++) {
        struct place place = scratch->places[i];
        struct spot spot = {.size = plan->skeleton_at[place.skeleton + 1] - plan->skeleton_at[place.skeleton]};
        if (spot.size > MOST_LETTERS) return false;
        if (!likely(around, place, &spot)) continue;
        around->spent += A_READING;
        if (!open_around(around, spot.at[0], spot.behind) || !read_spot(around, place, &spot)) return false;
    }
    return true;
}

/* The next of the signs from one on that a way is about; behind the last one for none. */
static const struct sign *next_sign(const struct around *around, const struct sign *sign, enum way way) {
    const struct scratch *scratch = around->scratch;
    for (; sign < scratch->signs_end; sign++)
        if (way == HOLES ? may_be_hole(scratch, around->begin, around->end, sign) : sign->letter & APART) break;
    return sign;
}

static const uint8_t *behind_sign(const struct around *around, const struct sign *sign) {
    unsigned size;
    decode(around->begin + sign->byte, around->end, &size);
    return around->begin + sign->byte + size;
}

/* Reads a stretch in some of its ways, from one to another. */
static bool read_stretch(struct around *around, const uint8_t *from, const uint8_t *to, enum way way, enum way last) {
    if (!open_around(around, from, to)) return false;
    size_t first = around->scratch->hit_count;
    for (; way <= last; way++) read_way(around->scratch, way);
    return first == around->scratch->hit_count || moved(around, first);
}

/* Reads a text in one of its ways around each sign that this way is about, with so many letters beside; those that stand
   close at once. */
static bool read_signs(struct around *around, enum way way, uint32_t letters) {
    const struct sign *sign = next_sign(around, around->scratch->signs, way), *end = around->scratch->signs_end;
    while (sign < end) {
        const uint8_t *from = around->begin + sign->byte, *to = behind_sign(around, sign);
        while ((sign = next_sign(around, sign + 1, way)) < end &&
               around->begin + sign->byte < to + CLOSE * (size_t)letters)
            to = behind_sign(around, sign);
        if (!widen(around, &from, &to, letters, true) || !read_stretch(around, from, to, way, way)) return false;
    }
    return true;
}

/* Moves the end of a stretch to where the run of one letter there ends. */
static void run_on(const struct around *around, const uint8_t **to) {
    const uint32_t *fold = around->scratch->plan->fold;
    uint32_t edge = decode_before(around->begin, *to);
    unsigned size;
    while (*to < around->end && fold[decode(*to, around->end, &size)] == fold[edge]) *to += size;
}

/* Widens a stretch to where the runs of one letter at its ends begin and end: how often a letter stands is not seen in a
   part of its run. */
static bool whole_runs(const struct around *around, const uint8_t **from, const uint8_t **to) {
    const uint32_t *fold = around->scratch->plan->fold;
    unsigned size;
    uint32_t code, edge = decode(*from, around->end, &size);
    run_on(around, to);
    for (const uint8_t *p = *from; p > around->begin; *from = p) {
        if (!step_back(around->begin, &p, &code)) return false;
        if (fold[code] != fold[edge]) break;
    }
    return true;
}

/* The next letters from a candidate on that stand as asked; behind the last candidate for none. */
typedef bool (*stands)(struct scratch *scratch, const uint8_t *begin, const uint8_t *end, uint32_t at, const uint8_t **from,
                       const uint8_t **to);
static size_t next_of(struct around *around, stands stand, struct candidates found, size_t i, const uint8_t **from,
                      const uint8_t **to) {
    while (i < found.count && !stand(around->scratch, around->begin, around->end, found.at[i], from, to)) i++;
    return i;
}

/* Reads a text around letters that stand twice each, those that stand close at once. Each letter of a term does, so that
   none is further away than twice its letters. */
static bool read_pairs(struct around *around, struct candidates found) {
    uint32_t letters = 2 * around->scratch->plan->longest;
    const uint8_t *from, *to, *next_from, *next_to;
    size_t i = next_of(around, twice_at, found, 0, &next_from, &next_to);
    while (i < found.count) {
        from = next_from, to = next_to;
        while ((i = next_of(around, twice_at, found, i + 1, &next_from, &next_to)) < found.count && next_from >= from &&
               next_from < to + CLOSE * (size_t)letters)
            to = next_to > to ? next_to : to;
        if (!widen(around, &from, &to, letters, true) || !whole_runs(around, &from, &to) ||
            !read_stretch(around, from, to, ONE_OF_TWO, ONE_OF_TWO))
            return false;
    }
    return true;
}

/* Whether fewer than so many letters stand between two places. */
static bool reaches(const struct around *around, const uint8_t *p, const uint8_t *to, uint32_t letters) {
    unsigned size;
    for (; letters && p < to; p += size) letters -= counts(around->scratch->plan, decode(p, around->end, &size), true);
    return letters > 0;
}

/* Reads a text around runs of one letter. Between two runs of a term stand no more letters than it has, however long
   these are: each run that so many letters reach is read at once with those before it. What stands between two is walked
   over once to tell, for nothing says how long it is. */
static bool read_runs(struct around *around, struct candidates found) {
    uint32_t letters = around->scratch->plan->longest;
    const uint8_t *next_from, *next_to;
    size_t i = next_of(around, run_at, found, 0, &next_from, &next_to);
    while (i < found.count) {
        const uint8_t *from = next_from, *to = next_to;
        if (!whole_runs(around, &from, &to)) return false;
        do {
            if (next_to > to) to = next_to;
            run_on(around, &to);
            do i = next_of(around, run_at, found, i + 1, &next_from, &next_to); /* beyond this run */
            while (i < found.count && next_to <= to);
        } while (i < found.count && reaches(around, to, next_from, letters));
        if (!widen(around, &from, &to, letters, true) || !whole_runs(around, &from, &to) ||
            !read_stretch(around, from, to, ONE_OF_RUN, TWO_OF_RUN))
            return false;
    }
    return true;
}

static int by_number(const void *one, const void *other) {
    const uint64_t *a = one, *b = other;
    return (*a > *b) - (*a < *b);
}

/* Puts hits where they stand in the text, the first ones first, so that it is walked once. */
static void move_hits(const struct around *around) {
    struct scratch *scratch = around->scratch;
    const struct plan *plan = scratch->plan;
    size_t count = scratch->hit_count - scratch->cell_hits;
    uint64_t *order = room_for(&scratch->order_room, count, sizeof *order, &scratch->failed);
    const uint32_t *bytes = scratch->bytes_room.data;
    if (!order) return;
    for (size_t i = 0; i < count; i++) order[i] = (uint64_t)bytes[i] << 32 | i;
    if (count > 1) qsort(order, count, sizeof *order, by_number);
    const uint8_t *p = around->begin;
    uint32_t n = 0, folded = 0;
    for (size_t i = 0; i < count; i++) {
        struct hit *hit = scratch->hits + scratch->cell_hits + (uint32_t)order[i];
        for (unsigned size; p < around->begin + (order[i] >> 32); p += size, n++)
            folded += !(plan->sort[decode(p, around->end, &size)] & IS_DROPPED);
        hit->start += n, hit->end += n, hit->read_start += n, hit->read_end += n;
        hit->fold_start += folded, hit->fold_end += folded;
        if (hit->gap_start >= 0) hit->gap_start += (int32_t)n, hit->gap_end += (int32_t)n;
    }
}

bool read_near(struct scratch *scratch, const struct job *job, struct candidates found, unsigned seen) {
    const struct plan *plan = scratch->plan;
    struct around around = {scratch, job->begin, job->end, 0};
    size_t signs = seen & (SEEN_STAR | SEEN_APART) ? (size_t)(scratch->signs_end - scratch->signs) : 0;
    size_t looks = (scratch->place_count + found.count) * A_LOOK + signs * A_SIGN;
    bool done = looks <= most_spent(&around) && read_spots(&around);
    if (done && seen & SEEN_APART) done = read_signs(&around, SIGNS_APART, plan->longest);
    if (done && seen & SEEN_RUN && plan->asked & REPEATED) done = read_runs(&around, found);
    if (done && seen & SEEN_PAIRS && plan->asked & DOUBLED) done = read_pairs(&around, found);
    if (done && seen & SEEN_STAR && plan->asked & STARRED) done = read_signs(&around, HOLES, plan->most_starred);
    if (done) move_hits(&around);
    else scratch->hit_count = scratch->cell_hits;
    return done;
}

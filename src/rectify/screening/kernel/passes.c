/* An open cell, read as written and in the other ways that its signs ask for (page.py says which and why). */
#include "kernel.h"

#include <string.h>

enum { LEAST_REPEATED = 3 };

static uint16_t sort_of(const struct cell *cell, uint32_t at) { return at < cell->n ? cell->plan->sort[cell->codes[at]] : 0; }

static bool is_word(uint16_t sort) { return (sort & (IS_WORD | IS_DIGIT)) == IS_WORD; }

static bool stream_open(struct scratch *scratch, struct stream *stream) {
    size_t size = (size_t)scratch->cell.n + AT_ONCE;
    uint16_t *letters = room_for(&scratch->second_room, size + 8, sizeof *letters, &scratch->failed);
    stream->at = room_for(&scratch->second_at_room, size, sizeof *stream->at, &scratch->failed);
    stream->marked = room_for(&scratch->counts_room, size + 1, sizeof *stream->marked, &scratch->failed);
    if (!letters || !stream->at || !stream->marked) return false;
    memset(letters, 0, 8 * sizeof *letters);
    stream->letters = letters + 8;
    stream->n = stream->all = 0;
    return true;
}

/* $ and @ beside a letter or digit are letters, or no letter, where `apart`. */
static uint16_t letter_of_sign(const struct cell *cell, uint32_t at, uint16_t kind, bool apart, bool *twice) {
    uint16_t left = at ? sort_of(cell, at - 1) : 0, right = sort_of(cell, at + 1);
    *twice |= is_word(left) || is_word(right);
    if (apart || !((left | right) & IS_WORD)) return NONE;
    return cell->plan->low[kind == SIGN_S ? 's' : 'a'];
}

/* Whether a star stands behind a letter with others of its kind between, few in a row (page.py, _in_words). */
static bool in_word(const struct cell *cell, uint32_t at) {
    const struct plan *plan = cell->plan;
    uint32_t sign = plan->fold[cell->codes[at]], first = at, last = at;
    while (first && kind_of(plan, cell->codes[first - 1]) == STAR && plan->fold[cell->codes[first - 1]] == sign &&
           at - first <= MOST_STARS)
        first--;
    while (last + 1 < cell->n && kind_of(plan, cell->codes[last + 1]) == STAR &&
           plan->fold[cell->codes[last + 1]] == sign && last - at <= MOST_STARS)
        last++;
    uint16_t left = first ? sort_of(cell, first - 1) : 0;
    if (!(left & IS_LETTER) || (left & (IS_DIGIT | IS_DROPPED)) || last - first + 1 > MOST_STARS) return false;
    return is_mark(plan, sign, MARK_ANY_STAR) || (first == last && is_word(sort_of(cell, last + 1)));
}

static bool is_hole(const struct cell *cell, uint32_t at) {
    return kind_of(cell->plan, cell->codes[at]) == STAR && in_word(cell, at);
}

struct range { uint32_t first, end; };

/* From the first sign that may stand for a letter to the last one, with as many letters as a term may have around. */
static struct range around_stars(const struct cell *cell) {
    const struct plan *plan = cell->plan;
    struct range range = {cell->end, 0};
    uint32_t at = cell->first_star > cell->first ? cell->first_star : cell->first;
    uint32_t end = cell->stars_end < cell->end ? cell->stars_end : cell->end;
    while (at < end && !is_hole(cell, at)) at++;
    if (at >= end) return range;
    while (!is_hole(cell, end - 1)) end--;
    range.first = at, range.end = end;
    for (uint32_t more = plan->most_starred; more && range.first > cell->first;) more -= is_letter_kind(kind_of(plan, cell->codes[--range.first]));
    for (uint32_t more = plan->most_starred; more && range.end < cell->end;) more -= is_letter_kind(kind_of(plan, cell->codes[range.end++]));
    return range;
}

/* What is seen while letters are taken in one way: SIGNS_APART would tell more, signs that may be letters, pictures. */
struct seen_beside { bool twice, stars, shown; };

/* A run of one folded sign; what the sign behind it folds to. */
struct run { uint32_t first, end, next; };

static inline struct run next_run(const struct cell *cell, struct run last) {
    const uint32_t *fold = cell->plan->fold, *codes = cell->codes;
    struct run run = {last.end, last.end + 1, last.next};
    while (run.end < cell->n && (run.next = fold[codes[run.end]]) == last.next) run.end++;
    return run;
}

/* Which letters of a run are left out: every second one where they are marked; else those from one on. */
struct rule { bool marked; uint32_t from; };

static struct rule rule_of(const struct cell *cell, enum way way, struct run run) {
    uint32_t size = run.end - run.first;
    uint16_t sort = sort_of(cell, run.first);
    if (way == ONE_OF_TWO) return (struct rule){size % 2 == 0 && sort & IS_LETTER, size};
    return (struct rule){false, size < LEAST_REPEATED || !is_word(sort) ? size : way == ONE_OF_RUN ? 1 : 2};
}

/* Whether a sign that may be a letter is one, or stands for one. */
static bool take_special(const struct cell *cell, enum way way, uint32_t at, uint16_t *letter, bool *marked,
                         struct seen_beside *seen) {
    switch (*letter) {
    case SIGN_S: case SIGN_A:
        *letter = letter_of_sign(cell, at, *letter, way == SIGNS_APART, &seen->twice);
        return *letter != NONE;
    case STAR:
        seen->stars = true, *letter = NONE; /* a hole */
        return *marked = way == HOLES && in_word(cell, at);
    case PICTURE:
        seen->shown = true;
        if (way != AS_PICTURES) return false;
        *letter = code_of_picture(cell->plan, cell->codes[at]), *marked = true;
        if (*letter == NONE) *letter = OTHER;
        return true;
    default: return false; /* what a sign spells out is spelled no further */
    }
}

/* The letters of the cell in one of its ways. False where that way shows nothing that another does not. */
static bool letters_in(struct scratch *scratch, enum way way, struct stream *stream, struct seen_beside *seen) {
    const struct cell *cell = &scratch->cell;
    const struct plan *plan = scratch->plan;
    const bool runs = way == ONE_OF_RUN || way == TWO_OF_RUN || way == ONE_OF_TWO;
    if (!stream_open(scratch, stream)) return false;
    uint16_t *letters = stream->letters;
    uint32_t *places = stream->at, *before_ = stream->marked, n = 0, all = 0;
    struct range range = way == HOLES ? around_stars(cell) : (struct range){cell->first, cell->end};
    struct run run = {range.first, range.first, range.first < cell->n ? plan->fold[cell->codes[range.first]] : 0};
    struct rule rule = {false, 0};
    for (uint32_t at = range.first; at < range.end; at++) {
        if (runs && at >= run.end) {
            run = next_run(cell, run);
            if (run.end - run.first > 1) rule = rule_of(cell, way, run);
        }
        uint16_t letter = kind_of(plan, cell->codes[at]);
        bool marked = false;
        if (letter == NONE) continue;
        if (letter - 32u < 32u) {
            if (!take_special(cell, way, at, &letter, &marked, seen)) continue;
        } else if (runs && run.end - run.first > 1) {
            marked = rule.marked;
            if (marked && (at - run.first) % 2) continue;
            if (at - run.first >= rule.from) { /* and all that are written the same */
                for (all++; at + 1 < run.end && cell->codes[at + 1] == cell->codes[at]; at++) all++;
                continue;
            }
        }
        letters[n] = letter, places[n] = at, before_[n++] = all, all += marked;
    }
    memset(letters + n, 0, 8 * sizeof *letters);
    before_[n] = all, stream->n = n, stream->all = all;
    return way == AS_WRITTEN || way == SIGNS_APART || all > 0;
}

/* Whether a place is what its way is about: it holds, or in doubled text is, what was marked. */
static bool concerns(const struct stream *stream, enum way way, size_t start, size_t size) {
    if (way == AS_WRITTEN || way == SIGNS_APART) return true;
    uint32_t many = stream->marked[start + size] - stream->marked[start];
    return way == ONE_OF_TWO ? many == size : many > 0;
}

static void add_hit(struct scratch *scratch, const struct rules *rules, const struct reading *reading) {
    struct hit *hits = room_for(&scratch->hits_room, scratch->hit_count + 1, sizeof *hits, &scratch->failed);
    if (!hits) return;
    scratch->hits = hits;
    hits[scratch->hit_count++] = (struct hit){
        .cell = scratch->cell_number, .words = rules->words, .term = rules->term, .start = reading->start,
        .end = reading->end, .mask = reading->mask, .gap_start = reading->gap_start, .gap_end = reading->gap_end};
}

/* What may be read of the letters of a skeleton at these positions; `through` a class, only such. */
void read_forms(struct scratch *scratch, uint32_t skeleton, const uint32_t *at, uint32_t through) {
    const struct plan *plan = scratch->plan;
    for (uint32_t i = plan->form_at[skeleton]; i < plan->form_at[skeleton + 1]; i++) {
        uint32_t form = plan->form[i];
        struct reading reading;
        if (form >= plan->forms) return;
        if (through && !(plan->rules[form].allowed & through)) continue;
        if (read_form(scratch, form, at, through, &reading) && (!through || reading.mask & through))
            add_hit(scratch, &plan->rules[form], &reading);
    }
}

static void read_places(struct scratch *scratch, const struct stream *stream, enum way way, uint32_t through) {
    const struct plan *plan = scratch->plan;
    for (size_t i = 0; i < scratch->place_count; i++) {
        struct place place = scratch->places[i];
        size_t size = plan->skeleton_at[place.skeleton + 1] - plan->skeleton_at[place.skeleton];
        if (concerns(stream, way, place.start, size)) read_forms(scratch, place.skeleton, stream->at + place.start, through);
    }
}

/* The places of a stream that is not the one folded from bytes. What was seen beside. */
static unsigned find_places(struct scratch *scratch, const struct stream *stream) {
    uint32_t *found = room_for(&scratch->own_candidates_room, MOST_FOUND(stream->n), sizeof *found, &scratch->failed);
    struct stretch stretch = {stream->letters, stream->n};
    unsigned seen = 0;
    scratch->place_count = 0;
    if (!found) return 0;
    size_t count = filter(scratch->plan, stream->letters, stream->n, found, scratch->vector);
    look_beside(scratch, &scratch->own_lookups, stretch, found, count);
    for (size_t i = 0; i < scratch->twice_count; i++) seen |= ((const struct twice *)scratch->twices_room.data)[i].seen;
    look_up(scratch, &scratch->own_lookups, stretch, &scratch->own_found);
    take_places(scratch, scratch->own_found.room.data, scratch->own_found.count);
    if (scratch->plan->words) find_words_of(scratch, stretch, stream->at);
    return seen;
}

/* The class of disguise that a way is about; 0 for all. */
static uint32_t class_of(enum way way) {
    switch (way) {
    case ONE_OF_RUN: case TWO_OF_RUN: return REPEATED;
    case ONE_OF_TWO: return DOUBLED;
    case HOLES: return STARRED;
    case AS_PICTURES: return PICTURES;
    default: return 0;
    }
}

void read_way(struct scratch *scratch, enum way way) {
    struct seen_beside seen = {0};
    struct stream stream;
    if (!letters_in(scratch, way, &stream, &seen)) return;
    if (way == HOLES) {
        read_holes(scratch, &stream);
    } else {
        find_places(scratch, &stream);
        read_places(scratch, &stream, way, class_of(way));
    }
}

void read_open_cell(struct scratch *scratch, unsigned seen) {
    static const struct { enum way way; unsigned seen; } others[] = {
        {ONE_OF_RUN, SEEN_RUN}, {TWO_OF_RUN, SEEN_RUN}, {ONE_OF_TWO, SEEN_PAIRS}, {HOLES, SEEN_STAR}, {AS_PICTURES, SEEN_PICTURE}};
    struct seen_beside beside = {0};
    struct stream stream;
    if (!scratch->cell.special && !(seen & SEEN_SPECIAL)) stream = (struct stream){.at = scratch->cell.at};
    else if (!letters_in(scratch, AS_WRITTEN, &stream, &beside)) return;
    if (seen & SEEN_SPECIAL) seen |= find_places(scratch, &stream) & stand_twice(&scratch->cell);
    read_places(scratch, &stream, AS_WRITTEN, 0);
    seen |= (beside.stars ? SEEN_STAR : 0) | (beside.shown ? SEEN_PICTURE : 0);
    if (beside.twice) read_way(scratch, SIGNS_APART);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (seen & others[i].seen && scratch->plan->asked & class_of(others[i].way)) read_way(scratch, others[i].way);
}

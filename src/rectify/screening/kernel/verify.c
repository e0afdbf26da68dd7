/* Whether letters that stand one after another in a text are a term: the rules of verify.py, in its order. */
#include "kernel.h"

enum { TWO = 2, LONG = 3, ANY_OF = 3, MOST_OUT_OF_USE = 2, LEAST_DOUBLED = 3, LEAST_REPEATED = 3, CAPITALS = 2 };

static const uint32_t EXACT = STARRED | DOUBLED | PICTURES | OMITTED, FOREIGN = LOOK_ALIKE | MIXED,
                      NOT_EXACT = SPACED | SQUEEZED | LINES | LEET | LIKE | REPEATED,
                      NOT_SHORT = LEET | SPACED | SQUEEZED | LINES | REPEATED | DOUBLED | STARRED | LIKE;

bool is_picture(const struct plan *plan, uint32_t code) {
    size_t low = 0, high = plan->picture_signs;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (plan->pictures[middle] < code) low = middle + 1;
        else high = middle;
    }
    return low < plan->picture_signs && plan->pictures[low] == code;
}

static uint32_t fold_at(const struct cell *cell, uint32_t at) { return cell->plan->fold[cell->codes[at]]; }
static uint16_t sort_at(const struct cell *cell, uint32_t at) { return cell->plan->sort[cell->codes[at]]; }

bool word_at(const struct cell *cell, uint32_t at) { return at < cell->n && sort_at(cell, at) & IS_WORD; }

/* What stands for a letter in leetspeak. */
static bool is_leet(uint32_t seen, uint32_t folded) {
    switch (seen) {
    case '0': return folded == 'o';
    case '1': return folded == 'i' || folded == 'l';
    case '3': return folded == 'e';
    case '4': case '@': return folded == 'a';
    case '5': case '$': return folded == 's';
    case '7': return folded == 't';
    default: return false;
    }
}

/* Whether capitals I run from here back to a small letter. */
static bool after_small(const struct cell *cell, const uint32_t *at, uint32_t number) {
    while (number && sort_at(cell, at[number]) & IS_CAPITAL && fold_at(cell, at[number]) == 'i') number--;
    uint16_t sort = sort_at(cell, at[number]);
    return sort & IS_LETTER && !(sort & (IS_CAPITAL | IS_DIGIT));
}

/* Whether an upright stroke may stand for the i or l of the term. */
static bool upright(const struct cell *cell, const uint32_t *at, uint32_t size, uint32_t number, uint32_t folded) {
    uint32_t seen = fold_at(cell, at[number]);
    uint16_t sort = sort_at(cell, at[number]);
    if ((seen != 'i' && seen != 'l') || (folded != 'i' && folded != 'l')) return false;
    if (sort & IS_BAR) return true;
    if (seen == 'i') return sort & IS_CAPITAL && after_small(cell, at, number); /* caII */
    uint32_t others = 0;
    for (uint32_t n = 0; n < size; n++) { /* VlAGRA */
        uint16_t one = sort_at(cell, at[n]);
        if (fold_at(cell, at[n]) == 'l' && !(one & IS_CAPITAL)) continue;
        if (!(one & (IS_CAPITAL | IS_DIGIT))) return false;
        others++;
    }
    return others >= CAPITALS && !(sort & IS_CAPITAL);
}

static bool looks_alike(const struct plan *plan, uint32_t written, uint32_t meant) {
    int64_t key = (int64_t)meant << 21 | written;
    size_t part = alike_part(meant), low = plan->alike_from[part], end = plan->alike_from[part + 1], high = end;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (plan->alike[middle] < key) low = middle + 1;
        else high = middle;
    }
    return low < end && plan->alike[low] == key;
}

static bool sounds_alike(const struct plan *plan, uint32_t written, uint32_t meant) {
    return plan->syllable[written] && plan->syllable[written] == plan->syllable[meant];
}

/* The class through which one written character is the meant one, the strongest that is allowed: HanTable.likeness. */
static uint32_t alike(const struct plan *plan, uint32_t written, uint32_t meant, bool is_long, uint32_t allowed) {
    bool looks = looks_alike(plan, written, meant), sounds = sounds_alike(plan, written, meant);
    bool everyday = plan->everyday[written] != 0;
    if (allowed & SHAPE && looks && (is_long || !everyday)) return SHAPE;
    if (allowed & RARE && sounds && !everyday) return RARE;
    if (allowed & TWIN && looks) return TWIN;
    return allowed & SOUND && sounds ? SOUND : 0;
}

/* Whether there is such a class; what is far to seek is asked last. */
static bool is_alike(const struct plan *plan, uint32_t written, uint32_t meant, bool is_long, uint32_t allowed) {
    if (allowed & (SOUND | RARE) && sounds_alike(plan, written, meant) && (allowed & SOUND || !plan->everyday[written]))
        return true;
    return allowed & (TWIN | SHAPE) && (allowed & TWIN || is_long || !plan->everyday[written]) &&
           looks_alike(plan, written, meant);
}

/* Letters of one place that are other characters than the term's, counted: han.Likes. */
struct likes { uint32_t others, everyday, turned, classes; };

static bool likes_fit(const struct likes *likes, uint32_t letters, uint32_t han) {
    bool words = letters == TWO && likes->others == TWO && likes->everyday == TWO;
    bool many = han > ANY_OF && likes->others - likes->everyday > MOST_OUT_OF_USE;
    return !(words || many || (likes->turned && likes->others > 1));
}

/* The classes of letters that are other characters; false where they do not make the term. */
static bool read_likes(const struct cell *cell, uint32_t form, const uint32_t *at, uint32_t size, const uint32_t *meant,
                       uint32_t *mask) {
    const struct plan *plan = cell->plan;
    const struct rules *rules = &plan->rules[form];
    struct likes likes = {0};
    uint32_t rare = 0, none = 0;
    for (uint32_t n = 0; n < size; n++) {
        uint32_t seen = fold_at(cell, at[n]);
        if (seen == meant[n] || is_leet(seen, meant[n]) || upright(cell, at, size, n, meant[n])) continue;
        if (!(sort_at(cell, at[n]) & IS_LETTER) && is_mark(plan, seen, MARK_STAR)) continue;
        uint32_t how = alike(plan, seen, meant[n], rules->han >= LONG, rules->allowed & LIKE);
        likes.others++, likes.everyday += plan->everyday[seen] != 0;
        likes.turned += plan->syllable[seen] != plan->syllable[meant[n]];
        likes.classes |= how == RARE ? 0 : how;
        rare += how == RARE, none += !how;
    }
    if (!likes.others) return true;
    if (rare && likes.others == TWO && size == TWO) { /* one out of use is then no more telling than any of its sound */
        if (!(rules->allowed & SOUND)) return false;
        likes.classes |= SOUND;
    } else if (rare) likes.classes |= RARE;
    if (none || !likes_fit(&likes, size, rules->han)) return false;
    *mask |= likes.classes;
    return true;
}

/* The classes that reading the letters takes; false where one is another. */
bool read_letters(const struct cell *cell, uint32_t form, const uint32_t *at, uint32_t size,
                  struct letters *letters) {
    const struct plan *plan = cell->plan;
    const struct rules *rules = &plan->rules[form];
    const uint32_t *folded = plan->folded + plan->letter_at[form], *written = plan->written + plan->letter_at[form];
    uint32_t mask = 0, same = 0;
    bool real = false, native = false;
    *letters = (struct letters){0, -1, -1, false};
    while (same < size && cell->codes[at[same]] == written[same]) same++;
    if (same == size) return true; /* as nearly all that stand there are written */
    for (uint32_t n = 0; n < size; n++) {
        uint32_t code = cell->codes[at[n]], seen = plan->fold[code];
        uint16_t sort = plan->sort[code];
        if (!(sort & IS_LETTER) && is_mark(plan, seen, MARK_STAR)) {
            mask |= STARRED;
            continue;
        }
        bool letter = sort & IS_LETTER && !(sort & IS_DIGIT);
        real |= letter;
        native |= letter && seen < 0x80 && !(sort & (IS_FOREIGN | IS_ORNAMENT));
        if (seen == folded[n]) {
            if (code == written[n]) continue;
            uint32_t bits = plan->small[code] == plan->small[written[n]] ? CASE : plan->bits[code] | plan->bits[written[n]];
            mask |= sort & IS_FOREIGN && (bits & FOREIGN) == LOOK_ALIKE ? bits ^ FOREIGN : bits;
        } else if (is_leet(seen, folded[n])) {
            mask |= LEET;
        } else if (upright(cell, at, size, n, folded[n])) {
            mask |= LOOK_ALIKE;
        } else if (is_alike(plan, seen, folded[n], rules->han >= LONG, rules->allowed & LIKE)) {
            if (!letters->any_like) letters->first_like = (int32_t)at[n];
            letters->last_like = (int32_t)at[n], letters->any_like = true;
        } else {
            return false;
        }
    }
    if (letters->any_like && !read_likes(cell, form, at, size, folded, &mask)) return false;
    if (mask & MIXED && !native) mask = (mask ^ MIXED) | LOOK_ALIKE; /* a word all of another alphabet */
    letters->mask = mask;
    return real || !(mask & LEET);
}

/* Whether these signs stand beside a letter, in the direction of `left`. */
static bool stand(const struct cell *cell, uint32_t edge, uint32_t from, uint32_t count, bool left) {
    for (uint32_t i = 0; i < count; i++) {
        edge = left ? before(cell, edge) : behind(cell, edge);
        uint32_t sign = cell->plan->gap_text[left ? from + count - 1 - i : from + i];
        if (edge >= cell->n || fold_at(cell, edge) != sign) return false; /* NOWHERE is beyond the end too */
    }
    return true;
}

/* Whether the word of the letter at `edge` goes on beside it. A circled 2 or a flag does not go on a word. */
static bool word_goes_on(const struct cell *cell, uint32_t beside, uint32_t edge) {
    if (!word_at(cell, beside)) return false;
    return !(sort_at(cell, beside) & IS_ORNAMENT) || sort_at(cell, edge) & IS_ORNAMENT;
}

static bool ends_fit(const struct cell *cell, uint32_t form, uint32_t first, uint32_t last) {
    const struct edges *edges = &cell->plan->edges[form];
    uint16_t flags = cell->plan->rules[form].flags;
    if (edges->leads) {
        if (!stand(cell, first, edges->lead, edges->leads, true)) return false;
    } else if (flags & CLOSED_LEFT && word_goes_on(cell, before(cell, first), first)) {
        return false;
    }
    if (edges->tails) return stand(cell, last, edges->tail, edges->tails, false);
    return !(flags & CLOSED_RIGHT && word_goes_on(cell, behind(cell, last), last));
}

/* The span, with the term's own signs at its ends and marks over the last letter. */
static void extent(const struct cell *cell, uint32_t form, uint32_t first, uint32_t last, struct reading *reading) {
    const struct edges *edges = &cell->plan->edges[form];
    uint32_t start = first, end = last + 1;
    for (uint32_t i = 0; i < edges->leads; i++) start = before(cell, start);
    for (uint32_t i = 0; i < edges->tails; i++) end = behind(cell, end - 1) + 1;
    for (uint32_t at = end; at < cell->n && sort_at(cell, at) & IS_DROPPED; at++)
        if (cell->plan->bits[cell->codes[at]] & (COMBINING | EMOJI)) end = at + 1;
    reading->start = start, reading->end = end;
}

/* Whether a picture stands before, or a keycap behind. */
static bool pictured(const struct cell *cell, uint32_t at, bool shown) {
    const struct plan *plan = cell->plan;
    if (at && (sort_at(cell, at - 1) & IS_ORNAMENT || (shown && is_picture(plan, fold_at(cell, at - 1))))) return true;
    return at + 1 < cell->n && plan->bits[cell->codes[at + 1]] == EMOJI && sort_at(cell, at + 1) & IS_DROPPED;
}

/* The classes of what folds to nothing inside a hit; what says that a sign is a picture is part of the picture. */
static uint32_t inside(const struct cell *cell, const struct reading *reading, bool shown) {
    uint32_t mask = 0;
    for (uint32_t at = reading->start; at < reading->end; at++) {
        uint16_t sort = sort_at(cell, at);
        if (sort & IS_DROPPED && !(sort & IS_SELECTOR && pictured(cell, at, shown))) mask |= cell->plan->bits[cell->codes[at]];
    }
    return mask;
}

/* Where a run of the letter at a place ends, before `end`; the place itself if the run is short. */
static uint32_t run_end(const struct cell *cell, uint32_t at, uint32_t end) {
    uint32_t fold = fold_at(cell, at), first = at, last = at;
    if (at + 1 >= end || fold_at(cell, at + 1) != fold) return at;
    while (last + 1 < cell->n && fold_at(cell, last + 1) == fold) last++;
    while (first && last - first + 1 < LEAST_REPEATED && fold_at(cell, first - 1) == fold) first--;
    uint16_t sort = sort_at(cell, at);
    if (last - first + 1 < LEAST_REPEATED || !(sort & IS_WORD) || sort & IS_DIGIT) return at;
    return last < end - 1 ? last : end - 1;
}

/* Whether letters that stand twice each stand side by side: three of a script with blanks between words, else two. */
static bool side_by_side(const struct cell *cell, const uint32_t *at, uint32_t size) {
    for (uint32_t n = 0; n + 1 < size; n++) {
        if (at[n + 1] != at[n] + 2) continue;
        if (!(sort_at(cell, at[n]) & sort_at(cell, at[n + 1]) & IS_WORD)) return true;
        if (n + 2 < size && at[n + 2] == at[n + 1] + 2) return true;
    }
    return false;
}

/* The last sign that stands for each letter, by the way in which the letters were found; NULL where that cannot be. */
static const uint32_t *lasts(struct scratch *scratch, const uint32_t *at, uint32_t size, uint32_t through) {
    if (through != REPEATED && through != DOUBLED) return at;
    uint32_t *last = room_for(&scratch->last_room, size, sizeof *last, &scratch->failed);
    if (!last) return NULL;
    for (uint32_t n = 0; n < size; n++)
        last[n] = through == DOUBLED ? at[n] + 1 : run_end(&scratch->cell, at[n], n + 1 < size ? at[n + 1] : scratch->cell.n);
    return last;
}

bool read_form(struct scratch *scratch, uint32_t form, const uint32_t *at, uint32_t through, struct reading *reading) {
    const struct cell *cell = &scratch->cell;
    const struct plan *plan = scratch->plan;
    const struct rules *rules = &plan->rules[form];
    uint32_t size = plan->letter_at[form + 1] - plan->letter_at[form];
    struct letters letters, second;
    if (!through && !ends_fit(cell, form, at[0], at[size - 1])) return false; /* refuses most, at once */
    if (!read_letters(cell, form, at, size, &letters)) return false;
    const uint32_t *last = lasts(scratch, at, size, through);
    if (!last) return false;
    if (through == DOUBLED) {
        if (!read_letters(cell, form, last, size, &second) || size < (rules->flags & ALL_LATIN ? LEAST_DOUBLED : TWO) ||
            !side_by_side(cell, at, size))
            return false;
        letters.mask |= second.mask | DOUBLED;
    }
    if (through && !ends_fit(cell, form, at[0], last[size - 1])) return false;
    reading->gap_start = letters.first_like, reading->gap_end = letters.last_like;
    uint32_t how = read_gaps(scratch, form, at, last, &reading->gap_start, &reading->gap_end);
    if (how == GAPS_CLOSED || (how & SQUEEZED && size == TWO && letters.mask & LIKE & ~(uint32_t)SHAPE)) return false;
    extent(cell, form, at[0], last[size - 1], reading);
    uint32_t mask = letters.mask | how | rules->how | inside(cell, reading, rules->how == PICTURES);
    if (through == REPEATED)
        for (uint32_t n = 0; n < size; n++) mask |= last[n] != at[n] ? REPEATED : 0;
    uint32_t exact = mask & EXACT;
    if (exact) {
        if (mask & NOT_EXACT || exact & (exact - 1) || rules->how & ~exact) return false;
        if (exact == STARRED && !enough_stands(cell, form, at)) return false;
    }
    if (mask & ~(rules->allowed | FREE) || (rules->flags & SHORT && mask & NOT_SHORT)) return false;
    reading->mask = mask;
    return true;
}

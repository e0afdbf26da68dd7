/* What stands of the readings of a cell: the least disguised, less what not_in phrases swallow, capped. hits.py. */
#include "kernel.h"

#include <stdlib.h>

static int rank(uint32_t mask) { return mask & WEAK_CLASSES ? 2 : mask & ~(uint32_t)PLAIN_CLASSES ? 1 : 0; }

#define ORDER(a, b) \
    if ((a) != (b)) return (a) < (b) ? -1 : 1

/* Phrases behind all terms; by list, term, place, then the least disguised. */
static int by_term(const void *one, const void *other) {
    const struct hit *a = one, *b = other;
    ORDER(a->term < 0, b->term < 0);
    ORDER(a->words, b->words);
    ORDER(a->term, b->term);
    ORDER(a->start, b->start);
    ORDER(a->end, b->end);
    ORDER(rank(a->mask), rank(b->mask));
    ORDER(a->mask, b->mask);
    return 0;
}

static bool same_term(const struct hit *a, const struct hit *b) { return a->words == b->words && a->term == b->term; }

/* Hits that overlap a less disguised one of their term are not sure any more; of equal spans the first stays. */
static void keep_least_disguised(const struct hit *hits, size_t n, uint8_t *sure, uint32_t *reach, uint32_t *starts) {
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && same_term(&hits[first], &hits[end]);) end++;
        for (size_t i = first + 1; i < end; i++)
            if (hits[i].start == hits[i - 1].start && hits[i].end == hits[i - 1].end) sure[i] = 0;
        unsigned ranks = 0;
        for (size_t i = first; i < end; i++) ranks |= 1u << rank(hits[i].mask);
        for (int weaker = 1; weaker <= 2; weaker++) {
            size_t better = 0;
            if (!(ranks >> weaker & 1) || !(ranks & ((1u << weaker) - 1))) continue;
            for (size_t i = first; i < end; i++)
                if (rank(hits[i].mask) < weaker) {
                    uint32_t least = better ? reach[better - 1] : 0;
                    starts[better] = hits[i].start, reach[better++] = hits[i].end > least ? hits[i].end : least;
                }
            for (size_t i = first; better && i < end; i++) {
                if (rank(hits[i].mask) != weaker) continue;
                size_t low = 0, high = better; /* those that begin before it ends */
                while (low < high) {
                    size_t middle = (low + high) / 2;
                    if (starts[middle] < hits[i].end) low = middle + 1;
                    else high = middle;
                }
                if (low && reach[low - 1] > hits[i].start) sure[i] = 0;
            }
        }
    }
}

/* Hits of the phrases' list inside one of them, those that only squeezing reads or that hold no strange gap. */
static void swallow_inside(const struct hit *hits, size_t n, const struct hit *phrases, size_t many, bool strange,
                           uint8_t *sure, uint32_t *reach, uint32_t *starts) {
    size_t count = 0;
    for (size_t p = 0; p < many; p++)
        if ((phrases[p].gap_start >= 0) == strange) {
            uint32_t least = count ? reach[count - 1] : 0;
            starts[count] = phrases[p].start, reach[count++] = phrases[p].end > least ? phrases[p].end : least;
        }
    for (size_t i = 0; count && i < n; i++) {
        if (strange && !(hits[i].mask & SQUEEZED)) continue;
        size_t low = 0, high = count; /* those that begin no later than it */
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (starts[middle] <= hits[i].start) low = middle + 1;
            else high = middle;
        }
        if (low && reach[low - 1] >= hits[i].end) sure[i] = 0;
    }
}

/* Hits that hold all strange gaps of a phrase and lie in it.. */
static void swallow_across(const struct hit *hits, size_t n, const struct hit *phrase, uint8_t *sure) {
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && same_term(&hits[first], &hits[end]);) end++;
        size_t low = first, high = end;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (hits[middle].start < phrase->start) low = middle + 1;
            else high = middle;
        }
        for (; low < end && (int64_t)hits[low].start <= phrase->gap_start; low++)
            if (phrase->gap_end < (int64_t)hits[low].end && hits[low].end <= phrase->end) sure[low] = 0;
    }
}

static void swallow(const struct hit *hits, size_t n, const struct hit *phrases, size_t many, uint8_t *sure,
                    uint32_t *reach, uint32_t *starts) {
    for (size_t first = 0, end; first < many; first = end) { /* a list of phrases, and the hits of that list */
        for (end = first + 1; end < many && phrases[end].words == phrases[first].words;) end++;
        size_t from = 0, to;
        while (from < n && hits[from].words < phrases[first].words) from++;
        for (to = from; to < n && hits[to].words == phrases[first].words;) to++;
        for (int strange = 0; strange <= 1; strange++)
            swallow_inside(hits + from, to - from, phrases + first, end - first, strange, sure + from, reach, starts);
        for (size_t p = first; p < end; p++)
            if (phrases[p].gap_start >= 0) swallow_across(hits + from, to - from, &phrases[p], sure + from);
    }
}

/* The first hits of each term that stand; whether more were left out is said in each. */
static size_t cap(struct hit *hits, size_t n, const uint8_t *sure, uint32_t most) {
    size_t kept = 0;
    for (size_t first = 0, end; first < n; first = end) {
        size_t from = kept, count = 0;
        for (end = first; end < n && same_term(&hits[first], &hits[end]); end++)
            if (sure[end] && count++ < most) {
                if (kept < end) hits[kept] = hits[end];
                kept++;
            }
        for (size_t i = from; i < kept; i++) hits[i].capped = count > most;
    }
    return kept;
}

void tell_places(struct scratch *scratch, size_t first) {
    const struct cell *cell = &scratch->cell;
    uint32_t *folded = room_for(&scratch->counts_room, (size_t)cell->n + 1, sizeof *folded, &scratch->failed);
    struct hit *hits = scratch->hits + first;
    size_t n = scratch->hit_count - first;
    if (!n || !folded) return;
    folded[0] = 0;
    for (uint32_t at = 0; cell->vanish && at < cell->n; at++)
        folded[at + 1] = folded[at] + !(cell->plan->sort[cell->codes[at]] & IS_DROPPED);
    for (size_t i = 0; i < n; i++) {
        uint32_t start = hits[i].start, last = hits[i].end - 1;
        hits[i].read_start = cell->read ? cell->read[start] : start;
        hits[i].read_end = (cell->read ? cell->read[last] : last) + 1;
        hits[i].fold_start = cell->vanish ? folded[start] : start;
        hits[i].fold_end = cell->vanish ? folded[last + 1] : last + 1;
    }
}

void settle(struct scratch *scratch) {
    struct hit *hits = scratch->hits + scratch->cell_hits;
    size_t all = scratch->hit_count - scratch->cell_hits, n = 0;
    uint8_t *sure = room_for(&scratch->sure_room, all, 1, &scratch->failed);
    uint32_t *order = room_for(&scratch->order_room, 2 * all, sizeof *order, &scratch->failed);
    if (!sure || !order) return;
    size_t sorted = 1;
    while (sorted < all && by_term(&hits[sorted - 1], &hits[sorted]) <= 0) sorted++;
    if (sorted < all) qsort(hits, all, sizeof *hits, by_term); /* those of one term mostly come in order */
    for (size_t i = 0; i < all; i++) sure[i] = 1, n += hits[i].term >= 0;
    keep_least_disguised(hits, n, sure, order, order + all);
    /* by_term orders phrases by list and place: they have one term, PHRASE */
    if (n < all) swallow(hits, n, hits + n, all - n, sure, order, order + all);
    n = cap(hits, n, sure, scratch->plan->cap);
    scratch->hit_count = scratch->cell_hits + n;
}

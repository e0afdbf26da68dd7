/* The candidates of the filter, compared with the skeletons of their window. */
#include "windows.h"

#include <string.h>

static void nominate(struct scratch *scratch, uint32_t pattern) {
    size_t n = scratch->nominee_count;
    if (n && scratch->nominees[n - 1].cell == scratch->cell_number && scratch->nominees[n - 1].pattern == pattern) return;
    struct nominee *all = room_for(&scratch->nominees_room, n + 1, sizeof *all, &scratch->failed);
    if (!all) return;
    scratch->nominees = all;
    all[n] = (struct nominee){scratch->cell_number, pattern};
    scratch->nominee_count = n + 1;
}

void take_places(struct scratch *scratch, const struct place *places, size_t count) {
    const struct plan *plan = scratch->plan;
    struct place *own = room_for(&scratch->places_room, count, sizeof *own, &scratch->failed);
    scratch->place_count = 0;
    if (!own) return;
    scratch->places = own;
    for (size_t i = 0; i < count; i++) {
        uint32_t first = plan->form_at[places[i].skeleton], last = plan->form_at[places[i].skeleton + 1];
        for (uint32_t form = last; form > first && plan->form[form - 1] >= plan->forms; form--) /* they stand behind terms */
            nominate(scratch, plan->form[form - 1] - plan->forms);
        if (first < last && plan->form[first] < plan->forms) own[scratch->place_count++] = places[i];
    }
}

static void compare(struct scratch *scratch, const struct lookup *lookup, struct stretch *stretch, struct places *found) {
    const struct plan *plan = scratch->plan;
    for (const struct entry *entry = lookup->what;; entry++) {
        uint32_t start = lookup->at - entry->before;
        if (stretch->letters[(ptrdiff_t)lookup->at + entry->beside] == entry->letter && entry->before <= lookup->at &&
            start + (size_t)entry->size <= stretch->n &&
            !memcmp(plan->skeleton + entry->from, stretch->letters + start, entry->size * sizeof(uint16_t))) {
            struct place *places = room_for(&found->room, found->count + 1, sizeof *places, &scratch->failed);
            if (!places) return;
            PREFETCH(plan->form_at + entry->skeleton);
            PREFETCH(plan->skeleton_at + entry->skeleton);
            places[found->count++] = (struct place){entry->skeleton, start};
            stretch->places++;
        }
        if (entry->last) return;
    }
}

void look_up(struct scratch *scratch, struct lookups *lookups, struct stretch *stretches, struct places *places) {
    const struct plan *plan = scratch->plan;
    struct lookup *all = lookups->room.data;
    size_t count = 0;
    for (size_t i = 0; i < lookups->count; i++) { /* the slots were asked for when they were told */
        const struct slot *slot = all[i].what;
        while (slot->key && slot->key != all[i].key) slot++; /* the last slot of all is empty */
        if (!slot->key) continue;
        all[count] = all[i];
        all[count++].what = plan->entries + slot->first;
        PREFETCH(plan->entries + slot->first);
    }
    for (size_t i = 0; i < count; i++) PREFETCH(plan->skeleton + ((const struct entry *)all[i].what)->from);
    places->count = lookups->count = 0;
    for (size_t i = 0; i < count; i++) compare(scratch, &all[i], &stretches[all[i].stretch], places);
}

/* Where letters beside a window stand: those of a skeleton that reach furthest are known (compiled.py). */
enum { ONE_BEFORE, ONE_BEHIND, NONE_BESIDE, TWO_BEFORE, TWO_BEHIND, ONE_EACH };

/* Whether a skeleton may have this window and these letters there. All bits of a window lie in one line of the cache. */
static uint32_t has_beside(const struct plan *plan, uint32_t key, uint32_t one, uint32_t other, uint64_t where) {
    uint64_t told = (uint64_t)key << 33 ^ (uint64_t)other << 18 ^ (uint64_t)one << 3 ^ where;
    const uint32_t *line = plan->beside + (key * SPREAD >> 21 << 4), hash = (uint32_t)(told * SPREAD_64 >> 46);
    uint32_t one_bit = hash >> 9, other_bit = hash & 511; /* both, so that few are there by chance */
    return line[one_bit >> 5] >> (one_bit & 31) & line[other_bit >> 5] >> (other_bit & 31) & 1;
}

/* What is on its way to be looked up. */
struct told { struct scratch *scratch; struct lookups *lookups; uint32_t stretch; };

static void add_lookup(const struct told *told, uint32_t key, unsigned width, const uint16_t *letters, uint32_t at) {
    const struct plan *plan = told->scratch->plan;
    const uint16_t *next = letters + at + 1, *first = next - width;
    if (!has_window(plan, key)) return;
    if (!(has_beside(plan, key, NONE, NONE, NONE_BESIDE) | has_beside(plan, key, first[-1], NONE, ONE_BEFORE) |
          has_beside(plan, key, next[0], NONE, ONE_BEHIND) | has_beside(plan, key, first[-1], first[-2], TWO_BEFORE) |
          has_beside(plan, key, next[0], next[1], TWO_BEHIND) | has_beside(plan, key, first[-1], next[0], ONE_EACH)))
        return;
    struct lookups *lookups = told->lookups;
    struct lookup *all = room_for(&lookups->room, lookups->count + 1, sizeof *all, &told->scratch->failed);
    if (!all) return;
    const struct slot *slot = plan->slots + (key * SPREAD >> plan->slot_shift);
    PREFETCH(slot);
    all[lookups->count++] = (struct lookup){slot, key, at, told->stretch};
}

/* What is to be looked up where a window ends. */
static void add_lookups(const struct told *told, const uint16_t *letters, uint32_t at) {
    const struct plan *plan = told->scratch->plan;
    uint16_t letter = letters[at];
    if (letter < OTHER) {
        uint32_t window = last_five(letters + at);
        for (unsigned size = WIDEST; size; size--)
            if (plan->latin_sizes >> size & 1)
                add_lookup(told, OTHER_KEY(size, window >> 5 * (WIDEST - size)), size, letters, at);
        return;
    }
    if (at) add_lookup(told, letters[(ptrdiff_t)at - 1] | (uint32_t)letter << 16, 2, letters, at);
    if (letter >= plan->single_from) add_lookup(told, OTHER_KEY(SINGLE, letter), 1, letters, at);
}

unsigned look_beside(struct scratch *scratch, struct lookups *lookups, const struct stretch *stretch, uint32_t number,
                     const uint32_t *found, size_t count) {
    const uint16_t *letters = stretch->letters;
    struct told told = {scratch, lookups, number};
    unsigned seen = 0;
    for (size_t c = 0; c < count; c++) {
        uint32_t at = found[c];
        uint16_t letter = letters[at];
        if (at >= 1 && letter == letters[at - 1]) {
            if (at >= 2 && letter == letters[at - 2] && (letter >= OTHER || !bit_of(told.scratch->plan->digits, letter)))
                seen |= SEEN_RUN;
            if (at >= 3 && letters[at - 2] == letters[at - 3] && /* of Latin letters three pairs */
                (letter >= OTHER || letters[at - 2] >= OTHER || (at >= 5 && letters[at - 4] == letters[at - 5])))
                seen |= SEEN_PAIRS;
        }
        add_lookups(&told, letters, at);
    }
    return seen;
}

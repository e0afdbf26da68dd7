/* The candidates of the filter, compared with the skeletons of their window. */
#include "kernel.h"

#include <string.h>

#define SPREAD 0x9E3779B1u
#define SPREAD_64 0x9E3779B97F4A7C15ull
#define PAIR ((uint64_t)8 << 32) /* above the sizes of windows of ASCII letters */
#define SINGLE ((uint64_t)9 << 32)

static void nominate(struct scratch *scratch, uint32_t pattern) {
    size_t n = scratch->nominee_count;
    if (n && scratch->nominees[n - 1].cell == scratch->cell_number && scratch->nominees[n - 1].pattern == pattern) return;
    struct nominee *all = room_for(&scratch->nominees_room, n + 1, sizeof *all, &scratch->failed);
    if (!all) return;
    scratch->nominees = all;
    all[n] = (struct nominee){scratch->cell_number, pattern};
    scratch->nominee_count = n + 1;
}

static void add_place(struct scratch *scratch, uint32_t skeleton, uint32_t start) {
    const struct plan *plan = scratch->plan;
    uint32_t first = plan->form_at[skeleton], last = plan->form_at[skeleton + 1];
    for (uint32_t i = last; i > first && plan->form[i - 1] >= plan->forms; i--) /* patterns stand behind terms */
        nominate(scratch, plan->form[i - 1] - plan->forms);
    if (first == last || plan->form[first] >= plan->forms) return;
    struct place *places = room_for(&scratch->places_room, scratch->place_count + 1, sizeof *places, &scratch->failed);
    if (!places) return;
    scratch->places = places;
    places[scratch->place_count++] = (struct place){skeleton, start};
}

static void compare(struct scratch *scratch, uint64_t key, const uint16_t *letters, size_t n, uint32_t at) {
    const struct plan *plan = scratch->plan;
    for (uint64_t i = key * SPREAD_64 >> plan->slot_shift;; i++) { /* the last slot of all is empty */
        const struct slot *slot = &plan->slots[i];
        if (!slot->count) return;
        if (slot->key != key) continue;
        for (uint32_t e = slot->first; e < slot->first + slot->count; e++) {
            const struct entry *entry = &plan->entries[e];
            uint32_t from = plan->skeleton_at[entry->skeleton], size = plan->skeleton_at[entry->skeleton + 1] - from;
            if (entry->before > at || at - entry->before + (size_t)size > n) continue;
            uint32_t start = at - entry->before;
            if (!memcmp(plan->skeleton + from, letters + start, size * sizeof(uint16_t)))
                add_place(scratch, entry->skeleton, start);
        }
        return;
    }
}

static uint32_t ascii_only(uint16_t letter) { return letter < OTHER ? letter : NONE; }

/* The last four letters, as far as they are of ASCII. */
static uint32_t last_four(const uint16_t *last) {
    uint32_t one = ascii_only(last[-1]), two = one ? ascii_only(last[-2]) : NONE, three = two ? ascii_only(last[-3]) : NONE;
    return three | two << 5 | one << 10 | (uint32_t)*last << 15;
}

unsigned exact(struct scratch *scratch, const uint16_t *letters, size_t n, const uint32_t *found, size_t count) {
    const struct plan *plan = scratch->plan;
    unsigned seen = 0;
    scratch->place_count = 0;
    for (size_t c = 0; c < count; c++) {
        uint32_t at = found[c];
        uint16_t letter = letters[at];
        if (at >= 1 && letter == letters[at - 1]) { /* these windows are in the filter for this alone */
            if (at >= 2 && letter == letters[at - 2]) seen |= SEEN_RUN;
            if (at >= 3 && letters[at - 2] == letters[at - 3] && /* of Latin letters three pairs */
                (letter >= OTHER || letters[at - 2] >= OTHER || (at >= 5 && letters[at - 4] == letters[at - 5])))
                seen |= SEEN_PAIRS;
        }
        if (letter < OTHER) {
            uint32_t window = last_four(letters + at);
            if (!(plan->latin[window >> 5] >> (window & 31) & 1)) continue; /* the hash was another's */
            for (unsigned size = 4; size; size--)
                if (plan->latin_sizes >> size & 1)
                    compare(scratch, (uint64_t)size << 32 | window >> (20 - 5 * size), letters, n, at);
        } else {
            uint32_t place = (letters[(ptrdiff_t)at - 1] | (uint32_t)letter << 16) * SPREAD >> plan->wide_shift;
            if (at && plan->wide[place >> 5] >> (place & 31) & 1) compare(scratch, PAIR | letters[at - 1] | (uint64_t)letter << 16, letters, n, at);
            if (letter >= plan->single_from) compare(scratch, SINGLE | letter, letters, n, at);
        }
    }
    return seen;
}

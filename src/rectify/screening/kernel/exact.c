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

static void compare(struct scratch *scratch, const struct lookup *lookup, struct stretch stretch, struct places *found) {
    const struct plan *plan = scratch->plan;
    for (const struct entry *entry = lookup->what;; entry++) {
        uint32_t start = lookup->at - entry->before;
        if (stretch.letters[(ptrdiff_t)lookup->at + entry->beside] == entry->letter && entry->before <= lookup->at &&
            start + (size_t)entry->size <= stretch.n &&
            !memcmp(plan->skeleton + entry->from, stretch.letters + start, entry->size * sizeof(uint16_t))) {
            struct place *places = room_for(&found->room, found->count + 1, sizeof *places, &scratch->failed);
            if (!places) return;
            PREFETCH(plan->form_at + entry->skeleton);
            PREFETCH(plan->skeleton_at + entry->skeleton);
            places[found->count++] = (struct place){entry->skeleton, start};
        }
        if (entry->last) return;
    }
}

/* The entries of a key that may have its slot from one on. */
static inline const struct entry *entries_from(const struct plan *plan, const struct slot *slot, uint32_t key) {
    while (slot->key && slot->key != key) slot++; /* the last slot of all is empty */
    return slot->key ? plan->entries + slot->first : NULL;
}

void look_up(struct scratch *scratch, struct lookups *lookups, struct stretch stretch, struct places *places) {
    const struct plan *plan = scratch->plan;
    struct lookup *all = lookups->room.data;
    size_t count = 0;
    for (size_t i = 0; i < lookups->count; i++) { /* the slots were asked for when they were told */
        const struct entry *entries = entries_from(plan, all[i].what, all[i].key);
        if (!entries) continue;
        all[count] = all[i];
        all[count++].what = entries;
        PREFETCH(entries);
    }
    for (size_t i = 0; i < count; i++) PREFETCH(plan->skeleton + ((const struct entry *)all[i].what)->from);
    places->count = lookups->count = 0;
    for (size_t i = 0; i < count; i++) compare(scratch, &all[i], stretch, places);
}

const struct entry *entries_of(const struct plan *plan, uint32_t key) {
    return entries_from(plan, plan->slots + (key * SPREAD >> plan->slot_shift), key);
}

void look_up_word(struct scratch *scratch, uint32_t key, struct stretch stretch, uint32_t at) {
    struct places words = {scratch->places_room, scratch->place_count};
    struct lookup lookup = {entries_of(scratch->plan, key), key, at};
    if (lookup.what) compare(scratch, &lookup, stretch, &words);
    scratch->places_room = words.room, scratch->places = words.room.data, scratch->place_count = words.count;
}

/* Which bit of a number that is not 0 is the lowest. */
static inline unsigned lowest(uint32_t bits) {
#if defined(__GNUC__)
    return (unsigned)__builtin_ctz(bits);
#else
    unsigned bit = 0;
    for (; !(bits & 1); bits >>= 1) bit++;
    return bit;
#endif
}

/* A window that ends with a letter; what is known of where letters beside it stand, a bit each; these letters. */
struct window { uint32_t key, spread, kinds, letters[KINDS + 1]; };

static inline struct window window_of(const struct plan *plan, uint32_t key, unsigned width, const uint16_t *last) {
    const uint16_t *next = last + 1, *first = next - width;
    uint32_t left = first[-1], right = next[0], spread = key * SPREAD;
    return (struct window){key, spread, plan->windows[spread >> plan->window_shift],
                           {left, right, 0, left | (uint32_t)first[-2] << 16, right | (uint32_t)next[1] << 16, left | right << 16, 0}};
}

/* Whether a skeleton may have a window with the letters beside it that stand there. All bits of a window lie in one line
   of the cache; two each, so that few are there by chance. */
static inline uint32_t may_stand(const struct plan *plan, const struct window *window, unsigned where) {
    const uint32_t *line = plan->beside + (window->spread >> 21 << 4);
    uint64_t told = (uint64_t)window->key << 32 | window->letters[where];
    uint32_t hash = (uint32_t)(told * SPREAD_64 >> 46) ^ where * 0x2C1Bu;
    return bit_of(line[hash >> 14], hash >> 9) & bit_of(line[hash >> 5 & 15], hash);
}

/* What is on its way to be looked up, in room for all that may be. */
struct told { const struct plan *plan; struct lookup *all; size_t count; };

/* Two kinds, as most windows have at most, are asked in any case: that is quicker than to guess how many there are. */
static inline void add_lookup(struct told *told, const struct window *window, uint32_t at) {
    const struct plan *plan = told->plan;
    uint32_t kinds = window->kinds, more = kinds & (kinds - 1), rest = more & (more - 1);
    uint32_t found = may_stand(plan, window, lowest(kinds | 1u << KINDS)) & (kinds > 0);
    found |= may_stand(plan, window, lowest(more | 1u << KINDS)) & (more > 0);
    for (; rest; rest &= rest - 1) found |= may_stand(plan, window, lowest(rest));
    const struct slot *slot = plan->slots + (window->spread >> plan->slot_shift);
    told->all[told->count] = (struct lookup){slot, window->key, at};
    told->count += found;
    PREFETCH(slot);
}

/* One of two without a branch, which would be foreseen as often as not. */
static inline uint32_t either(bool yes, uint32_t one, uint32_t other) { return other ^ ((one ^ other) & -(uint32_t)yes); }

static inline bool is_window(const struct plan *plan, uint32_t key) {
    return plan->windows[key * SPREAD >> plan->window_shift];
}

static inline void add_window(struct told *told, uint32_t key, unsigned width, const uint16_t *letters, uint32_t at) {
    struct window window = window_of(told->plan, key, width, letters + at);
    add_lookup(told, &window, at);
}

/* What is to be looked up where a window ends: of letters of ASCII mostly five, else a pair. Windows of runs of a letter,
   and of other sizes, are mostly none. */
static inline void add_lookups(struct told *told, const uint16_t *letters, uint32_t at) {
    const struct plan *plan = told->plan;
    const uint16_t *last = letters + at;
    uint32_t letter = *last, five = last_five(last), sizes = plan->latin_sizes;
    bool ascii = letter < OTHER && last[-1] < OTHER; /* no pair */
    uint32_t key = either(ascii, OTHER_KEY(WIDEST, five), last[-1] | letter << 16);
    if (!is_told(last) || may_end(plan, last)) add_window(told, key, either(ascii, WIDEST, 2), letters, at);
    if (letter >= plan->single_from && has_singles(plan)) add_window(told, OTHER_KEY(SINGLE, letter), 1, letters, at);
    if (letter >= OTHER || sizes >> WIDEST << WIDEST == sizes) return;
    for (unsigned size = WIDEST - 1; size; size--) {
        uint32_t window = five >> 5 * (WIDEST - size);
        key = OTHER_KEY(size, window);
        if (!(sizes >> size & 1) || !is_window(plan, key) || (size <= MOST_WORD && is_word_of(plan, size, window))) continue;
        add_window(told, key, size, letters, at); /* words are sought by themselves */
    }
}

/* Whether letters stand there twice and more, by those before the last one. */
static inline unsigned seen_twice(const struct plan *plan, const uint16_t *last) {
    unsigned wide = last[0] >= OTHER, same = last[0] == last[-1], digit = !wide && bit_of(plan->digits, last[0]);
    unsigned run = same & (last[0] == last[-2]) & !digit, pairs = same & (last[-2] == last[-3]) & (last[-2] != NONE);
    pairs &= wide | (last[-2] >= OTHER) | ((last[-4] == last[-5]) & (last[-4] != NONE)); /* of Latin letters three */
    return run * SEEN_RUN | pairs * SEEN_PAIRS;
}

/* Whether all that is asked for at a place is one letter, and so was at the place before. */
static inline bool inside_run(const uint16_t *last) {
    uint64_t four[3], all = last[0] * 0x0001000100010001u;
    memcpy(four, last - 7, sizeof *four * 2);
    memcpy(four + 2, last - 1, sizeof *four);
    return four[0] == all && four[1] == all && four[2] == all;
}

void look_beside(struct scratch *scratch, struct lookups *lookups, struct stretch stretch, const uint32_t *found, size_t count) {
    const struct plan *plan = scratch->plan;
    struct twice *twices = room_for(&scratch->twices_room, count + 1, sizeof *twices, &scratch->failed);
    struct told told = {plan, room_for(&lookups->room, count * (WIDEST + 1), sizeof(struct lookup), &scratch->failed), 0};
    size_t before_ = 0;
    scratch->twice_count = lookups->count = 0;
    if (!told.all || !twices) return;
    for (size_t c = 0; c < count; c++) {
        const uint16_t *last = stretch.letters + found[c];
        if (c && found[c] == found[c - 1] + 1 && told.count == before_ && last[0] == last[-1] && inside_run(last)) continue;
        before_ = told.count;
        unsigned seen = seen_twice(plan, last);
        twices[scratch->twice_count] = (struct twice){found[c], seen};
        scratch->twice_count += seen > 0;
        add_lookups(&told, stretch.letters, found[c]);
    }
    lookups->count = told.count;
}

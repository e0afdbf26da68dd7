/* A text taken apart into code points, with signs that spell out spelled, as `FoldTable.spell` does. */
#include "kernel.h"

#include <stdlib.h>
#include <string.h>

void *room_for(struct room *room, size_t count, size_t size, bool *failed) {
    if (count < (size_t)1 << 40 && count * size <= room->bytes) return room->data; /* a division would take longer */
    size_t want = room->bytes ? room->bytes : 4096;
    while (want / size < count) {
        if (want > SIZE_MAX / 2) {
            *failed = true;
            return NULL;
        }
        want *= 2;
    }
    void *data = realloc(room->data, want);
    if (!data) {
        *failed = true;
        return NULL;
    }
    room->data = data, room->bytes = want;
    return data;
}

void scratch_close(struct scratch *s) {
    struct room *rooms[] = {&s->codes_room, &s->read_room, &s->at_room, &s->letters_room, &s->second_room,
                            &s->second_at_room, &s->counts_room, &s->candidates_room, &s->places_room, &s->hits_room,
                            &s->nominees_room, &s->gaps_room, &s->gap_text_room, &s->words_room, &s->last_room,
                            &s->order_room, &s->sure_room, &s->checkpoints_room, &s->beside_room, &s->starts_room,
                            &s->signs_room, &s->lines_room, &s->own_candidates_room, &s->twices_room, &s->bytes_room, &s->marked_room, &s->viewed_room, &s->view_room, &s->lookups.room,
                            &s->own_lookups.room, &s->found.room, &s->own_found.room};
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        free(rooms[i]->data);
        *rooms[i] = (struct room){0};
    }
}

size_t spelled_letters(const struct plan *plan, uint32_t code, uint32_t *first) {
    uint32_t at = code * SPREAD >> (32 - SPELLED_BITS), number;
    for (; (number = plan->spelled_at[at]) != 0; at = (at + 1) % (1 << SPELLED_BITS))
        if (plan->spelled[number - 1] == code) return *first = plan->first[number - 1], (size_t)plan->lengths[number - 1];
    return 0;
}

/* Room for that many code points, with one on each side. */
static bool cell_room(struct scratch *scratch, size_t codes) {
    struct cell *cell = &scratch->cell;
    uint32_t *first = room_for(&scratch->codes_room, codes + 2, 4, &scratch->failed);
    cell->at = room_for(&scratch->at_room, codes + 2, 4, &scratch->failed);
    if (!first || !cell->at || codes > UINT32_MAX / 2) return false;
    cell->codes = first + 1;
    return true;
}

static void tell_star(struct cell *cell, uint32_t at) {
    if (cell->first_star > at) cell->first_star = at;
    cell->stars_end = at + 1;
}

/* The letters of a sign that spells out, in its place. False where there is no room for them. */
static bool spell(struct scratch *scratch, uint32_t code, uint32_t *n, uint32_t read, size_t left) {
    struct cell *cell = &scratch->cell;
    uint32_t first = 0;
    size_t letters = spelled_letters(scratch->plan, code, &first), all = *n + letters + left;
    uint32_t *reads = room_for(&scratch->read_room, all + 2, 4, &scratch->failed);
    if (!reads || !cell_room(scratch, all)) return false;
    if (!cell->read)
        for (uint32_t i = 0; i < *n; i++) reads[i] = i;
    cell->read = reads;
    for (size_t i = 0; i < letters; i++) {
        uint16_t letter = kind_of(scratch->plan, first + (uint32_t)i);
        if (letter) cell->at[cell->letters++] = *n;
        if (letter == STAR) tell_star(cell, *n);
        cell->codes[*n] = first + (uint32_t)i, reads[*n] = read, ++*n;
    }
    return true;
}

/* Whether a sign that is no letter may fold to nothing: those of ASCII that are seen do not. */
static inline bool may_vanish(uint32_t code) { return code - ' ' > '~' - ' '; }

bool cell_open(struct scratch *scratch, const uint8_t *begin, const uint8_t *end) {
    const struct plan *plan = scratch->plan;
    struct cell *cell = &scratch->cell;
    uint32_t n = 0, read = 0, letters = 0;
    bool vanish = false, special = false;
    *cell = (struct cell){.plan = plan, .first_star = UINT32_MAX};
    if (!cell_room(scratch, (size_t)(end - begin))) return false;
    uint32_t *codes = cell->codes, *at = cell->at, *reads = NULL;
    codes[-1] = 0;
    for (const uint8_t *p = begin; p < end; read++) {
        unsigned size;
        uint32_t code = decode(p, end, &size);
        uint16_t kind = kind_of(plan, code);
        p += size;
        if (kind == SPELLED) {
            vanish = true, cell->letters = letters;
            if (!spell(scratch, code, &n, read, (size_t)(end - p))) return false;
            letters = cell->letters, codes = cell->codes, at = cell->at, reads = cell->read;
            continue;
        }
        if (!code) code = 0x200B; /* a reader sees nothing of NUL, as of a zero-width space */
        vanish |= kind == NONE && may_vanish(code);
        special |= kind == SIGN_S || kind == SIGN_A;
        if (kind == STAR) tell_star(cell, n);
        at[letters] = n, letters += is_letter_kind(kind);
        if (reads) reads[n] = read;
        codes[n++] = code;
    }
    codes[n] = 0, cell->n = cell->end = n, cell->letters = letters, cell->vanish = vanish, cell->special = special;
    return true;
}

/* One cell through all parts. Nearly all end behind the filter. */
#include "kernel.h"

#include <string.h>

static bool letter_or_number_sign(uint8_t b) { return ((b | 0x20) >= 'a' && (b | 0x20) <= 'z') || b == '#'; }

bool has_markup(const uint8_t *begin, const uint8_t *end) {
    if (begin == end) return false;
    if (memchr(begin, '<', (size_t)(end - begin))) return true;
    for (const uint8_t *p = begin; (p = memchr(p, '&', (size_t)(end - p))) && ++p < end;)
        if (letter_or_number_sign(*p)) return true;
    return false;
}

enum { GUARD = 8, AT_ONCE = 4096 }; /* zeros on both sides of letters; bytes that are folded, then filtered */

/* Room behind what the jobs before have taken. False where there is none. */
static bool job_room(struct scratch *scratch, struct job *job) {
    const struct job *last = scratch->job_count ? job - 1 : NULL;
    size_t bytes = (size_t)(job->end - job->begin);
    job->letters = (last ? last->letters + last->n : 0) + GUARD;
    job->checkpoints = last ? last->checkpoints + last->checkpoint_count : 0;
    job->found = last ? last->found + last->found_count : 0;
    return room_for(&scratch->letters_room, job->letters + bytes + GUARD + 64, sizeof(uint16_t), &scratch->failed) &&
           room_for(&scratch->checkpoints_room, job->checkpoints + bytes + 1, sizeof(struct checkpoint), &scratch->failed) &&
           room_for(&scratch->candidates_room, job->found + MOST_FOUND(bytes), sizeof(uint32_t), &scratch->failed);
}

/* Letters and candidates of a text, a part of the bytes after the other, so that letters are filtered while they are in
   the first cache. */
static void job_fold(struct scratch *scratch, struct job *job) {
    uint16_t *letters = (uint16_t *)scratch->letters_room.data + job->letters;
    struct checkpoint *checks = (struct checkpoint *)scratch->checkpoints_room.data + job->checkpoints;
    uint32_t *found = (uint32_t *)scratch->candidates_room.data + job->found;
    struct folding f = {scratch->plan, job->begin, job->begin, job->begin, job->end, letters, letters, checks, 0};
    memset(letters - GUARD, 0, GUARD * sizeof *letters);
    while (f.p < job->end) {
        size_t first = job->n;
        f.stop = job->end - f.p > AT_ONCE ? f.p + AT_ONCE : job->end;
        if (scratch->vector) fold_avx512(&f);
        else fold_portable(&f);
        job->n = (size_t)(f.out - letters);
        memset(f.out, 0, GUARD * sizeof *letters);
        if (!(f.seen & SEEN_SPECIAL))
            job->found_count = filter(scratch->plan, letters, first, job->n, found, job->found_count, scratch->vector);
    }
    job->checkpoint_count = (size_t)(f.checkpoint - checks), job->seen = f.seen;
    struct stretch stretch = {letters, job->n, 0};
    if (job->seen & SEEN_SPECIAL) job->found_count = 0;
    else
        job->seen |= look_beside(scratch, &scratch->lookups, &stretch, (uint32_t)(job - scratch->jobs), found,
                                 &job->found_count);
}

/* The places of a text, and what they are. */
static void job_read(struct scratch *scratch, const struct job *job, const struct place *places, size_t count) {
    const uint32_t *found = (const uint32_t *)scratch->candidates_room.data + job->found;
    const uint8_t *begin = job->begin, *end = job->end;
    unsigned seen = job->seen;
    scratch->letters = (uint16_t *)scratch->letters_room.data + job->letters, scratch->n = job->n;
    scratch->checkpoints = (struct checkpoint *)scratch->checkpoints_room.data + job->checkpoints;
    scratch->checkpoint_count = job->checkpoint_count;
    scratch->cell_number = job->number, scratch->cell_hits = scratch->hit_count, scratch->place_count = 0;
    if (!(seen & SEEN_SPECIAL)) {
        if (count) take_places(scratch, places, count);
        if (scratch->place_count) keep_likely(scratch, begin, end);
        if (seen & SEEN_RUN && !holds_run(scratch, begin, end, found, job->found_count)) seen &= ~(unsigned)SEEN_RUN;
        if (seen & SEEN_PAIRS && !holds_pairs(scratch, begin, end, found, job->found_count)) seen &= ~(unsigned)SEEN_PAIRS;
        if (!scratch->place_count && !seen) return;
    }
    if (scratch->failed || !cell_open(scratch, begin, end)) return;
    read_open_cell(scratch, seen);
    if (scratch->hit_count == scratch->cell_hits) return;
    if (job->raw) tell_raw(scratch);
    else settle(scratch);
}

void scan_all(struct scratch *scratch) {
    struct stretch stretches[SIDE_BY_SIDE];
    const uint16_t *letters = scratch->letters_room.data;
    for (unsigned i = 0; i < scratch->job_count; i++)
        stretches[i] = (struct stretch){letters + scratch->jobs[i].letters, scratch->jobs[i].n, 0};
    look_up(scratch, &scratch->lookups, stretches, &scratch->found);
    size_t first = 0;
    for (unsigned i = 0; i < scratch->job_count && !scratch->failed; i++) {
        job_read(scratch, &scratch->jobs[i], (const struct place *)scratch->found.room.data + first, stretches[i].places);
        first += stretches[i].places;
    }
    scratch->job_count = 0;
}

void scan_soon(struct scratch *scratch, uint32_t number, const uint8_t *begin, const uint8_t *end, bool raw) {
    struct job *job = &scratch->jobs[scratch->job_count];
    if (begin == end) return;
    *job = (struct job){.begin = begin, .end = end, .number = number, .raw = raw};
    if (!job_room(scratch, job)) return;
    job_fold(scratch, job);
    scratch->job_count++;
    if (scratch->job_count == SIDE_BY_SIDE || job->letters > ENOUGH_LETTERS) scan_all(scratch);
}

void scan_cell(struct scratch *scratch, uint32_t number, const uint8_t *begin, const uint8_t *end, bool raw) {
    scan_soon(scratch, number, begin, end, raw);
    scan_all(scratch);
}

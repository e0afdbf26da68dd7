/* One cell through all parts. */
#include "kernel.h"

#include <string.h>

bool has_markup(const uint8_t *begin, const uint8_t *end) {
    if (begin == end) return false;
    if (memchr(begin, '<', (size_t)(end - begin))) return true;
    for (const uint8_t *p = begin; (p = memchr(p, '&', (size_t)(end - p))) && ++p < end;)
        if (begins_entity(*p)) return true;
    return false;
}

enum { GUARD = 8 }; /* zeros on both sides of letters */

static uint16_t *letters_of(const struct scratch *scratch, const struct job *job) {
    return (uint16_t *)scratch->letters_room.data + job->letters;
}

static void tell_number(struct scratch *scratch, struct room *room, size_t *count, uint32_t number) {
    uint32_t *numbers = room_for(room, *count + 1, sizeof *numbers, &scratch->failed);
    if (numbers) numbers[(*count)++] = number;
}

/* Letters of a text, behind those of the jobs before. False where there is no room. */
static bool job_fold(struct scratch *scratch, struct job *job) {
    const struct job *last = scratch->job_count ? job - 1 : NULL;
    size_t bytes = (size_t)(job->end - job->begin);
    job->letters = (last ? last->letters + last->n : 0) + GUARD;
    job->checkpoints = last ? last->checkpoints + last->checkpoint_count : 0;
    if (!room_for(&scratch->letters_room, job->letters + bytes + GUARD + 64, sizeof(uint16_t), &scratch->failed) ||
        !room_for(&scratch->checkpoints_room, job->checkpoints + bytes + 1, sizeof(struct checkpoint), &scratch->failed))
        return false;
    uint16_t *letters = letters_of(scratch, job);
    struct checkpoint *checks = (struct checkpoint *)scratch->checkpoints_room.data + job->checkpoints;
    struct folding f = {scratch->plan, job->begin, job->begin, job->end, letters, letters, checks, 0, NULL};
    memset(letters - GUARD, 0, GUARD * sizeof *letters);
    if (scratch->vector) fold_avx512(&f);
    else fold_portable(&f);
    memset(f.out, 0, GUARD * sizeof *letters);
    job->n = (size_t)(f.out - letters), job->checkpoint_count = (size_t)(f.checkpoint - checks), job->seen = f.seen;
    job->first_sign = f.first_sign ? (uint32_t)(f.first_sign - job->begin) : 0;
    return true;
}

/* What is to be looked up of a text. All jobs are folded before: letters that were written just now are slow to read. */
static void job_filter(struct scratch *scratch, struct job *job) {
    unsigned number = (unsigned)(job - scratch->jobs);
    job->found = number ? job[-1].found + job[-1].found_count : 0;
    uint32_t *found = room_for(&scratch->candidates_room, job->found + MOST_FOUND(job->n), sizeof *found, &scratch->failed);
    if (!found || job->seen & SEEN_SPECIAL) return;
    found += job->found;
    struct stretch stretch = {letters_of(scratch, job), job->n, 0};
    job->found_count = filter(scratch->plan, letters_of(scratch, job), job->n, found, scratch->vector);
    job->seen |= look_beside(scratch, &scratch->lookups, &stretch, number, found, job->found_count);
}

/* The places of a text, and what they are. */
static void job_read(struct scratch *scratch, const struct job *job, const struct place *places, size_t count) {
    const uint32_t *found = (const uint32_t *)scratch->candidates_room.data + job->found;
    const uint8_t *begin = job->begin, *end = job->end;
    unsigned seen = job->seen;
    scratch->letters = letters_of(scratch, job), scratch->n = job->n;
    scratch->checkpoints = (struct checkpoint *)scratch->checkpoints_room.data + job->checkpoints;
    scratch->checkpoint_count = job->checkpoint_count;
    scratch->cell_number = job->number, scratch->cell_hits = scratch->hit_count, scratch->place_count = 0;
    bool near = false;
    if (!(seen & SEEN_SPECIAL)) {
        take_places(scratch, places, count);
        if (seen & SEEN_RUN && !holds_run(scratch, begin, end, found, job->found_count)) seen &= ~(unsigned)SEEN_RUN;
        if (seen & SEEN_PAIRS && !holds_pairs(scratch, begin, end, found, job->found_count)) seen &= ~(unsigned)SEEN_PAIRS;
        if (!scratch->place_count && !seen) return;
        if (!(seen & ~(unsigned)(SEEN_STAR | SEEN_APART | SEEN_PAIRS))) {
            near = read_near(scratch, job, seen);
            if (!near) take_places(scratch, places, count); /* others were looked for since */
        }
    }
    if (!near) {
        if (scratch->failed || !cell_open(scratch, begin, end)) return;
        read_open_cell(scratch, seen);
    }
    if (scratch->hit_count == scratch->cell_hits) return;
    if (!(job->how & RAW)) settle(scratch);
    if (!near) tell_places(scratch, scratch->cell_hits);
}

void scan_all(struct scratch *scratch) {
    struct stretch stretches[SIDE_BY_SIDE];
    for (unsigned i = 0; i < scratch->job_count && !scratch->failed; i++) {
        job_filter(scratch, &scratch->jobs[i]);
        stretches[i] = (struct stretch){letters_of(scratch, &scratch->jobs[i]), scratch->jobs[i].n, 0};
    }
    if (!scratch->failed) look_up(scratch, &scratch->lookups, stretches, &scratch->found);
    size_t first = 0;
    for (unsigned i = 0; i < scratch->job_count && !scratch->failed; i++) {
        if (!stretches[i].places && !scratch->jobs[i].seen) continue; /* nearly all end here */
        job_read(scratch, &scratch->jobs[i], (const struct place *)scratch->found.room.data + first, stretches[i].places);
        first += stretches[i].places;
    }
    scratch->job_count = 0, scratch->view_bytes = 0;
}

/* A text with markup as a reader sees it, as the last job. False where Python has to tell what that is. */
static bool job_view(struct scratch *scratch, struct job job) {
    size_t most = MOST_VIEWED((size_t)(job.end - job.begin)), size;
    if (scratch->view_bytes + most > scratch->view_room.bytes) scan_all(scratch); /* what they read may move */
    uint8_t *out = room_for(&scratch->view_room, scratch->view_bytes + most, 1, &scratch->failed);
    if (!out) return false;
    out += scratch->view_bytes;
    enum view view = view_plain(scratch->plan, job.begin, job.end, out, &size);
    if (view == VIEW_UNKNOWN) {
        tell_number(scratch, &scratch->marked_room, &scratch->marked_count, job.number);
        return false;
    }
    if (view == VIEW_OTHER) {
        tell_number(scratch, &scratch->viewed_room, &scratch->viewed_count, job.number);
        job.begin = out, job.end = out + size, job.how |= RAW;
        scratch->view_bytes += size;
    }
    scratch->jobs[scratch->job_count] = job;
    return job_fold(scratch, &scratch->jobs[scratch->job_count]);
}

void scan_soon(struct scratch *scratch, uint32_t number, const uint8_t *begin, const uint8_t *end, unsigned how) {
    struct job *job = &scratch->jobs[scratch->job_count], given = {.begin = begin, .end = end, .number = number, .how = how};
    if (begin == end) return;
    *job = given;
    if (!job_fold(scratch, job)) return;
    if (job->seen & SEEN_MARKUP && !(how & PLAIN) && !job_view(scratch, given)) return;
    job = &scratch->jobs[scratch->job_count++];
    job->seen &= ~(unsigned)SEEN_MARKUP;
    if (scratch->job_count == SIDE_BY_SIDE || job->letters > ENOUGH_LETTERS) scan_all(scratch);
}

void scan_cell(struct scratch *scratch, uint32_t number, const uint8_t *begin, const uint8_t *end, unsigned how) {
    scan_soon(scratch, number, begin, end, how);
    scan_all(scratch);
}

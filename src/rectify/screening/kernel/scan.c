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

/* What stands between the letters of texts: more than a window has, in none of them, and nothing twice. */
enum { GUARD = 8 };
static const uint16_t GUARDS[GUARD] = {APART_ONE, APART_TWO, APART_ONE, APART_TWO, APART_ONE, APART_TWO, APART_ONE, APART_TWO};

static uint16_t *letters_of(const struct scratch *scratch, const struct job *job) {
    return (uint16_t *)scratch->letters_room.data + job->letters;
}

static void tell_number(struct scratch *scratch, struct room *room, size_t *count, uint32_t number) {
    uint32_t *numbers = room_for(room, *count + 1, sizeof *numbers, &scratch->failed);
    if (numbers) numbers[(*count)++] = number;
}

/* Letters of a text, behind those of the jobs before: as far as one that has to be read as a whole, or that markup begins
   there, where that is asked for. False where there is no room. */
static bool job_fold(struct scratch *scratch, struct job *job, bool markup) {
    const struct job *last = scratch->job_count ? job - 1 : NULL;
    size_t bytes = (size_t)(job->end - job->begin);
    job->letters = (last ? last->letters + last->n : 0) + GUARD;
    job->checkpoints = last ? last->checkpoints + last->checkpoint_count : 0;
    job->signs = last ? last->signs + last->sign_count : 0;
    if (!room_for(&scratch->letters_room, job->letters + bytes + GUARD + AT_ONCE, sizeof(uint16_t), &scratch->failed) ||
        !room_for(&scratch->checkpoints_room, job->checkpoints + bytes + 1, sizeof(struct checkpoint), &scratch->failed) ||
        !room_for(&scratch->beside_room, job->signs + bytes, sizeof(struct sign), &scratch->failed))
        return false;
    uint16_t *letters = letters_of(scratch, job);
    struct checkpoint *checks = (struct checkpoint *)scratch->checkpoints_room.data + job->checkpoints;
    struct sign *signs = (struct sign *)scratch->beside_room.data + job->signs;
    struct folding f = {scratch->plan, job->begin, job->begin, job->end, letters, letters, checks, 0,
                        SEEN_SPECIAL | (markup ? SEEN_MARKUP : 0), signs};
    memcpy(letters - GUARD, GUARDS, sizeof GUARDS);
    if (scratch->vector) fold_avx512(&f);
    else fold_portable(&f);
    memcpy(f.out, GUARDS, sizeof GUARDS);
    job->n = (size_t)(f.out - letters), job->checkpoint_count = (size_t)(f.checkpoint - checks), job->seen = f.seen;
    if (markup && f.seen & SEEN_SPECIAL && has_markup(f.p, f.end)) job->seen |= SEEN_MARKUP;
    job->sign_count = (size_t)(f.sign - signs);
    return true;
}

/* Where the letters of a text begin among those of all. */
static uint32_t first_of(const struct job *job) { return (uint32_t)(job->letters - GUARD); }

/* The candidates of one text, from here on by its own letters. */
static struct candidates own_candidates(struct scratch *scratch, const struct job *job, size_t count) {
    uint32_t *all = scratch->candidates_room.data, first = first_of(job);
    size_t from = 0, to = count;
    while (from < to) {
        size_t middle = (from + to) / 2;
        if (all[middle] < first) from = middle + 1;
        else to = middle;
    }
    for (to = from; to < count && all[to] < first + job->n; to++) continue;
    for (size_t i = from; i < to; i++) all[i] -= first;
    return (struct candidates){all + from, to - from};
}

/* The places of a text that were found, and those of words. */
static void job_places(struct scratch *scratch, const struct job *job, const struct place *places, size_t count) {
    take_places(scratch, places, count);
    if (scratch->plan->words) find_words(scratch, job->begin, job->end);
}

/* Reads the places of a text, and what was seen in it. */
static void job_read(struct scratch *scratch, const struct job *job, const struct place *places, size_t count,
                     struct candidates found) {
    const uint8_t *begin = job->begin, *end = job->end;
    unsigned seen = job->seen;
    scratch->letters = letters_of(scratch, job), scratch->n = job->n;
    scratch->checkpoints = (struct checkpoint *)scratch->checkpoints_room.data + job->checkpoints;
    scratch->checkpoint_count = job->checkpoint_count;
    scratch->signs = (const struct sign *)scratch->beside_room.data + job->signs, scratch->signs_end = scratch->signs + job->sign_count;
    scratch->cell_number = job->number, scratch->cell_hits = scratch->hit_count, scratch->place_count = 0;
    bool near = false;
    if (!(seen & SEEN_SPECIAL)) {
        job_places(scratch, job, places, count);
        if (seen & SEEN_STAR && !may_hold_hole(scratch, begin, end)) seen &= ~(unsigned)SEEN_STAR;
        if (seen & SEEN_RUN && !holds_run(scratch, begin, end, found.at, found.count)) seen &= ~(unsigned)SEEN_RUN;
        if (seen & SEEN_PAIRS && !holds_pairs(scratch, begin, end, found.at, found.count)) seen &= ~(unsigned)SEEN_PAIRS;
        if (!scratch->place_count && !seen) return;
        if (!(seen & ~(unsigned)(SEEN_STAR | SEEN_APART | SEEN_RUN | SEEN_PAIRS))) {
            near = read_near(scratch, job, found, seen);
            if (!near) job_places(scratch, job, places, count); /* others were looked for since */
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

/* Tells the texts in which letters stand twice. Those with signs that spell out are read as a whole, and tell it then. */
static void tell_twices(struct scratch *scratch) {
    const struct twice *twice = scratch->twices_room.data, *end = twice + scratch->twice_count;
    for (struct job *job = scratch->jobs; twice < end; twice++) {
        while (twice->at >= first_of(job) + job->n) job++;
        if (!(job->seen & SEEN_SPECIAL)) job->seen |= twice->seen;
    }
}

/* All texts at once as far as the places, which are few: what is written just now is slow to read, and much that is far
   away comes while others are worked on. */
void scan_all(struct scratch *scratch) {
    const struct job *jobs = scratch->jobs, *end = jobs + scratch->job_count;
    if (jobs == end) return;
    struct stretch stretch = {(const uint16_t *)scratch->letters_room.data + GUARD, first_of(end - 1) + end[-1].n};
    uint32_t *found = room_for(&scratch->candidates_room, MOST_FOUND(stretch.n), sizeof *found, &scratch->failed);
    size_t count = found ? filter(scratch->plan, stretch.letters, stretch.n, found, scratch->vector) : 0;
    look_beside(scratch, &scratch->lookups, stretch, found, count);
    if (!scratch->failed) look_up(scratch, &scratch->lookups, stretch, &scratch->found);
    if (!scratch->failed) tell_twices(scratch);
    struct place *place = scratch->found.room.data, *last = place + scratch->found.count;
    for (const struct job *job = jobs; job < end && !scratch->failed; job++) {
        struct place *first = place;
        for (; place < last && place->start < first_of(job) + job->n; place++) place->start -= first_of(job);
        if (first == place && !job->seen && !scratch->plan->words) continue; /* nearly all end here */
        struct candidates own = {NULL, 0};
        if (job->seen & (SEEN_RUN | SEEN_PAIRS)) own = own_candidates(scratch, job, count);
        job_read(scratch, job, first, (size_t)(place - first), own);
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
    return job_fold(scratch, &scratch->jobs[scratch->job_count], false);
}

void scan_soon(struct scratch *scratch, uint32_t number, const uint8_t *begin, const uint8_t *end, unsigned how) {
    struct job *job = &scratch->jobs[scratch->job_count], given = {.begin = begin, .end = end, .number = number, .how = how};
    if (begin == end) return;
    *job = given;
    if (!job_fold(scratch, job, !(how & PLAIN))) return;
    if (job->seen & SEEN_MARKUP && !(how & PLAIN) && !job_view(scratch, given)) return;
    job = &scratch->jobs[scratch->job_count++];
    job->seen &= ~(unsigned)SEEN_MARKUP;
    if (scratch->job_count == SIDE_BY_SIDE || job->letters > ENOUGH_LETTERS) scan_all(scratch);
}

void scan_cell(struct scratch *scratch, uint32_t number, const uint8_t *begin, const uint8_t *end, unsigned how) {
    scan_soon(scratch, number, begin, end, how);
    scan_all(scratch);
}

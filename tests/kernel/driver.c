/* Scans texts made by a seeded generator through the kernel, for a build with -fsanitize=address,undefined.

       driver texts   PLAN SEEDS SEED COUNT    COUNT texts through a plan
       driver plans   PLAN SEEDS SEED COUNT    COUNT plans of which bytes were changed, some texts through each

   PLAN holds the arrays of a plan and then the tables, SEEDS texts that are cut, joined and changed; each array and
   text is behind its length (64 bits). What is read too far is seen, for every array and text lies in memory of exactly
   its size, and so does what the kernel asks for beside: `room_for` is replaced by one that says what was asked for,
   so it must be linked before the kernel. What is read before it was written differs from run to run, for all rooms
   are filled anew before each text; so every text is scanned more than once and must give the same hits, through each
   path of the processor. A text that fails is told in hexadecimal, with the seed that makes it again. */
#include "signs.h"

#include <inttypes.h>
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 1 << 16, LARGE = 1 << 13, SPOILT = 512, SHORT_SEED = 24, FEW = 64, WAYS = 4, RAW_TOO = 8, AS_WRITTEN_TOO = 3, TEXTS_A_PLAN = 12, LEFT = 96, DIGITS = 6 };

static struct { uint64_t number; const uint8_t *text; size_t size; } now; /* what is scanned, to be told */

static void tell(void) {
    fprintf(stderr, "\ninput %" PRIu64 ", %zu bytes: ", now.number, now.size);
    for (size_t i = 0; i < now.size; i++) fprintf(stderr, "%02x", now.text[i]);
    fputc('\n', stderr);
}

static void tell_ways(void);

static void fail(const char *why) {
    fprintf(stderr, "\nfailed: %s\n", why);
    tell_ways();
    tell();
    exit(1);
}

/* Memory of the kernel: as much as was asked for can be read and written, and not a byte more. */
void *room_for(struct room *room, size_t count, size_t size, bool *failed) {
    size_t want = count * size;
    (void)failed;
    if (room->data) ASAN_UNPOISON_MEMORY_REGION(room->data, room->bytes);
    if (want > room->bytes || !room->data) {
        size_t bytes = room->bytes * 2 > want ? room->bytes * 2 : want + 8;
        room->data = realloc(room->data, bytes);
        if (!room->data) fail("no memory");
        memset((uint8_t *)room->data + room->bytes, (int)now.number | 0x81, bytes - room->bytes);
        room->bytes = bytes;
    }
    ASAN_POISON_MEMORY_REGION((uint8_t *)room->data + want, room->bytes - want);
    return room->data;
}

static void spoil(struct room *room, uint8_t with) {
    if (!room->data) return;
    ASAN_UNPOISON_MEMORY_REGION(room->data, room->bytes);
    if (room->bytes > LARGE) free(room->data), *room = (struct room){0};
    else memset(room->data, with, room->bytes > SPOILT ? SPOILT : room->bytes);
}

static void spoil_all(struct scratch *s, uint8_t with) {
    /* all of them stand one behind another in the struct, and the cell behind the last */
    for (struct room *room = &s->codes_room; (void *)room < (void *)&s->cell; room++) spoil(room, with);
    spoil(&s->lookups.room, with), spoil(&s->own_lookups.room, with), spoil(&s->found.room, with), spoil(&s->own_found.room, with);
    s->hit_count = s->nominee_count = s->sign_count = s->line_count = s->marked_count = s->viewed_count = 0;
    s->view_bytes = 0;
}

/* splitmix64: the same numbers everywhere. */
static uint64_t state;
static uint64_t chance(void) {
    uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}
static size_t below(size_t n) { return n ? (size_t)(chance() % n) : 0; }
static bool one_in(size_t n) { return !below(n); }

/* Pieces of texts. */
struct bytes { uint8_t *data; size_t size; };
static struct bytes *seeds;
static size_t seed_count;

static struct bytes slurp(const char *path) {
    FILE *file = fopen(path, "rb");
    struct bytes all = {0};
    if (!file || fseek(file, 0, SEEK_END)) exit((perror(path), 2));
    all.size = (size_t)ftell(file), all.data = malloc(all.size + 1);
    rewind(file);
    if (fread(all.data, 1, all.size, file) != all.size) exit((perror(path), 2));
    fclose(file);
    return all;
}

/* The next part of a file, in memory of its own; false at the end. */
static bool part_of(struct bytes all, size_t *at, struct bytes *part) {
    uint64_t size;
    if (*at + 8 > all.size) return false;
    memcpy(&size, all.data + *at, 8);
    part->size = size, part->data = malloc(size ? size : 1);
    memcpy(part->data, all.data + *at + 8, size);
    *at += 8 + size;
    return true;
}

static uint8_t made[LONGEST];
static size_t made_size;

static void add(const uint8_t *data, size_t size) {
    if (size > LONGEST - LEFT - made_size) size = LONGEST - LEFT - made_size;
    memcpy(made + made_size, data, size);
    made_size += size;
}

static void add_code(uint32_t code) { /* surrogates and codes beyond Unicode too: nobody promises UTF-8 */
    uint8_t four[4] = {(uint8_t)code};
    size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = size; i-- > 1; code >>= 6) four[i] = 0x80 | (code & 63);
    if (size > 1) four[0] = (uint8_t)(code | (0xF00u >> size & 0xFF));
    add(four, size);
}

static void add_any(void) {
    static const uint32_t from[] = {0, 0x20, 0x80, 0x300, 0x370, 0x2000, 0x2460, 0x4E00, 0xAC00, 0xD780, 0xFE00,
                                    0xFF00, 0x1D400, 0x1F100, 0x1F300, 0x20000, 0xE0000, 0x10FF80};
    static const uint32_t wide[] = {0x20, 0x60, 0x280, 0x70, 0x190, 0x100, 0x100, 0x5200, 0x2BA4, 0x900, 0x100, 0xF0,
                                    0x400, 0x100, 0x700, 0x400, 0x200, 0x100};
    size_t i = below(sizeof from / sizeof *from);
    add_code(from[i] + (uint32_t)below(wide[i]));
}

static void add_piece(void) {
    struct bytes seed = seeds[below(seed_count)];
    if (seed.size > SHORT_SEED && !one_in(64)) seed.size = 1 + below(SHORT_SEED);
    size_t from = one_in(4) ? below(seed.size) : 0, to = one_in(4) ? below(seed.size) : seed.size;
    switch (below(16)) {
    case 0: add_any(); break;
    case 1: for (size_t i = below(9) + 1; i; i--) made[made_size] = (uint8_t)chance(), add(made + made_size, 1); break;
    case 2: for (size_t i = below(one_in(8) ? 20 : 4); i; i--) add(seed.data, seed.size); break;
    case 3: case 4: /* something behind each of its bytes or characters, or each of them twice */
        for (size_t i = 0; i < seed.size;) {
            size_t next = i + 1;
            while (next < seed.size && (seed.data[next] & 0xC0) == 0x80) next++;
            add(seed.data + i, next - i);
            static const char *const between[] = {" ", "*", "\n", ".", "$", "\xE2\x80\x8B", "\xCC\x81", "", "-", "@"};
            const char *sign = between[(now.number + made_size / 64) % 10];
            if (one_in(12)) sign = "";
            if (*sign) add((const uint8_t *)sign, strlen(sign));
            else add(seed.data + i, next - i);
            i = next;
        }
        break;
    default: if (from < to) add(seed.data + from, to - from);
    }
}

static void change(void) {
    if (!made_size) return;
    size_t at = below(made_size), size = below(made_size - at) % 16;
    switch (below(5)) {
    case 0: made[at] ^= (uint8_t)(1 << below(8)); break;
    case 1: made[at] = (uint8_t)chance(); break;
    case 2: memmove(made + at, made + at + size, made_size - at - size), made_size -= size; break;
    case 3: made[at] = "*$@ .#_\n\0"[below(9)]; break;
    default: made_size = at; /* cut, in the middle of a character as well */
    }
}

/* A text in memory of its own, to be freed. */
static struct bytes make(uint64_t seed) {
    state = seed, made_size = 0;
    for (size_t pieces = one_in(256) ? below(60) : one_in(8192) ? 2000 : 1 + below(4); pieces; pieces--) add_piece();
    while (one_in(3)) change();
    struct bytes text = {malloc(made_size ? made_size : 1), made_size};
    memcpy(text.data, made, made_size);
    if (!made_size) ASAN_POISON_MEMORY_REGION(text.data, 1);
    return text;
}

static void done(struct bytes text) {
    ASAN_UNPOISON_MEMORY_REGION(text.data, 1);
    free(text.data);
}

/* Settled and raw, each through both paths, or twice through the one. Raw each eighth text. */
static struct scratch ways[WAYS], together[2];
static bool is_raw(size_t way) { return way >= 2; }

static void tell_ways(void) {
    for (size_t way = 0; way < WAYS; way++) {
        const struct scratch *one = &ways[way];
        fprintf(stderr, "%s, %s:", one->vector ? "avx512" : "portable", is_raw(way) ? "raw" : "settled");
        for (size_t i = 0; i < one->hit_count && i < FEW; i++)
            fprintf(stderr, " %" PRIu32 "/%" PRId32 "[%" PRIu32 ":%" PRIu32 "]%" PRIx32, one->hits[i].words, one->hits[i].term,
                    one->hits[i].start, one->hits[i].end, one->hits[i].mask);
        for (size_t i = 0; i < one->nominee_count && i < FEW; i++) fprintf(stderr, " pattern %" PRIu32, one->nominees[i].pattern);
        fputc('\n', stderr);
    }
}

static uint8_t *signs; /* a table by code point, of exactly its size */

/* Of three texts one is scanned as it is written, of the others what a reader sees. */
static unsigned how_of(uint64_t number) { return number % AS_WRITTEN_TOO ? 0 : PLAIN; }

static void scan(size_t way, struct bytes text) {
    spoil_all(&ways[way], (uint8_t)(0x5B * (way + 1) + now.number));
    unsigned how = (is_raw(way) ? RAW : 0) | how_of(now.number);
    scan_cell(&ways[way], 7, text.data, text.data + text.size, how);
    struct alphabet alphabet = alphabet_of(signs, DIGITS, NULL);
    alphabet.small &= way > 2 || now.number % 2; /* one by one, by eights, and by more */
    if (is_raw(way)) add_signs_seen(&ways[way], &alphabet, 7, text.data, text.data + text.size, how);
}

/* What is needed of texts: pairs of more than eight, one of which is of any second byte. */
static const struct pair pairs[] = {{'v', 'x'}, {'0', 'x'}, {'#', 0}, {'.', 'm'}, {0xBB, 0x99}, {'p', 'n'}, {'g', 'r'}, {'l', 'l'}, {'8', 'u'}, {'q', '-'}};
static uint8_t hides[0x10000];
static struct needs needs = {.pairs = pairs, .hides = hides, .digits = DIGITS, .first = 0xE4, .last = 0xE9};

static uint8_t small_of(uint8_t byte) { return byte >= 'A' && byte <= 'Z' ? byte + 32 : byte; }

static bool digits_in(const uint8_t *all, size_t count);

/* Whether a text holds what is needed, sign by sign. */
static bool is_needed(struct bytes text) {
    const uint8_t *end = text.data + text.size;
    unsigned size;
    for (const uint8_t *p = text.data; p < end; p++)
        for (uint32_t k = 0; k < needs.count; k++)
            if (small_of(*p) == pairs[k].first && (!pairs[k].second || (p + 1 < end && small_of(p[1]) == pairs[k].second))) return true;
    for (const uint8_t *p = text.data; p < end; p += size) {
        uint32_t code = decode(p, end, &size);
        if (code >= 0x10000 || hides[code]) return true;
    }
    return digits_in(text.data, text.size);
}

/* Signs that are looked at may be told of where a text is no UTF-8: that is no harm. */
static bool is_utf8(struct bytes text) {
    const uint8_t *end = text.data + text.size;
    unsigned size;
    for (const uint8_t *p = text.data; p < end; p += size)
        if (decode(p, end, &size) == 0xFFFD) return false;
    return true;
}

static void check_needs(struct bytes text) {
    const uint8_t *end = text.data + text.size;
    bool is_so = is_needed(text);
    for (int vector = 0; vector <= cpu_has_avx512(); vector++)
        if (may_hold(&needs, text.data, end, vector) != is_so && (is_so || is_utf8(text))) fail("what is needed is told otherwise");
}

static bool digits_in(const uint8_t *all, size_t count) {
    size_t run = 0, longest = 0;
    for (size_t i = 0; i < count; i++) {
        run = all[i] >= '0' && all[i] <= '9' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest >= DIGITS;
}

static bool holds(const struct scratch *raw, const struct hit *hit) {
    for (size_t i = 0; i < raw->hit_count; i++) {
        const struct hit *one = &raw->hits[i];
        if (one->words == hit->words && one->term == hit->term && one->start == hit->start && one->end == hit->end &&
            one->mask == hit->mask)
            return true;
    }
    return false;
}

static size_t characters(struct bytes text) {
    size_t count = 0;
    unsigned size;
    for (const uint8_t *p = text.data; p < text.data + text.size; p += size) decode(p, text.data + text.size, &size), count++;
    return count;
}

static size_t record; /* bytes of what is sorted */
static int by_bytes(const void *one, const void *other) { return memcmp(one, other, record); }

/* Sorted, each once: what is raw may be told twice. */
static size_t set_of(void *data, size_t count, size_t size) {
    uint8_t *all = data;
    size_t kept = 0;
    record = size;
    if (count) qsort(all, count, size, by_bytes);
    for (size_t i = 0; i < count; i++)
        if (!kept || memcmp(all + (kept - 1) * size, all + i * size, size)) memmove(all + kept++ * size, all + i * size, size);
    return kept;
}

static void check(struct bytes text, size_t many) {
    check_needs(text);
    for (size_t way = 0; way < many; way++) {
        struct scratch *one = &ways[way];
        if (is_raw(way) || one->viewed_count) one->hit_count = set_of(one->hits, one->hit_count, sizeof *one->hits);
        one->nominee_count = set_of(one->nominees, one->nominee_count, sizeof *one->nominees);
    }
    for (size_t way = 0; way < many; way += 2) {
        const struct scratch *one = &ways[way], *other = &ways[way + 1];
        if (one->hit_count != other->hit_count) fail(is_raw(way) ? "the paths read other numbers of hits" : "the paths tell other numbers of hits");
        if (one->nominee_count != other->nominee_count) fail("the paths nominate other numbers of patterns");
        if (one->hit_count && memcmp(one->hits, other->hits, one->hit_count * sizeof *one->hits)) fail("the paths tell other hits");
        if (one->nominee_count && memcmp(one->nominees, other->nominees, one->nominee_count * sizeof *one->nominees))
            fail("the paths nominate other patterns");
    }
    for (size_t way = 2; way < many; way++) {
        const struct scratch *one = &ways[way];
        if (one->line_count != 1 || ((struct line *)one->lines_room.data)->end != (int64_t)one->sign_count - 1)
            fail("the line of signs ends elsewhere");
        if (((struct line *)one->lines_room.data)->digits != digits_in(one->signs_room.data, one->sign_count))
            fail("digits in a row are not told");
        if (way > 2 && (one->sign_count != ways[2].sign_count || memcmp(one->signs_room.data, ways[2].signs_room.data, one->sign_count)))
            fail("other signs are put down");
    }
    const struct scratch *settled = &ways[0];
    size_t count = settled->hit_count ? characters(text) : 0;
    for (size_t i = 0; i < settled->hit_count; i++) {
        const struct hit *hit = &settled->hits[i];
        if (many == WAYS && ways[2].hit_count < FEW && !holds(&ways[2], hit)) fail("a hit stands that was never read");
        if (hit->start >= hit->end || hit->read_start >= hit->read_end || hit->read_end > count || hit->cell != 7)
            fail("a hit lies outside of its text");
    }
}

static struct plan plan;
static struct array arrays[ARRAYS + TABLES];
static uint64_t scanned, hits, nominees, bytes;

static void ready(void) {
    free(signs);
    signs = malloc(plan.codes);
    for (size_t i = 0; i < plan.codes; i++)
        signs[i] = plan.sort[i] & (IS_DROPPED | IS_SPELLED) ? 0 : i < 0x80 ? (uint8_t)plan.fold[i] : (uint8_t)(i * 7 | 0x81);
    memset(signs + 0xD800, 0, 0x800);
    needs.count = sizeof pairs / sizeof *pairs;
    for (uint32_t code = 0; code < 0x10000; code++) hides[code] = (code < 0x4000 || code >= 0xA000) && code >= 0x80 && code % 37 == 5;
    hides[0] = hides[7] = hides[0x7F] = 1;
    needs_open(&needs);
    signs[0] = '\n';
    for (size_t way = 0; way < WAYS; way++) ways[way].plan = &plan, ways[way].vector = way % 2 && cpu_has_avx512();
    for (size_t way = 0; way < 2; way++) together[way].plan = &plan, together[way].vector = way && cpu_has_avx512();
}

/* Texts once more, side by side: up to as many as the kernel takes at once, and some more. */
enum { MANY = SIDE_BY_SIDE + 8 };
static struct bytes kept[MANY];
static unsigned kept_how[MANY];
static struct hit *alone; /* of each by itself */
static size_t kept_count, alone_count, alone_room;

static void keep(struct bytes text) {
    const struct scratch *one = &ways[0];
    if (alone_count + one->hit_count > alone_room) {
        alone_room = 2 * (alone_count + one->hit_count);
        alone = realloc(alone, alone_room * sizeof *alone);
    }
    for (size_t i = 0; i < one->hit_count; i++) {
        alone[alone_count] = one->hits[i];
        alone[alone_count++].cell = (uint32_t)kept_count;
    }
    kept_how[kept_count] = how_of(now.number);
    kept[kept_count++] = text;
}

static void scan_together(void) {
    alone_count = set_of(alone, alone_count, sizeof *alone);
    for (size_t way = 0; way < 2; way++) {
        struct scratch *s = &together[way];
        spoil_all(s, (uint8_t)(0x35 * (way + 1) + now.number));
        for (size_t i = 0; i < kept_count; i++)
            scan_soon(s, (uint32_t)i, kept[i].data, kept[i].data + kept[i].size, kept_how[i]);
        scan_all(s);
        s->hit_count = set_of(s->hits, s->hit_count, sizeof *s->hits); /* those of views are raw */
        if (s->hit_count != alone_count || (alone_count && memcmp(s->hits, alone, alone_count * sizeof *alone)))
            fail("texts side by side give other hits; this is the last of them");
    }
    while (kept_count) done(kept[--kept_count]);
    alone_count = 0;
}

static void one_text(uint64_t seed, bool same) {
    now.number = seed;
    struct bytes text = make(seed);
    now.text = text.data, now.size = text.size;
    size_t many = seed % RAW_TOO ? 2 : WAYS;
    for (size_t way = 0; way < many; way++) scan(way, text);
    if (same) check(text, many);
    scanned++, hits += ways[0].hit_count, nominees += ways[0].nominee_count, bytes += text.size;
    if (same) keep(text);
    if (kept_count == 1 + (seed / MANY * 7) % MANY || kept_count == MANY) scan_together();
    if (!same) done(text);
    now.text = NULL, now.size = 0;
}

static void texts(uint64_t seed, uint64_t count) {
    const char *wrong = plan_open(&plan, arrays, arrays + ARRAYS);
    if (wrong) fail(wrong);
    ready();
    for (uint64_t i = 0; i < count; i++) one_text(seed + i, true);
    scan_together();
    printf("%" PRIu64 " texts, %" PRIu64 " bytes, %" PRIu64 " hits, %" PRIu64 " nominees, %s\n", scanned, bytes, hits, nominees,
           cpu_has_avx512() ? "portable and avx512" : "portable");
}

/* An array with some of its bytes changed, or cut short; in memory of its own. */
static struct array spoilt(struct array was) {
    size_t size = one_in(8) ? below(was.bytes + 1) : was.bytes;
    uint8_t *data = malloc(size ? size : 1);
    memcpy(data, was.data, size);
    for (size_t n = size / 2 ? 1 + below(one_in(3) ? 200 : 3) : 0; n; n--) {
        static const uint32_t odd[] = {0, 1, 0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, 0x110000, 0x10FFFF, 0xFFFF, 35, 40, 63, 64, 29, 30};
        size_t wide = one_in(2) ? 2 : 4, at = below(size / wide) * wide;
        uint32_t value = odd[below(sizeof odd / sizeof *odd)];
        if (one_in(3) && at >= wide) memcpy(&value, data + at - wide, wide), value += (uint32_t)below(3) - 1;
        else if (one_in(2)) value = (uint32_t)chance();
        if (at + wide <= size) memcpy(data + at, &value, wide);
        if (one_in(4)) data[below(size)] ^= (uint8_t)(1 << below(8));
    }
    if (one_in(16)) memset(data, (int)below(4) - 1, size);
    return (struct array){data, size};
}

static void plans(uint64_t seed, uint64_t count) {
    uint64_t opened = 0;
    for (uint64_t i = 0; i < count; i++) {
        struct array one[ARRAYS + TABLES], changed[3];
        size_t which[3], many = 0;
        state = ~(seed + i);
        memcpy(one, arrays, sizeof one);
        for (many = 0; many < 1 + i % 3; many++) {
            which[many] = one_in(4) ? ARRAYS + below(TABLES) : below(ARRAYS);
            one[which[many]] = changed[many] = spoilt(one[which[many]]);
        }
        now.number = seed + i;
        if (!plan_open(&plan, one, one + ARRAYS)) {
            opened++, ready();
            for (uint64_t n = 0; n < TEXTS_A_PLAN; n++) one_text(i * TEXTS_A_PLAN + n, false);
        }
        for (size_t n = 0; n < many; n++) free((void *)changed[n].data);
    }
    printf("%" PRIu64 " plans, %" PRIu64 " opened, %" PRIu64 " texts\n", count, opened, scanned);
}

int main(int argc, char **argv) {
    if (argc != 6) return fprintf(stderr, "usage: driver texts|plans PLAN SEEDS SEED COUNT\n"), 2;
    struct bytes file = slurp(argv[2]), part;
    size_t at = 0;
    for (int i = 0; i < ARRAYS + TABLES; i++) {
        if (!part_of(file, &at, &part)) exit((fprintf(stderr, "%s ends early\n", argv[2]), 2));
        arrays[i] = (struct array){part.data, part.size};
    }
    free(file.data);
    file = slurp(argv[3]);
    for (at = 0; part_of(file, &at, &part); seeds[seed_count++] = part)
        if (!(seed_count & (seed_count - 1))) seeds = realloc(seeds, (seed_count ? 2 * seed_count : 1) * sizeof *seeds);
    free(file.data);
    if (!seed_count) return fprintf(stderr, "no seeds\n"), 2;
    __sanitizer_set_death_callback(tell);
    uint64_t seed = strtoull(argv[4], NULL, 10), count = strtoull(argv[5], NULL, 10);
    if (strcmp(argv[1], "plans")) texts(seed, count);
    else plans(seed, count);
    return 0;
}

/* A plan opened and checked: whatever the bytes, no index in it leads out of an array. */
#include "kernel.h"

#include <string.h>

static size_t count(const struct array *array, size_t size) { return array->bytes / size; }

static bool ascends(const uint32_t *at, size_t n, size_t most) {
    for (size_t i = 1; i < n; i++)
        if (at[i] < at[i - 1]) return false;
    return n > 0 && at[0] == 0 && at[n - 1] <= most;
}

static bool below(const uint32_t *values, size_t n, uint32_t most) {
    for (size_t i = 0; i < n; i++)
        if (values[i] >= most) return false;
    return true;
}

/* Codes between the letters of ASCII and all others are signs that may be letters, and not all are taken. */
static bool is_code(uint16_t code) {
    return code <= MOST_LATIN || (code >= SIGN_S && code <= PICTURE) || (code >= OTHER && code <= MOST_CODE);
}

static bool is_letter(uint16_t code) { return is_code(code) && (code <= MOST_LATIN || code >= OTHER); }

/* NUL is read as a sign without width, which must be nothing to its neighbours too. */
static bool is_nothing(const struct plan *plan, uint32_t code) {
    return plan->low[code] == NONE && !(plan->sort[code] & (IS_LETTER | IS_WORD | IS_DIGIT | IS_SPELLED));
}

static bool open_names(struct names *names, const struct array *text, const struct array *at) {
    names->text = text->data, names->at = at->data, names->count = count(at, 4) ? count(at, 4) - 1 : 0;
    if (names->count > UINT16_MAX || !ascends(names->at, count(at, 4), text->bytes)) return false;
    for (size_t first = 0, i = 0; first <= 128; names->from[first++] = (uint16_t)i)
        while (i < names->count && (names->at[i] == names->at[i + 1] || names->text[names->at[i]] < first)) i++;
    return true;
}

static const char *open_markup(struct plan *plan, const struct array *t) {
    if (!open_names(&plan->entities, &t[T_ENTITY], &t[T_ENTITY_AT]) ||
        !open_names(&plan->entity_texts, &t[T_ENTITY_TEXT], &t[T_ENTITY_TEXT_AT]) ||
        !open_names(&plan->elements, &t[T_ELEMENT], &t[T_ELEMENT_AT]) ||
        plan->entity_texts.count != plan->entities.count || t[T_ELEMENT_SIGN].bytes < plan->elements.count)
        return "the names of markup do not fit together";
    plan->element_signs = t[T_ELEMENT_SIGN].data;
    for (size_t i = 0; i < plan->entities.count; i++) /* a text is at most twice as long as what stands for it */
        if (plan->entity_texts.at[i + 1] - plan->entity_texts.at[i] > 2 * (plan->entities.at[i + 1] - plan->entities.at[i]))
            return "the text of an entity is too long";
    for (size_t i = 0; i < plan->elements.count; i++)
        if (plan->element_signs[i] >= 0x80) return "a tag is no sign of ASCII";
    return NULL;
}

static const char *open_tables(struct plan *plan, const struct array *t) {
    plan->fold = t[T_FOLD].data, plan->bits = t[T_BITS].data, plan->sort = t[T_SORT].data;
    plan->small = t[T_SMALL].data, plan->spelled = t[T_SPELLED].data, plan->first = t[T_FIRST].data;
    plan->lengths = t[T_LENGTHS].data, plan->everyday = t[T_EVERYDAY].data, plan->syllable = t[T_SYLLABLE].data;
    plan->alike = t[T_ALIKE].data, plan->pictures = t[T_PICTURES].data, plan->marks = t[T_MARKS].data;
    plan->codes = count(&t[T_FOLD], 4), plan->spelleds = count(&t[T_SPELLED], 4);
    plan->alikes = count(&t[T_ALIKE], 8);
    for (size_t part = 0, i = 0; part <= ALIKE_PARTS; part++) {
        for (; part && i < plan->alikes && (alike_part(plan->alike[i] >> 21) < part || part == ALIKE_PARTS); i++) continue;
        plan->alike_from[part] = (uint32_t)i;
    }
    plan->picture_signs = count(&t[T_PICTURES], 4);
    if (plan->codes < CODES || count(&t[T_BITS], 4) < plan->codes || count(&t[T_SORT], 2) < plan->codes ||
        count(&t[T_SMALL], 4) < plan->codes || count(&t[T_FIRST], 4) < plan->spelleds ||
        count(&t[T_LENGTHS], 8) < plan->spelleds || t[T_EVERYDAY].bytes < CODES ||
        count(&t[T_SYLLABLE], 2) < CODES || t[T_MARKS].bytes < 0x10000)
        return "a table is too short";
    if (!below(plan->fold, plan->codes, CODES)) return "the fold table leads out of Unicode";
    if (plan->spelleds > MOST_SPELLED) return "too many signs spell out";
    for (size_t i = 0; i < plan->spelleds; i++) {
        uint32_t at = plan->spelled[i] * SPREAD >> (32 - SPELLED_BITS);
        while (plan->spelled_at[at]) at = (at + 1) % (1 << SPELLED_BITS);
        plan->spelled_at[at] = (uint16_t)(i + 1);
        if (plan->lengths[i] < 1 || (uint64_t)plan->first[i] + (uint64_t)plan->lengths[i] > plan->codes)
            return "the fold table spells out of itself";
    }
    return open_markup(plan, t);
}

/* Signs that are looked at one by one: those that may be letters but stars, and those that markup begins with. */
static bool by_itself(const struct plan *plan, uint32_t code) {
    uint16_t kind = plan->low[code];
    return (kind > MOST_LATIN && kind < OTHER && kind != STAR) || code == '<' || code == '&';
}

/* What bytes may be to a sign that stands for a letter; of those beyond ASCII nothing is known. */
static void open_sides(struct plan *plan) {
    memset(plan->star_sides, STAR_LEFT | STAR_RIGHT, sizeof plan->star_sides);
    for (uint32_t code = 0; code < 128; code++) {
        bool letter = (code | 0x20) >= 'a' && (code | 0x20) <= 'z';
        unsigned star = plan->marks[code] & MARK_ANY_STAR ? STAR_ANY : STAR_INNER;
        plan->star_sides[code] = (uint8_t)(plan->low[code] == STAR ? star : letter ? STAR_LEFT | STAR_RIGHT : 0);
    }
    plan->star_sides[0] = STAR_LEFT | STAR_RIGHT; /* fold.c puts zeros where no sign of ASCII stands */
}

/* Whether one of two bytes may stand for a letter, as far as the other one tells. */
static bool may_be_star(const struct plan *plan, uint32_t one, uint32_t other) {
    unsigned first = plan->star_sides[one], second = plan->star_sides[other];
    return first & STAR_ANY || (first & STAR_INNER && second & STAR_RIGHT) ||
           (second & (STAR_ANY | STAR_INNER) && first & STAR_LEFT);
}

static uint16_t ascii_letter(const struct plan *plan, uint32_t code) {
    return by_itself(plan, code) || plan->low[code] == STAR ? NONE : plan->low[code];
}

/* What two bytes of ASCII are, so that they are folded at once. */
static void open_ascii(struct plan *plan) {
    for (uint32_t one = 0; one < 128; one++) {
        uint16_t code = plan->low[one];
        uint8_t letter = (uint8_t)(code | (code && one <= '9' ? 32 : 0));
        plan->classes[one] = by_itself(plan, one) ? 128 : code == STAR ? 64 : letter;
    }
    for (uint32_t one = 0; one < 128; one++)
        for (uint32_t other = 0; other < 128; other++) {
            uint32_t first = ascii_letter(plan, one), second = ascii_letter(plan, other);
            uint32_t letters = first ? first | second << 16 : second, count = (first != NONE) + (second != NONE);
            if (may_be_star(plan, one, other)) letters |= TWO_STAR;
            if (by_itself(plan, one) || by_itself(plan, other)) letters |= TWO_SPECIAL;
            plan->two[one | other << 8] = letters | count << TWO_SHIFT;
        }
}

/* The letters that a window of four and more ends with as aaa, or as bbaa. */
static void tell_ends(struct plan *plan, uint32_t key) {
    uint32_t kind = key >> 25 & 63, four = kind == WIDEST ? key >> 5 : key;
    if (!(key >> 31) || (kind != WIDEST && kind != WIDEST - 1)) return;
    uint32_t last = four >> 15 & 31, second = four >> 10 & 31, third = four >> 5 & 31, fourth = four & 31;
    if (last == second && second == third) plan->ends_thrice |= 1u << last;
    if (last == second && third == fourth) plan->ends_paired |= 1u << last;
}

static const char *open_streams(struct plan *plan, const struct array *a) {
    plan->low = a[A_LOW].data, plan->page_of = a[A_PAGE_OF].data, plan->pages = a[A_PAGES].data;
    if (count(&a[A_LOW], 2) < 0x10000 || count(&a[A_PAGE_OF], 2) * 256 < plan->codes) return "the letters are too few";
    for (size_t i = 0; i < count(&a[A_PAGE_OF], 2); i++)
        if ((plan->page_of[i] + 1u) * 256 > count(&a[A_PAGES], 2)) return "a page of letters is missing";
    for (size_t i = 0; i < count(&a[A_PAGES], 2); i++)
        if (!is_code(plan->pages[i])) return "a letter has no code";
    for (size_t i = 0; i < 0x10000; i++)
        if (!is_code(plan->low[i])) return "a letter has no code";
    if (!is_nothing(plan, 0) || !is_nothing(plan, 0x200B) || !is_letter(plan->low['s']) || !is_letter(plan->low['a']) ||
        plan->single_from < OTHER)
        return "a sign is read in two ways";
    for (uint32_t cp = 0; cp < 0x10000; cp++) {
        uint16_t code = plan->low[cp];
        bool character = cp < 0xD800 || cp > 0xDFFF; /* bytes of a surrogate are none */
        uint16_t at_once = character && is_letter(code) ? code : NOT_AT_ONCE;
        plan->any[cp] = cp < 128 && by_itself(plan, cp) ? NOT_AT_ONCE : code == STAR ? A_STAR_CODE : at_once;
        uint32_t bytes = (0xE0u | cp >> 12) | (0x80u | (cp >> 6 & 63)) << 8 | (0x80u | (cp & 63)) << 16;
        plan->three[three_at(bytes)] = cp >= 0x800 ? at_once : NOT_AT_ONCE; /* below: too long a form, no character */
    }
    open_sides(plan);
    open_ascii(plan);
    plan->ends = a[A_ENDS].data, plan->short_ = a[A_SHORT].data, plan->word = a[A_WORD].data, plan->windows = a[A_WINDOWS].data;
    if (plan->more > MOST_MORE || count(&a[A_ENDS], 4) < (plan->more + 1) << 15 || count(&a[A_SHORT], 4) < 1 << 10 ||
        count(&a[A_WORD], 4) < 1 << 11)
        return "the filter of letters is too short";
    for (size_t i = 0; i < 1 << 10; i++) plan->few |= plan->short_[i] != 0;
    plan->beside = a[A_BESIDE].data, plan->slots = a[A_SLOTS].data;
    plan->entries = a[A_ENTRIES].data, plan->skeleton = a[A_SKELETON].data;
    plan->skeleton_at = a[A_SKELETON_AT].data, plan->form = a[A_FORM].data, plan->form_at = a[A_FORM_AT].data;
    if (a[A_BESIDE].bytes < 1 << 17 || plan->window_shift < 4 || plan->window_shift > 31 ||
        a[A_WINDOWS].bytes < (size_t)1 << (32 - plan->window_shift) || plan->slot_shift < 4 || plan->slot_shift > 30 ||
        count(&a[A_SLOTS], sizeof(struct slot)) <= (size_t)1 << (32 - plan->slot_shift))
        return "the filter is too short";
    for (size_t i = 0; i < (size_t)1 << (32 - plan->window_shift); i++)
        if (plan->windows[i] >> KINDS) return "letters stand beside a window where none can";
    if (count(&a[A_SKELETON_AT], 4) != plan->skeletons + 1u || count(&a[A_FORM_AT], 4) != plan->skeletons + 1u ||
        !ascends(plan->skeleton_at, plan->skeletons + 1u, count(&a[A_SKELETON], 2)) ||
        !ascends(plan->form_at, plan->skeletons + 1u, count(&a[A_FORM], 4)) ||
        !below(plan->form, count(&a[A_FORM], 4), plan->forms + plan->patterns))
        return "the skeletons do not fit together";
    for (size_t i = 0; i < count(&a[A_SKELETON], 2); i++) /* no place reaches over what stands between texts */
        if (plan->skeleton[i] == NONE || !is_letter(plan->skeleton[i])) return "a skeleton has a sign that is no letter";
    size_t slots = count(&a[A_SLOTS], sizeof(struct slot));
    size_t entries = count(&a[A_ENTRIES], sizeof(struct entry));
    for (size_t i = 0; i < slots; i++)
        if (plan->slots[i].key && plan->slots[i].first >= entries) return "the slots do not fit the entries";
    if (plan->slots[slots - 1].key) return "the last slot is not empty";
    for (size_t i = 0; i < slots; i++) tell_ends(plan, plan->slots[i].key);
    if (entries && !plan->entries[entries - 1].last) return "the entries do not end";
    for (size_t i = 0; i < entries; i++) {
        struct entry entry = plan->entries[i];
        if (entry.skeleton >= plan->skeletons || entry.from != plan->skeleton_at[entry.skeleton] ||
            entry.size != plan->skeleton_at[entry.skeleton + 1] - entry.from || entry.before >= entry.size ||
            entry.beside < -WIDEST || entry.beside > 1)
            return "an entry is of no skeleton";
    }
    return NULL;
}

static const char *open_pictures(struct plan *plan, const struct array *a) {
    const uint32_t *sign = a[A_PICTURE].data;
    const uint16_t *code = a[A_PICTURE_CODE].data;
    size_t signs = count(&a[A_PICTURE], 4);
    if (count(&a[A_PICTURE_CODE], 2) < signs || signs > MOST_PICTURES) return "a picture has no code";
    for (size_t i = 0; i < signs; i++) {
        uint32_t at = sign[i] * SPREAD >> (32 - PICTURE_BITS);
        if (!is_letter(code[i])) return "a picture has no code";
        while (plan->picture_at[at].code != NONE) at = (at + 1) % (1 << PICTURE_BITS);
        plan->picture_at[at].sign = sign[i], plan->picture_at[at].code = code[i];
    }
    return NULL;
}

/* Whether a place of a skeleton that begins inside a word is none of its forms. */
static bool begins_words(const struct plan *plan, uint32_t skeleton) {
    for (uint32_t i = plan->form_at[skeleton]; i < plan->form_at[skeleton + 1]; i++) {
        uint32_t form = plan->form[i];
        if (form < plan->forms && !(plan->rules[form].flags & CLOSED_LEFT && !plan->edges[form].leads)) return false;
    }
    return true;
}

static void tell_hole(struct plan *plan, size_t entry) {
    int64_t key = plan->hole_key[entry];
    if ((plan->hole_place[entry] & 0xFFFF) == 1 && begins_words(plan, plan->hole_text[entry])) key |= HOLE_BEGINS;
    uint64_t bit = hole_bit(key, plan->hole_beyond[entry]);
    plan->hole_seen[bit / 64] |= 1ull << bit % 64;
}

static const char *open_forms(struct plan *plan, const struct array *a) {
    plan->letter_at = a[A_LETTER_AT].data, plan->folded = a[A_FOLDED].data, plan->written = a[A_WRITTEN].data;
    plan->gap = a[A_GAP].data, plan->gap_text = a[A_GAP_TEXT].data, plan->gap_at = a[A_GAP_AT].data;
    plan->gap_word = a[A_GAP_WORD].data, plan->edges = a[A_EDGES].data, plan->rules = a[A_RULES].data;
    size_t letters = count(&a[A_FOLDED], 4), gaps = a[A_GAP_WORD].bytes, text = count(&a[A_GAP_TEXT], 4);
    if (count(&a[A_LETTER_AT], 4) != plan->forms + 1u || !ascends(plan->letter_at, plan->forms + 1u, letters) ||
        count(&a[A_WRITTEN], 4) < letters || !below(plan->written, letters, (uint32_t)plan->codes) ||
        !below(plan->folded, letters, CODES) || count(&a[A_GAP], 4) < letters ||
        !below(plan->gap, letters, (uint32_t)gaps) || count(&a[A_GAP_AT], 4) != gaps + 1 ||
        !ascends(plan->gap_at, gaps + 1, text) || count(&a[A_EDGES], sizeof(struct edges)) < plan->forms ||
        count(&a[A_RULES], sizeof(struct rules)) < plan->forms)
        return "the forms do not fit together";
    for (uint32_t i = 0; i < plan->forms; i++) {
        struct edges e = plan->edges[i];
        if ((uint64_t)e.lead + e.leads > text || (uint64_t)e.tail + e.tails > text) return "a form's ends are missing";
        if (plan->letter_at[i + 1] == plan->letter_at[i]) return "a form has no letter";
        uint32_t edge = e.leads > e.tails ? e.leads : e.tails;
        if (edge > plan->longest_edge) plan->longest_edge = edge;
    }
    plan->widest_gap = WIDEST_GAP;
    for (size_t i = 0; i < gaps; i++) {
        uint32_t size = plan->gap_at[i + 1] - plan->gap_at[i];
        if (size > plan->widest_gap) plan->widest_gap = size;
    }
    for (uint32_t s = 0; s < plan->skeletons; s++) {
        uint32_t size = plan->skeleton_at[s + 1] - plan->skeleton_at[s];
        if (size > plan->longest) plan->longest = size;
    }
    for (uint32_t s = 0; s < plan->skeletons; s++) /* places of a skeleton are read as its forms: letters alike many */
        for (uint32_t i = plan->form_at[s]; i < plan->form_at[s + 1]; i++) {
            uint32_t form = plan->form[i];
            if (form < plan->forms && plan->letter_at[form + 1] - plan->letter_at[form] !=
                                          plan->skeleton_at[s + 1] - plan->skeleton_at[s])
                return "a form is longer than its skeleton";
        }
    plan->hole_first = a[A_HOLE_FIRST].data, plan->hole_key = a[A_HOLE_KEY].data, plan->hole_text = a[A_HOLE_TEXT].data, plan->hole_place = a[A_HOLE_PLACE].data, plan->hole_beyond = a[A_HOLE_BEYOND].data;
    plan->holes = count(&a[A_HOLE_KEY], 8);
    if (count(&a[A_HOLE_TEXT], 4) < plan->holes || count(&a[A_HOLE_PLACE], 4) < plan->holes || count(&a[A_HOLE_BEYOND], 2) < plan->holes ||
        !below(plan->hole_text, plan->holes, plan->skeletons) || count(&a[A_HOLE_FIRST], 4) != (1 << HOLE_BITS) + 1 ||
        !ascends(plan->hole_first, (1 << HOLE_BITS) + 1, plan->holes))
        return "the starred forms do not fit together";
    for (size_t i = 0; i < plan->holes; i++) {
        uint32_t size = plan->skeleton_at[plan->hole_text[i] + 1] - plan->skeleton_at[plan->hole_text[i]];
        if (plan->hole_place[i] >> 16 != size) return "a starred form is longer than its skeleton";
        if (size > plan->most_starred) plan->most_starred = size;
        tell_hole(plan, i);
    }
    return open_pictures(plan, a);
}

const char *plan_open(struct plan *plan, const struct array *a, const struct array *t) {
    memset(plan, 0, sizeof *plan);
    const uint32_t *numbers = a[A_NUMBERS].data;
    if (count(&a[A_NUMBERS], 4) < 14 || numbers[0] != KERNEL_VERSION) return "it was compiled for another kernel";
    plan->forms = numbers[1], plan->patterns = numbers[2], plan->skeletons = numbers[3];
    plan->single_from = numbers[4], plan->window_shift = numbers[5], plan->slot_shift = numbers[6];
    plan->latin_sizes = numbers[7], plan->asked = numbers[8], plan->cap = numbers[9], plan->fifth = numbers[10], plan->digits = numbers[11], plan->more = numbers[12], plan->words = numbers[13];
    if (plan->forms > 1u << 30 || plan->patterns > 1u << 30 || plan->skeletons > 1u << 30) return "it is too large";
    const char *wrong = open_tables(plan, t);
    if (!wrong) wrong = open_streams(plan, a);
    if (!wrong) wrong = open_forms(plan, a);
    if (!wrong) words_open(plan);
    return wrong;
}

/* What a reader sees of plain markup, as _quick of html.py tells it: known tags and entities, nothing hidden or left
   open. Where there is more to a text, or its bytes are no UTF-8 beside markup, Python reads it. */
#include "kernel.h"

#include <string.h>

enum { LONGEST_NAME = 32, LONGEST_TAG = 512, LEAST_LEGACY = 2, MOST_LEGACY = 6, MOST_DIGITS = 8 };

static bool is_alpha(uint8_t b) { return (b | 0x20) >= 'a' && (b | 0x20) <= 'z'; }
static bool is_digit(uint8_t b) { return b >= '0' && b <= '9'; }
static bool is_space(uint8_t b) { return b == ' ' || (b >= '\t' && b <= '\r'); }
static uint8_t lower(uint8_t b) { return b >= 'A' && b <= 'Z' ? b | 0x20 : b; }

/* The number of a name among ascending ones; how many there are if it is none of them. */
static size_t named(const struct names *names, const uint8_t *name, size_t size) {
    if (!size || *name >= 0x80) return names->count;
    size_t low = names->from[*name], high = names->from[*name + 1];
    while (low < high) {
        size_t middle = (low + high) / 2, from = names->at[middle], own = names->at[middle + 1] - from;
        int order = memcmp(names->text + from, name, own < size ? own : size);
        if (!order && own == size) return middle;
        if (order < 0 || (!order && own < size)) low = middle + 1;
        else high = middle;
    }
    return names->count;
}

static bool holds(const uint8_t *text, size_t size, const char *word) {
    size_t length = strlen(word);
    for (size_t i = 0; i + length <= size; i++)
        if (!memcmp(text + i, word, length)) return true;
    return false;
}

/* Whether attributes may hide what the tag holds: _hides, on the safe side. */
static bool may_hide(const uint8_t *p, const uint8_t *end) {
    uint8_t text[LONGEST_TAG];
    size_t size = 0;
    bool foreign = false;
    if (end - p > LONGEST_TAG) return true;
    for (; p < end; p++) {
        foreign |= *p >= 0x80 || *p == '&' || *p == '\\';
        if (!is_space(*p)) text[size++] = lower(*p);
    }
    if (holds(text, size, "hidden")) return true;
    if (!holds(text, size, "style")) return false;
    return foreign || holds(text, size, "display") || holds(text, size, "visibility") || holds(text, size, "font-size") ||
           holds(text, size, "opacity") || holds(text, size, "/*");
}

/* Where the attributes of a tag end, at its ">"; NULL if they are not plain. */
static const uint8_t *attributes_end(const uint8_t *p, const uint8_t *end) {
    while (p < end) {
        uint8_t b = *p++;
        if (b == '>') return p - 1;
        if (b == '<' || b == '"' || b == '\'') return NULL;
        if (b != '=') continue;
        while (p < end && is_space(*p)) p++;
        if (p == end || (*p != '"' && *p != '\'')) continue;
        uint8_t quote = *p++;
        while (p < end && *p != quote && *p != '<' && *p != '>') p++;
        if (p == end || *p++ != quote) return NULL;
    }
    return NULL;
}

/* The sign in place of the tag that begins at "<", 0 for none, and where it ends; -1 if it is no plain tag. */
static int plain_tag(const struct plan *plan, const uint8_t *p, const uint8_t *end, const uint8_t **behind_, bool *breaks) {
    uint8_t name[LONGEST_NAME];
    size_t size = 0;
    if (++p < end && *p == '/') p++;
    if (p >= end || !is_alpha(*p)) return -1;
    for (; p < end && size < LONGEST_NAME && (is_alpha(*p) || is_digit(*p)); p++) name[size++] = lower(*p);
    if (p >= end || (*p != '>' && *p != '/' && !is_space(*p))) return -1;
    const uint8_t *stop = attributes_end(p, end);
    size_t number = named(&plan->elements, name, size);
    if (!stop || number == plan->elements.count || (stop > p && may_hide(p, stop))) return -1;
    *behind_ = stop + 1, *breaks = size == 2 && name[0] == 'b' && name[1] == 'r';
    return plan->element_signs[number];
}

static size_t put_code(uint32_t code, uint8_t *out) {
    if (code < 0x80) return out[0] = (uint8_t)code, 1;
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = size; i-- > 1; code >>= 6) out[i] = (uint8_t)(0x80 | (code & 63));
    out[0] = (uint8_t)((0xF00u >> size & 0xFF) | code);
    return size;
}

/* Codes that stand for nothing: html.unescape. */
static bool is_void(uint32_t code) {
    return (code < 0x20 && code != '\t' && code != '\n' && code != '\f' && code != '\r') || code == 0x7F ||
           (code >= 0xFDD0 && code <= 0xFDEF) || (code & 0xFFFE) == 0xFFFE;
}

/* Puts down what html.unescape gives for a number; false for those of another alphabet. */
static bool put_number(uint32_t code, uint8_t **out) {
    if (code >= 0x80 && code < 0xA0) return false;
    if (!code || (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF) code = 0xFFFD;
    if (!is_void(code)) *out += put_code(code, *out);
    return true;
}

/* An entity that begins at "&": its signs are put down. Where it ends, the place itself if it is none, NULL if Python
   has to tell. */
static const uint8_t *entity(const struct plan *plan, const uint8_t *at, const uint8_t *end, uint8_t **out) {
    const uint8_t *p = at + 1;
    uint8_t name[LONGEST_NAME + 1];
    if (*p == '#') {
        bool hex = ++p < end && (*p | 0x20) == 'x';
        uint32_t code = 0;
        const uint8_t *first = p += hex, *digits;
        while (p < end && *p == '0') p++;
        for (digits = p; p < end && (is_digit(*p) || (hex && is_alpha(*p) && (*p | 0x20) <= 'f')); p++) {
            uint32_t digit = is_digit(*p) ? *p - (uint32_t)'0' : (*p | 0x20u) - 'a' + 10;
            if (p - digits < MOST_DIGITS) code = code * (hex ? 16 : 10) + digit;
        }
        if (p == first) return at;
        if (!put_number(p - digits > MOST_DIGITS ? UINT32_MAX : code, out)) return NULL;
        return p + (p < end && *p == ';');
    }
    size_t size = 0;
    for (; p < end && size < LONGEST_NAME && (is_alpha(*p) || is_digit(*p)); p++) name[size++] = *p;
    if (p < end && *p == ';') name[size] = ';';
    size_t number = p < end && *p == ';' ? named(&plan->entities, name, size + 1) : plan->entities.count, length = size + 1;
    if (number == plan->entities.count) /* names that stand without ; */
        for (length = size < MOST_LEGACY ? size : MOST_LEGACY; length >= LEAST_LEGACY; length--)
            if ((number = named(&plan->entities, name, length)) < plan->entities.count) break;
    if (number == plan->entities.count) return at;
    const struct names *texts = &plan->entity_texts;
    size_t from = texts->at[number], count = texts->at[number + 1] - from;
    memcpy(*out, texts->text + from, count);
    *out += count;
    return at + 1 + length;
}

/* Whether whole characters end and begin around what is dropped: else bytes that are none would become one. */
static bool between_characters(const uint8_t *begin, const uint8_t *from, const uint8_t *to, const uint8_t *end) {
    return (from == begin || from[-1] < 0x80 || decode_before(begin, from) != 0xFFFD) && (to == end || (*to & 0xC0) != 0x80);
}

/* The last ">" of a text: no tag ends behind it, so a "<" there is itself. The beginning if there is none. */
static const uint8_t *last_end(const uint8_t *begin, const uint8_t *end) {
    while (end > begin && end[-1] != '>') end--;
    return end > begin ? end - 1 : begin;
}

/* Puts down what stands for the tag or entity at `p`. Where it ends, the place itself if it is none, NULL if Python has
   to tell. */
static const uint8_t *replace(const struct plan *plan, const uint8_t *p, const uint8_t *end, const uint8_t *first,
                              uint8_t **out) {
    const uint8_t *next;
    bool breaks;
    if (*p == '&') return entity(plan, p, end, out);
    int sign = plain_tag(plan, p, end, &next, &breaks);
    if (sign < 0) return NULL;
    if (sign && (breaks || (*out > first && (*out)[-1] != '\n' && (*out)[-1] != sign))) *(*out)++ = (uint8_t)sign;
    return next;
}

enum view view_plain(const struct plan *plan, const uint8_t *begin, const uint8_t *end, uint8_t *out, size_t *size) {
    const uint8_t *first = out, *last = last_end(begin, end), *next;
    bool dropped = false;
    for (const uint8_t *p = begin; p < end; p = next) {
        const uint8_t *from = p;
        while (p < end && !begins_markup(p, end)) p++;
        memcpy(out, from, (size_t)(p - from));
        out += p - from;
        if (p == end) break;
        next = *p == '<' && p >= last ? p : replace(plan, p, end, first, &out);
        if (!next) return VIEW_UNKNOWN;
        if (next == p) {
            *out++ = *p, next = p + 1;
        } else {
            if (!between_characters(begin, p, next, end)) return VIEW_UNKNOWN;
            dropped = true;
        }
    }
    *size = (size_t)(out - first);
    return dropped ? VIEW_OTHER : VIEW_SAME;
}

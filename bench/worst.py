"""Texts that nobody writes in good faith, always the same: made to be slow, or to be taken for something else.

    for kind in KINDS: texts(kind, count, letters)

Each kind writes over texts of the benchmark's own listings or over a term, so that a figure can be had again anywhere.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import cycle, islice

from bench.listings import CONFUSED, MARKS, TRADITIONAL, UNSEEN, Vocabulary, Writer

TERMS = ("viagra", "科学上网")
EMOJI = "🔥✨👍🎁💯📦🚚⭐🐘🦷💊🐯🦴⌚👜"
BOLD = {chr(97 + n): chr(0x1D41A + n) for n in range(26)}
WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
CIRCLED = {chr(97 + n): chr(0x24D0 + n) for n in range(26)}
FLAGS = {chr(97 + n): chr(0x1F1E6 + n) for n in range(26)}
LEET = dict(zip("oleast", "013457", strict=True))
SPELLED = "㎎㏂㏒㎏℡㋿㍿ﷺ㌀㊑ﬃ⑽"
Make = Callable[[random.Random, str, Sequence[str]], str]


def mapped(table: dict[str, str], share: float = 1.0) -> Make:
    """Each letter that the table has, replaced; or only so many of them."""
    return lambda draw, text, _: "".join(table.get(s, s) if draw.random() < share else s for s in text)


def behind_each(signs: str) -> Make:
    """One of these signs behind each letter."""
    return lambda draw, text, _: "".join(sign + draw.choice(signs) for sign in text)


def again(*parts: str) -> Make:
    """The same over and over, as long as the text; {0} and {1} stand for the terms."""
    return lambda _, text, terms: "".join(islice(cycle("".join(parts).format(*terms)), len(text)))


def around_each(before: str, behind: str) -> Make:
    """Each letter between two tags or the like."""
    return lambda _, text, __: "".join(f"{before}{sign}{behind}" for sign in text)


def random_signs(first: int, last: int) -> Make:
    """Signs of a stretch of Unicode as chance has it."""
    return lambda draw, text, _: "".join(chr(draw.randint(first, last)) for _ in text)


def terms_mixed(draw: random.Random, text: str, terms: Sequence[str]) -> str:
    """Terms, their beginnings and their ends without a gap."""
    out, size = [], 0
    while size < len(text):
        term = draw.choice(terms)
        at = draw.randint(1, len(term))
        out.append(draw.choice((term, term[:at], term[-at:])))
        size += len(out[-1])
    return "".join(out)[: len(text)]


KINDS: dict[str, Make] = {
    "as written": lambda _, text, __: text,
    "Cyrillic in words": mapped(CONFUSED, 0.5),
    "Cyrillic for all that has a look-alike": mapped(CONFUSED),
    "mathematical letters": mapped(BOLD),
    "full width": mapped(WIDE),
    "circled letters": mapped(CIRCLED),
    "regional indicators": mapped(FLAGS),
    "traditional characters": mapped(TRADITIONAL),
    "leet": mapped(LEET),
    "zero width behind each": behind_each(UNSEEN),
    "combining mark behind each": behind_each(MARKS),
    "blank behind each": behind_each(" "),
    "dot behind each": behind_each("."),
    "line end behind each": behind_each("\n"),
    "emoji behind each": behind_each(EMOJI),
    "emoji only": lambda draw, text, _: "".join(draw.choice(EMOJI) for _ in text),
    "each letter twice": lambda _, text, __: "".join(sign * 2 for sign in text),
    "each letter four times": lambda _, text, __: "".join(sign * 4 for sign in text),
    "each letter a tag": around_each("<b>", "</b>"),
    "each letter an entity": lambda _, text, __: "".join(f"&#{ord(sign)};" for sign in text),
    "open tags": lambda _, text, __: "<" * len(text),
    "one term without gaps": again("{0}"),
    "one term and blanks": again("{0} "),
    "one Chinese term": again("{1}"),
    "one term, dotted": lambda draw, text, terms: again(".".join(terms[0]), " ")(draw, text, terms),
    "one term, starred": lambda draw, text, terms: again(terms[0][:2] + "*" + terms[0][3:], " ")(draw, text, terms),
    "a term without its end": lambda draw, text, terms: again(terms[0][:-1], " ")(draw, text, terms),
    "a Chinese term without its end": lambda draw, text, terms: again(terms[1][:-1])(draw, text, terms),
    "terms and their parts": terms_mixed,
    "one letter": again("a"),
    "a letter and a star": again("a*"),
    "one letter behind blanks": lambda _, text, __: f"{'v' * (len(text) // 55):>{len(text)}}",
    "stars": again("*"),
    "two letters": again("vi"),
    "blanks": again(" "),
    "NUL": again("\0"),
    "Latin and Chinese in turn": again("v科i学"),
    "two bytes a letter": again("éüñø"),
    "rare characters of four bytes": random_signs(0x20000, 0x2A6DF),
    "all of the first plane": random_signs(0xA1, 0xD7FF),
    "signs that spell out": lambda draw, text, _: "".join(draw.choice(SPELLED) for _ in text),
}


def texts(kind: str, count: int, letters: int, terms: Sequence[str] = TERMS, seed: int = 5) -> list[str]:
    """So many texts of a kind, each written over so many letters (longer where more are put in); the same each time.

    `terms` are a Latin and a Chinese one that repeat. Raises KeyError for a kind that is not in KINDS.
    """
    draw = random.Random(f"{seed} {kind}")
    make = KINDS[kind]
    return [make(draw, text, terms) for text in _base(count, letters, seed)]


@lru_cache(4)
def _base(count: int, letters: int, seed: int) -> tuple[str, ...]:
    """Latin and Chinese texts in turn."""
    draw = random.Random(seed)
    writer = Writer(draw, Vocabulary(draw, 2))
    write = (writer.english, writer.chinese_text)
    return tuple(write[n % 2](letters, False) for n in range(count))

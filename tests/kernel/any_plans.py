"""Plans of words as chance has it, over texts made of parts of those words: both engines must tell the same.

python -m tests.kernel.any_plans SECONDS [SEED]
"""

from __future__ import annotations

import os
import random
import sys
import time
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from tests.contract.nasty_texts import NASTY
from tests.contract.test_engines_agree import PATTERNS, SIGNS, found

from rectify.rules.pack import Term
from rectify.screening.engines import cpu_paths
from rectify.screening.match import Matcher, WordList
from rectify.screening.text import TextColumns
from rectify.terms.finding import ALL, Disguise

LATIN, HAN = "abceilmnopstv", "翻墙科学上网象牙银行卡药买卖枪网络"
OTHERS = "éïßøпврнвиザビか가나ΝνѵΟअ𠮷ﬁ㎎ſK"
BETWEEN = " -.'+&/*_·\n"
MARKS = [
    "\u200b",
    "\u0301",
    "\ufe0f",
    "\u00ad",
    "\0",
    "*",
    "$",
    "@",
    "_",
    "#",
    ".",
    "🐘",
    "🦷",
    "💊",
    "①",
    "&shy;",
    "<b>",
    "</b>",
    "\ufeff",
]
LOOKS = (
    dict(zip("aeiopcvsnx", "аеіорсνѕոх", strict=True))
    | dict(zip("墙网药卖", "墻綱葯売", strict=True))
    | dict(zip("aeiost", "431057", strict=True))
)


class Odds(NamedTuple):
    """What was compared."""

    texts: int
    hits: int


def word(draw: random.Random, letters: str) -> str:
    size = draw.choice(
        (1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 9, 12, 70) if draw.random() < 0.02 else (1, 2, 2, 3, 3, 4, 4, 5, 6, 8)
    )
    made = "".join(draw.choices(letters, k=size))
    return (
        made
        if draw.random() < 0.85
        else draw.choice(BETWEEN).join((made, "".join(draw.choices(letters, k=2)))).strip() or made
    )


def lists_of(draw: random.Random) -> list[WordList]:
    lists = []
    for number in range(draw.choice((1, 1, 2, 3))):
        few = "".join(draw.choices(LATIN, k=draw.randint(2, 6)))
        letters = draw.choice((LATIN, HAN, few, few + HAN[:3], LATIN + HAN, OTHERS, few + OTHERS[:4], SIGNS[0] + few))
        words = list(dict.fromkeys(word(draw, letters) for _ in range(draw.choice((1, 3, 10, 40, 200)))))
        phrases = [
            draw.choice(words) + draw.choice(("", " ", "-")) + draw.choice(words)
            for _ in range(draw.choice((0, 0, 2, 5)))
        ]
        classes = draw.choice(
            (ALL, frozenset(Disguise), frozenset(), frozenset(draw.sample(sorted(Disguise), draw.randint(1, 6))))
        )
        terms = tuple(Term(one, "", open_left=draw.random() < 0.2) for one in words)
        lists.append(WordList(f"a/{number}", terms, tuple(phrases), draw.choice(((), (), PATTERNS)), classes))
    return lists


def disguised(draw: random.Random, text: str) -> str:
    match draw.randrange(14):
        case 0:
            return "".join(sign * 2 for sign in text)
        case 1:
            return "".join(sign * draw.choice((1, 1, 3, 4, 30)) for sign in text)
        case 2:
            return draw.choice((*BETWEEN, "\n\n", "  ", "\u200b", "\u3000")).join(text)
        case 3:
            return "".join(LOOKS.get(sign, sign) if draw.random() < 0.5 else sign for sign in text)
        case 4:
            at = draw.randrange(len(text) + 1)
            return text[:at] + draw.choice(MARKS) + text[at + draw.randrange(2) :]
        case 5:
            return text[::-1]
        case 6:
            return text.upper() if draw.random() < 0.5 else text.title()
        case 7:
            return "".join(sign + (draw.choice(MARKS) if draw.random() < 0.3 else "") for sign in text)
        case 8:
            at = draw.randrange(len(text) + 1)
            return text[:at] + text[at + 1 :]
        case 9:
            return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)
        case _:
            return text


def cell(draw: random.Random, words: list[str]) -> bytes:
    parts: list[bytes] = []
    for _ in range(draw.choice((1, 1, 2, 2, 3, 4, 6, 30)) if draw.random() < 0.98 else 300):
        kind = draw.random()
        if kind < 0.7:
            parts.append(disguised(draw, draw.choice(words)).encode())
        elif kind < 0.9:
            parts.append(draw.choice(SIGNS).encode())
        elif kind < 0.95:
            parts.append(draw.choice(NASTY).data[:60])
        else:
            parts.append(draw.randbytes(draw.randrange(4)))
        parts.append(draw.choice((b"", b"", b" ", b" ", b"\n", b".", b"-")))
    joined = b"".join(parts)
    return joined[: draw.randrange(len(joined) + 1)] if draw.random() < 0.1 else joined


def compare(seed: int, count: int = 300) -> Odds:
    """A plan and so many texts. Raises AssertionError with the first text that is read apart."""
    draw = random.Random(seed)
    lists = lists_of(draw)
    words = [term.text for one in lists for term in one.terms] + [text for one in lists for text in one.not_in]
    cells = [cell(draw, words) for _ in range(count)]
    offsets = np.cumsum([0, *map(len, cells)], dtype=np.int32)
    column = pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(b"".join(cells)))
    rows = pa.record_batch({"title": column})
    matcher = Matcher.compile(lists)
    native, plain = found(matcher.scan(TextColumns.of(rows))), found(matcher.plain.scan(TextColumns.of(rows)))
    if native != plain:
        row = min(hit[0] for hit in set(native) ^ set(plain))
        apart = {name: [hit for hit in one if hit[0] == row and hit not in other]
                 for name, one, other in (("native", native, plain), ("plain", plain, native))}  # fmt: skip
        which = {(hit[2], hit[3]) for hits in apart.values() for hit in hits}
        terms = [lists[n].terms[term].text if term < len(lists[n].terms) else term for n, term in sorted(which)]
        raise AssertionError(f"seed {seed}, {cells[row].hex()} {cells[row].decode(errors='replace')!r} {terms} {apart}")
    return Odds(count, len(native))


def main(seconds: float, seed: int) -> Odds:
    """Plans for so long, from a seed on, in turn through each path of the processor."""
    total, end = Odds(0, 0), time.monotonic() + seconds
    while time.monotonic() < end:
        os.environ["RECTIFY_CPU"] = cpu_paths()[seed % len(cpu_paths())]
        got = compare(seed)
        total, seed = Odds(total.texts + got.texts, total.hits + got.hits), seed + 1
    return total


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    done = main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) == 3 else 1)
    print(f"{done.texts} texts, {done.hits} hits")

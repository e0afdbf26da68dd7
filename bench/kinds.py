"""Other texts and other words than those of the page's first table: one script, joined by signs, short, shipped.

Real words of one language have letters in common that made-up ones have not, and what sellers write is full of signs:
both cost a search more than what corpus() writes.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from bench.beside import Beside, Engines
from bench.listings import Vocabulary, Writer
from rectify.workspace import read_packs

TERMS = 3000
SHORT = ("vpn", "lsd", "dmt", "ghb", "mdm", "sos", "rx", "vx", "lv")
Cells = list[list[str]]


def joined(writer: Writer, text: str) -> str:
    """A text in which signs join words, part numbers and end them, as on a market's pages: one of eight blanks is
    another sign, one of thirty words a price with cents or a number of its own.
    """
    draw, made = writer.draw, []
    for word in text.split(" "):
        if draw.random() < 0.03:
            word = draw.choice(("$%d.99", "No.%d", "%d/2026", "%d,000", "v%d.2")) % draw.randint(2, 999)
        made.append(
            word + (draw.choice(("-", "-", "/", " & ", ": ", "... ", "_", "!! ")) if draw.random() < 0.12 else " ")
        )
    return "".join(made).rstrip()


def of_kinds(rows: int, rounds: int) -> dict[str, Beside]:
    """Each kind of texts, with raw hyperscan beside."""
    draw = random.Random(11)
    vocabulary = Vocabulary(draw, TERMS)
    writer = Writer(draw, vocabulary)
    terms = vocabulary.latin_terms + vocabulary.chinese_terms
    engines = Engines(terms)

    def cells(write: Callable[[int, bool], str]) -> Cells:
        return [
            [write(max(12, int(draw.gauss(60, 14))), True), write(max(40, int(draw.gauss(275, 80))), False)]
            for _ in range(rows)
        ]

    latin, chinese = cells(writer.english), cells(writer.chinese_text)
    both = [row for pair in zip(latin[::2], chinese[::2], strict=True) for row in pair]
    signs = [[joined(writer, text) for text in row] for row in latin]
    shipped = sorted(
        {term.text for pack in read_packs().values() for words in pack.words.values() for term in words.terms}
    )
    made = {
        "Latin listings": engines.over(latin, rounds),
        "Chinese listings": engines.over(chinese, rounds),
        "Latin listings, words joined by signs": engines.over(signs, rounds),
        "titles of both, nothing else": engines.over([[title, ""] for title, _ in both], rounds),
        f"listings of both, {len(SHORT)} words of two and three letters beside": Engines([*terms, *SHORT]).over(
            both, rounds
        ),
    }
    few = [part[: rows // 4] for part in (latin, both)]  # real words over made-up texts: these hold many of them
    return made | {
        f"Latin listings, the {len(shipped):,} words that ship": Engines(shipped).over(few[0], rounds),
        f"listings of both, the {len(shipped):,} words that ship": Engines(shipped).over(few[1], rounds),
    }

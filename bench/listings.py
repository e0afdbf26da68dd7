"""Listings made of made-up words, always the same: half Latin, half Chinese, some with a disguised term.

About 600 bytes a listing, as shops write them: prices, model numbers, emoji, a tenth of the Chinese in traditional
characters. No word of it is taken from anywhere: Latin words are drawn from syllables, Chinese ones from frequent
characters in an order of our own, so that a figure can be had again on any machine.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

ROWS = 1024
SYLLABLES = """
an ar as at be ber bi ca ce cha ci com con cu de den der di do du el en er es et fa fi for fu ga ge go ha he hi ho in
ing is it ja ke ki la le li lo lu ma me mi mo na ne ni no nu on or ou pa pe per pi po pra pre pro ra re ri ro ru sa se
sh si so sta ste sto su ta te ter th ti tion to tra tu un ur us va ve vi vo wa we wi ya ye zo
""".split()  # noqa: SIM905 - reads better than a list
CONFUSED = dict(zip("aceiopsxyk", "асеіорѕхук", strict=True))
LEET = {"o": "0", "i": "1", "l": "1", "e": "3", "a": "4", "s": "5", "t": "7"}
UNSEEN = "\u200b\u200c\u2060\u00ad"
MARKS = "\u0301\u0300\u0308\u0336"
TRADITIONAL = dict(zip(
    "网软开车钱发药书买东国来们这说时会对学过还没见长问间电点机动气无话头实现门种体义议计认语变当经业产万单战观区医华报卖货价质贵费资运连选达邮银铁锁钟闻阳队难风飞饭马鱼鸟龙齐龟",
    "網軟開車錢發藥書買東國來們這說時會對學過還沒見長問間電點機動氣無話頭實現門種體義議計認語變當經業產萬單戰觀區醫華報賣貨價質貴費資運連選達郵銀鐵鎖鐘聞陽隊難風飛飯馬魚鳥龍齊龜",
    strict=True,
))  # fmt: skip


@dataclass(frozen=True)
class Corpus:
    """Batches of title and text, the terms to seek in them, and what was planted."""

    batches: list[pa.RecordBatch]
    terms: list[str]
    planted: list[tuple[int, int, str, str, int, int]]  # row, field, form, term, start, end
    size: int  # bytes of UTF-8


def words(draw: random.Random, count: int, make: Callable[[], str]) -> list[str]:
    """That many different words."""
    seen: dict[str, None] = {}
    while len(seen) < count:
        seen[make()] = None
    return list(seen)


# Level 1 of GB 2312, as nearly all of what people write: signs out of everyday use are what disguises are made of.
EVERYDAY = bytes(byte for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF) for byte in (high, low)).decode(
    "gb2312", "ignore"
)


class Vocabulary:
    """Words of the texts, frequent ones first, and the terms, which are none of them."""

    def __init__(self, draw: random.Random, terms: int) -> None:
        characters = list(EVERYDAY)
        draw.shuffle(characters)
        common = list("的一是在不了有和人这中大为上个国我以要他网软开车钱发药书买东") + characters[:3000]
        weight = 1 / np.arange(2, len(common) + 2) ** 0.7
        steps = np.cumsum(weight / weight.sum()).tolist()

        def latin() -> str:
            return "".join(draw.choices(SYLLABLES, k=draw.choice((1, 2, 2, 3, 3, 4))))

        def chinese() -> str:
            return "".join(draw.choices(common, cum_weights=steps, k=draw.choice((1, 2, 2, 2, 3, 4))))

        self.latin, self.chinese = words(draw, 12_000, latin), words(draw, 40_000, chinese)
        joined, pairs = " ".join(self.latin), {w[i : i + 2] for w in self.chinese for i in range(len(w) - 1)}
        half = terms // 2
        self.latin_terms = words(draw, half, lambda: self._fresh(draw, latin, joined))
        self.chinese_terms = words(draw, terms - half, lambda: self._rare(draw, common, steps, pairs))

    @staticmethod
    def _fresh(draw: random.Random, latin: Callable[[], str], joined: str) -> str:
        while True:
            word = latin() + draw.choice("bdfgkmnpvxz") + latin()
            if 4 <= len(word) <= 12 and len(set(word)) > 2 and word not in joined:
                return word

    @staticmethod
    def _rare(draw: random.Random, common: list[str], steps: list[float], pairs: set[str]) -> str:
        while True:
            word = "".join(draw.choices(common, cum_weights=steps, k=draw.choice((2, 2, 3, 3, 4, 5))))
            if not any(word[i : i + 2] in pairs for i in range(len(word) - 1)):
                return word


class Writer:
    """Writes texts of about a length."""

    def __init__(self, draw: random.Random, vocabulary: Vocabulary) -> None:
        self.draw = draw
        self.latin = self._stream(vocabulary.latin, 0.8)
        self.chinese = self._stream(vocabulary.chinese, 0.75)

    def _stream(self, vocabulary: list[str], power: float) -> Iterator[str]:
        steps = np.cumsum(1 / np.arange(1, len(vocabulary) + 1) ** power).tolist()
        while True:
            yield from self.draw.choices(vocabulary, cum_weights=steps, k=50_000)

    def model(self) -> str:
        """A model number, a measure or a price."""
        form = self.draw.choice(
            ("XT-%d", "M%d", "%dPro", "RTX %d", "K%d-B", "%dcm", "%dkg", "%d/2026", "$%d.99", "¥%d")
        )
        return form % self.draw.randint(2, 4999)

    def english(self, length: int, title: bool) -> str:
        """Latin words with capitals, commas and model numbers."""
        out, size, start = [], 0, True
        while size < length:
            chance = self.draw.random()
            word = self.model() if chance < 0.05 else next(self.latin)
            word = word.capitalize() if title or start else word
            start = not title and 0.06 < chance < 0.12
            word += "." if start else "," if 0.12 < chance < 0.18 else ""
            out.append(word)
            size += len(word) + 1
        return " ".join(out)[:length]

    def chinese_text(self, length: int, title: bool) -> str:
        """Chinese words with marks, model numbers and a Latin word here and there."""
        out, size = [], 0
        while size < length:
            chance = self.draw.random()
            if chance < 0.05:
                word = self.model()
            elif chance < 0.08:
                word = next(self.latin)
            elif chance < 0.18:
                word = self.draw.choice("，，，，。。、！：；（）【】")
            else:
                word = " " if title and chance < 0.25 else next(self.chinese)
            out.append(word)
            size += len(word)
        return "".join(out)[:length]


def disguises(draw: random.Random) -> dict[str, Callable[[str], str]]:
    """Ways to write a term, by name."""

    def mapped(table: dict[str, str]) -> Callable[[str], str]:
        return lambda term: "".join(table.get(sign, sign) for sign in term)

    def strewn(signs: str) -> Callable[[str], str]:
        return lambda term: "".join(sign + draw.choice(signs) for sign in term[:-1]) + term[-1]

    wide = {chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)}
    bold = {chr(97 + n): chr(0x1D41A + n) for n in range(26)}
    return {
        "plain": str, "case": str.upper, "width": mapped(wide), "script": mapped(TRADITIONAL),
        "look_alike": mapped(CONFUSED), "bold": mapped(bold), "invisible": strewn(UNSEEN), "combining": strewn(MARKS),
        "spaced": lambda term: draw.choice(".-*_· ").join(term), "squeezed": lambda term: term[0] + "-" + term[1:],
        "leet": mapped(LEET),
    }  # fmt: skip


def disguised(draw: random.Random, forms: dict[str, Callable[[str], str]], terms: list[str]) -> tuple[str, str, str]:
    """(form, term, what is written): a form that leaves a term as it is is drawn again."""
    while True:
        form, term = draw.choice(list(forms)), draw.choice(terms)
        seen = forms[form](term)
        if form == "plain" or seen != term:
            return form, term, seen


def put(draw: random.Random, text: str, seen: str) -> tuple[str, int, int]:
    """(a text with these signs as a word of it, where they start and end)."""
    at = text.find(" ", draw.randrange(len(text))) + 1 or len(text)
    head = text[:at] if text[:at].endswith(" ") else text[:at] + " "
    return f"{head}{seen} {text[at:]}", len(head), len(head) + len(seen)


def batches_of(cells: list[list[str]], rows: int = ROWS) -> list[pa.RecordBatch]:
    """Titles and texts as batches of so many rows."""
    return [
        pa.record_batch({"title": [c[0] for c in part], "text": [c[1] for c in part]})
        for part in (cells[at : at + rows] for at in range(0, len(cells), rows))
    ]


def cells_of(batches: list[pa.RecordBatch]) -> list[list[str]]:
    """Title and text of each row."""
    return [list(pair) for batch in batches for pair in zip(*batch.to_pydict().values(), strict=True)]


def corpus(rows: int, terms: int = 3000, share: float = 0.005, seed: int = 7) -> Corpus:
    """That many listings, the same for the same numbers; `share` of them hold a planted term."""
    draw = random.Random(seed)
    vocabulary = Vocabulary(draw, terms)
    writer, forms = Writer(draw, vocabulary), disguises(draw)
    cells: list[list[str]] = []
    planted = []
    for row in range(rows):
        chinese = draw.random() < 0.5
        write = writer.chinese_text if chinese else writer.english
        texts = [write(max(12, int(draw.gauss(60, 14))), True), write(max(40, int(draw.gauss(275, 80))), False)]
        if draw.random() < 0.08:
            texts[1] = draw.choice("🔥✨👍🎁💯📦🚚⭐") + texts[1]
        if chinese and draw.random() < 0.1:
            texts = ["".join(TRADITIONAL.get(sign, sign) for sign in text) for text in texts]
        if draw.random() < share:
            field, own = int(draw.random() < 0.7), vocabulary.chinese_terms if chinese else vocabulary.latin_terms
            form, term, seen = disguised(draw, forms, own)
            texts[field], start, end = put(draw, texts[field], seen)
            planted.append((row, field, form, term, start, end))
        cells.append(texts)
    size = sum(len(text.encode()) for pair in cells for text in pair)
    return Corpus(batches_of(cells), vocabulary.latin_terms + vocabulary.chinese_terms, planted, size)

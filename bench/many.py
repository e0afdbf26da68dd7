"""Packs of made-up words, always the same: many rules, each over words of its own and words that all packs share."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from bench.listings import Corpus, Vocabulary, Writer
from bench.whole import as_items

LISTS, TERMS, RULES = 8, 6, 25  # of one pack: words lists of its own, terms of each, rules
SALE = """
for sale; buy now; order today; in stock; ships worldwide; free delivery; best price; discount; wholesale; bulk order;
dm me; whatsapp; contact seller; 包邮; 现货; 出售; 批发; 优惠; 加微信; 私聊; 下单; 特价
"""
ASIDE = "poster; sticker; t-shirt; mug; book; toy; cover; case; manual; 海报; 贴纸; 图书; 玩具; 手机壳; 说明书"
AMOUNTS = (r"(\$|¥|€)\s*\d+", r"\d+\s*(usd|eur|元)")
# One rule each, again and again, over two lists {a} and {b} of a pack's own and the shared ones.
SHAPES = (
    "({a} in (title, variants) and offer or near({a}, sale, 40)){register}",
    "{a} and {b} and offer{register}",
    "near({a}, {b}, 60) and sale",
    "{a} in (title) and count({b}) >= 2",
    "({a} or {b}) and offer and not aside{register}",
    "plain({a}) and amount",
    "{a} and (sale or amount) and category != 'books'",
    "near({a}, amount, 80) or {a} in (title) and {b}",
    "{a} in (title) and price > 20 and offer{register}",
    "{b} and near({a}, sale, 30) and not aside",
)


def terms_of(text: str) -> list[str]:
    """The terms of one of the lists above."""
    return [" ".join(one.split()) for one in text.split(";")]


@dataclass(frozen=True)
class Many:
    """Folders of packs, the words of their own by pack and list, and the words of texts, which are none of them."""

    folders: list[Path]
    own: list[list[list[str]]]
    vocabulary: Vocabulary


def write_packs(folder: Path, packs: int, seed: int = 11) -> Many:
    """That many packs as folders; every tenth has one shared list with a term more than the others."""
    draw = random.Random(seed)
    vocabulary = Vocabulary(draw, packs * LISTS * TERMS * 5 // 4)
    # two Chinese characters stand side by side by accident in every tenth text
    pool = [term for term in vocabulary.latin_terms + vocabulary.chinese_terms if len(term) > 2]
    draw.shuffle(pool)
    made = Many([], [], vocabulary)
    for number in range(packs):
        own = [[pool.pop() for _ in range(TERMS)] for _ in range(LISTS)]
        path = folder / f"pack-{number:03d}"
        path.mkdir(parents=True)
        (path / "pack.yaml").write_text(_pack(draw, number, own), encoding="utf-8")
        made.folders.append(path)
        made.own.append(own)
    return made


def _pack(draw: random.Random, number: int, own: list[list[str]]) -> str:
    registered = number % 2 == 0
    words = {f"thing_{n}": terms for n, terms in enumerate(own)}
    words["sale"] = [*terms_of(SALE), *(["while stocks last"] if number % 10 == 0 else [])]
    words["aside"] = terms_of(ASIDE)
    lines = [f"pack: pack-{number:03d}", "title: {en: made up}", "acts: [sell]", "kinds: [listing, comment]"]
    lines += ["registers: [licensed]"] if registered else []
    lines.append("words:")
    for name, terms in words.items():
        lines.append(f"  {name}: {{terms: {{en: [{', '.join(map(repr, terms))}]}}}}")
    patterns = ", ".join(f"'{one}'" for one in AMOUNTS)
    lines += [f"  amount: {{patterns: [{patterns}]}}", "offer: {listing: sale or amount, comment: sale}", "rules:"]
    for n in range(RULES):
        shape = SHAPES[n % len(SHAPES)]
        a, b = (f"thing_{one}" for one in draw.sample(range(LISTS), 2))
        if n < LISTS:
            a, b = f"thing_{n}", f"thing_{(n + 1) % LISTS}"  # so that each list is read
        when = shape.format(a=a, b=b, register=" and not registered" if registered else "")
        lines += [f"  - id: rule-{n}", f'    when: "{when}"', "    verdict: violation", "    measure: remove_item",
                  f"    kinds: {'[listing]' if 'offer' not in when else '[listing, comment]'}",
                  f"    why: Names {{{a}}}."]  # fmt: skip
    return "\n".join(lines) + "\n"


def listings(made: Many, rows: int, share: float, seed: int = 5) -> Corpus:
    """Listings of which `share` hold words of some pack: one list or two of it, most of them with a sign of selling."""
    draw = random.Random(seed)
    writer = Writer(draw, made.vocabulary)
    sale, cells, planted = terms_of(SALE), [], []
    for row in range(rows):
        write = writer.chinese_text if draw.random() < 0.5 else writer.english
        texts = [write(max(12, int(draw.gauss(60, 14))), True), write(max(40, int(draw.gauss(275, 80))), False)]
        if draw.random() < share:
            pack = draw.choice(made.own)
            for _ in range(draw.choice((1, 1, 2, 3))):
                _plant(draw, texts, draw.choice(draw.choice(pack)))
            planted.append((row, 0, "plain", "", 0, 0))
        if draw.random() < 0.2:
            _plant(draw, texts, draw.choice(sale))
        cells.append(texts)
    batches = [
        pa.record_batch({"title": [c[0] for c in part], "text": [c[1] for c in part]})
        for part in (cells[at : at + 1024] for at in range(0, rows, 1024))
    ]
    return Corpus(batches, [], planted, sum(len(t.encode()) for pair in cells for t in pair))


def _plant(draw: random.Random, texts: list[str], word: str) -> None:
    field = int(draw.random() < 0.6)
    at = texts[field].find(" ", draw.randrange(len(texts[field]))) + 1 or len(texts[field])
    texts[field] = f"{texts[field][:at].rstrip()} {word} {texts[field][at:]}"


def items_of(corpus: Corpus) -> list[pa.RecordBatch]:
    """Its batches as items; every fifth is a comment."""
    made, first = [], 0
    for batch in corpus.batches:
        items = as_items(batch, first)
        kinds = ["comment" if (first + n) % 5 == 0 else "listing" for n in range(batch.num_rows)]
        at = items.schema.get_field_index("kind")
        made.append(items.set_column(at, items.schema.field(at), pa.array(kinds, items.schema.field(at).type)))
        first += batch.num_rows
    return made

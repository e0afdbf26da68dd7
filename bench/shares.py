"""Listings of which just so many are hit: terms that a text holds by accident are not among those that are sought."""

from __future__ import annotations

import random

from bench.listings import Corpus, batches_of, cells_of, corpus, disguised, disguises, put
from bench.ours import PURE, matcher, scanned

_MORE = 5, 4  # so many times the terms, for those that are left out


def hit_listings(rows: int, terms: int, share: float, seed: int = 7) -> Corpus:
    """That many listings, the same each time; `share` of them hold one term in some form, all others none."""
    drawn = corpus(rows, terms * _MORE[0] // _MORE[1], share=0, seed=seed)
    ready = matcher(drawn.terms, PURE)
    accidents = {int(number) for hits in scanned(ready, drawn.batches) for number in hits.term}
    left = [term for number, term in enumerate(drawn.terms) if number not in accidents]
    latin, chinese = [t for t in left if t.isascii()][: terms // 2], [t for t in left if not t.isascii()]
    chinese = chinese[: terms - len(latin)]
    draw = random.Random(seed)
    forms, cells, planted = disguises(draw), cells_of(drawn.batches), []
    for row in sorted(draw.sample(range(rows), round(rows * share))):
        own = chinese if any(sign > "\u4dff" for sign in cells[row][0]) else latin
        form, term, seen = disguised(draw, forms, own)
        field = int(draw.random() < 0.7)
        cells[row][field], start, end = put(draw, cells[row][field], seen)
        planted.append((row, field, form, term, start, end))
    size = sum(len(text.encode()) for pair in cells for text in pair)
    return Corpus(batches_of(cells), latin + chinese, planted, size)

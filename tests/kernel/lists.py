"""What is sought in the tests of the kernel that make their texts themselves: a plan for each thing that it can do."""

from __future__ import annotations

import random

from tests.contract.test_engines_agree import LISTS, PATTERNS

from rectify.rules.pack import Term
from rectify.screening.match import WordList
from rectify.terms.finding import ALL, Disguise


def dense() -> tuple[str, ...]:
    """Three hundred words of eight letters alone, so that nearly everything is a term or begins one."""
    draw = random.Random(7)
    words = {"".join(draw.choices("vilaps翻墙卡网", k=draw.choice((1, 2, 2, 3, 3, 4, 4, 5, 6)))) for _ in range(300)}
    return tuple(sorted(words))


def _terms(*texts: str) -> tuple[Term, ...]:
    return tuple(Term(text, "") for text in texts)


# By what is asked of the kernel in each.
PLANS: dict[str, list[WordList]] = {
    "together": LISTS,
    "all": LISTS[:1],
    "each": LISTS[1:2],
    "none": LISTS[2:3],
    "like": LISTS[3:4],
    "apart": LISTS[4:],
    "short": [WordList("a/short", _terms("x", "v", "mg", "vp", "il", "墙", "卡", "上网", "pn卡", "a", "s"), ("x-mg", "网卡"), (), frozenset(Disguise))],
    "rare": [WordList("a/rare", _terms("vx", "lv", "qx", "zkw", "vpn", "墙", "wqpx"), ("vx-lv",), (), frozenset(Disguise))],
    "dense": [WordList("a/dense", _terms(*dense()[::2]), dense()[1::9], (), frozenset(Disguise)),
              WordList("a/plain", _terms(*dense()[1::2]), dense()[::9], (), ALL)],
    "patterns": [WordList("a/patterns", (), (), PATTERNS)],
    "phrases": [WordList("a/phrases", (), ("vpn", "翻墙"), ())],
    "nothing": [],
}  # fmt: skip

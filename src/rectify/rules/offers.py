"""Does what is said rest on an offer, or only on a line that calls itself one? (docs/limits.md: offers, not opinions)

A rule for comments, posts, pages and profiles must rest on the pack's offer line. So that the line cannot be an empty
word, three things are asked of it: that it asks for something which the rule does not ask for anyway; that rule and
line together ask for two things at least, what is meant and that it is offered; and that none of its words stands in
sentences which offer nothing. What that cannot tell is said in docs/limits.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np
import re2

from rectify.rules.pack import Term, Words
from rectify.rules.pattern_cost import program
from rectify.rules.tree import Always, Count, Has, Near, Node, Plain, ProductNamed, ProviderNamed, words_read
from rectify.rules.truth import MAX_NAMES, Flags, Table, atoms, table, with_offer

# One sign of each class that a pattern can name; a pattern that is content with any of them says nothing of an offer.
_SIGNS = "aZ0_ \n\t.,-!?$€¥元中é字あ한ж\u00a0\u200b\U0001f600"
# Talk in which nobody offers anything. A word or a pattern that stands in it is no sign of an offer.
_TALK = (
    "i think that the government is bad, and we do not know why they did this to us in 2026 or on 4 june 1989",
    "it was not as he had been told; all of you have seen more than what she said about her people, so be it",
    "this is my opinion: there are many who would vote against it if only they could, but nobody will ask them",
    "Our minister and the president were wrong when they said no one should speak. Is that right? It can't be!",
    "from now on i shall write here every day at 9:30, because some things must be said by someone like me",
    "我觉得政府这样做是不对的，大家都不相信他们说的话。",
    "你说得很对，可是我们不知道为什么会这样！1989年6月4日下午3点在广场上有很多人。",
    "他不是我的朋友，她也没有到过那里，因为这个国家的人都有自己的看法。",
)


def says_nothing(words: Words) -> Iterator[str]:
    """The terms and patterns of a list that stand in talk which offers nothing, with what is wrong with each."""
    for pattern in words.patterns:
        try:
            compiled = program(pattern)
        except re2.error:
            continue  # told where it is read
        if any(compiled.search(sign) is not None for sign in ("", *_SIGNS)):
            yield f'the pattern "{pattern}" is content with a single sign'
        elif any(compiled.search(text) is not None for text in _TALK):
            yield f'the pattern "{pattern}" stands in any talk'
    for term in words.terms:
        if _in_talk(term):
            yield f'the term "{term.text}" stands in any talk'


def _in_talk(term: Term) -> bool:
    text = " ".join(term.text.casefold().split())
    latin = text.isascii()
    left = r"(?<![a-z0-9])" if latin and not term.open_left else ""
    right = r"(?![a-z0-9])" if latin and not term.open_right else ""
    return any(re.search(left + re.escape(text) + right, said.casefold()) for said in _TALK)


def needed_beside(condition: Node) -> frozenset[str]:
    """What a rule needs in any case beside its offer line: names of words. Empty where it has too many to tell."""
    beside = with_offer(condition, Always())
    names = atoms(beside)
    if len(names) > MAX_NAMES:
        return frozenset()
    full = table(names)
    _, possible = full.answer(beside)
    return (
        frozenset(name for name, found in _found(full).items() if found[possible].all())
        if possible.any()
        else frozenset()
    )


def shared_terms(line: Node, needed: frozenset[str], words: Mapping[str, Words]) -> Iterator[str]:
    """Terms of an offer line that stand in another list which is needed too: one word would be both."""
    asked = sorted(words_read(line) & set(words))
    for name in asked:
        terms = {" ".join(term.text.casefold().split()) for term in words[name].terms}
        for other in sorted({*asked, *(needed & set(words))} - {name}):
            both = terms & {" ".join(term.text.casefold().split()) for term in words[other].terms}
            if both and not (other in asked and other < name):
                yield f'"{min(both)}" stands in "{name}" and in "{other}"'


def rests_on_one(full: Table, possible: Flags) -> bool:
    """Whether a rule, its offer line in it, can hold where one thing alone was found; `possible`: where it can hold."""
    things = sum((found.astype(np.int64) for found in _found(full).values()), np.zeros(full.rows, np.int64))
    return bool((possible & (things < 2)).any())


def _found(full: Table) -> dict[str, Flags]:
    """Where each thing was found: names of words, and what the order names."""
    found: dict[str, Flags] = {}
    for node, possible in full.possible.items():
        for name in _names(node):
            found[name] = found[name] | possible if name in found else possible
    return found


def _names(node: Node) -> tuple[str, ...]:
    match node:
        case Has(words) | Count(words) | Plain(words):
            return (words,)
        case Near(one, other):
            return (one, other)
        case ProductNamed() | ProviderNamed():
            return (f"\x00{type(node).__name__}",)  # no words list can be called so
    return ()

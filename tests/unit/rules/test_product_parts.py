"""Which words of a title are parts and accessories."""

from __future__ import annotations

import pytest

from rectify.rules.product_names import plain_fold
from rectify.rules.product_parts import parts_for
from rectify.rules.product_tokens import tokens

PARTS = parts_for(plain_fold)


def kinds(text: str) -> frozenset[str]:
    return PARTS.kinds([token.text for token in tokens(plain_fold(text))])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("rain cover", "cover"), ("Schutzhülle", "cover"), ("Schutzhuelle", "cover"), ("Sommerbezug", "cover"), ("housse", "cover"), ("雨罩", "cover"),
        ("Netzteil", "charger"), ("充電器", "charger"), ("batería", "battery"), ("Wandhalterung", "holder"), ("Displayreparatur", "repair"),
        ("Betriebsanleitung", "paper"),
    ],
)  # fmt: skip
def test_a_part_is_known_in_many_languages_and_within_words(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    ["Fahrrad", "Kinderfahrrad", "batterie externe", "Blutdruckmesser", "snow shoes", "Fahrradanhänger", "pram", ""],
)
def test_words_that_only_end_so_are_no_parts(text: str) -> None:
    assert not kinds(text)


def test_a_part_before_a_noun_may_tell_what_kind_it_is() -> None:
    words = ["akku", "bohrschrauber"]
    (part,) = PARTS.found(words)
    assert PARTS.kind_of_noun(words, part, ())
    words = ["filtre", "aspirateur"]
    (part,) = PARTS.found(words)
    assert not PARTS.kind_of_noun(words, part, ())

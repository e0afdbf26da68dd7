"""The hand-written pairs are what they say: enough of each label, none twice, numbers as they should be."""

from __future__ import annotations

import re
from collections import Counter

from tests.packs.product_pairs import LABELS, SOURCE, named_products, written_pairs

from rectify.terms.product import read_gtin


def test_labels_are_known_and_frequent_enough() -> None:
    told = Counter(pair.label for pair in written_pairs())
    assert set(told) == set(LABELS)
    wanted = {"different": 400, "same": 130, "maybe": 30, "bundle": 20}
    assert {label: told[label] for label, least in wanted.items() if told[label] < least} == {}


def test_no_listing_of_a_product_stands_twice() -> None:
    texts = Counter((pair.product, pair.title.casefold(), pair.text.casefold()) for pair in written_pairs())
    assert [text for text, count in texts.items() if count > 1] == []


def test_no_two_products_are_the_same() -> None:
    named = [(product.brand.casefold(), product.model.casefold()) for of in named_products().values() for product in of]
    assert len(named) == len(set(named))


def test_every_number_of_a_product_is_read() -> None:
    written = re.findall(r'gtins: \["(\d+)"\]', SOURCE.read_text(encoding="utf-8"))
    assert len(written) >= 15
    assert all(text.startswith("952") and read_gtin(text) for text in written)


def test_a_number_in_a_listing_is_right_where_the_pair_says_so() -> None:
    """A wrong check digit stands in the class of that name, and nowhere else."""
    for pair in written_pairs():
        for number in re.findall(r"\d{13,14}", " ".join((pair.text, pair.attributes.get("ean", "")))):
            assert (read_gtin(number) == "") == (pair.what == "check digit"), pair

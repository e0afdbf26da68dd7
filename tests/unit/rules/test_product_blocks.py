"""A row is judged beside few of an order's products, and what is said of it is what all of them together say."""

from __future__ import annotations

import re2
from hypothesis import example, given
from hypothesis import strategies as st

from rectify.rules.product_judge import judge_gtin, judge_model, strictest
from rectify.rules.product_judging import Judging
from rectify.rules.product_names import plain_fold
from rectify.rules.product_row import Grade, Row
from rectify.rules.products import CAP, ProductAnswer, ProductIndex, stated
from rectify.terms.product import Product, check_digit

BRANDS = (
    "",
    "Kite",
    "Hopewell",
    "Fleur & Fils",
    "3M",
    "Müller",
    "暖禾",
    "North Star",
    "Kite GmbH",
    "no name",
    "O'Lark-2",
)
MODELS = (
    "", "K3-2024", "K3-2025", "Air", "Nomad 2", "300", "2000", "Orbit i-Fix", "LX40", "Höhe 7", "Mk IV", "NH-1500P", "暖风机",
    "Grip 9.2", "a b c d e f g 1 2 3", "Swingset Duo", "1", "TS4GSDHC10", "Nomadic",
)  # fmt: skip
NAMES = ("", "folding travel pram", "memory card 4 GB", "fan heater", "K9 fan heater", "暖风机", "table lamp")
CORES = ("952123454321", "001234567890", "000000963850", "952123450001", "100000000001")
WORDS = (
    "kite", "k3", "2024", "k3-2024", "k32024", "kitek3-2024", "air", "kiteair", "nomad", "nomadci", "2", "300", "hope", "well", "hopewel",
    "hopewell", "fleur", "fils", "and", "und", "&", "fleurandfils", "3m", "3m300", "mueller", "muller", "müller", "暖禾", "nh1500p", "nh-1500p",
    "orbit", "ifix", "i", "fix", "orbitifix", "lx 40", "hoehe7", "höhe", "7", "mkiv", "mk-iv", "folding", "travel", "pram", "memory", "cards", "4gb",
    "fan", "heater", "暖风机", "for", "cover", "with", "north", "star", "northstar", "grip9.2", "a", "b", "c", "d", "e", "f", "g", "1", "3", "swingset",
    "duo", "ts4gsdhc1o", "ts4gsdhcl0", "ts4gsdch10", "k9", "o'lark", "2", ".", ",", "/", "-", "9521234543213", "9 521234 543213", "9521234543214",
    "012345678905", "12345678900", "19521234543210", "96385074", "o'lark-2",
)  # fmt: skip

_gtins = st.sampled_from(("", *("0" + core + check_digit("0" + core) for core in CORES)))
_products = st.lists(
    st.builds(Product, st.sampled_from(BRANDS), st.sampled_from(MODELS), _gtins, st.just(()), st.sampled_from(NAMES)),
    min_size=1, max_size=8, unique=True,
)  # fmt: skip
_texts = st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join)
_attributes = st.dictionaries(st.sampled_from(("gtin", "ean", "brand", "model", "mpn", "batch")), _texts, max_size=3)


def by_all(index: ProductIndex, row: Row) -> ProductAnswer:
    """What all products together say of a row."""
    siblings = [index.blocks.siblings[brand] for brand in index.blocks.brand_of]
    judgings = [Judging(index.names(n), row, siblings[n]) for n in range(len(index.products))]
    return ProductAnswer(strictest(map(judge_gtin, judgings)), strictest(map(judge_model, judgings)))


@given(_products, _texts, _texts, _attributes)
@example([Product("Kite", "Air")], "kiteair", "", {})
@example([Product("Fleur & Fils", "300")], "fleur und fils 300", "", {})
@example([Product("Kite", "Nomad 2")], "kite", "", {"model": "Noma-d 2"})
@example([Product("Kite", "TS4GSDHC10")], "kite ts4gsdch10", "", {})
@example([Product("Hopewell", "300")], "hope well 300", "", {})
@example([Product("Hopewell", "2000")], "hope well 2000", "", {})
@example([Product("", "", "00000096385074")], "", "", {"gtin": "96385075"})
@example([Product("Müller", "Höhe 7")], "mueller hoehe7", "", {})
def test_what_a_row_meets_is_all_that_could_be_said_of_it(products, title, text, attributes):
    index = ProductIndex(products)
    row = Row(plain_fold(title), plain_fold(text), (), index.folded(attributes))
    (answer,) = index.judged([row])
    assert answer == by_all(index, row)
    if max(answer.gtin.grade, answer.model.grade) > Grade.NO:  # and the patterns of a small order find the row
        sought = [re2.compile(pattern) for pattern in index.patterns]
        texts = [*(text for _, text in row.texts), *(text for one in row.attributes.items() for text in stated(*one))]
        assert any(pattern.search(text) for pattern in sought for text in texts)


@given(_products, st.lists(_texts, max_size=5))
def test_rows_together_are_judged_as_each_by_itself(products, titles):
    index = ProductIndex(products)
    rows = [Row(plain_fold(title), "") for title in titles]
    assert list(index.judged(rows)) == [answer for row in rows for answer in index.judged([row])]


def test_of_very_many_like_products_some_are_looked_at_and_it_is_told():
    many = [Product("Kite", f"K{n}-2024", name="folding travel pram") for n in range(CAP + 10)]
    (named, sure) = ProductIndex(many).judged([Row("kite folding travel pram", ""), Row("kite k7-2024 pram", "")])
    assert (named.capped, named.model.grade, len(named.model.seen)) == (True, Grade.POSSIBLE, CAP)
    assert (sure.capped, sure.model.grade, len(sure.model.seen)) == (False, Grade.SURE, 1)


def test_where_only_what_was_not_looked_at_may_be_it_a_person_looks():
    others = [Product("Kite", f"K{n}-2024", name="folding travel pram 4 kg") for n in range(CAP)]
    (answer,) = ProductIndex([*others, Product("Kite", "K99-2024", name="folding travel pram 9 kg")]).judged(
        [Row("kite folding travel pram 9 kg", "")]
    )
    assert (answer.capped, answer.model.grade) == (True, Grade.POSSIBLE)

"""The names of one product as patterns over folded text: its numbers, its model in any spelling, its brand, batches."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import takewhile

from rectify.rules.product_brand import (
    DASHES,
    ENDS,
    RUN,
    SEPARATORS,
    STARTS,
    Brand,
    any_spelling,
    either,
    key,
    umlauts_spelled,
)
from rectify.rules.product_codes import LEAST_SLIP, numerals, stems
from rectify.rules.product_heads import Heads
from rectify.rules.product_lists import Fold
from rectify.rules.product_parts import Parts, parts_for
from rectify.rules.product_sizes import sizes, units
from rectify.rules.product_title import TitleReading
from rectify.rules.product_tokens import beginning, tokens
from rectify.rules.product_vocabulary import vocabulary_for
from rectify.rules.product_words import TitleWords
from rectify.terms.product import Product, check_digit, unit_gtin

_STRONG, _FAIR, _TWO_WORDS = 6, 4, 8


def plain_fold(text: str) -> str:
    """A fold for those who bring none: compatibility forms, small letters, no marks."""
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", "".join(c for c in spread if not unicodedata.combining(c)))


@cache
def _measured() -> re.Pattern[str]:
    """A unit behind a number."""
    written = "|".join(sorted(map(re.escape, units()), key=len, reverse=True))
    return re.compile(rf"{SEPARATORS}(?:{written}){ENDS}")


@dataclass(frozen=True)
class Names:
    """One product's names. `number` counts products from 0."""

    number: int
    product: Product
    fold: Fold
    heads: Heads
    made_by: Brand

    @property
    def label(self) -> str:
        """How evidence speaks of it: "Kite K3-2024", else by name or number."""
        product = self.product
        return " ".join(filter(None, (product.brand, product.model or product.name or self.digits)))

    @property
    def brand(self) -> str:
        """The brand without the legal form of its company; empty where the order says that there is none."""
        return self.made_by.name

    @cached_property
    def model_key(self) -> str:
        return key(self.fold(self.product.model))

    @cached_property
    def model_forms(self) -> tuple[str, ...]:
        """The model as it is folded, and with two letters for each umlaut."""
        spelled = umlauts_spelled(self.product.model)
        return tuple(dict.fromkeys(map(self.fold, dict.fromkeys((self.product.model, spelled)))))

    @cached_property
    def model_runs(self) -> list[str]:
        """Runs of letters and of digits, between which any spelling may set a separator."""
        return RUN.findall(self.fold(self.product.model))

    @cached_property
    def distinct(self) -> int:
        """How much a model says by itself: 2 strong (letters and digits, six signs), 1 fair, also several
        words, 0 a common word."""
        digits = any(c.isdigit() for c in self.model_key)
        if digits and any(c.isalpha() for c in self.model_key) and len(self.model_key) >= _STRONG:
            return 2
        words = [run for run in self.model_runs if run.isalpha() and len(run) > 2]
        several = len(words) > 1 and sum(map(len, words)) >= _TWO_WORDS
        return 1 if several or (digits and len(self.model_key) >= _FAIR) else 0

    @property
    def common(self) -> bool:
        """Whether the model says so little that only the brand beside it makes it one."""
        return bool(self.brand) and (self.distinct == 0 or self.model_key.isdigit())

    @cached_property
    def slip(self) -> str | None:
        """What every misprint of the model that counts has in common with it; None where none counts."""
        return numerals(self.model_key) if len(self.model_key) >= LEAST_SLIP and self.brand else None

    @cached_property
    def own_words(self) -> frozenset[str]:
        """Words of the product's own name, which are no heads of it."""
        words = RUN.findall(self.fold(self.product.name)) + self.fold(self.product.name).split()
        return frozenset(word for word in words if word not in self.brand.split() and not word.isdigit())

    @cached_property
    def codes_of_name(self) -> frozenset[str]:
        """Keys of the words of its own name."""
        return frozenset(map(key, self.own_words))

    @cached_property
    def own_kinds(self) -> frozenset[str]:
        """Kinds of parts that the product itself is called by: an order on a charger names one."""
        words = [token.text for token in tokens(self.fold(f"{self.product.model} / {self.product.name}"))]
        along = self.heads.phrases["along"]
        cut = next((at for at in range(1, len(words)) if beginning(words[at:], along)), len(words))
        return self.parts.kinds(words[:cut])

    @cached_property
    def own(self) -> frozenset[str]:
        """Words of its own name, and all words for the kinds of parts that it is."""
        more = self.parts.words_for(self.own_kinds)
        if self.own_kinds or self.own_words & self.heads.words("spare"):
            more |= self.heads.words("spare")
        return self.own_words | more | self.words.same

    @cached_property
    def reading(self) -> TitleReading:
        """How titles are read for this product."""
        return TitleReading(self.heads, self.parts, self.own, self.own_words, self.own_kinds, bool(self.called))

    @cached_property
    def parts(self) -> Parts:
        return parts_for(self.fold)

    @cached_property
    def words(self) -> TitleWords:
        """How the words of titles are read for this product."""
        name, model = self.fold(self.product.name), self.fold(self.product.model)
        names = {token.text for token in tokens(f"{self.brand} {model}")}
        return TitleWords.of(vocabulary_for(self.fold), self.parts, self.heads, name, model, names)

    @cached_property
    def no_name(self) -> frozenset[str]:
        """Stems of the brand and of the model, which are no words of the name."""
        return stems(" ".join([*self.brand_runs, *self.model_runs]))

    @cached_property
    def called(self) -> frozenset[str]:
        """Stems of what the product is called, brand and model aside."""
        return stems(" ".join(self.own_words)) - self.no_name

    @cached_property
    def model(self) -> re.Pattern[str]:
        """The model in any spelling, no longer code than it; the brand may be joined to it (group `brand`)."""
        if not self.model_runs:
            return re.compile("(?!)")
        spelled = either(any_spelling(form, SEPARATORS) for form in self.model_forms)
        joined = rf"(?P<brand>{self.made_by.spelled}){SEPARATORS}" if self.brand else "(?P<brand>(?!))"
        return re.compile(f"{STARTS}(?:{joined})?{spelled}{ENDS}")

    def models(self, text: str) -> list[re.Match[str]]:
        """Where the model stands in a folded text. A pattern is made only for a product that some text may bear."""
        said = key(text)
        return list(self.model.finditer(text)) if any(form in said for form in self._model_keys) else []

    @cached_property
    def _model_keys(self) -> tuple[str, ...]:
        return tuple(filter(None, map(key, self.model_forms)))

    def gtins(self, text: str) -> list[re.Match[str]]:
        """Where the number stands in a folded text."""
        said = self.digits and self.digits in re.sub(r"\D", "", text)
        return list(self.gtin.finditer(text)) if said else []

    @cached_property
    def counted(self) -> re.Pattern[str]:
        """The model up to its first number, with any number (group 1): Nomad 2, BM 21; a bare one by its brand."""
        at = next((n for n, run in enumerate(self.model_runs) if run.isdigit()), -1)
        if at == 0 and len(self.model_runs) == 1 and self.brand:
            return self.made_by.counted
        before = list(map(re.escape, self.model_runs[:at])) if at >= 0 else []
        if not before or (at and sum(map(len, before)) < 2):
            return re.compile("(?!)")
        return re.compile(rf"{STARTS}{SEPARATORS.join(before)}{SEPARATORS}(\d+)")

    def numbers(self, text: str) -> set[str]:
        """The numbers that stand in a text as that of the model; an amount of some unit is none."""
        before = "".join(takewhile(str.isalpha, self.model_runs))
        said = key(text)
        if not self.count or not any(map(str.isdigit, said)) or before not in said:
            return set()
        return {m[1] for m in self.counted.finditer(text) if not _measured().match(text, m.end())}

    @cached_property
    def count(self) -> str:
        """The first number of the model."""
        return next((run for run in self.model_runs if run.isdigit()), "")

    @cached_property
    def model_words(self) -> frozenset[str]:
        """Words of the model that are not what the product is called."""
        return frozenset(run for run in self.model_runs if run.isalpha() and len(run) > 2) - self.own_words

    @cached_property
    def sizes(self) -> dict[str, set[str]]:
        """Measures in the product's name: unit -> numbers."""
        return sizes(self.fold(self.product.name))

    @property
    def brand_pattern(self) -> re.Pattern[str]:
        """The brand as a phrase of whole words."""
        return self.made_by.pattern

    @cached_property
    def digits(self) -> str:
        """The number as it is printed: 8, 12 or 13 digits, 14 of a carton."""
        return printed(self.product.gtin)

    @cached_property
    def core(self) -> str:
        """The digits that its carton, its unit and a misprint of its check digit share."""
        return self.product.gtin[1:13].lstrip("0")

    @cached_property
    def brand_runs(self) -> frozenset[str]:
        """Runs of letters and of digits of the brand, as it is folded."""
        return frozenset(RUN.findall(self.brand))

    @cached_property
    def gtin(self) -> re.Pattern[str]:
        """The number in a text, with blanks or hyphens, with leading zeros or without."""
        return (
            re.compile(rf"(?<!\d)(?<!\d-)(?:0[ {DASHES}]?){{0,2}}" + _spread(self.digits) + r"(?!\d)(?!-\d)")
            if self.digits
            else re.compile("(?!)")
        )

    @cached_property
    def near_gtin(self) -> re.Pattern[str]:
        """The same number with another check digit, its carton, or the unit inside: none of them is certain."""
        if not self.core or len(self.digits) == 8:
            return re.compile("(?!)")
        return re.compile(
            rf"(?<!\d)(?<!\d-)(?:[0-8][ {DASHES}]?){{0,2}}?" + _spread(self.core) + rf"[ {DASHES}]?\d(?!\d)(?!-\d)"
        )

    @cached_property
    def batches(self) -> list[tuple[str, re.Pattern[str], bool]]:
        """Batches that are named: key, pattern in a text, whether a word for batch must stand before so short a one."""
        found = []
        for batch in self.product.batch:
            runs = RUN.findall(self.fold(batch))
            if runs:
                spelled = STARTS + SEPARATORS.join(map(re.escape, runs)) + ENDS
                long = sum(map(len, runs)) > _FAIR and any(run.isdigit() for run in runs)
                found.append(("".join(runs), re.compile(spelled), not long))
        return found


def printed(gtin: str) -> str:
    """A 14-digit GTIN as it is printed; empty for none."""
    if not gtin or gtin[0] != "0":
        return gtin
    return gtin[6:] if gtin.startswith("000000") else gtin.lstrip("0").rjust(12, "0")


def _spread(digits: str) -> str:
    return rf"[ {DASHES}]?".join(digits)


def same_but_check(one: str, other: str) -> bool:
    """Whether two texts of digits, as 14 digits, differ in their check digit alone, or are carton and unit."""
    one, other = one.zfill(14), other.zfill(14)
    if one == other or not other.isdigit() or len(other) != 14:
        return False
    if one[:13] == other[:13]:
        return True
    sound = check_digit(other[:13]) == other[13]
    return sound and "" != (unit_gtin(one) or "-") == unit_gtin(other)

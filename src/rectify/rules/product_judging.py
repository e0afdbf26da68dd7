"""One product beside one item: what speaks for it, where its title contradicts it or leaves it open."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cached_property
from itertools import pairwise

from rapidfuzz import fuzz

from rectify.rules.product_brand import DASHES, key
from rectify.rules.product_codes import CODE, shape
from rectify.rules.product_heads import Stand
from rectify.rules.product_names import Names
from rectify.rules.product_row import BATCH_KEYS, NO_MODEL, Row, Seen
from rectify.rules.product_senses import Sense
from rectify.rules.product_sizes import sizes
from rectify.terms.product import read_gtin

_LIKE_BRAND = 80  # of 100
_LONG_BRAND = 6  # signs
_BESIDE = 24  # characters
_SEEKS = re.compile(r"[\[(]?[sg](?:[\])]|\s?[:>])")  # S: as those write who seek (suche, gezocht)
BRAND_AHEAD = 40  # characters before a model in which its brand is sought


class Judging:
    """One product and one row, and what both answers need to know."""

    def __init__(self, names: Names, row: Row, siblings: Collection[str]) -> None:
        self.names, self.row, self.siblings = names, row, siblings

    @cached_property
    def title_stand(self) -> Stand:
        """What the title says as a whole; what a shop adds behind a bar after the name is none of it."""
        title, names = self.row.title, self.names
        named = names.brand_pattern.search(title) or names.models(title)
        if not named and names.heads.for_own(title, names.own_words):
            return Stand.OPEN
        title = self._named_part
        if _SEEKS.match(title) or names.heads.sought(names.heads.words_of_title(title)):
            return Stand.FOREIGN
        ends = [match.end() for match in (*names.brand_pattern.finditer(title), *names.models(title))]
        last = max(ends, default=0)
        offered = title[:last] + names.heads.offered(title[last:]) if ends else title
        several = names.heads.several(title) and not self._more_of_it(title, last)
        if several or names.heads.beside(offered, names.own):
            return min(Stand.OPEN, self._beside_parts(title))
        return self._beside_parts(title)

    def _more_of_it(self, title: str, last: int) -> bool:
        """Whether a title of several things names but some of the product, or it and parts behind a plus."""
        heads, words = self.names.heads, self.names.words
        if heads.lets(title):
            return False
        plus = next((at for at in (title.find(sign, last) for sign in ("+", " plus ")) if at >= 0), len(title))
        senses = {word.sense for word in words.read(title[:plus], self._spans(title[:plus]))}
        added = words.read(title[plus:], ())
        counted = any(one.text.isdigit() and two.sense is Sense.UNKNOWN for one, two in pairwise(added))
        others = counted or {word.sense for word in added} & {Sense.NAME, Sense.KIND, Sense.GOODS}
        return senses <= {Sense.NAME, Sense.KIND, Sense.TALK} and not others

    @cached_property
    def doubtful(self) -> bool:
        """Whether the words of the title leave open what is on offer; what a shop adds behind a bar is none of it."""
        title = self._named_part
        return self.names.words.doubtful(title, self._spans(title))

    def _spans(self, title: str) -> list[tuple[int, int]]:
        """Where the brand, the model and the number stand in a title."""
        spans = [match.span() for match in (*self.names.models(title), *self.names.gtins(title))]
        spans += [match.span() for match in self.names.brand_pattern.finditer(title)]
        return spans + self._brand_in_two(title)

    @cached_property
    def _named_part(self) -> str:
        """The title up to the bar behind the name."""
        title, names = self.row.title, self.names
        ends = [match.end() for match in (*names.models(title), *names.gtins(title))]
        bar = title.find("|", max(ends, default=1))
        return title if bar < 0 else title[:bar]

    def _beside_parts(self, title: str) -> Stand:
        """How the name stands beside the parts that a title names; the mention that speaks most for it counts."""
        spans = [self._with_brand(title, match) for match in self.names.models(title)]
        spans = spans or [match.span() for match in self.names.brand_pattern.finditer(title)]
        if not spans:
            return self.names.reading.nameless(title)
        return max(self.names.reading.stand(title, start, end) for start, end in spans)

    def _with_brand(self, title: str, model: re.Match[str]) -> tuple[int, int]:
        """Where a model stands together with the brand that stands before or behind it."""
        start, end = model.span()
        ahead = self.names.brand_pattern.search(title, max(0, start - BRAND_AHEAD), start)
        behind = self.names.brand_pattern.search(title, end, end + _BESIDE)
        return (ahead.start() if ahead else start), (behind.end() if behind else end)

    @cached_property
    def brand_stated(self) -> bool:
        """Whether the attribute says this brand."""
        stated = self.row.brand
        return bool(stated) and bool(self.names.brand_pattern.search(stated))

    @cached_property
    def other_brand(self) -> bool:
        """Whether the attribute says another brand."""
        stated, brand = self.row.brand, self.names.brand
        if not stated or not brand or self.brand_stated or self.names.heads.unbranded(stated):
            return False
        return key(stated) not in key(brand) and fuzz.ratio(key(stated), key(brand)) < _LIKE_BRAND

    @cached_property
    def branded_title(self) -> bool:
        """Whether the title bears the brand, or a brand of some length as two words (beside a model that says much)."""
        if self.names.brand_pattern.search(self.row.title):
            return True
        return bool(self._brand_in_two(self.row.title))

    def _brand_in_two(self, title: str) -> list[tuple[int, int]]:
        brand = key(self.names.brand)
        if len(brand) < _LONG_BRAND or self.names.common:
            return []
        pairs = pairwise(re.finditer(r"[^\W_]+", title))
        return [(one.start(), two.end()) for one, two in pairs if one[0] + two[0] == brand]

    @cached_property
    def misspelt(self) -> bool:
        """Whether words of the title, or the stated brand, are the brand but for a letter (two of a long one).

        Beside a model that says little it says nothing.
        """
        return not self.names.common and self.row.misspells(self.names.made_by)

    @cached_property
    def other_model(self) -> bool:
        """Whether the attribute says another model."""
        stated, model = self.row.model_keys, self.names.model_key
        if not stated or not model or not any(c.isdigit() for k in stated for c in k):
            return False
        return not any(k in self.siblings or model in k or (len(k) > 3 and k in model) for k in stated)

    @cached_property
    def model_attribute(self) -> str:
        """The attribute that states this very model; empty for none."""
        return self.row.model_keys.get(self.names.model_key, "") if self.names.model_key else ""

    @cached_property
    def other_codes(self) -> bool:
        """Whether the title names another member of the family: a code of the same shape, or the model with more."""
        model = self.names.model_key
        if sum(c.isdigit() for c in model) == 0 or len(model) < 4:
            return False
        others = (k for k in self.row.codes if k not in self.siblings and not NO_MODEL.match(k))
        return any(shape(k) == shape(model) or (k.startswith(model) and len(k) <= len(model) + 4) for k in others)

    @cached_property
    def other_number(self) -> bool:
        """Whether the title has the words of the model with another number only: Nomad 3, and never Nomad 2."""
        numbers = self.names.numbers(self.row.title)
        return bool(numbers) and self.names.count not in numbers

    @cached_property
    def other_words(self) -> bool:
        """Whether the title has some of the words of the model, and not the others: Alpin Senior, and Alpin Junior."""
        said = self.names.model_words & set(re.findall(r"[^\W\d_]+", self.row.title))
        return bool(said) and said != self.names.model_words

    @cached_property
    def kind_said(self) -> bool:
        """Whether the title has a word for what the product is, in whatever language."""
        said = (self.names.called - self.names.no_name) & self.row.said
        return bool(said) or self.names.words.says_kind(self.row.title)

    @cached_property
    def either_model(self) -> bool:
        """Whether the title offers another code in the place of the model: X1 or X2."""
        title = self.row.title
        for match in self.names.models(title):
            beside = self.names.heads.alternatives(title[: match.start()][-_BESIDE:], title[match.end() :][:_BESIDE])
            codes = [key(code[0]) for text in beside for code in CODE.finditer(text)]
            if any(any(c.isdigit() for c in k) and not self._of_brand(k) for k in codes):
                return True
        return False

    @cached_property
    def other_size(self) -> bool:
        """Whether a measure of the product's name stands in the title with another number only: 4 GB and 32 GB."""
        title = sizes(self.row.title)
        return any(unit in title and not numbers & title[unit] for unit, numbers in self.names.sizes.items())

    @cached_property
    def own_code(self) -> bool:
        """Whether the item names a code of letters and digits that is not the model: it has a model of its own."""
        return any(not self._of_brand(k) and k not in self.names.codes_of_name for k in self.row.own_codes)

    def _of_brand(self, code: str) -> bool:
        """Whether a code is a model that the order names of this brand."""
        return code == self.names.model_key or code in self.siblings

    @cached_property
    def other_gtin(self) -> bool:
        """Whether a valid number is stated, and it is another one."""
        own = self.names.product.gtin
        stated = {read_gtin(digits) for _, digits in self.row.gtins} - {""}
        return bool(own) and bool(stated) and own not in stated

    @cached_property
    def batch(self) -> tuple[Seen, ...] | None:
        """Where the item states a batch that is named; () where none is named; None where it states none of them."""
        if not self.names.batches:
            return ()
        for name in BATCH_KEYS:
            stated = {key(part) for part in re.split(r"[,;|/]", self.row.attributes.get(name, ""))}
            if stated & {batch for batch, _, _ in self.names.batches}:
                return (self.whole(f"attributes.{name}"),)
        for place, text in self.row.texts:
            for _, pattern, called in self.names.batches:
                for match in pattern.finditer(text):
                    if not called or self.names.heads.called_batch(text[: match.start()]):
                        return (self.seen(place, match),)
        return None

    def seen(self, place: str, match: re.Match[str]) -> Seen:
        return Seen(self.names.number, place, match.start(), match.end())

    def whole(self, place: str) -> Seen:
        value = self.row.attributes[place.removeprefix("attributes.")]
        return Seen(self.names.number, place, 0, len(value))

    def stand(self, text: str, start: int, end: int) -> Stand:
        """How a number or model stands in a text, together with the brand before or behind it."""
        ahead = self.names.brand_pattern.finditer(text, max(0, start - BRAND_AHEAD), start)
        stands = [self._beside(text, start, end), *(self._beside(text, match.start(), start) for match in ahead)]
        behind = re.match(rf"[\s,{DASHES}(]{{0,3}}", text[end:])
        brand = self.names.brand_pattern.match(text, end + (behind.end() if behind else 0))
        if brand:
            stands.append(self._beside(text, start, brand.end()))
        return min(stands)

    def _beside(self, text: str, start: int, end: int) -> Stand:
        things = text is not self.row.title or not self.names.reading.known
        return self.names.heads.stand(text, start, end, self.names.own, things=things)

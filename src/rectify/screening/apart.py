"""Terms and phrases taken apart into what the matcher seeks, all lists of a plan at once."""

from __future__ import annotations

import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rectify.rules.pack import Term
from rectify.screening.fold import BITS, NOT_EXACT
from rectify.screening.letters import PHRASE
from rectify.screening.other_forms import OTHERWISE, Own, other_forms
from rectify.screening.ranges import flat, numbered, parted
from rectify.screening.sought import SoughtTable
from rectify.screening.spelled import AS_IT_IS, IN_PICTURES, IN_PINYIN, Spelled, one_to_one, spell

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
_SHORT = 2
# what a form is not seen through besides: characters that are like others; for one that is misspelled nearly anything
_BESIDE = {BITS.split: BITS.like, BITS.pictures: BITS.like, BITS.omitted: NOT_EXACT}
MOST_KEPT = 1 << 16  # terms and phrases of the lists that are kept taken apart


class Listed(NamedTuple):
    """A list of terms and of phrases that swallow hits, and the classes that it is seen through."""

    terms: tuple[Term, ...]
    phrases: tuple[str, ...]
    allowed: int


class Apart(NamedTuple):
    """A list taken apart. `unlettered` are those without a letter, as numbers of the terms and then the phrases."""

    sought: SoughtTable
    unlettered: tuple[int, ...]


def take_apart(lists: Sequence[Listed]) -> tuple[SoughtTable, list[tuple[int, ...]]]:
    """(the forms in which all terms and phrases are sought, those of each list that have no letter).

    A term is sought as written, and in small letters, capitals and title case where a script's capitals look like
    other letters than its small ones; with characters taken apart, in pinyin, from its end, misspelled and in pictures
    (for words of its language; of any, where that is empty) where the classes allow it.
    """
    apart = _KEPT.all_of(lists)
    return SoughtTable.joined([one.sought for one in apart]), [one.unlettered for one in apart]


class _Kept:
    """Lists taken apart: packs are compiled more than once, for their trials, beside other versions and beside others.
    Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[Listed, Apart] = OrderedDict()
        self._size = 0
        self._changing = threading.Lock()

    def all_of(self, lists: Sequence[Listed]) -> list[Apart]:
        """The lists taken apart; those that are not known yet all at once."""
        with self._changing:
            found = {one: self._known[one] for one in lists if one in self._known}
        new = [one for one in dict.fromkeys(lists) if one not in found]
        found |= zip(new, _apart(new), strict=True)
        with self._changing:
            for one in dict.fromkeys(lists):
                self._size -= _size(one) if self._known.pop(one, None) else 0
                self._known[one] = found[one]
                self._size += _size(one)
            while self._size > MOST_KEPT:
                self._size -= _size(self._known.popitem(last=False)[0])
        return [found[one] for one in lists]

    def forget(self) -> None:
        """Take the next lists apart anew."""
        with self._changing:
            self._known.clear()
            self._size = 0


_KEPT = _Kept()
forget = _KEPT.forget


def _size(listed: Listed) -> int:
    return len(listed.terms) + len(listed.phrases)


def _apart(lists: Sequence[Listed]) -> list[Apart]:
    """Each list, taken apart together with the others."""
    items = _Items.of(lists)
    sought, item = _table(items)
    lettered = np.zeros(len(items.texts), np.bool_)
    lettered[item] = True
    found: list[Apart] = []
    first = row = 0
    for listed in lists:
        end = first + _size(listed)
        stop = int(np.searchsorted(item, end))
        unlettered = np.flatnonzero(~lettered[first:end]).tolist()
        found.append(Apart(sought.part(row, stop), tuple(unlettered)))
        first, row = end, stop
    return found


class _Items(NamedTuple):
    """The terms and phrases of several lists in a row, by columns."""

    texts: list[str]
    language: list[str]
    term: Ints
    open_left: Bools
    open_right: Bools
    allowed: Ints

    @classmethod
    def of(cls, lists: Sequence[Listed]) -> _Items:
        """Those of these lists."""
        terms = [term for one in lists for term in (*one.terms, *(Term(text, "") for text in one.phrases))]
        numbers = [number for one in lists for number in (*range(len(one.terms)), *(PHRASE,) * len(one.phrases))]
        texts = (term.text if term.text.isascii() else unicodedata.normalize("NFC", term.text) for term in terms)
        return cls(
            [text.strip() for text in texts],
            [term.language for term in terms],
            np.array(numbers, np.int64),
            np.array([term.open_left for term in terms], np.bool_),
            np.array([term.open_right for term in terms], np.bool_),
            np.repeat(np.array([one.allowed for one in lists], np.int64), [_size(one) for one in lists]),
        )


class _Forms(NamedTuple):
    """Forms as texts, the item that each is of and the class that it takes, taken apart."""

    item: Ints
    how: Ints
    spelled: Spelled

    @classmethod
    def of(cls, texts: Sequence[str], item: Sequence[int] | Ints, how: Sequence[int] | Ints) -> _Forms:
        """These forms."""
        hows = np.array(how, np.int64)
        taken = np.select([hows == BITS.sound, hows == BITS.pictures], [IN_PINYIN, IN_PICTURES], AS_IT_IS)
        return cls(np.array(item, np.int64), hows, spell(texts, taken.astype(np.uint8)))


def _table(items: _Items) -> tuple[SoughtTable, Ints]:
    """The forms of all items, those of one item after another, and the item that each is of."""
    texts, item = _own_texts(items.texts)
    own = _Forms.of(texts, item, np.zeros(len(item), np.int64))
    found = list(other_forms(_asked(items, own)))
    if found:
        item, how, texts = (list(part) for part in zip(*found, strict=True))
        own = _both(own, _Forms.of(texts, item, how))
    rows = _first_of_each(own)
    return _columns(items, own).chosen(rows), own.item[rows]


def _own_texts(texts: Sequence[str]) -> tuple[list[str], list[int]]:
    """Texts as written, and in small letters, capitals and title case; and the number of the text that each is of."""
    forms: list[str] = []
    item: list[int] = []
    for number, text in enumerate(texts):
        ways = (text,) if text.isascii() else dict.fromkeys((text, text.lower(), text.upper(), text.title()))
        forms += ways
        item += (number,) * len(ways)
    return forms, item


def _asked(items: _Items, own: _Forms) -> dict[int, Own]:
    """The terms that other forms are asked of, by item: those with a letter, and no phrases."""
    rows = np.flatnonzero(own.spelled.length)
    item, first = np.unique(own.item[rows], return_index=True)
    kept = (items.term[item] != PHRASE) & ((items.allowed[item] & OTHERWISE) > 0)
    item, rows = item[kept], rows[first[kept]]
    begin = np.cumsum(own.spelled.length) - own.spelled.length
    length = own.spelled.length[rows]
    letters = parted(own.spelled.letters[flat(begin[rows], length)], length)
    texts = [items.texts[n] for n in item.tolist()]
    wide = [text for text in texts if not text.isascii()]
    folded = dict(zip(wide, one_to_one(wide), strict=True))
    allowed = items.allowed[item].tolist()
    return {
        n: Own(text, text.lower() if text.isascii() else folded[text], own_letters, may, items.language[n])
        for n, text, own_letters, may in zip(item.tolist(), texts, letters, allowed, strict=True)
    }


def _both(own: _Forms, other: _Forms) -> _Forms:
    """Own forms and others."""
    one, two = own.spelled, other.spelled
    spelled = Spelled(
        np.concatenate((one.letters, two.letters)), np.concatenate((one.written, two.written)),
        np.concatenate((one.length, two.length)), np.concatenate((one.han, two.han)),
        np.concatenate((one.layout, two.layout + len(one.layouts))), one.layouts + two.layouts,
    )  # fmt: skip
    return _Forms(np.concatenate((own.item, other.item)), np.concatenate((own.how, other.how)), spelled)


def _first_of_each(forms: _Forms) -> Ints:
    """The rows in the order of items, of those of an item that have the same letters the first one; and it has some."""
    order = np.argsort(forms.item, kind="stable")
    order = order[forms.spelled.length[order] > 0]
    number, first = numbered(forms.spelled.letters, forms.spelled.length)
    pairs = forms.item[order] * len(first) + number[order]
    rows: Ints = order[np.sort(np.unique(pairs, return_index=True)[1])]
    return rows


def _columns(items: _Items, forms: _Forms) -> SoughtTable:
    """What is sought of each form."""
    item, how, spelled = forms
    words = np.array([layout.words for layout in spelled.layouts], np.bool_).reshape(-1, 3)[spelled.layout]
    backwards = how == BITS.reversed
    left = np.where(backwards, items.open_right[item], items.open_left[item])
    right = np.where(backwards, items.open_left[item], items.open_right[item])
    allowed = items.allowed[item]
    for bit, beside in _BESIDE.items():
        allowed = np.where(how == bit, allowed & ~beside, allowed)
    return SoughtTable(
        words=np.zeros(len(item), np.int64), term=items.term[item], letters=spelled.letters, written=spelled.written,
        length=spelled.length, layout=spelled.layout, layouts=spelled.layouts, closed_left=words[:, 1] & ~left,
        closed_right=words[:, 2] & ~right,
        short=(spelled.length == 1) | ((spelled.length == _SHORT) & words[:, 0]), latin=words[:, 0],
        allowed=np.where(spelled.length == 1, allowed & ~BITS.like, allowed), how=how, han=spelled.han,
    )  # fmt: skip

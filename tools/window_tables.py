"""How frequent windows of letters are in clean text: arrays for src/rectify/screening/tables/windows.npz.

Sources: frequency_dictionary_en_82_765.txt of the PyPI package symspellpy (MIT), the folder `profiles` of langdetect
(Apache-2.0; n-grams of up to three letters) and dict.txt of jieba (MIT). Called by build_tables.py, or alone: python
tools/window_tables.py --english FILE --profiles FOLDER --chinese FILE.

The matcher drops blanks, so that windows lie across words too: words are taken to follow one another independently. Of
languages of which only three letters in a row are known, the fourth depends on the two before it. All frequencies are
shares of the letters of a text in their own language.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

TABLES = Path(__file__).resolve().parent.parent / "src" / "rectify" / "screening" / "tables"
sys.path.insert(0, str(TABLES.parents[2]))

from rectify.screening.fold import Sort, fold_table  # noqa: E402 - the one way to fold
from rectify.screening.frequency import LETTERS, RARE, WINDOW  # noqa: E402 - the one definition of the scale
from rectify.screening.skeletons import skeleton  # noqa: E402

Floats = npt.NDArray[np.float64]
Known = dict[str, float]  # letters -> how often, in counts or shares
Fold = Callable[[str], str]
Letters = Callable[[str], str]  # the skeleton of a text
Words = Iterable[tuple[str, float]]
SIZE = len(LETTERS)
# How much of Latin text is in which language: catalogues are mostly English; the others are those with most readers.
LANGUAGES = {"en": 0.6, "de": 0.1, "fr": 0.1, "es": 0.1, "pt": 0.04, "it": 0.03, "nl": 0.03}
SCRIPTS = ("ru", "uk", "el", "ar", "fa", "he", "hi", "th", "ko")  # other letters, each in text of its own language
KANA = {"あ": range(0x3041, 0x3097), "ア": range(0x30A1, 0x30FB)}  # langdetect counts all of each as one
NUMBERS = 0.08  # share of words that are model numbers, measures and years, in Latin and Chinese text
LATIN_WORDS = 0.06  # share of Latin words and numbers in Chinese text
NAMES = 0.05  # share of Latin text of no language, as names and codes: each letter depends on the one before alone
UNITS = "cm mm kg g ml l w v gb tb mah inch pcs x p".split()  # noqa: SIM905 - reads better than a list
PAIRS = 40_000  # of letters beyond ASCII with the one before, the most frequent within words
COMMON = "的"  # counted by jieba for one of its uses only; taken as twice as frequent as the next (Zipf)


class Counts(NamedTuple):
    """What windows of four are made of: counts of windows within words, of beginnings and ends of one, two and three
    letters (of words at least as long), of whole words of one letter and of two, of all words and of all letters.
    """

    inner: Floats
    begins: tuple[Floats, ...]
    ends: tuple[Floats, ...]
    whole: tuple[Floats, ...]
    words: float
    letters: float

    def mixed(self, others: Counts, share: float) -> Counts:
        """Text of which so many words are others."""
        one, other = (1 - share) / self.words, share / others.words

        def both(mine: tuple[Floats, ...], theirs: tuple[Floats, ...]) -> tuple[Floats, ...]:
            return tuple(a * one + b * other for a, b in zip(mine, theirs, strict=True))

        begins, ends = both(self.begins, others.begins), both(self.ends, others.ends)
        letters = self.letters * one + others.letters * other
        inner = self.inner * one + others.inner * other
        return Counts(inner, begins, ends, both(self.whole, others.whole), 1.0, letters)

    def windows(self) -> Floats:
        """The share of the letters of a text that are the last of each window: within a word, or across two to four."""
        (b1, b2, b3), (e1, e2, e3), (w1, w2) = self.begins, self.ends, self.whole
        ways = ((e3, b1), (e2, b2), (e1, b3), (e1, w1, b2), (e2, w1, b1), (e1, w2, b1), (e1, w1, w1, b1))
        total = self.inner.copy()
        for way in ways:
            total += reduce(np.multiply.outer, way) / self.words ** (len(way) - 1)
        return total / self.letters


def build_windows(english: Path, profiles: Path, chinese: Path, fold: Fold) -> dict[str, npt.NDArray[np.generic]]:
    """The arrays of the table; `fold` gives the folded letter of a sign, empty for one that has none of its own."""

    def letters(text: str) -> str:
        return skeleton("".join(map(fold, text)))

    numbers = counted(number_words())
    latin, begins, ends = np.zeros((SIZE,) * WINDOW), np.zeros(SIZE), np.zeros(SIZE)
    for language, share in LANGUAGES.items():
        words = counted(english_words(english, letters)) if language == "en" else profile(profiles / language, letters)
        words = words.mixed(numbers, NUMBERS)
        latin += words.windows() * share
        begins += words.begins[0] * share
        ends += words.ends[0] * share
    latin = latin * (1 - NAMES) + chained(latin.sum(axis=(0, 1))) * NAMES
    keyed = np.zeros((32,) * WINDOW)
    keyed[(slice(1, SIZE + 1),) * WINDOW] = latin.transpose(3, 2, 1, 0)  # the last letter is the highest of a key
    return {"latin": scaled(keyed.ravel()), **pairs_of(chinese, profiles, letters, begins, ends)}


def scaled(share: Floats) -> npt.NDArray[np.uint8]:
    """Shares as powers of two, from the floor of screening/frequency.py."""
    powers: npt.NDArray[np.uint8] = np.rint(np.log2(np.maximum(share, 2.0**-RARE)) + RARE).astype(np.uint8)
    return powers


def english_words(path: Path, letters: Letters) -> Iterator[tuple[str, float]]:
    """The words of the list and their counts."""
    for line in path.read_text("utf-8-sig").splitlines():
        word, count = line.split()
        yield letters(word), float(count)


def number_words() -> Iterator[tuple[str, float]]:
    """Numbers, the low ones most, years, measures and model numbers as shops write them, the first letter any."""
    for number in range(1, 10_000):
        weight = 1 / (number + 20)
        plain = skeleton(str(number))
        yield plain, weight + (0.002 if 1990 <= number < 2030 else 0)
        yield from ((plain + skeleton(unit), weight / len(UNITS)) for unit in UNITS)
        yield from ((letter + plain, weight / SIZE) for letter in LETTERS)


def counted(words: Words) -> Counts:
    """The counts of a list of words; of a word with a letter beyond ASCII none."""
    cells: dict[tuple[str, int], Known] = {(kind, n): defaultdict(float) for kind in "bew" for n in (1, 2, 3)}
    inner: Known = defaultdict(float)
    total = length = 0.0
    for word, count in words:
        if not word or set(word) - set(LETTERS):
            continue
        total, length = total + count, length + count * len(word)
        for n in range(1, min(len(word), WINDOW - 1) + 1):
            cells["b", n][word[:n]] += count
            cells["e", n][word[-n:]] += count
        if len(word) < WINDOW:
            cells["w", len(word)][word] += count
        for start in range(len(word) - WINDOW + 1):
            inner[word[start : start + WINDOW]] += count
    begins, ends, whole = (tuple(_array(cells[kind, n], n) for n in (1, 2, 3)) for kind in "bew")
    return Counts(_array(inner, WINDOW), begins, ends, whole[:2], total, length)


def _array(counts: Mapping[str, float], size: int) -> Floats:
    array = np.zeros((SIZE,) * size)
    for text, count in counts.items():
        array[tuple(map(LETTERS.index, text))] += count
    return array


def profile(path: Path, letters: Letters) -> Counts:
    """The counts of a language of which n-grams of up to three letters are known; a blank is the end of a word."""
    cells: dict[tuple[bool, int, bool], Known] = {}
    for gram, count in grams(path, letters):
        text = gram.strip()
        if text and not set(text) - set(LETTERS):
            cell = cells.setdefault((gram[0] == " ", len(text), gram[-1] == " "), defaultdict(float))
            cell[text] += count

    def of(begins: bool, size: int, ends: bool) -> Floats:
        return _array(cells.get((begins, size, ends), {}), size)

    single, two, three = (of(False, n, False) for n in (1, 2, 3))
    begin, begin_two, end, end_two = of(True, 1, False), of(True, 2, False), of(False, 1, True), of(False, 2, True)
    once = np.divide(1, two, out=np.zeros_like(two), where=two > 0)
    inner = three[..., None] * three * once[:, :, None]
    begins = (begin, begin_two, begin_two[..., None] * three * once[..., None])
    ends = (end, end_two, three * end_two * once)
    whole = (of(True, 1, True), begin_two * end_two * once)
    return Counts(inner, begins, ends, whole, float(begin.sum()), float(single.sum()))


def grams(path: Path, letters: Letters) -> Iterator[tuple[str, float]]:
    """The n-grams of a profile, folded, those left out that hold a letter which spells out or is none."""
    for gram, count in json.loads(path.read_text("utf-8"))["freq"].items():
        folded = "".join(" " if sign == " " else letters(sign) for sign in gram)
        if len(folded) == len(gram):
            yield folded, float(count)


def chained(two: Floats) -> Floats:
    """Windows of letters of which each depends on the one before alone; `two` has the share of each two."""
    after = two / two.sum(axis=1, keepdims=True)
    chain: Floats = two[:, :, None, None] * after[:, :, None] * after
    return chain


def pairs_of(
    chinese: Path, profiles: Path, letters: Letters, latin_begins: Floats, latin_ends: Floats
) -> dict[str, npt.NDArray[np.generic]]:
    """Letters in text beyond ASCII: how often each begins and ends a word, and pairs of two within words."""
    inner, first, last = _none()
    scripts = (script_counts(profiles / name, letters) for name in SCRIPTS)
    for counts in (chinese_counts(chinese, letters), *scripts, kana_counts(profiles / "ja", letters)):
        for total, more in zip((inner, first, last), counts, strict=True):
            for key, share in more.items():
                total[key] = max(total[key], share)  # a letter of two scripts is as frequent as where it is more so
    for total, latin in ((first, latin_begins), (last, latin_ends)):
        for letter, share in zip(LETTERS, latin.tolist(), strict=True):
            total[letter] = max(total[letter], share * LATIN_WORDS)
    kept = [pair for pair, _ in sorted(inner.items(), key=lambda item: (-item[1], item[0]))[:PAIRS]]
    signs = sorted({*first, *last, *"".join(kept)})
    number = {sign: n for n, sign in enumerate(signs)}
    keys = np.array(sorted(number[pair[0]] * len(signs) + number[pair[1]] for pair in kept))
    within = np.array([inner[signs[key // len(signs)] + signs[key % len(signs)]] for key in keys.tolist()])
    return {
        "signs": np.array(list(map(ord, signs)), np.uint32),
        "first": scaled(_shares(first, signs)),
        "last": scaled(_shares(last, signs)),
        "pair": np.diff(keys, prepend=0).astype(np.uint32),
        "pairs": scaled(within),
    }


def _shares(counts: Known, signs: list[str]) -> Floats:
    return np.array([counts.get(sign, 0.0) for sign in signs])


PairCounts = tuple[Known, Known, Known]


def _none() -> PairCounts:
    return defaultdict(float), defaultdict(float), defaultdict(float)


def chinese_counts(path: Path, letters: Letters) -> PairCounts:
    """(pairs within words, letters that begin words, that end them) of the words of jieba: shares of letters of a text,
    of words, and of letters.
    """
    words = [(letters(word), float(count)) for word, count, *_ in map(str.split, path.read_text("utf-8").splitlines())]
    most = max(count for word, count in words if word != COMMON)
    inner, first, last = _none()
    total = length = 0.0
    for word, count in words:
        if word and not word.isascii():
            count = most * 2 if word == COMMON else count
            total, length = total + count, length + count * len(word)
            _add(inner, first, last, word, count)
    return _divided(inner, length), _divided(first, total), _divided(last, length)


def _add(inner: Known, first: Known, last: Known, word: str, count: float) -> None:
    """Count a word."""
    for start in range(len(word) - 1):
        if not word[start + 1].isascii():
            inner[word[start : start + 2]] += count
    first[word[0]] += count
    last[word[-1]] += count


def script_counts(path: Path, letters: Letters) -> PairCounts:
    """As `chinese_counts`, of a profile."""
    inner, first, last = _none()
    length = 0.0
    for gram, count in grams(path, letters):
        text = gram.strip()
        if len(gram) == 1:
            length += count
        elif len(gram) == 2 and not text.isascii():
            {2: inner, 1: first if gram[0] == " " else last}[len(text)][text] += count
    words = sum(first.values())
    inner = {pair: count for pair, count in inner.items() if not pair[1].isascii()}
    return _divided(inner, length), _divided(first, words), _divided(last, length)


def kana_counts(path: Path, letters: Letters) -> PairCounts:
    """As `chinese_counts`, of kana: each as frequent as any other, and independent of the one before."""
    counts = json.loads(path.read_text("utf-8"))["freq"]
    length = sum(count for gram, count in counts.items() if len(gram) == 1)
    each = {letters(chr(code)): counts[sign] / length / len(kana) for sign, kana in KANA.items() for code in kana}
    return {}, each, each


def _divided(counts: Known, whole: float) -> Known:
    return {key: count / whole for key, count in counts.items()}


def fold_shipped(sign: str) -> str:
    """What a sign folds to by the table that is shipped; empty for no letter and for one that spells out."""
    table = fold_table()
    sort = int(table.sort[ord(sign)])
    return chr(table.fold[ord(sign)]) if sort & Sort.LETTER and not sort & (Sort.DROPPED | Sort.SPELLED) else ""


def write_windows(english: Path, profiles: Path, chinese: Path) -> None:
    """Write the table, by the fold table that is shipped."""
    arrays = build_windows(english, profiles, chinese, fold_shipped)
    np.savez_compressed(TABLES / "windows.npz", allow_pickle=False, **arrays)
    latin, pairs, signs = (np.count_nonzero(arrays[name]) for name in ("latin", "pairs", "signs"))
    print(f"{latin} windows of four ASCII letters, {pairs} pairs of {signs} letters")


def main() -> None:
    """Read the sources, write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("english", "profiles", "chinese"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    write_windows(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()

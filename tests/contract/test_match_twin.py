"""The matcher is held against a naive reading of the written rules, letter by letter, on small random texts."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise, product

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from rectify.rules.pack import Term
from rectify.screening.fold import BIT, Sort, codes_of, fold_table
from rectify.screening.han import han_table
from rectify.screening.letters import ANY_STARS, INNER_STARS
from rectify.screening.match import Matcher, WordList
from rectify.screening.pictures import picture_words, pictures
from rectify.screening.text import TextColumns
from rectify.terms.finding import ALL, PLAIN, WEAK, Disguise

D = Disguise
LIKE = {D.SHAPE, D.RARE, D.TWIN, D.SOUND}
LEET = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "$": "s", "@": "a"}
CONFUSED = {"i": "l", "0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "$": "s", "@": "a"}


@dataclass
class Unit:
    """One folded sign of a text."""

    fold: str
    at: int  # position in the text
    code: int
    sort: int
    classes: frozenset[Disguise]
    small: int

    def has(self, sort: int) -> bool:
        return bool(self.sort & sort)


def units(text: str) -> list[Unit]:
    table = fold_table()
    result = []
    for at, sign in enumerate(text):
        for code in table.spell(codes_of(sign))[0].tolist():
            bits = int(table.bits[code])
            classes = frozenset(d for d, bit in BIT.items() if bits & bit)
            result.append(Unit(chr(table.fold[code]), at, code, int(table.sort[code]), classes, int(table.small[code])))
    return result


def seen(part: list[Unit]) -> str:
    return "".join(unit.fold for unit in part if not unit.has(Sort.DROPPED))


@dataclass
class Wanted:
    letters: list[Unit]
    gaps: list[str]
    lead: str
    tail: str
    how: frozenset[Disguise] = frozenset()
    loose: bool = False  # in pinyin: what parts its words may be left out


def plainly(text: str, shown: frozenset[str] = frozenset()) -> list[Wanted]:
    forms = {}
    for form in (text, text.lower(), text.upper(), text.title()):
        all_units = [unit for unit in units(form) if not unit.has(Sort.DROPPED)]
        at = [n for n, unit in enumerate(all_units) if unit.has(Sort.LETTER) or unit.fold in shown]
        if at:
            gaps = [seen(all_units[a + 1 : b]) for a, b in pairwise(at)]
            lead, tail = seen(all_units[: at[0]]).strip(), seen(all_units[at[-1] + 1 :]).strip()
            forms.setdefault(
                "".join(all_units[n].fold for n in at), Wanted([all_units[n] for n in at], gaps, lead, tail)
            )
    return list(forms.values())


def others(ways: list[list[str]], any_of: int, most: int) -> list[str]:
    """Texts with at least one character in another way; any few of at most `any_of`, else one or all of them."""
    places = [n for n, way in enumerate(ways) if len(way) > 1]
    found = []
    for size in range(1, len(places) + 1):
        if len(places) <= any_of or size in (1, len(places)):
            for taken in combinations(places, size):
                found += ["".join(c) for c in product(*(w[1:] if n in taken else w[:1] for n, w in enumerate(ways)))]
    return found[:most]


@cache
def wanted(text: str, allowed: frozenset[Disguise], phrase: bool, language: str = "") -> list[Wanted]:
    text = unicodedata.normalize("NFC", text)
    forms = plainly(text)
    known = ["".join(u.fold for u in form.letters) for form in forms]
    folded = "".join(unit.fold for unit in units(text))

    def more(texts: list[str], how: Disguise) -> None:
        for other in texts if how in allowed else []:
            form = plainly(other, pictures() if how is D.PICTURES else frozenset())[0]
            letters = "".join(u.fold for u in form.letters)
            if letters not in known:
                known.append(letters)
                form.how, form.loose = frozenset({how}), how is D.SOUND
                forms.append(form)

    if phrase or not forms:
        return forms
    letters = known[0]
    if len(letters) > 1 and len(folded) == len(text):
        han = han_table()
        more(others([[c, *(han.ways_of(c) if c > "\u3400" else [])] for c in folded], 1, 10), D.SPLIT)
        pinyin = others([[c, *(f" {name} " for name in han.readings_of(c)[:2])] for c in folded], 4, 24)
        enough = [" ".join(p.split()) for p in pinyin if not p.isascii() or sum(map(str.isalpha, p)) >= 5]
        more(enough, D.SOUND)
    if len(letters) >= (5 if letters.isascii() else 4) and letters != letters[::-1]:
        more([text[::-1]], D.REVERSED)
    more(misspelled(text), D.OMITTED)
    more(in_pictures(text, language), D.PICTURES)
    return forms


def misspelled(text: str) -> list[str]:
    """One Latin word with a letter or its vowels left out, or with two inner letters exchanged."""
    found = []
    words = text.split(" ")
    for place, word in enumerate(words):
        if not word.isascii() or not word.isalpha():
            continue
        vowel = [sign.lower() in "aeiouy" for sign in word]
        inner = range(1, len(word) - 1)
        ways = [word[:n] + word[n + 1 :] for n in inner if len(word) > 5 or (len(word) == 5 and vowel[n])]
        if len(word) > 5:
            bare = "".join(word[n] for n in inner if not vowel[n])
            ways += [word[0] + bare + word[-1]] if len(bare) > 1 else []
            ways += [word[0] + bare] if vowel[-1] and len(bare) > 3 else []
            ways += [word[:-1]] if word[-1] not in "esnrx" else []
            ways += [word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in inner if n + 1 in inner]
        found += [" ".join([*words[:place], way, *words[place + 1 :]]) for way in ways if way != word]
    return list(dict.fromkeys(found))[:40]


def in_pictures(text: str, language: str) -> list[str]:
    """A term with pictures for some of its words; of Chinese characters the longest that have one, from the left."""
    names = picture_words().get(language, {})
    ways = []
    for word in text.split(" "):
        ways.append([" "])
        if word.isascii() or word in names:
            ways.append([word, *names.get(word.lower(), ())])
            continue
        while word:
            size = next((n for n in (4, 3, 2, 1) if word[:n] in names and len(word) >= n), 1)
            ways.append([word[:size], *names.get(word[:size], ())])
            word = word[size:]
    if len(ways) == 2:
        return []
    found = []
    for form in others(ways[1:], 3, 8):
        beside = [sign for sign in form if sign.isalpha()]
        if len(set(form) & pictures()) > 1 or len(beside) > 2 or any(sign > "\u2e80" for sign in beside):
            found.append(form)
    return found


@cache
def looks() -> frozenset[int]:
    return frozenset(han_table().alike.tolist())


def like(unit: Unit, want: Unit, allowed: frozenset[Disguise], long: bool) -> Disguise | None:
    """The class through which one Chinese character is another that looks, or sounds, like it."""
    alike = ord(want.fold) << 21 | ord(unit.fold) in looks()
    one, other = (int(han_table().syllable[ord(u.fold)]) for u in (unit, want))
    for disguise, holds in (
        (D.SHAPE, alike and (long or not everyday(unit))),
        (D.RARE, one == other > 0 and not everyday(unit)),
        (D.TWIN, alike),
        (D.SOUND, one == other > 0),
    ):
        if holds and disguise in allowed:
            return disguise
    return None


def everyday(unit: Unit) -> bool:
    try:
        return unit.fold > "\u2e80" and 0xB0 <= unit.fold.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False


def capital(unit: Unit) -> bool:
    return unit.has(Sort.CAPITAL)


def one_letter(
    letters: list[Unit], n: int, want: Unit, allowed: frozenset[Disguise], long: bool
) -> frozenset[Disguise] | None:
    """The classes seen through when letter n is the wanted one; None where it is another."""
    unit = letters[n]
    if unit.fold == want.fold:
        if unit.code == want.code:
            return frozenset()
        if unit.small == want.small:
            return frozenset({D.CASE})
        classes = unit.classes | want.classes
        return classes - {D.LOOK_ALIKE} | {D.MIXED} if unit.has(Sort.FOREIGN) and D.LOOK_ALIKE in classes else classes
    if want.fold in LEET.get(unit.fold, ""):
        return frozenset({D.LEET})
    if {unit.fold, want.fold} == {"i", "l"}:
        if unit.has(Sort.BAR):
            return frozenset({D.LOOK_ALIKE})
        others = [u for u in letters if capital(u) or u.fold != "l"]
        if (
            unit.fold == "l"
            and not capital(unit)
            and len(others) > 1
            and all(capital(u) or u.has(Sort.DIGIT) for u in others)
        ):
            return frozenset({D.LOOK_ALIKE})
        if unit.fold == "i" and capital(unit):
            m = n
            while m and letters[m].fold == "i" and capital(letters[m]):
                m -= 1
            if letters[m].has(Sort.LETTER) and not capital(letters[m]) and not letters[m].has(Sort.DIGIT):
                return frozenset({D.LOOK_ALIKE})
    found = like(unit, want, allowed, long)
    return frozenset({found}) if found else None


def parting(gap: str, own: str) -> bool:
    if gap == own:
        return True
    if not gap or len(gap) > 8 or gap.count("\n") > 1:
        return False
    signs = gap.strip(" \n")
    if not signs:
        return True
    if len(set(signs)) > 1:
        return False
    if signs[0] in ".,:":
        return len(gap) == 1
    return not fold_table().sort[ord(signs[0])] & Sort.SENTENCE


# start, end, classes, strange gaps
Hit = tuple[int, int, frozenset[Disguise], list[tuple[int, int]]]


class Naive:
    """One way to take $ and @ in a text, and all hits of one term in it.

    `left`: how many of three and more equal letters count; 0 = all. `how`: whether letters are read that stand twice
    each, or signs in their place.
    """

    def __init__(self, text: str, signs_are_letters: bool, left: int = 0, how: Disguise | None = None) -> None:
        self.text, self.units, self.left = text, units(text), left
        self.how = D.REPEATED if left else how
        word = [unit.has(Sort.WORD) for unit in self.units]
        self.letters = [
            n
            for n, unit in enumerate(self.units)
            if unit.has(Sort.LETTER)
            or (unit.fold in "$@" and signs_are_letters and (any(word[max(0, n - 1) : n]) or any(word[n + 1 : n + 2])))
        ]
        if left:
            self.letters = [n for n in self.letters if not self.long_run(n) or n - self.run(n)[0] < left]
        if how is D.DOUBLED:
            self.letters = [n for n in self.letters if not self.even_run(n) or (n - self.run(n)[0]) % 2 == 0]
        if how is D.STARRED:
            self.letters = sorted({*self.letters, *(n for n in range(len(self.units)) if self.star(n))})
        if how is D.PICTURES:
            self.letters = [n for n, u in enumerate(self.units) if n in self.letters or u.fold in pictures()]

    def even_run(self, n: int) -> bool:
        first, last = self.run(n)
        return self.units[first].has(Sort.LETTER) and (last - first) % 2 == 1

    def star(self, n: int) -> bool:
        """Whether a sign stands directly behind a letter, as one that may stand for another."""
        unit = self.units[n]
        if unit.has(Sort.LETTER) or unit.fold not in ANY_STARS | INNER_STARS:
            return False
        first, last = self.run(n)
        behind = self.units[last + 1 : last + 2]
        inner = first == last and bool(behind) and behind[0].has(Sort.WORD) and not behind[0].has(Sort.DIGIT)
        return (
            first > 0 and self.units[first - 1].has(Sort.LETTER) and not self.units[first - 1].has(Sort.DIGIT)
            and last - first < 3 and (inner or unit.fold in ANY_STARS)
        )  # fmt: skip

    def run(self, n: int) -> tuple[int, int]:
        """(first, last) of the run of one folded sign."""
        first = last = n
        while first and self.units[first - 1].fold == self.units[n].fold:
            first -= 1
        while last + 1 < len(self.units) and self.units[last + 1].fold == self.units[n].fold:
            last += 1
        return first, last

    def long_run(self, n: int) -> bool:
        first, last = self.run(n)
        unit = self.units[n]
        return last - first >= 2 and unit.has(Sort.WORD) and not unit.has(Sort.DIGIT)

    def solid(self, n: int, step: int) -> Unit | None:
        n += step
        while 0 <= n < len(self.units) and self.units[n].has(Sort.DROPPED):
            n += step
        return self.units[n] if 0 <= n < len(self.units) else None

    def goes_on(self, edge: int, step: int) -> bool:
        beside = self.solid(edge, step)
        if beside is None or not beside.has(Sort.WORD):
            return False
        return not beside.has(Sort.ORNAMENT) or self.units[edge].has(Sort.ORNAMENT)

    def find(self, term: Term, want: Wanted, allowed: frozenset[Disguise]) -> list[Hit]:
        hits = []
        allowed |= {D.MIXED} if D.LOOK_ALIKE in allowed else set()
        if D.REVERSED in want.how:
            term = Term(term.text, "", open_left=term.open_right, open_right=term.open_left)
        size = len(want.letters)
        for first in range(len(self.letters) - size + 1):
            hit = self.reading(term, want, self.letters[first : first + size], allowed)
            if hit is not None and hit[2] <= allowed | PLAIN and (self.how is None or self.how in hit[2]):
                hits.append(hit)
        return hits

    def reading(self, term: Term, want: Wanted, at: list[int], allowed: frozenset[Disguise]) -> Hit | None:
        letters = [self.units[n] for n in at]
        classes: set[Disguise] = set(want.how)
        alike = allowed if len(at) > 1 and not want.how & {D.SPLIT, D.PICTURES, D.OMITTED} else frozenset()
        likes, hows, turned = [], [], 0
        long = sum(u.fold > "\u2e80" for u in want.letters) > 2
        starred = [n for n in range(len(at)) if self.how is D.STARRED and self.star(at[n])]
        for n, letter in enumerate(want.letters):
            got = one_letter(letters, n, letter, alike, long) if n not in starred else frozenset({D.STARRED})
            if got is None:
                return None
            if got & LIKE and letters[n].fold != letter.fold:
                likes.append(at[n])
                turned += bool(got & {D.SHAPE, D.TWIN}) and bool(
                    han_table().syllable[ord(letters[n].fold)] != han_table().syllable[ord(letter.fold)]
                )
            hows.append(got)
        if len(at) == len(likes) == 2:  # another word, unless one is out of everyday use
            if all(everyday(self.units[n]) for n in likes) or (D.SOUND not in alike and frozenset({D.RARE}) in hows):
                return None
            hows = [frozenset({D.SOUND}) if how == {D.RARE} else how for how in hows]
        classes |= frozenset().union(*hows)
        if turned and len(likes) > 1:  # one that sounds otherwise stands among letters as written
            return None
        out_of_use = [n for n in likes if not everyday(self.units[n])]
        if sum(u.fold > "\u2e80" for u in want.letters) > 3 and len(out_of_use) > 2:
            return None
        native = [u for u in letters if u.fold.isascii() and u.has(Sort.LETTER)
                  and not any(map(u.has, (Sort.DIGIT, Sort.FOREIGN, Sort.ORNAMENT)))]  # fmt: skip
        if D.MIXED in classes and not native:
            classes = classes - {D.MIXED} | {D.LOOK_ALIKE}
        lasts = []  # the last sign that stands for each letter
        for n, position in enumerate(at):
            end = at[n + 1] - 1 if n + 1 < len(at) else len(self.units) - 1
            long = self.left and self.long_run(position)
            lasts.append(min(self.run(position)[1], end) if long else position)
        if lasts != at:
            classes.add(D.REPEATED)
        if self.how is D.DOUBLED:
            if not all(map(self.even_run, at)) or len(at) < (3 if all(u.has(Sort.WORD) for u in want.letters) else 2):
                return None
            lasts = [n + 1 for n in at]
            second = [one_letter([self.units[n] for n in lasts], n, u, alike, long) for n, u in enumerate(want.letters)]
            if None in second:
                return None
            classes |= {D.DOUBLED}.union(*second)
            if D.MIXED in classes and not native:
                classes = classes - {D.MIXED} | {D.LOOK_ALIKE}
        if D.LEET in classes and not any(u.has(Sort.LETTER) and not u.has(Sort.DIGIT) for u in letters):
            return None
        latin = [u.has(Sort.WORD) for u in want.letters]
        for step, edge, sign, is_latin, open_ in (
            (-1, at[0], want.lead, latin[0], term.open_left),
            (1, lasts[-1], want.tail, latin[-1], term.open_right),
        ):
            if sign:
                rest = seen(self.units[:edge]) if step < 0 else seen(self.units[edge + 1 :])
                if not (rest.endswith(sign) if step < 0 else rest.startswith(sign)):
                    return None
            elif is_latin and not open_ and self.goes_on(edge, step):
                return None
        short = len(letters) == 1 or (len(letters) == 2 and all(latin))
        gaps = [seen(self.units[a + 1 : b]) for a, b in zip(lasts[:-1], at[1:], strict=True)]
        how, strange = self.gaps(term, want, [*at[:-1], lasts[-1]], gaps, latin)
        if how is None or (short and (how or classes & {D.LEET, D.REPEATED})):
            return None
        if D.SQUEEZED in how and len(at) == 2 and classes & (LIKE - {D.SHAPE}):
            return None
        classes |= how
        exact = classes & {D.STARRED, D.DOUBLED, D.PICTURES, D.OMITTED}
        beside = classes & {D.SPACED, D.SQUEEZED, D.LINES, D.LEET, D.REPEATED, *LIKE}
        if exact and (beside or len(exact) > 1 or want.how - exact):
            return None
        if D.STARRED in classes and not self.enough(term, want, at, starred, latin):
            return None
        start, end = at[0], lasts[-1] + 1
        for _ in want.lead:
            start -= 1
            while self.units[start].has(Sort.DROPPED):
                start -= 1
        for _ in want.tail:
            while self.units[end].has(Sort.DROPPED):
                end += 1
            end += 1
        marks = end
        while marks < len(self.units) and self.units[marks].has(Sort.DROPPED):
            marks += 1
        while marks > end and not self.units[marks - 1].classes & {D.COMBINING, D.EMOJI}:
            marks -= 1
        end = marks
        for n in range(start, end):
            unit = self.units[n]
            around = self.units[max(0, n - 1) : n], self.units[n + 1 : n + 2]
            own = pictures() if D.PICTURES in want.how else ()
            picture = any(u.has(Sort.ORNAMENT) or u.fold in own for u in around[0]) or any(
                u.has(Sort.DROPPED) and u.classes == {D.EMOJI} for u in around[1]
            )
            if unit.has(Sort.DROPPED) and not (unit.has(Sort.SELECTOR) and picture):
                classes |= unit.classes
        return (
            self.units[start].at,
            self.units[end - 1].at + 1,
            frozenset(classes),
            sorted(
                [(self.units[at[n]].at, self.units[at[n + 1]].at) for n in strange]
                + [(self.units[n].at, self.units[n].at) for n in likes]
            ),
        )

    def gaps(
        self, term: Term, want: Wanted, at: list[int], gaps: list[str], latin: list[bool]
    ) -> tuple[frozenset[Disguise] | None, list[int]]:
        """(classes that the gaps take or None, numbers of the strange gaps)."""
        breaks = [bool(want.gaps[n]) or latin[n] != latin[n + 1] for n in range(len(gaps))]
        own_gaps = ["" if want.loose and breaks[n] else want.gaps[n] for n in range(len(gaps))]
        for n in range(len(gaps)):
            if D.PICTURES in want.how and {want.letters[n].fold, want.letters[n + 1].fold} & pictures():
                breaks[n], own_gaps[n] = True, ""
        words, word = [], [0]
        for n, is_break in enumerate(breaks):
            if is_break:
                words.append(word)
                word = []
            word.append(n + 1)
        words.append(word)
        strange = {n for n, is_break in enumerate(breaks) if is_break and not parting(gaps[n], own_gaps[n])}
        inside = [n for n in range(len(gaps)) if not breaks[n] and gaps[n]]
        sign, spaced = None, 0
        for word in words:
            own = [gaps[n] for n in word[:-1]]
            if not any(own):
                continue
            one = own[0]
            ok = len(set(own)) == 1 and len(one) == 1 and not fold_table().sort[ord(one)] & Sort.SENTENCE
            if "\n" in one:
                one, ok = "\n", all(gap.count("\n") in (1, 2) and not gap.strip(" \n") for gap in own)
            if ok and sign in (None, one):
                sign, spaced = one, spaced + len(word)
            else:
                strange |= {n for n in word[:-1] if gaps[n]}
        if not strange and sign == "\n" and not (self.alone(at[0], -1) and self.alone(at[-1], 1)):
            strange = set(inside)
        if not strange and sign is not None and (spaced < 3 or self.longer(term, at, sign, latin)):
            strange = set(inside)
        if not strange:
            return (frozenset({D.LINES if sign == "\n" else D.SPACED}) if sign is not None else frozenset()), []
        if any(len(gaps[n]) > 8 or gaps[n].count("\n") > 1 for n in strange):
            return None, []
        if all(latin) and inside and not any(gaps[n].strip(" \n") for n in inside):
            line = "".join("L" + (" " if gap else "") for gap in [*gaps, ""])
            pieces = [len(piece) for piece in line.split()]
            for place, edge, step, open_ in ((0, at[0], -1, term.open_left), (-1, at[-1], 1, term.open_right)):
                beside = self.units[edge + 1 :] if step > 0 else self.units[:edge][::-1]
                solid = [u for u in beside if not u.has(Sort.DROPPED)]
                pieces[place] += next((n for n, u in enumerate(solid) if not u.has(Sort.WORD)), len(solid)) * open_
            if max(pieces) > 2:
                return None, []
        return frozenset({D.SQUEEZED}), sorted(strange)

    def enough(self, term: Term, want: Wanted, at: list[int], starred: list[int], latin: list[bool]) -> bool:
        """Whether enough letters of each word are no signs."""
        breaks = [n for n in range(len(at) - 1) if want.gaps[n] or latin[n] != latin[n + 1]]
        for first, last in zip([0, *(n + 1 for n in breaks)], [*breaks, len(at) - 1], strict=True):
            stars = [n for n in starred if first <= n <= last]
            if not stars:
                continue
            letters, han = last - first + 1, want.letters[first].fold >= "\u2e80"
            inner = [n for n in stars if self.units[at[n]].fold in INNER_STARS]
            if first in stars or letters < (3 if han else 5) or len(stars) / letters > 0.4:
                return False
            if (han or inner) and (len(stars) > 1 or last in stars):
                return False
            if han and inner:
                return False
            if last in stars:
                behind = self.solid(at[last], 1)
                follows = behind is not None and (behind.has(Sort.WORD) or behind.fold in ANY_STARS | INNER_STARS)
                at_end = last == len(at) - 1
                if follows or letters < 6 or last - 1 in stars or (at_end and term.open_right):
                    return False
        return True

    def alone(self, edge: int, step: int) -> bool:
        """Whether at most seven blanks stand between a letter and the end of its line."""
        beside = self.units[edge + 1 :] if step > 0 else self.units[:edge][::-1]
        line = seen(beside).split("\n")[0]
        return not line.strip(" ") and len(line) < 8

    def longer(self, term: Term, at: list[int], sign: str, latin: list[bool]) -> bool:
        for step, edge, is_latin, open_ in (
            (-1, at[0], latin[0], term.open_left),
            (1, at[-1], latin[-1], term.open_right),
        ):
            if not is_latin or open_:
                continue
            solid = [n for n, u in enumerate(self.units) if not u.has(Sort.DROPPED)]
            if sign == "\n":  # the letters alone on their lines, whatever blanks are between
                beside = solid[solid.index(edge) + 1 :] if step > 0 else solid[: solid.index(edge)][::-1]
                blanks = next((n for n, m in enumerate(beside) if self.units[m].fold not in " \n"), None)
                if blanks is None or blanks >= 7:
                    continue
                beyond = blanks + 1 < len(beside) and self.units[beside[blanks + 1]].has(Sort.WORD)
                if self.units[beside[blanks]].has(Sort.WORD) and not beyond:
                    return True
                continue
            k = solid.index(edge)
            around = [solid[k + step * m] if 0 <= k + step * m < len(solid) else None for m in (1, 2, 3)]
            if around[0] is None or self.units[around[0]].fold != sign or around[1] is None:
                continue
            beyond = around[2] is not None and self.units[around[2]].has(Sort.WORD)
            if self.units[around[1]].has(Sort.WORD) and not beyond:
                return True
        return False


def rank(classes: frozenset[Disguise]) -> int:
    return 2 if classes & WEAK else 1 if classes - PLAIN else 0


def naive(words: WordList, text: str) -> set[tuple[int, int, int, frozenset[Disguise]]]:
    """All hits of a list in a text: (term, start, end, classes)."""
    all_units = units(text)
    twice = any(
        u.fold in "$@"
        and any(
            v.has(Sort.WORD) and not v.has(Sort.DIGIT) for v in all_units[max(0, n - 1) : n] + all_units[n + 1 : n + 2]
        )
        for n, u in enumerate(all_units)
    )
    ways = [Naive(text, True)] + ([Naive(text, False)] if twice else [])
    ways += [Naive(text, True, left) for left in (1, 2)]
    ways += [Naive(text, True, how=how) for how in (D.DOUBLED, D.STARRED, D.PICTURES)]
    phrases = [
        hit
        for way in ways
        for p in words.not_in
        for w in wanted(p, words.disguises, True)
        for hit in way.find(Term(p, ""), w, words.disguises)
    ]
    result = set()
    for number, term in enumerate(words.terms):
        hits = {}
        for way in ways:
            for form in wanted(term.text, words.disguises, False, term.language):
                for start, end, classes, _ in way.find(term, form, words.disguises):
                    if (start, end) not in hits or rank(classes) < rank(hits[start, end]):
                        hits[start, end] = classes
        for (start, end), classes in hits.items():
            if any(rank(other) < rank(classes) and s < end and start < e for (s, e), other in hits.items()):
                continue
            if any(
                s <= start
                and end <= e
                and (not strange or D.SQUEEZED in classes or (start <= strange[0][0] and strange[-1][1] < end))
                for s, e, _, strange in phrases
            ):
                continue
            result.add((number, start, end, classes))
    return result


TERMS = (
    Term("vpn", "en"), Term("pill", "en"), Term("-vi", "en"), Term("vi", "en", open_left=True), Term("nol", "en", open_right=True),
    Term("no vpn", "en"), Term("ak-47", "en"), Term("n", "en"), Term("il", "en"), Term("翻墙", "zh"), Term("科学网", "zh"),
    Term("vpn翻墙", "zh"), Term("墙", "zh"), Term("mg", "en"), Term("c++", "en"), Term("ναι", "el"), Term("né", "fr"),
    Term("银行卡", "zh"), Term("nipvo", "en", open_right=True), Term("上网科学", "zh"), Term("vpn卡", "zh"),
    Term("vanilla pill", "en"), Term("novella", "en"), Term("c卡", "zh"), Term("象牙", "zh"), Term("elephant tusk", "en"),
)  # fmt: skip
LISTS = [
    WordList("a/all", TERMS, not_in=("no vpn no", "防翻墙", "vpn-il", "科学网课"), disguises=ALL),
    WordList("a/sound", TERMS, not_in=("no vpn no", "防翻墙", "科学网课"), disguises=frozenset(Disguise)),
    WordList("a/none", TERMS, not_in=("no vpn no", "防翻墙"), disguises=frozenset()),
    WordList("a/like", TERMS, disguises=frozenset({D.SHAPE, D.TWIN, D.SPLIT, D.LINES, D.REPEATED, D.MIXED, D.EMOJI})),
    WordList("a/some", TERMS, disguises=frozenset({D.LOOK_ALIKE, D.SPACED, D.INVISIBLE})),
]
MATCHER = Matcher.compile(LISTS)
SIGNS = (
    "🐘🦷🧱💊💳🌐象牙*_•e!vpnilokaVPNIL104$@-. .-  \n!,。/翻墙科学网课防牆網㎎①🇻🇵🇳ｖｐ𝐧𝐕рѵΝνéÉ\u200b\u0301\u00ad#+ναιӏ⑽ﬁx9"
    "番羽土啬樯蔷强蕃行航银限艮卡木金钅上网\ufe0f\u20e3🆖🅟"
)
PIECES = st.one_of(
    st.sampled_from(SIGNS),
    st.sampled_from(
        [term.text for term in TERMS]
        + [
            "no vpn no",
            "防翻墙",
            "科学网课",
            "v-p-n",
            "v p n",
            "p i l l",
            "vp n",
            "科 学 网",
            "piII",
            "PlLL",
            "$@",
            "--",
            "v\np\nn",
            "\nv \n p\nn\n",
            "科\n学\n网",
            "vvvpn",
            "pilll",
            "piiil",
            "nnn",
            "llll",
            "fan qiang",
            "fanqiang",
            "翻qiang",
            "yin hang ka",
            "番羽土啬",
            "翻樯",
            "ovpin",
            "学科网上",
            "vрn",
            "🅥🅟️🅝",
            "v*nilla pill",
            "van_l*a",
            "nov.lla",
            "novell*",
            "n*v**la",
            "科*网",
            "vvppnn",
            "ppiillll",
            "科科学学网网",
            "cc卡卡",
            "🐘🦷",
            "🐘牙",
            "🐘 tusk",
            "elephant 🦷",
            "vanilla 💊",
            "翻🧱",
            "vanlla pill",
            "nvll",
            "novlela",
            "elephnt tusk",
        ]
    ),
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


def scanned(texts: list[str]) -> list[list[set[tuple[int, int, int, frozenset[Disguise]]]]]:
    batch = pa.record_batch({"title": texts, "text": [""] * len(texts)})
    hits = MATCHER.scan(TextColumns.of(batch, html=lambda text: None))
    result = [[set() for _ in LISTS] for _ in texts]
    for n in range(len(hits)):
        classes = frozenset(d for d, bit in BIT.items() if hits.disguise[n] & bit)
        result[hits.row[n]][hits.words[n]].add((int(hits.term[n]), int(hits.start[n]), int(hits.end[n]), classes))
    return result


@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_hits_are_those_of_a_naive_reading(texts: list[str]) -> None:
    for text, found in zip(texts, scanned(texts), strict=True):
        for words, hits in zip(LISTS, found, strict=True):
            assert hits == naive(words, text), (words.name, text)

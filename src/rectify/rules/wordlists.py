"""Words as packs write them, in YAML or as a spreadsheet, to `Words`; each term is looked at on the way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from rectify.documents import Node, Reading, shown
from rectify.rules.pack import Term, Words
from rectify.rules.pattern_cost import Spent
from rectify.rules.sheets import SheetRow
from rectify.terms.errors import Place, nearest
from rectify.terms.finding import ALL, PLAIN, Disguise

COLUMNS = ("term", "language", "role", "note", "added_by", "why")
ROLES = ("term", "not_in", "pattern")
KEYS = ("terms", "not_in", "patterns", "disguises")
MAX_TERM, MAX_TERMS, MAX_PATTERNS = 100, 50_000, 200  # of one list
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
# Scripts that are written without blanks between words: a term of them stands anywhere.
_NO_BLANKS = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "BOPOMOFO")


@dataclass(slots=True)
class WordsReading:
    """One words list on its way; terms of YAML and of a sheet of the same name come together."""

    name: str
    reading: Reading
    place: Place
    spent: Spent = field(default_factory=Spent)  # one for all lists of a pack
    terms: list[Term] = field(default_factory=list)
    not_in: list[str] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)
    disguises: frozenset[Disguise] = ALL
    known: dict[tuple[str, str], Place] = field(default_factory=dict)

    def take_node(self, node: Node) -> None:
        """The words as pack.yaml has them."""
        values = self.reading.mapping(node, KEYS)
        terms = values.get("terms")
        if terms is not None and terms.kind == "mapping":
            for language, items in terms.entries.items():
                if not LANGUAGE.match(language):
                    self.reading.fault(items.key, f'"{language[:20]}" is no language code', "as in en, zh, zh-Hant")
                for item in self.reading.items(items):
                    self._term(self.reading.text(item), language, "", item.place)
        elif terms is not None:
            self.reading.fault(terms, "terms stand by language", "terms: {en: [...], zh: [...]}")
        for role in ("not_in", "patterns"):
            for item in self.reading.items(values.get(role)):
                take = self._phrase if role == "not_in" else self._pattern
                take(self.reading.text(item), item.place)
        if "disguises" in values:
            self.disguises = _disguises(values["disguises"], self.reading)

    def take_rows(self, rows: Iterable[SheetRow]) -> None:
        """The words as a sheet has them, columns of COLUMNS."""
        for row in rows:
            cells, role = row.cells, row.cells.get("role", "term")
            if "term" not in cells:
                self.reading.fault(row.place, "a row without a term", "write one, or take the row out")
            elif role == "not_in":
                self._phrase(cells["term"], row.at("term"))
            elif role == "pattern":
                self._pattern(cells["term"], row.at("term"))
            elif role != "term":
                self.reading.fault(row.at("role"), f'no role is called "{shown(role)}"', nearest(role[:60], ROLES))
            elif not LANGUAGE.match(cells.get("language", "")):
                said = (
                    f'"{shown(cells["language"])}" is no language code'
                    if "language" in cells
                    else "a term has a language"
                )
                self.reading.fault(row.at("language"), said, "as in en, zh, zh-Hant")
            else:
                self._term(cells["term"], cells["language"], cells.get("note", ""), row.at("term"))

    def words(self) -> Words:
        """What was read. An empty list is a fault."""
        if not self.terms and not self.patterns:
            self.reading.fault(self.place, f'the words "{self.name}" are empty', "write terms or patterns")
        if len(self.terms) > MAX_TERMS or len(self.patterns) > MAX_PATTERNS:
            self.reading.fault(self.place, f"at most {MAX_TERMS:,} terms and {MAX_PATTERNS} patterns a list")
        return Words(
            self.name, tuple(self.terms), tuple(self.not_in), tuple(self.patterns), self.disguises | PLAIN, self.place,
            self.known,
        )  # fmt: skip

    def _fresh(self, role: str, text: str, place: Place) -> bool:
        """Whether this stands here for the first time; what differs by case, width or blanks alone is the same."""
        key = (role, plain(text) if role != "pattern" else text)
        if key in self.known:
            first = self.known[key]
            self.reading.fault(place, f'"{shown(text)}" stands twice in "{self.name}"', f"first: {first}")
            return False
        self.known[key] = place
        return True

    def _term(self, written: str, language: str, note: str, place: Place) -> None:
        written = written.strip()
        body = written.strip("-")
        left, right = written.startswith("-"), written.endswith("-")
        if not any(c.isalnum() for c in body):
            if written:
                self.reading.fault(place, f'the term "{shown(written)}" has no letter or digit')
            return
        if len(body) > MAX_TERM:
            self.reading.fault(place, f"a term is at most {MAX_TERM} characters long", "a longer text is a pattern")
        elif (left and without_blanks(body[0])) or (right and without_blanks(body[-1])):
            self.reading.fault(
                place, f'"{shown(written)}": a term of this script stands anywhere', "leave the hyphen out"
            )
        elif len(plain(body)) == 1 and not without_blanks(body):
            self.reading.fault(place, f'the term "{written}" is a single sign', "write it with what stands beside it")
        elif self._fresh("term", written, place):
            self.terms.append(Term(body, language, left, right, note))

    def _phrase(self, text: str, place: Place) -> None:
        text = text.strip()
        if text and not any(c.isalnum() for c in text):
            self.reading.fault(place, f'the phrase "{shown(text)}" has no letter or digit')
        elif len(text) > MAX_TERM:
            self.reading.fault(place, f"a phrase is at most {MAX_TERM} characters long")
        elif text and self._fresh("not_in", text, place):
            self.not_in.append(text)

    def _pattern(self, text: str, place: Place) -> None:
        wrong = self.spent.fault(text) if text else ""
        if wrong:
            self.reading.fault(place, f"this pattern cannot be used: {wrong}")
        elif text and self._fresh("pattern", text, place):
            self.patterns.append(text)


def _disguises(node: Node, reading: Reading) -> frozenset[Disguise]:
    """The classes that `all`, `none` or a list names; a list may begin with `all` and add what `all` leaves out."""
    if node.kind == "scalar":
        return ALL if reading.choice(node, ("all", "none")) == "all" else PLAIN
    names = reading.choices(node, ["all", *(d.value for d in Disguise)])
    return PLAIN.union(*(ALL if name == "all" else {Disguise(name)} for name in names))


def plain(text: str) -> str:
    """A text without what case, width and blanks make of it."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def without_blanks(sign: str) -> bool:
    """Whether a sign is of a script that sets no blanks between words."""
    return unicodedata.name(sign, "").startswith(_NO_BLANKS)

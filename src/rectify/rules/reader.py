"""A pack folder -> `Pack`, or all its faults at once, each with file, line, column and the nearest known name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources.abc import Traversable
from pathlib import Path

from rectify.documents import Node, Reading, read_document
from rectify.rules.check import check_pack, needs_trials
from rectify.rules.language import is_words_name, parse
from rectify.rules.pack import MAIN_LANGUAGE, OTHER, Pack, Rule, Words, digest_of, pack_json
from rectify.rules.pattern_cost import Spent
from rectify.rules.places import places_in
from rectify.rules.sheets import MAX_BYTES, read_sheet
from rectify.rules.tree import Node as Condition
from rectify.rules.trial import Trial, read_trials
from rectify.rules.wordlists import COLUMNS, LANGUAGE, WordsReading
from rectify.terms.errors import Fault, Faulty, Place, Unknown
from rectify.terms.finding import Verdict
from rectify.terms.item import Kind
from rectify.terms.measure import MEASURES
from rectify.terms.order import SubjectAct

KEYS = ("pack", "version", "title", "acts", "kinds", "registers", "words", "offer", "rules")
RULE_KEYS = ("id", "when", "verdict", "measure", "why", "field_rule", "acts", "kinds")
MAX_RULES, MAX_LISTS, MAX_FILES = 1000, 500, 500
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_KINDS = tuple(kind.value for kind in Kind)
_ACTS = tuple(act.value for act in SubjectAct)


def read_pack(folder: Path | Traversable, *, draft: bool = False) -> Pack:
    """The pack in a folder: `pack.yaml`, `words/NAME.csv|xlsx`, `trials/*.yaml`. `draft`: trials may be missing.

    Raises Faulty with every fault of form and of sense, Unknown where there is no `pack.yaml`, Missing where a
    spreadsheet needs an extra.
    """
    if not folder.joinpath("pack.yaml").is_file():
        raise Unknown(f"there is no pack.yaml in {folder.name}", "a pack is a folder with a pack.yaml")
    return _PackReading(folder).read(draft)


@dataclass(slots=True)
class _PackReading:
    """One folder on its way to a pack; faults are gathered over all its files."""

    folder: Path | Traversable
    reading: Reading = field(default_factory=Reading)
    words: dict[str, Words] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    rule_ids: dict[str, Place] = field(default_factory=dict)

    def read(self, draft: bool) -> Pack:
        data = _bytes(self.folder.joinpath("pack.yaml"), "pack.yaml")
        node = read_document(data, "pack.yaml")
        self.lines = data.decode("utf-8-sig").splitlines()
        values = self.reading.mapping(node, KEYS, ("pack", "title", "acts", "kinds", "rules"))
        self._all_words(values.get("words"))
        pack = self._pack(values)
        trials = self._trials(self.rule_ids)
        pack = replace(pack, trials=tuple(trials), remarks=tuple(self.remarks))
        self.reading.done()
        faults = check_pack(pack, self._offer_places(values)) + ([] if draft else needs_trials(pack))
        if faults:
            raise Faulty(sorted(faults, key=lambda f: (f.place.file, f.place.line) if f.place else ("", 0)))
        return replace(pack, digest=digest_of(pack_json(pack)))

    def _pack(self, values: Mapping[str, Node]) -> Pack:
        reading = self.reading
        kinds, acts = reading.choices(values.get("kinds"), _KINDS), reading.choices(values.get("acts"), _ACTS)
        offer = {
            kind: line
            for kind, child in reading.mapping(values.get("offer"), (*_KINDS, OTHER)).items()
            if (line := self._condition(child, offer=True)) is not None
        }
        rules = self._rules(values.get("rules"), acts, kinds)
        return Pack(
            name=self._id(values.get("pack")),
            version=reading.integer(values.get("version"), 1, 1_000_000) or 1,
            title=self._title(values.get("title")),
            acts=acts,
            kinds=kinds,
            registers=reading.texts(values.get("registers")),
            words=self.words,
            offer=offer,
            rules=tuple(rules),
        )

    def _id(self, node: Node | None) -> str:
        text = self.reading.text(node)
        if text and (not _ID.match(text) or len(text) > 80):
            self.reading.fault(node, f'"{text[:80]}" is no name', "small letters, digits and single hyphens")
        return text

    def _title(self, node: Node | None) -> dict[str, str]:
        if node is None or node.kind != "mapping":
            self.reading.fault(node, "the title stands by language", "title: {en: ..., zh: ...}") if node else None
            return {}
        return self._by_language(node)

    def _why(self, node: Node | None) -> tuple[str, dict[str, str]]:
        """The sentence that findings carry, and all by language where the pack gives several."""
        if node is None or node.kind != "mapping":
            return self.reading.text(node), {}
        whys = self._by_language(node)
        for language, child in node.entries.items():
            if child.kind != "mapping" and not whys[language].strip():
                self.reading.fault(child, f"the sentence in {language[:20]} is empty", "say it, or take it out")
        if not whys:
            self.reading.fault(node, "why is said in no language", "why: {en: ..., zh: ...}")
        return whys.get(MAIN_LANGUAGE) or next(iter(whys.values()), ""), whys

    def _by_language(self, node: Node) -> dict[str, str]:
        for language, child in node.entries.items():
            if not LANGUAGE.match(language):
                self.reading.fault(child.key, f'"{language[:20]}" is no language code', "as in en, zh, zh-Hant")
        return {language: self.reading.text(child) for language, child in node.entries.items()}

    def _condition(self, node: Node | None, *, offer: bool = False) -> Condition | None:
        text = self.reading.text(node)
        if node is None or not text.strip():
            return None
        try:
            return parse(text, self.words, places_in(node, self.lines), offer=offer)
        except Faulty as error:
            self._take(error)
            return None

    def _take(self, error: Faulty) -> None:
        for fault in error.faults:
            self.reading.fault(fault.place, fault.text, fault.remedy)

    def _rules(self, node: Node | None, acts: tuple[str, ...], kinds: tuple[str, ...]) -> Iterator[Rule]:
        items = self.reading.items(node)
        if node is not None and not 0 < len(items) <= MAX_RULES:
            self.reading.fault(node, f"a pack has 1 to {MAX_RULES} rules")
        known = self.rule_ids
        for item in items[:MAX_RULES]:
            values = self.reading.mapping(item, RULE_KEYS, ("id", "when", "verdict", "why"))
            rule_id = self._id(values.get("id"))
            if rule_id in known:
                self.reading.fault(values["id"], f'two rules are called "{rule_id}"', f"first: {known[rule_id]}")
            elif rule_id:
                known[rule_id] = values["id"].place
            rule = self._rule(rule_id, values, acts, kinds)
            if rule is not None:
                yield rule

    def _rule(
        self, rule_id: str, values: Mapping[str, Node], acts: tuple[str, ...], kinds: tuple[str, ...]
    ) -> Rule | None:
        reading = self.reading
        condition = self._condition(values.get("when"))
        verdict = reading.choice(values.get("verdict"), [Verdict.VIOLATION.value, Verdict.REVIEW.value])
        measure = reading.choice(values.get("measure"), MEASURES)
        (why, whys), field_rule = self._why(values.get("why")), reading.boolean(values.get("field_rule"))
        own_acts, own_kinds = (
            reading.choices(values.get(name), all_) for name, all_ in (("acts", acts), ("kinds", kinds))
        )
        if condition is None or not verdict:
            return None
        return Rule(
            rule_id, reading.text(values.get("when")), condition, Verdict(verdict), measure, why, field_rule,
            own_acts or acts, own_kinds or kinds, values["when"].place, whys,
        )  # fmt: skip

    def _all_words(self, node: Node | None) -> None:
        names = tuple(node.entries) if node is not None and node.kind == "mapping" else ()
        lists: dict[str, WordsReading] = {}
        spent = Spent()
        for name, child in self.reading.mapping(node, names).items():
            lists[name] = WordsReading(name, self.reading, child.key or child.place, spent)
            lists[name].take_node(child)
        for name, file, path in self._sheets():
            at = Place(f"words/{file}")
            words = lists.setdefault(name, WordsReading(name, self.reading, at, spent))
            try:
                sheet = read_sheet(_bytes(path, at.file), at.file, COLUMNS, ("term",))
            except Faulty as error:
                self._take(error)
                continue
            words.take_rows(sheet.rows)
            self.remarks += [sheet.remark] if sheet.remark else []
        if len(lists) > MAX_LISTS:
            self.reading.fault(node, f"a pack has at most {MAX_LISTS} words lists")
        for name, words in lists.items():
            if not is_words_name(name):
                remedy = "small letters, digits and _; no field of items, no key word"
                self.reading.fault(words.place, f'words cannot be called "{name[:60]}"', remedy)
            self.words[name] = words.words()

    def _sheets(self) -> Iterator[tuple[str, str, Traversable | Path]]:
        seen: dict[str, str] = {}
        for file, path in self._files("words"):
            name, _, ending = file.rpartition(".")
            if ending.lower() not in ("csv", "xlsx"):
                if ending.lower() != "md":
                    self.reading.fault(Place(f"words/{file}"), "words are read from .csv and .xlsx", "take it out")
            elif name in seen:
                self.reading.fault(Place(f"words/{file}"), f'"{seen[name]}" holds the same words', "keep one of them")
            else:
                seen[name] = file
                yield name, file, path

    def _trials(self, rules: Collection[str]) -> Iterator[Trial]:
        for file, path in self._files("trials"):
            place = f"trials/{file}"
            if not file.endswith((".yaml", ".yml")):
                if not file.endswith(".md"):
                    self.reading.fault(Place(place), "trials are read from .yaml", "take it out")
                continue
            try:
                node = read_document(_bytes(path, place), place)
            except Faulty as error:
                self._take(error)
                continue
            yield from read_trials(node, rules, self.reading)

    def _files(self, name: str) -> list[tuple[str, Traversable | Path]]:
        folder = self.folder.joinpath(name)
        if not folder.is_dir():
            return []
        files = sorted((path.name, path) for path in folder.iterdir() if path.is_file() and path.name[0] not in "._~")
        if len(files) > MAX_FILES:
            self.reading.fault(Place(name), f"{len(files)} files in {name}", f"at most {MAX_FILES}")
        return files[:MAX_FILES]

    def _offer_places(self, values: Mapping[str, Node]) -> dict[str, Place]:
        offer = values.get("offer")
        return {kind: child.place for kind, child in offer.entries.items()} if offer else {}


def _bytes(path: Path | Traversable, file: str) -> bytes:
    """At most as much of a file as any reader takes, and one byte more, so that the reader says it is too large."""
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise Faulty([Fault(f"this file cannot be read: {error.strerror}", Place(file))]) from None

"""The language of conditions: text -> tree, with every unknown name told at its place and the nearest known name.

Bounded by construction: at most 2,048 bytes and 32 brackets or `not` deep, no loops, no strings built.
This is the face of the language; nodes stand in `tree.py`, columns in `columns.py`, evaluation in `evaluate.py`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import cast

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from rectify.documents import shown
from rectify.rules.columns import Answer, Hits, Rows
from rectify.rules.evaluate import Held, evaluate
from rectify.rules.places import At
from rectify.rules.tree import (
    Always,
    Among,
    Compare,
    Count,
    Has,
    Near,
    Node,
    Not,
    Offer,
    Operator,
    Plain,
    ProductNamed,
    ProviderNamed,
    Registered,
    Value,
    branches,
    canonical,
    conjunction,
    disjunction,
    fields_read,
    reads,
    words_read,
)
from rectify.terms.errors import Fault, Faulty, Place, nearest
from rectify.terms.item import ITEM_FIELDS, TEXT_FIELDS

__all__ = [
    "Answer", "Held", "Hits", "Node", "Rows", "branches", "canonical", "evaluate", "fields_read", "is_words_name",
    "parse", "reads", "words_read",
]  # fmt: skip

MAX_BYTES, MAX_DEPTH, MAX_NEAR, MAX_COUNT = 2048, 32, 1000, 1000
KEYWORDS = frozenset(
    ["and", "or", "not", "in", "true", "near", "count", "plain", "offer", "registered", "product", "provider"]
)
PRODUCT_WAYS = ("gtin", "model")
_WORDS_NAME = re.compile(r"(?=.*[a-z_])[a-z0-9_]{1,60}\Z")
_NUMBER_FIELDS = frozenset(name for name, kind in ITEM_FIELDS.items() if kind == "decimal")
COMPARABLE = frozenset(name for name, kind in ITEM_FIELDS.items() if kind in ("text", "decimal"))
_ATTRIBUTE = "attributes."
_SAID = {
    "NAME": "a name", "NUMBER": "a number", "TEXT": "a text in quotes", "OPERATOR": "== != < <= > >=", "LPAR": "(",
    "RPAR": ")", "COMMA": "a comma", "$END": "the end",
}  # fmt: skip


def is_words_name(name: str) -> bool:
    """Whether a words list may be called this: [a-z0-9_], one letter at least, no field and no key word."""
    return bool(_WORDS_NAME.match(name)) and name not in KEYWORDS and name not in ITEM_FIELDS


def parse(text: str, names: Collection[str], place: Place | At | None = None, *, offer: bool = False) -> Node:
    """The tree of a condition, or of an offer line. `names` are the words lists of its pack.

    Raises `Faulty` with every fault, at its place: `place` is where the text begins, or tells the place of any sign.
    """
    start = place if isinstance(place, Place) else Place()
    at = place if callable(place) else lambda offset, length: place_within(start, text, offset, length)
    reading = _Reading(text, frozenset(names), at, offer)
    node = reading.read()
    if reading.faults or node is None:
        raise Faulty(sorted(reading.faults, key=lambda f: (f.place.line, f.place.column) if f.place else (0, 0)))
    return node


@cache
def _grammar() -> Lark:
    text = files(__package__).joinpath("condition.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def place_within(place: Place, text: str, offset: int, length: int = 1) -> Place:
    """The place of a sign of a text, if `place` is where the text begins in its file."""
    before = text[:offset]
    newlines = before.count("\n")
    excerpt = text.split("\n")[newlines] if newlines or not place.excerpt else place.excerpt
    if not place.line:
        return replace(place, line=1 + newlines, column=offset - before.rfind("\n"), length=length, excerpt=excerpt)
    column = offset - before.rfind("\n") if newlines else place.column + offset
    return replace(place, line=place.line + newlines, column=column, length=length, excerpt=excerpt)


@dataclass(slots=True)
class _Reading:
    """One text on its way to a tree; faults are gathered."""

    text: str
    names: frozenset[str]
    at: At
    offer: bool
    faults: list[Fault] = field(default_factory=list)

    def read(self) -> Node | None:
        if len(self.text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            self._fault(f"a condition is at most {MAX_BYTES} bytes long", 0, remedy="split the rule in two")
            return None
        if not self.text.strip():
            self._fault("the condition is empty", 0)
            return None
        try:
            tree = _grammar().parse(self.text)
        except UnexpectedInput as error:
            self._syntax(error)
            return None
        if self._too_deep(tree):
            self._fault(f"a condition is at most {MAX_DEPTH} brackets deep", 0, remedy="split the rule in two")
            return None
        return self._node(tree)

    def _fault(self, text: str, offset: int, length: int = 1, remedy: str = "") -> None:
        self.faults.append(Fault(shown(text, 200), self.at(offset, length), remedy))

    def _at(self, token: Token, text: str, remedy: str = "") -> None:
        self._fault(text, token.start_pos or 0, len(token), remedy)

    def _syntax(self, error: UnexpectedInput) -> None:
        offset = error.pos_in_stream or 0
        if isinstance(error, UnexpectedCharacters):
            sign = self.text[offset]
            remedy = "text in quotes ends with the same quote" if sign in "'\"" else ""
            if sign in "=!":
                remedy = "equal is ==, not equal is !="
            self._fault(f'the sign "{sign}" has no meaning here', offset, remedy=remedy)
        elif isinstance(error, UnexpectedToken) and error.token.type != "$END":
            self._at(error.token, f'"{error.token}" cannot stand here', _expected(error))
        else:
            remedy = _expected(error) if isinstance(error, UnexpectedToken) else ""
            self._fault("the condition ends too early", len(self.text.rstrip()), remedy=remedy)

    def _too_deep(self, tree: Tree[Token]) -> bool:
        stack = [(tree, 0)]
        while stack:
            node, depth = stack.pop()
            depth += node.data in ("bracket", "negation")
            if depth > MAX_DEPTH:
                return True
            stack += [(child, depth) for child in node.children if isinstance(child, Tree)]
        return False

    def _node(self, tree: Tree[Token]) -> Node:
        parts = [child for child in tree.children if isinstance(child, Tree)]
        match tree.data:
            case "either":
                return disjunction(tuple(self._node(part) for part in parts))
            case "all_of":
                return conjunction(tuple(self._node(part) for part in parts))
            case "negation":
                return Not(self._node(parts[0]))
            case "bracket" | "atom":
                return self._node(parts[0])
        tokens = [child for child in tree.children if isinstance(child, Token)]
        return self._atom(tree, tokens)

    def _atom(self, tree: Tree[Token], tokens: list[Token]) -> Node:
        match tree.data:
            case "words":
                return Has(self._words(tokens[0], alone=True))
            case "words_in":
                return self._words_in(tokens[0], tokens[1:])
            case "among":
                name = self._field(tokens[0])
                return Among(name, tuple(self._literal(name, token) for token in tokens[1:]))
            case "compare":
                return self._compare(*tokens)
            case "near":
                limit = self._whole(tokens[2], 0, MAX_NEAR)
                return Near(self._words(tokens[0]), self._words(tokens[1]), limit)
            case "count":
                if tokens[1] != ">=":
                    self._at(tokens[1], f'"{tokens[1]}" cannot follow count(...)', "write count(name) >= number")
                return Count(self._words(tokens[0]), self._whole(tokens[2], 1, MAX_COUNT))
            case "plain":
                return Plain(self._words(tokens[0]))
            case "product":
                if tokens[0] not in PRODUCT_WAYS:
                    self._at(tokens[0], f'a product is known by gtin or model, not by "{tokens[0]}"',
                             nearest(tokens[0], PRODUCT_WAYS))  # fmt: skip
                return ProductNamed(str(tokens[0]))
        return self._keyword(tree)

    def _keyword(self, tree: Tree[Token]) -> Node:
        offset = tree.meta.start_pos if not tree.meta.empty else 0
        if tree.data == "offer":
            if self.offer:
                self._fault('"offer" cannot stand in an offer line', offset, 5, "an offer line says what an offer is")
            return Offer()
        if tree.data == "always":
            if not self.offer:
                self._fault('"true" stands in offer lines only', offset, 4, "a condition names what it looks for")
            return Always()
        return Registered() if tree.data == "registered" else ProviderNamed()

    def _words(self, token: Token, alone: bool = False) -> str:
        name = str(token)
        if name in self.names:
            return name
        if name in KEYWORDS:
            self._at(token, f'"{name}" is a key word, no words', nearest(name, self.names))
        elif self._is_field(name):
            remedy = f"compare it, as in {name} == 'text'" if alone else "a words name stands here"
            self._at(token, f'"{name}" is a field of items, no words', remedy)
        else:
            known = self.names | (KEYWORDS - {"and", "or", "in", "true"} if alone else frozenset())
            self._at(token, f'no words are called "{name}"', nearest(name, known) or "the pack has no words")
        return name

    def _words_in(self, token: Token, fields: list[Token]) -> Node:
        if str(token) not in self.names and self._is_field(str(token)):
            self._at(fields[0], f'"{fields[0]}" is no literal', f"text stands in quotes: {token} in ('{fields[0]}')")
            return Has(str(token))
        for unknown in (f for f in fields if f not in TEXT_FIELDS):
            self._at(unknown, f'words are not sought in "{unknown}"', nearest(unknown, TEXT_FIELDS))
        held = set(map(str, fields))
        return Has(self._words(token), tuple(name for name in TEXT_FIELDS if name in held))

    def _is_field(self, name: str) -> bool:
        return name in ITEM_FIELDS or name.startswith(_ATTRIBUTE)

    def _field(self, token: Token) -> str:
        name = str(token)
        if name in self.names:
            self._at(
                token, f'"{name}" is a words list, no field', f"write {name}, {name} in (title), count({name}) >= 2"
            )
        elif name in ITEM_FIELDS and name not in COMPARABLE:
            self._at(token, f'the field "{name}" cannot be compared', "known: " + ", ".join(sorted(COMPARABLE)))
        elif not self._is_field(name):
            self._at(token, f'items have no field "{name}"', nearest(name, COMPARABLE | {"attributes.brand"}))
        return name

    def _compare(self, token: Token, operator: Token, literal: Token) -> Node:
        name, value = self._field(token), self._literal(str(token), literal)
        if isinstance(value, str) and operator not in ("==", "!="):
            self._at(operator, f'"{operator}" needs a number', "a text is compared with == and !=")
        return Compare(name, cast(Operator, str(operator)), value)

    def _literal(self, name: str, token: Token) -> Value:
        if token.type == "NUMBER":
            return Decimal(token)
        if name in _NUMBER_FIELDS:
            self._at(token, f'"{name}" is a number, {token} is a text', "write it without quotes")
        if not str(token)[1:-1].strip():
            self._at(token, "an empty text says nothing", "a field that is not stated fails every comparison")
        return str(token)[1:-1]

    def _whole(self, token: Token, least: int, most: int) -> int:
        if not token.isdecimal() or not least <= int(token) <= most:
            self._at(token, f"{token} is no whole number from {least} to {most}")
            return least
        return int(token)


def _expected(error: UnexpectedToken) -> str:
    words = sorted(_SAID.get(name, name.lower()) for name in error.accepts or error.expected)
    return "here may stand: " + ", ".join(words) if words else ""

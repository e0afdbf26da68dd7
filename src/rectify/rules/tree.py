"""A parsed condition: small frozen nodes, their one canonical text, what they read, and their branches.

Atoms: `Has`, `Near`, `Count`, `Plain`, `Compare`, `Among`, `Offer`, `Registered`, `ProductNamed`, `ProviderNamed`,
`Always`. Connectives: `Not`, `And`, `Or`. An `And` never holds an `And` directly, nor an `Or` an `Or`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

Operator = Literal["==", "!=", "<", "<=", ">", ">="]
Value: TypeAlias = "Decimal | str"


@dataclass(frozen=True, slots=True)
class Has:
    """A hit of these words; `fields` empty = in any of title, text and variants."""

    words: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Near:
    """A hit of one and a hit of the other with at most `limit` folded characters between them, in one field."""

    one: str
    other: str
    limit: int


@dataclass(frozen=True, slots=True)
class Count:
    """At least this many hits of the words that do not overlap, over all fields of the row."""

    words: str
    least: int


@dataclass(frozen=True, slots=True)
class Plain:
    """A hit that needed nothing but case, width, traditional/simplified."""

    words: str


@dataclass(frozen=True, slots=True)
class Compare:
    """A field against a literal. A text is compared without regard to case and outer blanks."""

    field: str
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class Among:
    """A field that is equal to one of the literals."""

    field: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """The pack's line for the item's kind."""


@dataclass(frozen=True, slots=True)
class Registered:
    """The account is bound to an entry of a register that is valid on the day and in the territory."""


@dataclass(frozen=True, slots=True)
class ProductNamed:
    """The item is a product that the order names; `how` is "gtin" or "model"."""

    how: str


@dataclass(frozen=True, slots=True)
class ProviderNamed:
    """The item is of a provider on the order's negative list."""


@dataclass(frozen=True, slots=True)
class Always:
    """`true`: every item of a kind is an offer. Stands in offer lines only."""


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Node


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One part holds at least."""

    parts: tuple[Node, ...]


Atom: TypeAlias = (
    "Has | Near | Count | Plain | Compare | Among | Offer | Registered | ProductNamed | ProviderNamed | Always"
)
Node: TypeAlias = "Atom | Not | And | Or"
# Atoms that no seller can write: a rule may acquit through them (DESIGN.md §5, weight).
OUTSIDE = (Registered, ProductNamed, ProviderNamed)


_NOT_REGISTERED = Not(Registered())


def conjunction(parts: tuple[Node, ...]) -> Node:
    """All of the parts, flat; a single part is itself."""
    flat = tuple(p for part in parts for p in (part.parts if isinstance(part, And) else (part,)))
    return flat[0] if len(flat) == 1 else And(flat)


def disjunction(parts: tuple[Node, ...]) -> Node:
    """One of the parts, flat; a single part is itself."""
    flat = tuple(p for part in parts for p in (part.parts if isinstance(part, Or) else (part,)))
    return flat[0] if len(flat) == 1 else Or(flat)


def _literal(value: Value) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    return f'"{value}"' if "'" in value else f"'{value}'"


def _atom(node: Node) -> str:
    match node:
        case Has(words, ()):
            return words
        case Has(words, fields):
            return f"{words} in ({', '.join(fields)})"
        case Near(one, other, limit):
            return f"near({one}, {other}, {limit})"
        case Count(words, least):
            return f"count({words}) >= {least}"
        case Plain(words):
            return f"plain({words})"
        case Compare(field, operator, value):
            return f"{field} {operator} {_literal(value)}"
        case Among(field, values):
            return f"{field} in ({', '.join(map(_literal, values))})"
        case ProductNamed(how):
            return f"product({how})"
    return {Offer: "offer", Registered: "registered", ProviderNamed: "provider", Always: "true"}[type(node)]


def canonical(node: Node, binding: int = 0) -> str:
    """The one text of a condition: parsing it gives the node again. `binding`: 0 in `or`, 1 in `and`, 2 in `not`."""
    match node:
        case Or(parts):
            text = " or ".join(canonical(part, 1) for part in parts)
            return f"({text})" if binding > 0 else text
        case And(parts):
            text = " and ".join(canonical(part, 2) for part in parts)
            return f"({text})" if binding > 1 else text
        case Not(part):
            return f"not {canonical(part, 2)}"
    return _atom(node)


def walk(node: Node) -> Iterator[Node]:
    """The node and all nodes under it, from the left."""
    ahead = [node]
    while ahead:
        yield (one := ahead.pop())
        if isinstance(one, And | Or):
            ahead += reversed(one.parts)
        elif isinstance(one, Not):
            ahead.append(one.part)


def words_read(node: Node) -> frozenset[str]:
    """Names of the words that a condition reads (not those of `offer`)."""
    names: set[str] = set()
    for part in walk(node):
        match part:
            case Has(words) | Count(words) | Plain(words):
                names.add(words)
            case Near(one, other):
                names |= {one, other}
    return frozenset(names)


def fields_read(node: Node) -> frozenset[str]:
    """Fields whose value a condition compares, "price", "attributes.brand"."""
    return frozenset(part.field for part in walk(node) if isinstance(part, (Compare, Among)))


def reads(node: Node, kind: type[Node]) -> bool:
    """Whether an atom of this class stands anywhere in the condition."""
    if isinstance(node, kind):
        return True
    if isinstance(node, And | Or):
        return any(reads(part, kind) for part in node.parts)
    return isinstance(node, Not) and reads(node.part, kind)


def alternatives(node: Node) -> tuple[Node, ...]:
    """The alternatives of the topmost `or`, through brackets and `and not registered`.

    A condition without such an `or` is its own single alternative.
    """
    top = node
    if isinstance(node, And):
        rest = [part for part in node.parts if part != _NOT_REGISTERED]
        if len(rest) == 1:
            top = rest[0]
    return top.parts if isinstance(top, Or) else (node,)


def branches(node: Node) -> list[tuple[Node, str]]:
    """The alternatives, each with its text; a finding counts them from 1."""
    return [(part, canonical(part)) for part in alternatives(node)]

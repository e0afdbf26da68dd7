"""What a letter may say. These records have no field for who reviewed, who informed, or who else is concerned:
a template cannot print what it is never given (SECURITY.md §3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from rectify.terms.case import FindingSeen
from rectify.terms.finding import Evidence

FOUND_BY = ("software", "order", "person")  # the order = it named the exact place
DECIDED_BY = ("person", "software")
QUOTES = 12  # of one item; more are counted


@dataclass(frozen=True, slots=True)
class Sender:
    """The operator that writes. `reply_to` is a mail address or a page; `zone` an IANA name for the dates."""

    name: str
    country: str
    reply_to: str
    zone: str = "UTC"
    another_person: bool = True  # appeals are decided by somebody else than the one who decided first


@dataclass(frozen=True, slots=True)
class OrderGround:
    """The order that a letter rests on, as its authority wrote it. Source: Reg. (EU) 2022/2065 Art. 9(2), 9(5)."""

    reference: str
    authority: str
    country: str
    instrument: str  # dsa-9 | gpsr-22 | national
    reasons: str
    legal_basis: tuple[str, ...]
    territory: tuple[str, ...]
    received: datetime
    redress: str = ""


@dataclass(frozen=True, slots=True)
class TermGround:
    """A published term of the operator, and why it applies. Source: Reg. (EU) 2022/2065 Art. 17(3)(b), (e), (f)."""

    name: str
    text: str
    why: str
    territory: tuple[str, ...]
    out_of_court: str  # a certified body, Art. 21
    court: str
    from_notice: bool = False  # never whose
    law: tuple[str, ...] = ("Regulation (EU) 2022/2065, Articles 17, 20 and 21",)


Ground = OrderGround | TermGround


@dataclass(frozen=True, slots=True)
class SeenText:
    """One thing seen, as it was written. `quote` is empty where the field as a whole says it (`term` stands then)."""

    field: str
    quote: str
    term: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ItemTold:
    """An item that a letter is about. `why` are the sentences of the rules that held."""

    kind: str
    id: str
    title: str
    url: str = ""
    seen: tuple[SeenText, ...] = ()
    why: tuple[str, ...] = ()
    found_by: str = "software"
    decided_by: str = "person"
    more: int = 0  # things seen beyond those quoted
    whys: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False)  # of a sentence, by language

    def why_in(self, language: str) -> tuple[str, ...]:
        """The sentences in a language; as they were recorded where the rule does not say them in it."""
        return tuple(self.whys.get(why, {}).get(language) or why for why in self.why)


@dataclass(frozen=True, slots=True)
class ActFacts:
    """An act on items or an account: labelled, restricted, removed, warned, suspended, closed; and their undoing.

    `countries` is where it stands; `beyond` where it reaches only because a shop front serves those countries too.
    `was` (returned, still down) is the occasion that is undone or stands; `fallen` the ground that fell. `phase`: "" =
    so it stands; "past" = it is over, since `ended`; "falling" = it stands yet and is due to be undone. `less`
    (returned): the ground reaches less than before, it did not end.
    """

    sender: Sender
    ground: Ground
    items: tuple[ItemTold, ...]
    countries: tuple[str, ...]
    since: datetime
    until: date | None = None
    ended: datetime | None = None
    phase: str = ""
    less: bool = False
    beyond: tuple[str, ...] = ()
    appeal_until: date | None = None
    was: str = ""
    fallen: Ground | None = None
    question: str = ""  # seller asked
    answer_by: date | None = None
    checkpoint: str = ""


@dataclass(frozen=True, slots=True)
class AppealFacts:
    """An appeal: received, granted, denied, or passed on to the authority. `reason` answers it."""

    sender: Sender
    ground: Ground
    item: ItemTold
    countries: tuple[str, ...]
    appeal: str
    kind: str  # not_covered | order_wrong
    received: datetime
    reason: str = ""
    answer_by: date | None = None
    checkpoint: str = ""
    stands: bool = True  # whether anything that we did stands, so that a grant has something to undo

    @property
    def items(self) -> tuple[ItemTold, ...]:
        """The item that the appeal is about, as a list of one."""
        return (self.item,)


@dataclass(frozen=True, slots=True)
class AuthorityFacts:
    """A letter to an authority about its order. `text` is our question or our reasons; `files` of a report: (name,
    SHA-256); `state` of a report: interim, final, corrected."""

    sender: Sender
    reference: str
    authority: str
    received: datetime
    digest: str = ""
    text: str = ""
    due: datetime | None = None
    code: str = field(default="", repr=False)  # acknowledgement: who sends it back confirms the order
    state: str = ""
    files: tuple[tuple[str, str], ...] = ()
    checkpoint: str = ""


Facts = ActFacts | AppealFacts | AuthorityFacts


def seen_texts(row: Mapping[str, object], evidence: Iterable[Evidence]) -> tuple[SeenText, ...]:
    """The evidence as it was written in a row (fields by `ITEM_FIELDS` name), each quote once, in order."""
    seen: dict[SeenText, None] = {}
    for one in evidence:
        text = field_text(row, one.field)
        seen[SeenText(one.field, text[one.start : one.end], one.term, one.hidden)] = None
    return tuple(seen)


def field_text(row: Mapping[str, object], field: str) -> str:
    """The text of a field as evidence names it: "title", "variants[2]", "attributes.gtin". Empty where absent."""
    name, _, rest = field.partition("[")
    if rest:
        values = row.get(name)
        place = rest.rstrip("]")
        if not isinstance(values, Sequence) or isinstance(values, str) or not place.isdigit():
            return ""
        return str(values[int(place)]) if int(place) < len(values) else ""
    name, _, rest = field.partition(".")
    value = row.get(name)
    if rest:
        value = value.get(rest) if isinstance(value, Mapping) else None
    return "" if value is None else str(value)


def item_told(
    row: Mapping[str, object],
    findings: Sequence[FindingSeen],
    *,
    rows: Sequence[Mapping[str, object]] = (),
    found_by: str = "software",
    decided_by: str = "person",
    reworded: Callable[[FindingSeen], Mapping[str, str]] = lambda _: {},
) -> ItemTold:
    """An item as a letter tells of it, from its row as swept and what was found there.

    `rows` are all rows that bore the item's id (a finding's `row` counts in them); `row` alone where there is one.
    `reworded` gives the sentence of a finding by language, as far as its rule says it in others.
    """
    every = rows or (row,)
    texts = dict.fromkeys(text for f in findings for text in seen_texts(every[min(f.row, len(every) - 1)], f.evidence))
    return ItemTold(
        kind=field_text(row, "kind"),
        id=field_text(row, "id"),
        title=field_text(row, "title"),
        url=field_text(row, "url"),
        seen=tuple(texts)[:QUOTES],
        why=tuple(dict.fromkeys(f.why for f in findings if f.why)),
        found_by=found_by,
        decided_by=decided_by,
        more=max(0, len(texts) - QUOTES),
        whys={f.why: dict(reworded(f)) for f in findings if f.why},
    )


def half_a_year_after(day: date) -> date:
    """The last day for an appeal: six months on, the last day of a shorter month. Source: Reg. (EU) 2022/2065 20(1)."""
    months = day.year * 12 + day.month - 1 + 6
    year, month = divmod(months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")

"""The fields of the order file as data (data/order.yaml): keys that the reader knows, and the reference page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from rectify.intake.data import table
from rectify.intake.instruments import Instrument, instruments
from rectify.terms.claim import NAMES
from rectify.terms.measure import MEASURES


@dataclass(frozen=True, slots=True)
class OrderField:
    """One field. `path` is dotted, `*` stands for each entry of a list; `needed` is always, instrument or no."""

    path: str
    form: str
    needed: str
    says: str

    @property
    def parent(self) -> str:
        return self.path.rpartition(".")[0]

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]


@cache
def order_fields() -> tuple[OrderField, ...]:
    """All fields of the order file, in the order of the file."""
    rows = table("order.yaml").entries["fields"].items
    return tuple(OrderField(*(row.entries[key].text for key in ("path", "form", "needed", "says"))) for row in rows)


@cache
def keys(parent: str) -> tuple[str, ...]:
    """Keys that may stand under a path; "" is the file itself."""
    return tuple(field.name for field in order_fields() if field.parent == parent)


@cache
def required(parent: str) -> tuple[str, ...]:
    """Keys that must stand under a path, whatever the instrument."""
    return tuple(field.name for field in order_fields() if field.parent == parent and field.needed == "always")


def order_reference() -> str:
    """The text of docs/reference/order.md."""
    rows = [f"| `{field.path}` | {field.form} | {_needed(field)} | {field.says} |" for field in order_fields()]
    measures = [
        f"| `{kind.name}` | {kind.target} | {NAMES[kind.target][kind.effect] if kind.effect else 'a strike, a letter'} "
        f"| {'yes' if kind.undo else 'no'} | {'the order says so in words' if kind.ceiling else ''} |"
        for kind in MEASURES.values()
    ]
    return "\n".join(
        [
            _HEAD,
            "| field | form | needed | what it says |",
            "|---|---|---|---|",
            *rows,
            "",
            "## Instruments",
            "",
            *(line for instrument in instruments().values() for line in _instrument(instrument)),
            "## Measures",
            "",
            "| measure | target | effect | can be undone | only where |",
            "|---|---|---|---|---|",
            *measures,
            "",
        ]
    )


_HEAD = """# The order file

YAML or JSON, UTF-8, at most 256 KB and 20 levels deep, one document, no anchors, aliases, tags or merge keys. Nothing
is typed by its look: a GTIN keeps its zero, `no` is a word. `rectify order check FILE` tells all faults at once, with
line, column and the provision that asks. Unknown keys are refused. Dates are `2026-11-20`, instants
`2026-11-20T09:00:00+01:00`. In the table, `*` stands for each entry of a list.

A PDF, a Word file or a picture is not read: a person writes what it says into the fields below. A text in GBK or UTF-16
is saved as UTF-8 first. The signs between the words are those of ASCII, `:` `,` `{` `[`, also in an order in Chinese; a
full-width `：` or `，` in their place is told where it stands.

A territory has to be a code of ISO 3166-1, or one of those that it leaves to users (`XA`, `ZZ`, ...): other codes are
faults. Parts of countries are held against ISO 3166-2 (codes of today and those that were replaced); one that is not
known is noted, not refused.

This page is made from the data that the reader works with (`src/rectify/intake/data`).

## Fields
"""


def _needed(field: OrderField) -> str:
    return {"always": "yes", "no": "", "instrument": "by instrument"}[field.needed]


def _instrument(instrument: Instrument) -> list[str]:
    counting = instrument.counting
    own = [f"{getattr(instrument.own_time, u)} {u.replace('_', ' ')}" for u in ("hours", "days", "working_days")
           if getattr(instrument.own_time, u)]  # fmt: skip
    count = [
        "hours count from the next full hour" if counting.hours_from == "next hour" else "hours count to the second",
        "the day of receipt is not counted",
        "a period in days that ends on a day off ends with the next working day" if counting.last_day_moves else "",
        "two days or more include two working days" if counting.two_working_days else "",
        "made-up working Saturdays count" if counting.made_up_days else "Saturdays and Sundays never count",
    ]
    asked = [f"| `{path}` | {source} |" for path, source in instrument.required.items()]
    if instrument.search_until:
        asked.append(f"| `search.until`, where `search.identical` is true | {instrument.search_until} |")
    if instrument.packs:
        asked.append(f"| no packs but {', '.join(f'`{p}`' for p in instrument.packs)} | {instrument.packs_source} |")
    return [
        f"### `{instrument.name}`",
        "",
        f"{instrument.title} ({instrument.source}{', <' + instrument.eli + '>' if instrument.eli else ''}). "
        f"Acts: {', '.join(f'`{act}`' for act in instrument.acts)}.",
        "",
        f"Where the order states no time: {own[0] if own else 'no instant'} "
        f"({instrument.own_time_says}; {instrument.own_time_source}).",
        f"Counting ({counting.rule}{', <' + counting.eli + '>' if counting.eli else ''}): "
        f"{'; '.join(rule for rule in count if rule)}.",
        "",
        "| must contain | because |",
        "|---|---|",
        *asked,
        "",
    ]


if __name__ == "__main__":
    print(order_reference(), end="")

"""A small order's book for the tests of the report."""

from datetime import UTC, datetime

from rectify.terms.entry import Entry, Json, Opened

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
SETS = [
    {"place": ["i1", "xa"], "kind": "item", "wanted": "removed", "found": "visible", "version": "1", "own": "visible",
     "claims": ["c1"], "measure": "remove_item", "over_reach": []},
    {"place": ["i2", "xa"], "kind": "item", "wanted": "removed", "found": "visible", "version": "1", "own": "visible",
     "claims": ["c2"], "measure": "remove_item", "over_reach": []},
]  # fmt: skip
UNDO = [{**SETS[0], "wanted": "visible", "found": "removed", "measure": "undo", "claims": []}]


class Book:
    """Collects entries as the ledger would open them."""

    def __init__(self) -> None:
        self.entries: list[Opened] = []

    def note(self, kind: str, private: dict[str, Json] | None = None, /, **body: Json) -> "Book":
        n = len(self.entries)
        self.entries.append(Opened(Entry(n, "O", n, "", AT, kind, 1, "system", body), private or {}))
        return self


def swept(**changed: Json) -> dict[str, Json]:
    return {
        "sweep": "s", "plan": "p", "source": "market", "files": [{"name": "a.csv", "digest": "d", "rows": 10}],
        "rows": 10, "screened": 9, "set_aside": 1, "duplicates": 0, "completeness": ["9", "1", "2", "3", "4"],
        "splits": [], "findings": 2, "violation": 1, "review": 1, "engine": "pure",
        "rules": [["p/r", "listing", "violation", 1], ["p/r", "listing", "review", 1]], **changed,
    }  # fmt: skip


def full_book() -> Book:
    book = Book()
    order = {"reference": "XA-1", "act": "order", "instrument": "gpsr-22", "territory": ["XA"], "reasons": "fire"}
    book.note("received", {"order": order}, operator="m", reference="XA-1", digest="ab", act="order",
              instrument="gpsr-22", served="2026-11-20T08:00:00Z", received="2026-11-20T09:00:00Z", channel="mail")  # fmt: skip
    book.note("deadline_set", due="2026-11-24T22:59:59Z", rule="2 working days", counted_from="2026-11-20T08:00:00Z",
              zone="Europe/Berlin", provisional=False, skipped=[], warnings=[])  # fmt: skip
    book.note("accepted", whole=True, territory=["XA"], measures=["remove_item"], tasks=["report"], acts=["sell"],
              kinds=["listing"], effect="removed")  # fmt: skip
    book.note("planned", plan="pd", packs=[["p", 1, "d"]], registers=[], products=1, providers=0, as_of="2026-11-20")
    book.note("swept", **swept())
    for n in (1, 2, 3):
        key = ["market", "listing", f"L{n}"]
        book.note("gathered", {"key": key, "title": "=HYPERLINK(1)", "account_id": "seller-7",
                               "snapshot": [{"url": "https://m.example/1"}]},
                  case=f"k{n}", target=f"i{n}", account="a1", verdict="violation", rules=["p/r"], seen="s", look=1,
                  storefronts=["xa"])  # fmt: skip
    for n in (1, 2):
        book.note("decided", {"reason": "same bar code"}, case=f"k{n}", judgement="violation", machine=False, seen="s")
        book.note("claimed", claim=f"c{n}", ground="O", target=f"i{n}", kind="item", account="a1", territories=["XA"],
                  effect="removed", measure="remove_item", since="2026-11-20T09:00:00Z", case=f"k{n}")  # fmt: skip
    book.note("rehearsed", set="S", measures=SETS, warnings=[], left_out=[], holds=[], catalogue_rows=10)
    book.note("approved", set="S", measures=2, over_reach=[])
    book.note("attempted", key="S/0", set="S", measure=SETS[0])
    book.note("outcome", key="S/0", what="done", version="2")
    book.note("outcome", key="S/1", what="left out", version="")
    book.note("letter_written", letter="l1", occasion="removed", to="a1", languages=["en"], claims=["c1"])
    book.note("letter_sent", letter="l1", channel="folder", message_id="m")
    return book

"""The example order of these tests (the recall of the example world), and small changes to it."""

from __future__ import annotations

from datetime import UTC, datetime

NOW = datetime(2026, 11, 20, 8, 2, tzinfo=UTC)

RECALL = """\
order: XA-PS-2026-0412
act: order
instrument: gpsr-22
authority: {name: Product Safety Office, country: XA, report_to: reports@pso.example}
language: en
served: {at: 2026-11-20T09:00:00+01:00, by: mail}
legal_basis: [{text: General Product Safety Act s. 22, in_force_from: 2024-12-13}]
reasons: Harness of the pram Kite 3 can open, risk of a fall; mains plug of the travel router Kite Nomad overheats.
territory: [XA]
deadline: {working_days: 2}
addressees:
  - {operator: Example Market,   measures: [remove_item, tell_buyers], tasks: [report]}
  - {operator: Example Auctions, measures: [restrict_item], tasks: [report, name_accountable_person]}
subject:
  acts: [sell, give]
  kinds: [listing]
  items: [{url: "https://market.example/i/GW-88121"}]
  packs: [identical-products]
  products:
    - {brand: Kite, model: "K3-2024", gtin: "9521234543213"}
    - {brand: Kite, model: "Nomad 2", gtin: "9521234500018", batch: [A12, A13]}
search: {identical: true, until: 2027-11-20}
stays_down_until: ended
identity_of_accounts: not_asked
confidential_until: null
redress: Objection to the office within one month; court of the seat.
"""


def changed(*changes: tuple[str, str]) -> bytes:
    """The example with texts replaced; each must be there."""
    text = RECALL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()

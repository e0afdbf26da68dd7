"""Plays the first hour of somebody who has never seen Rectify, on a fresh clone, and writes the transcript.

    python3 tools/first_hour.py            writes docs/journeys/first-hour.md

Every command runs in an empty environment (`env -i`) with only a PATH and a HOME of its own; what stands on the page is
what was printed. Long outputs are cut in the middle, and said to be.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from transcript import ROOT, Transcript

PAGE = ROOT / "docs" / "journeys" / "first-hour.md"

ORDER = """\
order: XA-PS-2026-0777
act: order
instrument: gpsr-22
authority: {name: Product Safety Office, country: XA, report_to: reports@pso.example}
language: en
served: {at: SERVED, by: mail}
legal_basis: [{text: General Product Safety Act s. 22, in_force_from: 2024-12-13}]
reasons: The lid of the kettle Boil 5 comes off when it is tilted, risk of scalding.
territory: [XA]
deadline: {DEADLINE}
addressees:
  - {operator: Corner Shop Ltd, measures: [MEASURE], tasks: [report]}
subject:
  acts: [sell, give]
  kinds: [listing]
  items: [{id: A-1001}]
  packs: [identical-products]
  products:
    - {brand: Boil, model: "B5-17", gtin: "GTIN"}
search: {identical: true, until: UNTIL}
redress: Objection to the office within one month.
"""
CATALOGUE = """\
article;shop_owner;headline;blurb;barcode;cost
A-1001;o-1;Boil B5-17 kettle, 1.7 l;used twice;4006381333931;12,50
A-1002;o-2;Boil B5-18 kettle;new;;15,00
;o-3;a row without a number;;;1
A-1003;o-4;Lid for Boil B5-17;spare part;;3,00
A-1004;o-5;BOIL B5 17 Wasserkocher;gebraucht;;cheap
A-1005;o-6;too many cells;a;b;c;d;e
"""
AUTHORITIES = """\
authorities:
  - id: pso-xa
    name: Product Safety Office
    country: XA
    territory: [XA]
    zone: Europe/Berlin
    holidays: DE
    instruments: [gpsr-22]
    contact: {phone: "+999 20 0100", noted_by: me, noted_on: 2026-01-15}
    domains: [pso.example]
    valid: {from: 2025-01-01}
"""


STUMBLES = """\
## Stumbles

What a stranger tripped over, and what became of it.

- The columns `shop_owner` and `blurb` are not guessed: `run` and `init` say that nothing reads them. `--map
  shop_owner=account` says which is which, or the map in `rectify.yaml` does; else no seller can be told.
- In a shop of six rows every set is over the limit of one per cent of the catalogue, so each waits for
  `--despite-holds`.
- `order accept` before `order confirm` answers in the words of a state table; what is possible now stands under it.
- The help for a deadline in the past guesses at another month; the guess can be wrong, the fault is not.
- `make test` takes minutes: the law of claims is tried in 20,000 random steps, and a sweep is killed fifty times.
- uv brings certificates of its own and failed behind a firm's; set-up now lets it use those of the system.
"""


def order(path: Path, *, good: bool) -> None:
    """Writes the order by hand: first as a tired person does, then corrected."""
    now = datetime.now(UTC).replace(microsecond=0)
    fields = {
        "SERVED": (now - timedelta(hours=1)).isoformat(),
        "DEADLINE": "working_days: 2" if good else f"at: {(now - timedelta(days=20)).isoformat()}",
        "MEASURE": "remove_item" if good else "remove_itm",
        "GTIN": "4006381333931" if good else "4006381333932",
        "UNTIL": f"{now.date() + timedelta(days=365)}",
    }
    text = ORDER
    for name, value in fields.items():
        text = text.replace(name, value)
    path.write_text(text if good else text.replace("territory:", "teritory:"))


def main() -> None:
    """Play the hour and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        hour = Transcript(home)
        play(hour, home)
        head = (
            f"# The first hour\n\nPlayed by `tools/first_hour.py` on {datetime.now(UTC):%Y-%m-%d}: a fresh clone, an "
        )
        head += (
            "empty environment (`env -i`), nothing but python3, make and git. What stands here is what was printed.\n"
        )
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(head + "\n" + "\n".join([*hour.parts, STUMBLES]), encoding="utf-8")
    print(f"written: {PAGE.relative_to(ROOT)}")


def play(hour: Transcript, home: Path) -> None:
    """The hour itself."""
    clone = home / "rectify"
    hour.say("## The two commands of the README")
    hour.run(f"git clone -q {ROOT} rectify", home)
    hour.run("make demo", clone, 120)
    if "--without-tests" not in sys.argv:
        hour.run("make test 2>&1 | tail -n 25", clone)
    shop = home / "shop"
    shop.mkdir()
    bin_ = clone / ".venv" / "bin"
    hour.environ["PATH"] = f"{bin_}:{hour.environ['PATH']}"
    hour.say("## An order and a catalogue written by hand, with the mistakes that one makes")
    order(shop / "order.yaml", good=False)
    (shop / "shop.csv").write_text(CATALOGUE)
    hour.run("cat order.yaml", shop)
    hour.run("rectify order check order.yaml", shop)
    hour.say("Every fault at once, with its place. The same file, corrected:")
    order(shop / "order.yaml", good=True)
    hour.run("rectify order check order.yaml", shop)
    hour.run("cat shop.csv", shop)
    hour.run("rectify run order.yaml --catalogue shop.csv --out rehearsal", shop)
    hour.say("Bad rows were set aside, and say why:")
    hour.run("cat rehearsal/sweeps/*/*/rejected.csv; ls rehearsal", shop)
    hour.say("## In earnest: a workspace")
    hour.run(
        'rectify init --from shop.csv --name "Corner Shop Ltd" --zone Europe/Berlin --contact help@shop.example', shop
    )
    hour.say("An order of an authority that nobody has noted gets no further than *received*:")
    hour.run("rectify order receive order.yaml; rectify order accept XA-PS-2026-0777; "
             "rectify order confirm XA-PS-2026-0777; rectify sweep XA-PS-2026-0777", shop)  # fmt: skip
    (shop / "authorities.yaml").write_text(AUTHORITIES)
    hour.run("rectify authority add authorities.yaml", shop)
    hour.say(
        "A forged one: it names the real office, asks for the report elsewhere, and gives a number of its own to call."
    )
    text = (
        (shop / "order.yaml")
        .read_text()
        .replace("0777", "0778")
        .replace("reports@pso.example", "desk@pso-office.example")
    )
    (shop / "forged.yaml").write_text(text)
    hour.run('rectify order receive forged.yaml; rectify order confirm XA-PS-2026-0778 --called "+999 66 6666" '
             '--with "a friendly voice"; rectify order confirm XA-PS-2026-0778 --called "+999 20 0100" '
             '--with "the office"; rectify sweep XA-PS-2026-0778', shop)  # fmt: skip
    hour.say("The genuine one, by a call to the number of the register:")
    hour.run('rectify order confirm XA-PS-2026-0777 --called "+999 20 0100" --with "Ms Vale, duty officer"; '
             "rectify order accept XA-PS-2026-0777; rectify sweep XA-PS-2026-0777", shop)  # fmt: skip
    hour.run("rectify cases list; rectify order list", shop)
    first = (
        "$(rectify cases list --json | python3 -c \"import json,sys; print(json.load(sys.stdin)['cases'][0]['case'])\")"
    )
    hour.run(f"rectify cases decide {first} violation --reason 'same bar code and model'", shop)
    hour.run("rectify measures rehearse XA-PS-2026-0777", shop)
    hour.run("rectify report XA-PS-2026-0777 --out reports; rectify ledger verify", shop)
    shutil.rmtree(shop / "keys", ignore_errors=True)


if __name__ == "__main__":
    main()

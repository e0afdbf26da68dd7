"""Plays the afternoon of a clerk who writes a pack from nothing and changes it safely; writes the transcript.

    python3 tools/clerks_afternoon.py      writes docs/journeys/clerks-afternoon.md

Needs the program of this folder (`make setup-test`). What stands on the page is what was printed.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from transcript import ROOT, Transcript

PAGE = ROOT / "docs" / "journeys" / "clerks-afternoon.md"
ORDER = "XA-CO-2026-0031"

SETTINGS = """\
rectify: 1
operators: {market: {name: Corner Market Ltd, country: XA, zone: Europe/Berlin, contact: help@market.example}}
store: sqlite:///rectify.db
keys: keys
people:
  kim: {roles: [clerk, reviewer]}
  awu: {roles: [legal, lead]}
another_person: [approve, promote]
catalogues:
  market: {operator: market, files: [listings.csv], kind: listing, storefronts: {xa: [XA]}, default_storefronts: [xa]}
connectors: {shop: {type: rehearsal}}
limits: {measures: 1000, share: "1"}
letters: {folder: letters}
"""
AUTHORITIES = """\
authorities:
  - id: co-xa
    name: Consumer Office
    country: XA
    territory: [XA]
    zone: Europe/Berlin
    holidays: DE
    instruments: [national]
    legal_bases: [Environment Act s. 9]
    contact: {phone: "+999 20 0100", noted_by: awu, noted_on: 2026-01-15}
    domains: [co.example]
    valid: {from: 2025-01-01}
"""
THE_ORDER = """\
order: XA-CO-2026-0031
act: order
instrument: national
authority: {name: Consumer Office, country: XA, report_to: reports@co.example}
language: en
served: {at: SERVED, by: mail}
legal_basis: [{text: Environment Act s. 9, in_force_from: 2024-12-13}]
reasons: Single-use e-cigarettes may not be offered any more since the first of the month.
territory: [XA]
deadline: {working_days: 5}
addressees:
  - {operator: Corner Market Ltd, measures: [remove_item], tasks: [report]}
subject:
  acts: [sell]
  kinds: [listing]
  packs: [single-use-vapes]
redress: Objection to the office within one month.
"""
# A spreadsheet as an office keeps it: saved by a Chinese Excel, so in GBK; twelve words, some with a note.
WORDS = """\
term,language,role,note
disposable vape,en,term,
single use vape,en,term,
single-use e-cigarette,en,term,
puff bar,en,term,a make that became a word
vape pen disposable,en,term,
Einweg-Vape,de,term,
Einweg E-Zigarette,de,term,
puff jetable,fr,term,
cigarette électronique jetable,fr,term,
一次性电子烟,zh,term,
一次性小烟,zh,term,
disposable vape display stand,en,not_in,an empty stand for shops
"""
TRIALS = """\
- {text: "D1sposable v-a-p-e, mango, 600 puffs", expect: review, why: "digits and hyphens for letters: a person looks"}
- {text: "一次性电子煙 西瓜味", expect: violation, why: one sign in the traditional form}
- {text: "Disposable vape display stand, holds 40, no goods in it", expect: none, why: a stand and no goods}
"""
LISTINGS = """\
L-1;s-1;Disposable vape, 600 puffs, blue razz;ten in a box
L-2;s-2;PUFF BAR watermelon 2 ml;600 puffs, sealed
L-3;s-3;Einweg-Vape Mango 20mg;neu, 800 puffs
L-4;s-4;一次性电子烟 西瓜味 600口;现货
L-5;s-5;Dіspоsаble vаpe grape ice;new flavour, 600 puffs
L-6;s-6;d i s p o s a b l e  v a p e  lot of 5;600 puffs each, ask me
L-7;s-7;Recycling bin for disposable vape, 30 l, with lid;keeps batteries out of the paper
L-8;s-8;Puff jetable fraise 800;livraison rapide
L-9;s-9;Display stand, acrylic, 40 slots;disposable vape display stand for shops, empty
L-10;s-10;Refillable pod kit 25 W;two coils, charger
L-11;s-11;Bücherregal, Buche massiv;selbst abholen
L-12;s-12;Poster "Stop the puff bar", A2;for schools
L-13;s-1;Disposable vape mint, single;2 ml, 800 puffs
L-14;s-13;Recycling box for disposable vape and batteries, wall mount;steel
L-15;s-14;E-liquid 10 ml strawberry;for refillable devices
"""
FILLER = (
    "oak table", "rain jacket size M", "phone case clear", "set of six glasses", "bicycle pump", "desk lamp",
    "wool rug", "children's book", "garden hose 20 m", "coffee grinder", "picture frame A4", "running shoes 42",
)  # fmt: skip
HEAD = """\
# A clerk's afternoon

Played by `tools/clerks_afternoon.py` on {day}. Kim, a clerk who writes no code, makes a pack for an order that no
shipped pack covers, finds a false alarm, mends it, and sees what the change would do before anybody feels it. What
stands here is what was printed.
"""
ANSWERS = (
    '--title "Single-use e-cigarettes" --title-zh "一次性电子烟" --verdict violation --sheet words.csv '
    '--found "disposable vape, mint" --spared "disposable vape display stand, acrylic"'
)


def listings() -> str:
    """The catalogue: the listings above among twelve hundred others."""
    lines = [f"F-{n};f-{n % 97};{FILLER[n % len(FILLER)]} {n};used, good" for n in range(1200)]
    rows = LISTINGS.splitlines()
    for number, row in enumerate(rows):
        lines.insert(number * 70, row)
    return "id;account;title;text\n" + "\n".join(lines) + "\n"


def cases(told: Transcript, office: Path) -> dict[str, str]:
    """Title -> id of every case, so that the page shows commands as a person types them."""
    done = subprocess.run(["bash", "-c", "rectify cases list --state all --json"], cwd=office, env=told.environ,
                          capture_output=True, text=True, check=True)  # fmt: skip
    return {one["title"]: one["case"] for one in json.loads(done.stdout)["cases"]}


def main() -> None:
    """Play the afternoon and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        told = Transcript(home)
        play(told, home / "office")
        head = HEAD.format(day=f"{datetime.now(UTC):%Y-%m-%d}")
        PAGE.write_text(head + "\n" + "\n".join(told.parts), encoding="utf-8")
    print(f"written: {PAGE.relative_to(ROOT)}")


def play(told: Transcript, office: Path) -> None:
    """The afternoon itself."""
    office.mkdir()
    told.environ["PATH"] = f"{ROOT / '.venv' / 'bin'}:{told.environ['PATH']}"
    served = (datetime.now(UTC) - timedelta(hours=2)).replace(microsecond=0).isoformat()
    for name, text in {"rectify.yaml": SETTINGS, "authorities.yaml": AUTHORITIES, "listings.csv": listings(),
                       "order.yaml": THE_ORDER.replace("SERVED", served)}.items():  # fmt: skip
        (office / name).write_text(text, encoding="utf-8")
    (office / "words.csv").write_bytes(WORDS.encode("gb18030"))
    new_pack(told, office)
    put_in_force(told, office)
    known = cases(told, office)
    bin_ = known["Recycling bin for disposable vape, 30 l, with lid"]
    false_alarm(told, office, bin_)
    change(told, office, known["Disposable vape mint, single"])
    missing_words(told, office, known, bin_)


def new_pack(told: Transcript, office: Path) -> None:
    """A pack, its words and its trials."""
    told.say("## 13:00 A new pack from nothing, twelve words from a spreadsheet")
    told.say(
        "Without options the command asks; here its answers are given as options. The sheet comes from a Chinese Excel."
    )
    told.run(f"rectify --as kim pack new single-use-vapes {ANSWERS}", office)
    told.run("cat packs/single-use-vapes/pack.yaml", office)
    told.say("How a text is read, and in Chinese if you like:")
    told.run("rectify pack try single-use-vapes 'Dіspоsаble vаpe grape ice'", office)
    told.run("rectify --lang zh pack try single-use-vapes '一次性电子煙 西瓜味'", office)

    told.say("## 13:20 Three trials more")
    (office / "more.yaml").write_text(TRIALS, encoding="utf-8")
    told.run(
        "cat more.yaml; mv more.yaml packs/single-use-vapes/trials/more.yaml; rectify pack trial single-use-vapes",
        office,
    )
    told.say(
        "What is worth a look, on the shop's own listings (which are no clean sample: most of these hits are true):"
    )
    told.run("rectify pack check single-use-vapes --sample listings.csv", office)


def put_in_force(told: Transcript, office: Path) -> None:
    """An order comes in, the pack goes into force, and a sweep finds cases."""
    told.say("## 13:30 In force, and an order")
    told.run("rectify authority add authorities.yaml --as awu; rectify order receive order.yaml --as kim", office)
    told.run(f'rectify order confirm {ORDER} --called "+999 20 0100" --with "Ms Lind" --as awu; '
             f"rectify order accept {ORDER} --as awu", office)  # fmt: skip
    told.say("A draft is not what orders are searched with. It goes into shadow, and another person puts it in force:")
    told.run("rectify pack shadow single-use-vapes --as kim; rectify pack promote single-use-vapes --as kim; "
             "rectify pack promote single-use-vapes --as awu", office)  # fmt: skip
    told.run(f"rectify order accept {ORDER} --as awu; rectify sweep {ORDER} --as kim", office)
    told.run("rectify cases list", office)


def false_alarm(told: Transcript, office: Path, bin_: str) -> None:
    """A case that was found wrongly becomes a trial, and the words are mended."""
    told.say("## 14:10 A false alarm becomes a trial")
    told.say("A bin for used ones is no e-cigarette. Kim decides the case, and keeps it as a trial in one command:")
    told.run(f"rectify cases decide {bin_} no-violation --reason 'a bin, no e-cigarette' --as kim; "
             f"rectify pack wrong {bin_} --why 'a bin for used ones'", office)  # fmt: skip
    told.run("rectify pack trial single-use-vapes", office)
    told.say("The innocent phrases go into the list, the version goes up by one:")
    told.run("printf 'term,role,why\\nrecycling bin for disposable vape,not_in,takes them in\\n"
             "recycling box for disposable vape,not_in,takes them in\\n' > more.csv; "
             "rectify --as kim pack words single-use-vapes more.csv; "
             "sed -i 's/^version: 1/version: 2/' packs/single-use-vapes/pack.yaml; "
             "rectify pack trial single-use-vapes", office)  # fmt: skip


def change(told: Transcript, office: Path, in_flight: str) -> None:
    """What the changed pack would do, and how it takes the old one's place."""
    told.say("## 14:30 What it would have done on Monday")
    told.run(f"rectify pack diff single-use-vapes@in-force packs/single-use-vapes --on {ORDER}", office, 80)

    told.say("## 14:40 Shadow, then promotion")
    told.run("rectify pack shadow single-use-vapes --as kim", office)
    told.run(f"rectify sweep {ORDER} --as kim", office)
    told.run("rectify pack promote single-use-vapes --as awu; rectify pack history single-use-vapes", office)
    told.say("The cases in flight keep the version that found them; the next sweep finds with the new one.")
    told.run(f"rectify cases show {in_flight}; rectify sweep {ORDER} --as kim", office)


def missing_words(told: Transcript, office: Path, known: dict[str, str], bin_: str) -> None:
    """What is left is decided, and words are proposed from it."""
    told.say("## 15:00 Which words are still missing")
    told.say("Kim decides what is left, the poster and the second bin as no violation, and asks for words.")
    spared = [known[title] for title in known if title.startswith(("Recycling box", "Poster"))]
    told.run("; ".join(f"rectify cases decide {one} no-violation --reason 'no e-cigarette' --as kim" for one in spared),
             office)  # fmt: skip
    for one in cases(told, office).values():
        if one not in (*spared, bin_):
            told.quietly(f"rectify cases decide {one} violation --reason 'as the order says' --as kim", office)
    told.run("rectify pack suggest single-use-vapes", office)
    told.run("rectify ledger verify", office)


if __name__ == "__main__":
    main()

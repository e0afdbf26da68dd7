"""A new pack from answers, without code (`rectify pack new`): what is written is a draft that a clerk opens and reads.

It is read back, and its trials are run, before anybody is told that it stands.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from rectify.documents import Reading
from rectify.rules.pack import Pack
from rectify.rules.reader import read_pack
from rectify.rules.wordlists import LANGUAGE, WordsReading
from rectify.screening.trial import TrialResult, run_trials
from rectify.steps.pack_words import sheet_bytes, sheet_of, typed
from rectify.steps.places import folder_for
from rectify.terms.errors import Fault, Faulty, Place, Refused, nearest
from rectify.terms.finding import Verdict
from rectify.terms.item import SPEECH, Kind
from rectify.terms.order import SubjectAct

LIST = "goods"  # the words list that a new pack has
_KINDS, _ACTS = [kind.value for kind in Kind], [act.value for act in SubjectAct]
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


@dataclass(frozen=True, slots=True)
class PackAnswers:
    """What a person answered. `words` and `not_in` as typed, parted by commas; `sheet`: a spreadsheet of words."""

    name: str
    title: str
    words: str = ""
    sheet: Path | None = None
    not_in: str = ""
    title_zh: str = ""
    kinds: tuple[str, ...] = (Kind.LISTING.value,)
    acts: tuple[str, ...] = (SubjectAct.SELL.value,)
    language: str = "en"  # of words that are not in a script of their own
    verdict: Verdict = Verdict.REVIEW
    register: str = ""  # whose entries are left alone
    found: str = ""  # a text that the pack must find
    spared: str = ""  # one that it must not
    by: str = ""  # who wrote it


@dataclass(frozen=True, slots=True)
class PackBegun:
    """A pack as it was written, how its trials came out, and what is to be said of the reading."""

    folder: Path
    pack: Pack
    trials: tuple[TrialResult, ...]
    remark: str = ""


def begin_pack(folder: Path, answers: PackAnswers) -> PackBegun:
    """Writes `folder`/NAME with pack.yaml, words and trials, reads it back and runs its trials.

    Raises Refused where the folder is there already, Faulty with all faults of answers, sheet or pack; then nothing is
    left behind. A trial that does not hold is told and no fault: it shows what the draft lacks.
    """
    _check(answers)
    with _made(folder, answers.name) as written:
        remark = _write_words(written, answers)
        (written / "pack.yaml").write_text(_pack_text(answers), encoding="utf-8")
        (written / "trials").mkdir()
        (written / "trials" / "first.yaml").write_text(_trials_text(answers), encoding="utf-8")
        pack = read_pack(written)
    return PackBegun(folder / answers.name, pack, tuple(run_trials(pack)), remark)


def copy_pack(folder: Path, shipped: Traversable) -> PackBegun:
    """Writes a shipped pack as a folder of one's own, to be changed there. Raises Refused where one is there."""
    with _made(folder, shipped.name) as written:
        shutil.rmtree(written)
        _copy(shipped, written)
        pack = read_pack(written)
    return PackBegun(folder / shipped.name, pack, tuple(run_trials(pack)))


@contextmanager
def _made(folder: Path, name: str) -> Iterator[Path]:
    """A folder that gets its name when all went well, and is gone otherwise."""
    place = folder / name
    if place.exists():
        raise Refused(f"{place} is there already", "choose another name, or change what is there")
    written = folder_for(folder) / f".{name}.part"
    shutil.rmtree(written, ignore_errors=True)
    try:
        written.mkdir()
        yield written
        written.rename(place)
    finally:
        shutil.rmtree(written, ignore_errors=True)


def _copy(source: Traversable, place: Path) -> None:
    place.mkdir()
    for one in source.iterdir():
        if one.is_dir() and one.name[0] not in "_.":
            _copy(one, place / one.name)
        elif one.is_file():
            (place / one.name).write_bytes(one.read_bytes())


def _check(answers: PackAnswers) -> None:
    """Raises Faulty with all that is wrong with the answers themselves."""
    said = [
        (bool(_NAME.match(answers.name)) and len(answers.name) <= 80,
         Fault(f'"{answers.name[:80]}" is no name of a pack', None, "small letters, digits and single hyphens")),
        (bool(answers.title.strip()), Fault("the pack has no title", None, "say in a few words what is sought")),
        (bool(answers.words.strip() or answers.sheet),
         Fault("the pack has no words", None, "type some, or name a spreadsheet")),
        (bool(answers.found.strip()),
         Fault("no text is given that it must find", None, "a pack has trials of both kinds")),
        (bool(answers.spared.strip()),
         Fault("no text is given that it must not find", None, "a pack has trials of both kinds")),
        (bool(LANGUAGE.match(answers.language)),
         Fault(f'"{answers.language[:20]}" is no language code', None, "as in en, zh, zh-Hant")),
        (answers.verdict is not Verdict.NONE,
         Fault("a pack says violation or review", None, "review: a person looks first")),
        *((kind in _KINDS, Fault(f'no kind is called "{kind[:40]}"', None, nearest(kind, _KINDS)))
          for kind in answers.kinds),
        *((act in _ACTS, Fault(f'no act is called "{act[:40]}"', None, nearest(act, _ACTS))) for act in answers.acts),
    ]  # fmt: skip
    faults = [fault for fine, fault in said if not fine]
    if faults:
        raise Faulty(faults)


def _write_words(folder: Path, answers: PackAnswers) -> str:
    """The words list of the answers as a sheet; gives what is to be said of the reading of a spreadsheet."""
    sheet = sheet_of(answers.sheet, answers.language) if answers.sheet else None
    rows = [*(sheet.rows if sheet else ()), *typed(answers.words, "term", answers.language, Place("words")),
            *typed(answers.not_in, "not_in", answers.language, Place("not_in"))]  # fmt: skip
    reading = WordsReading(LIST, Reading(), Place("words"))
    reading.take_rows(rows)
    reading.words()
    reading.reading.done()
    (folder / "words").mkdir()
    data = sheet_bytes({"added_by": answers.by, **row.cells} for row in rows)
    (folder / "words" / f"{LIST}.csv").write_bytes(data)
    return sheet.remark if sheet else ""


def _flow(value: object) -> str:
    """A value as JSON, which is YAML: no text can end its line or mean something else."""
    return json.dumps(value, ensure_ascii=False)


def _titles(answers: PackAnswers) -> dict[str, str]:
    return {"en": answers.title, **({"zh": answers.title_zh} if answers.title_zh else {})}


def _pack_text(answers: PackAnswers) -> str:
    """pack.yaml, with a line of explanation above each part."""
    speech = [kind for kind in answers.kinds if Kind(kind) in SPEECH]
    things = [kind for kind in answers.kinds if kind not in speech]
    offers = {**dict.fromkeys(things, "true"), **({"other": f"near({LIST}, sale, 60)"} if speech else {})}
    why = {"en": f"{answers.title}: “{{{LIST}}}”."}
    if answers.title_zh:
        why["zh"] = f"{answers.title_zh}：“{{{LIST}}}”。"
    when = f"{LIST} and offer" + (" and not registered" if answers.register else "")
    lines = [
        "# What each part may say: docs/reference/rules.md.  Look at it:  rectify pack check | trial | try",
        f"pack: {answers.name}",
        "version: 1",
        f"title: {_flow(_titles(answers))}",
        f"acts: {_flow(list(answers.acts))}",
        f"kinds: {_flow(list(answers.kinds))}",
        *([f"registers: {_flow([answers.register])}"] if answers.register else []),
        f"# The words {LIST} stand in words/{LIST}.csv: open it as a spreadsheet.",
        *(SALE if speech else []),
        "# What an offer is, by kind: true where every item of a kind is one.",
        f"offer: {_flow(offers)}",
        "rules:",
        f"  - id: {answers.name}",
        f"    when: {when}",
        f"    verdict: {answers.verdict}",
        "    measure: remove_item",
        f"    why: {_flow(why)}",
        "",
    ]
    return "\n".join(lines)


# A post, comment, page or profile is an offer only where somebody sells: without such a sign it is an opinion.
SALE = r"""
words:
  sale:
    terms:
      en: [for sale, selling, buy now, order now, in stock, price, dm me, pm me, whatsapp, telegram]
      zh: [出售, 现货, 下单, 包邮, 私聊, 加微信, 价格]
      de: [zu verkaufen, Festpreis, VB, bestellen]
      fr: [à vendre, en stock, commander, prix]
    patterns: ['(¥|\$|€|£)\s*\d', '\d\s*(元|块|usd|eur|gbp|€|£|\$)']
    disguises: all
""".strip("\n").splitlines()


def _trials_text(answers: PackAnswers) -> str:
    item = {"kind": answers.kinds[0]} if answers.kinds else {}
    field = "text" if item.get("kind") in SPEECH else "title"
    trials = [({**item, field: answers.found}, answers.verdict), ({**item, field: answers.spared}, Verdict.NONE)]
    return "".join(f"- {_flow({'item': item, 'expect': str(verdict)})}\n" for item, verdict in trials)

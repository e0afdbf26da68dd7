"""`rectify pack new`, `words`, `wrong`: a pack written without code, from answers, spreadsheets and cases."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rectify.cli.opening import CaseName, face_of, one_of, opened
from rectify.cli.show import Face, safe
from rectify.terms.errors import Refused
from rectify.terms.finding import Verdict
from rectify.terms.item import Kind
from rectify.terms.order import SubjectAct

if TYPE_CHECKING:
    from rectify.steps.new_pack import PackBegun

OwnPack = Annotated[str, typer.Argument(metavar="PACK", help="A pack of your own: its name, or its folder.")]
SAID = ("violation", "review")


def new(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called: small letters and hyphens.")],
    title: Annotated[str, typer.Option(help="What is sought, in a few words.")] = "",
    title_zh: Annotated[str, typer.Option(help="The same in Chinese.")] = "",
    words: Annotated[str, typer.Option(help="Words that name it, parted by commas.")] = "",
    sheet: Annotated[Path | None, typer.Option(help="A spreadsheet of words: CSV or XLSX.")] = None,
    not_in: Annotated[str, typer.Option(help="Innocent phrases that hold such a word, parted by commas.")] = "",
    kind: Annotated[list[str] | None, typer.Option(help="Kinds of item (may be repeated); else listing.")] = None,
    act: Annotated[list[str] | None, typer.Option(help="Acts (may be repeated); else sell.")] = None,
    language: Annotated[str, typer.Option(help="Of words that are not Chinese.")] = "en",
    verdict: Annotated[str, typer.Option(help="violation, or review: a person looks first.")] = "review",
    register: Annotated[str, typer.Option(help="A register whose accounts are left alone.")] = "",
    found: Annotated[str, typer.Option(help="A text that it must find.")] = "",
    spared: Annotated[str, typer.Option(help="A text that it must not find.")] = "",
    from_: Annotated[str, typer.Option("--from", help="Copy this shipped pack as your own; nothing is asked.")] = "",
    folder: Annotated[Path | None, typer.Option(help="Where packs lie; else packs/ of the workspace.")] = None,
) -> None:
    """Begin a pack: answer some questions (or options), and a folder with words and first trials is written."""
    from rectify.steps.new_pack import PackAnswers, begin_pack

    face = face_of(context)
    place = folder or face.folder / "packs"
    if from_:
        _begun(face, _copied(from_, name, place))
        return
    one_of("--verdict", verdict, SAID)
    for one in kind or ():
        one_of("--kind", one, Kind)
    for one in act or ():
        one_of("--act", one, SubjectAct)
    ask = _Asking(face)
    title = title or ask("What is sought, in a few words")
    title_zh = title_zh or ask("The same in Chinese", may_miss=True)
    if not words and not sheet:
        words, sheet = _typed_or_file(ask("Words that name it, parted by commas, or the name of a spreadsheet"))
    answers = PackAnswers(
        name=name,
        title=title,
        title_zh=title_zh,
        words=words,
        sheet=sheet,
        not_in=not_in or ask("Innocent phrases that hold such a word", may_miss=True),
        kinds=tuple(kind or ("listing",)),
        acts=tuple(act or ("sell",)),
        language=language,
        verdict=Verdict(verdict),
        register=register,
        found=found or ask("A text that it must find"),
        spared=spared or ask("A text that it must not find"),
        by=face.acting,
    )  # fmt: skip
    _begun(face, begin_pack(place, answers))


def _copied(shipped: str, name: str, place: Path) -> PackBegun:
    from rectify.steps.new_pack import copy_pack
    from rectify.terms.errors import Unknown, nearest
    from rectify.workspace import pack_folders

    folders = pack_folders()
    if shipped not in folders:
        raise Unknown(f'no shipped pack is called "{shipped}"', nearest(shipped, folders))
    if name != shipped:
        raise Refused(f"an own copy of {shipped} keeps its name, so that the orders that name it go on",
                      f"rectify pack new {shipped} --from {shipped}")  # fmt: skip
    return copy_pack(place, folders[shipped])


def _typed_or_file(given: str) -> tuple[str, Path | None]:
    from rectify.steps.pack_words import ENDINGS

    return ("", Path(given)) if Path(given).suffix.lower() in ENDINGS else (given, None)


class _Asking:
    """Asks at a terminal, and refuses in a sentence where nobody can be asked."""

    def __init__(self, face: Face) -> None:
        self._asks = not face.no_input and not face.json and sys.stdin.isatty()

    def __call__(self, question: str, *, may_miss: bool = False) -> str:
        if not self._asks:
            return ""  # what is missing is told with all other faults of the answers
        while True:
            given = input(f"{question}{' (may be left empty)' if may_miss else ''}: ").strip()
            if given or may_miss:
                return given


def _begun(face: Face, begun: PackBegun) -> None:
    pack = begun.pack
    failed = [one for one in begun.trials if not one.held]
    face.answer("pack begun", {"pack": pack.name, "folder": str(begun.folder), "digest": pack.digest,
                               "trials": len(begun.trials), "failed": list(map(str, failed)),
                               "remark": begun.remark})  # fmt: skip
    if begun.remark:
        face.tell(safe(begun.remark))
    terms = sum(len(words.terms) for words in pack.words.values())
    face.tell(f"Written  {safe(str(begun.folder))}: {len(pack.rules)} rules, {terms} words, {len(begun.trials)} trials")
    for one in failed:
        face.tell(f"FAILED   {safe(str(one))}")
    face.tell(f"{len(begun.trials) - len(failed)} of {len(begun.trials)} trials hold")
    face.tell(f"Next     rectify pack try {pack.name} TEXT   rectify pack check {pack.name}")
    if failed:
        raise typer.Exit(1)


def words(
    context: typer.Context,
    pack: OwnPack,
    sheet: Annotated[Path, typer.Argument(metavar="FILE", help="A spreadsheet of words: CSV or XLSX.")],
    to: Annotated[str, typer.Option("--to", help="The list that they go into; needed where there are several.")] = "",
    language: Annotated[str, typer.Option(help="Of words that are not Chinese, where the file names none.")] = "en",
) -> None:
    """Bring the words of a spreadsheet into a list of a pack; any usual encoding, and which was read is said."""
    from rectify.rules.reader import read_pack
    from rectify.steps.pack_words import add_words

    face = face_of(context)
    folder = own_folder(face, pack)
    lists = list(read_pack(folder, draft=True).words)
    if not to and len(lists) > 1:
        raise Refused(f"{pack} has several lists: {', '.join(lists)}", "say which one:  --to NAME")
    added = add_words(folder, to or lists[0], sheet, language=language, added_by=face.acting)
    face.answer("words added", {"file": str(added.file), "new": list(added.new), "known": list(added.known),
                                "remark": added.remark})  # fmt: skip
    if added.remark:
        face.tell(safe(added.remark))
    face.tell(f"{len(added.new)} new: {safe(', '.join(added.new[:20]))}" if added.new else "No new words")
    if added.known:
        face.tell(f"{len(added.known)} were there already: {safe(', '.join(added.known[:20]))}")
    face.tell(f"Next     rectify pack trial {pack}")


def own_folder(face: Face, pack: str) -> Path:
    """The folder of a pack of the operator's own. Raises Refused for a shipped one."""
    from rectify.workspace import pack_folders

    own = face.folder / "packs" / pack
    for path in (own, Path(pack), Path(pack).parent):
        if (path / "pack.yaml").is_file():
            return path
    if pack in pack_folders():
        raise Refused(f"the pack {pack} is a shipped one", f"make it your own:  rectify pack new {pack} --from {pack}")
    raise Refused(f"there is no pack {pack} of your own", "begin one:  rectify pack new NAME")


def wrong(
    context: typer.Context,
    case: CaseName,
    expect: Annotated[str, typer.Option(help="What it should say: violation, review or none; else as decided.")] = "",
    why: Annotated[str, typer.Option(help="Why, in a few words; it stands beside the trial.")] = "",
    pack: Annotated[str, typer.Option("--pack", "-p", help="Of which pack, where several found the case.")] = "",
) -> None:
    """This case was wrong: keep its text as a trial of the pack that found it, without what names a person."""
    from rectify.steps.case_trial import trial_from_case

    one_of("--expect", expect, Verdict)
    with opened(context) as (face, workspace):
        made = trial_from_case(workspace, case, pack=pack, expect=expect, why=why)
    name = made.file.parent.parent.name
    face.answer("trial added", {"file": str(made.file), "expect": str(made.expect), "got": str(made.got),
                                "masked": list(made.masked)})  # fmt: skip
    face.tell(f"Added    {safe(str(made.file))}")
    face.tell(f"         {safe(made.written)}")
    if made.masked:
        face.tell(f"         addresses, numbers to call and handles were replaced in: {', '.join(made.masked)}")
    if made.held:
        face.tell(f"Holds    {name} says {made.got}, as expected")
    else:
        face.tell(f"Fails    {name} says {made.got}, expected {made.expect}")
        face.tell(f"Next     change the pack, then  rectify pack trial {name}")


def language(context: typer.Context) -> None:
    """The rule language on one page; in Chinese with --lang zh."""
    from rectify.cli.sentences import rules_page

    face = face_of(context)
    page = rules_page(face.language or face.tongue)
    face.answer("rule language", {"page": page})
    for line in page.splitlines():
        face.tell(line)

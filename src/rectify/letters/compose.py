"""From facts to a letter, in English, Chinese or both. What is not filled in stops the letter (CONSOLE.md §11).

Every value that a template prints goes through `one_line`: foreign text cannot start a line, hide a sign or turn the
direction of the rest, whatever a template forgets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.exceptions import UndefinedError

from rectify.letters import names
from rectify.letters.facts import ActFacts, AppealFacts, AuthorityFacts, Facts, ItemTold, OrderGround
from rectify.letters.signs import Ready, block, has_control, one_line, short
from rectify.terms.errors import Broken, Refused
from rectify.terms.letter import Occasion

SUBJECT_LENGTH = 160
REASONS_HERE = 400  # reasons longer than this stand at the end of the letter
RULER = "* * *"  # between two languages
_O = Occasion
_ACTS = (_O.LABELLED, _O.RESTRICTED, _O.REMOVED, _O.WARNED, _O.SUSPENDED, _O.CLOSED, _O.STILL_DOWN)
_RETURNED = (_O.RETURNED_ANNULLED, _O.RETURNED_ENDED, _O.RETURNED_DECIDED)
_APPEALS = (_O.APPEAL_RECEIVED, _O.APPEAL_GRANTED, _O.APPEAL_DENIED, _O.APPEAL_PASSED_ON)
_TO_AUTHORITY = (_O.ACKNOWLEDGEMENT, _O.ASKED_BACK, _O.CHALLENGED, _O.REFUSED, _O.REPORT)
_TEMPLATES: Mapping[Occasion, tuple[str, type]] = {
    **dict.fromkeys(_ACTS, ("act", ActFacts)),
    **dict.fromkeys(_RETURNED, ("returned", ActFacts)),
    _O.SELLER_ASKED: ("asked", ActFacts),
    **dict.fromkeys(_APPEALS, ("appeal", AppealFacts)),
    **dict.fromkeys(_TO_AUTHORITY, ("authority", AuthorityFacts)),
}
_MUST = {  # what is said of a letter's occasion in words of our own, and may not be empty
    _O.ASKED_BACK: "text", _O.CHALLENGED: "text", _O.REFUSED: "text", _O.REPORT: "state",
    _O.SELLER_ASKED: "question", _O.APPEAL_GRANTED: "reason", _O.APPEAL_DENIED: "reason", _O.STILL_DOWN: "fallen",
}  # fmt: skip
# Law that stands behind the letter itself, by instrument; the order's own legal basis stands before it.
_LAW = {
    "en": {
        "dsa-9": ("Regulation (EU) 2022/2065, Article 9(5): you are told of the order",),
        "gpsr-22": (
            "Regulation (EU) 2023/988, Article 22(4) and (5)",
            "Regulation (EU) 2022/2065, Article 9(5): you are told of the order",
        ),
    },
    "zh": {
        "dsa-9": ("欧盟第2022/2065号条例第9条第5款：应告知您命令的内容",),
        "gpsr-22": (
            "欧盟第2023/988号条例第22条第4款和第5款",
            "欧盟第2022/2065号条例第9条第5款：应告知您命令的内容",
        ),
    },
}


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter ready to be written down. `languages` in the order of the text."""

    occasion: Occasion
    languages: tuple[str, ...]
    subject: str
    text: str


def choose_languages(account: str, item: str = "") -> tuple[str, ...]:
    """The language of the account, else of the item, else both. Tags as "zh-Hant" count by their first part."""
    for tag in (account, item):
        language = tag.replace("_", "-").partition("-")[0].lower()
        if language in names.LANGUAGES:
            return (language,)
    return names.LANGUAGES


def compose(
    occasion: Occasion, facts: Facts, languages: Sequence[str] = names.LANGUAGES, *, withheld: Collection[str] = ()
) -> Composed:
    """A letter of one occasion from its facts.

    `withheld` are names and ids of reviewers and informants: a text that somebody here wrote and that holds one of
    them stops the letter. Raises Refused for that, for an unfilled placeholder and for a language that we do not write.
    """
    template, kind = _TEMPLATES[occasion]
    if not isinstance(facts, kind):
        raise Broken(f"a letter {occasion} is composed from {kind.__name__}, not {type(facts).__name__}")
    unknown = [language for language in languages if language not in names.LANGUAGES]
    if unknown or not languages:
        raise Refused(f"letters are written in {' and '.join(names.LANGUAGES)}, not in {unknown or 'no language'}")
    _complete(occasion, facts)
    _nobody_named(facts, withheld)
    parts = [_render(f"{language}/{template}.txt", occasion, facts, language) for language in languages]
    subject = " / ".join(subject for subject, _ in parts)
    return Composed(
        occasion=occasion,
        languages=tuple(languages),
        subject=subject if len(subject) <= SUBJECT_LENGTH else subject[: SUBJECT_LENGTH - 1] + "…",
        text=f"\n\n{RULER}\n\n".join(text for _, text in parts) + "\n",
    )


def _complete(occasion: Occasion, facts: Facts) -> None:
    """Refuses facts that a letter of this occasion cannot do without."""
    must = _MUST.get(occasion, "")
    if must and not getattr(facts, must):
        raise Refused(f"the letter {occasion} is not sent: {must} is empty")
    if isinstance(facts, AuthorityFacts):
        return
    if not facts.countries:
        raise Refused(f"the letter {occasion} is not sent: it names no country")
    about_item = occasion in (_O.LABELLED, _O.RESTRICTED, _O.REMOVED, _O.SELLER_ASKED)
    if about_item and not facts.items:
        raise Refused(f"the letter {occasion} is not sent: it names no item")


def _nobody_named(facts: Facts, withheld: Collection[str]) -> None:
    """Refuses a free text of ours that names somebody who is not to be named."""
    check_unnamed(" ".join(str(getattr(facts, name, "") or "") for name in ("reason", "question", "text")), withheld)


def check_unnamed(text: str, withheld: Collection[str]) -> None:
    """Raises Refused for a text of ours that names somebody who is not to be named: no letter could hold it."""
    for name in withheld:
        # Between Han signs there is no edge of a word; between Latin letters "lin" must not be found in "online".
        edges = (r"(?<!\w)", r"(?!\w)") if name.isascii() else ("", "")
        short = 3 if name.isascii() else 2  # a person called "me" must not stop every letter that says "me"
        if len(name) >= short and re.search(edges[0] + re.escape(name) + edges[1], text, re.IGNORECASE):
            raise Refused("the letter is not sent: it names a person who stays unnamed", "word it without the name")


def _render(path: str, occasion: Occasion, facts: Facts, language: str) -> tuple[str, str]:
    """Subject and text of one language. The first line of a template is the subject."""
    environment = _environment(language, facts.sender.zone)
    try:
        whole = environment.get_template(path).render(f=facts, occasion=str(occasion), **_words(facts, language))
    except UndefinedError as error:
        told = f"the letter {occasion} is not sent: something in it is not filled in ({error.message})"
        raise Refused(told) from None
    lines = [line.rstrip() for line in whole.strip().split("\n")]
    subject, text = lines[0], re.sub(r"\n{3,}", "\n\n", "\n".join(lines[1:]).strip())
    if has_control(subject):
        raise Broken("the subject of a letter holds a control sign")
    return subject, text


def _words(facts: Facts, language: str) -> dict[str, object]:
    """What templates need beside the facts."""
    if isinstance(facts, AuthorityFacts):
        return {}
    ground = facts.ground
    by_order = isinstance(ground, OrderGround)
    return {
        "things": names.things(facts.items, language),
        "place": names.countries(facts.countries, language),
        "by_order": by_order,
        "name_of_ground": ground.reference if isinstance(ground, OrderGround) else ground.name,
        "reasons_here": isinstance(ground, OrderGround) and len(ground.reasons) <= REASONS_HERE,
        "law": _LAW[language].get(ground.instrument, ()) if isinstance(ground, OrderGround) else (),
        "hows": _hows(facts.items, language),
    }


def _hows(items: Sequence[ItemTold], language: str) -> list[tuple[str, str, str]]:
    """Who found and who decided, with the numbers of the items that it is said of."""
    hows: dict[tuple[str, str], list[str]] = {}
    for number, item in enumerate(items, 1):
        hows.setdefault((item.found_by, item.decided_by), []).append(str(number))
    return [(names.joined(numbers, language), found, decided) for (found, decided), numbers in hows.items()]


@cache
def _environment(language: str, zone: str) -> Environment:
    """Templates of a language, with its words as filters. Text, no HTML: signs are made safe by `_filled`."""
    environment = Environment(  # noqa: S701 - plain text; every value is made safe for its place by `finalize`
        loader=PackageLoader("rectify.letters"),
        undefined=StrictUndefined,
        finalize=_filled,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., object]] = {
        "short": short,
        "block": _block,
        "is_order": lambda ground: isinstance(ground, OrderGround),
        **{
            name: partial(_in_language, getattr(names, name), language=language)
            for name in ("country", "countries", "kind", "field")
        },
        **{name: partial(getattr(names, name), zone=zone, language=language) for name in ("day", "moment")},
    }
    environment.filters.update(filters)
    return environment


def _in_language(word: Callable[[object, str], str], value: object, *, language: str) -> str:
    return word(value, language)


def _block(text: str) -> Ready:
    if not text.strip():
        raise UndefinedError("a quoted text is empty")
    return block(text)


def _filled(value: object) -> object:
    """What a template prints: never nothing, and safe in its place."""
    if value is None or (isinstance(value, str) and not value.strip()):
        raise UndefinedError("a placeholder is empty")
    return one_line(value) if isinstance(value, str) else value

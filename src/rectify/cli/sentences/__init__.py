"""What is said to a person, in the language of the person: sentences of the code matched against templates.

Floors below the face raise in English and never know who reads. A table holds each template (`{}` = what is filled
in) with its sentence in another language (`{0}`, `{1}` ... = the same parts, in its own order). What no template
fits is said as it is. tools/sentences.py holds that every sentence about packs has its template.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "zh")
_DEPTH = 3  # a part may be a sentence, and a part of that


@cache
def templates(language: str) -> Mapping[str, str]:
    """English template -> sentence in a language; empty for English."""
    if language == "en":
        return {}
    from rectify.documents import read_document

    data = (files("rectify.cli.sentences") / f"{language}.yaml").read_bytes()
    return {key: node.text for key, node in read_document(data, f"{language}.yaml").entries.items()}


@dataclass(frozen=True, slots=True)
class _Template:
    literals: tuple[str, ...]  # what stands before, between and behind the parts
    other: str

    def parts(self, text: str) -> list[str] | None:
        """What fills a template in this text; None where it is another sentence. Linear in the text."""
        head, *between, tail = self.literals
        at, end = len(head), len(text) - len(tail)
        if at > end or not text.startswith(head) or not text.endswith(tail):
            return None
        found = []
        for literal in between:
            place = text.find(literal, at, end)
            if place < 0:
                return None
            found.append(text[at:place])
            at = place + len(literal)
        return [*found, text[at:end]]


@cache
def _table(language: str) -> tuple[Mapping[str, str], Sequence[_Template]]:
    exact, parted = {}, []
    for text, other in templates(language).items():
        literals = tuple(text.split("{}"))
        if len(literals) == 1:
            exact[text] = other.format()
        else:
            parted.append(_Template(literals, other))
    # how a sentence begins says most of what it is: "error: ..." comes before "...: ... is not known"
    parted.sort(key=lambda one: (-len(one.literals[0]), -sum(map(len, one.literals))))
    return exact, parted


def said(text: str, language: str, depth: int = _DEPTH) -> str:
    """A sentence in a language, its parts too where they are sentences; as it is where no template fits."""
    if language == "en" or not depth or not text.strip():
        return text
    exact, parted = _table(language)
    if text in exact:
        return exact[text]
    for template in parted:
        parts = template.parts(text)
        if parts is not None:
            return template.other.format(*(said(part, language, depth - 1) for part in parts))
    body = text.lstrip(" ")
    return text if body == text else " " * (len(text) - len(body)) + said(body, language, depth)


def rules_page(language: str) -> str:
    """The rule language on one page, in a language of LANGUAGES."""
    return files("rectify.cli").joinpath("pages", f"rules.{language}.txt").read_text(encoding="utf-8")

"""Which sentences the packs' part of Rectify says to a person, as templates; and which of them Chinese has.

    python tools/sentences.py            list what is missing in cli/sentences/zh.yaml, and what is dead there
    python tools/sentences.py --check    the same, and exit 1 if there is any

A template is a sentence of the code with `{}` for what is filled in. Floors below the face know no reader and raise in
English; the face matches what it is about to say (rectify.cli.sentences).
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from rectify.cli.sentences import templates

SOURCE = Path(__file__).resolve().parent.parent / "src" / "rectify"
SAID_IN = (
    "rules/*.py", "documents/*.py", "terms/errors.py", "cli/packs.py", "cli/pack_*.py", "steps/new_pack.py",
    "steps/pack_*.py", "steps/case_trial.py", "screening/trial.py", "screening/idle_*.py", "screening/sampled.py",
    "screening/engines.py",
)  # fmt: skip
# Calls that end before a person: their texts are sentences.
SAYS = frozenset({"Fault", "fault", "misread", "Refused", "Unknown", "Missing", "tell", "say", "warn", "_faulty",
                  "_fault", "_at", "ask", "Remark", "remark"})  # fmt: skip
TALKS = frozenset({"tell", "say", "warn"})  # of these only the first argument is a sentence
# What the face itself puts around them, what is returned to be a remedy, names of states, heads.
OF_THE_FACE = (
    "error: {}", "warning: {}", " help: {}", "{} faults; nothing was changed", 'did you mean "{}"?', "known: {}",
    "here may stand: {}", "{} was read as {}", "draft", "a draft", "shadow", "in shadow", "in force",
    "Rules", "Words", "Trials", "Sample", "Past sweeps", "WHEN", "VERSION", "DIGEST", "MOVED", "BY", "WHY", "WORDS",
    "TERM", "ROWS", "SHARE", "EXAMPLE", "PACK", "STATE", "RULES", "TRIALS", "TITLE", "ORDER", "MEASURE", "ITEM", "CASE",
)  # fmt: skip
_LETTERS = re.compile(r"[A-Za-z]{2}")


def said() -> dict[str, str]:
    """Templates of the code, each with a place where it stands."""
    found = dict.fromkeys(OF_THE_FACE, "cli/show.py")
    for pattern in SAID_IN:
        for path in sorted(SOURCE.glob(pattern)):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node) in SAYS:
                    sentences = node.args[:1] if _name(node) in TALKS else node.args
                    for argument in (*sentences, *(k.value for k in node.keywords if k.arg in ("text", "remedy"))):
                        for text in (line for whole in _texts(argument) for line in whole.split("\n")):
                            if _LETTERS.search(text.replace("{}", "")):
                                found.setdefault(text, f"{path.relative_to(SOURCE)}:{node.lineno}")
    return found


def _name(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _texts(node: ast.expr) -> Iterator[str]:
    """All texts that an expression of constants, f-strings, sums and alternatives may be."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            parts = [[v.value] if isinstance(v, ast.Constant) else ["{}"] for v in values]
            yield "".join(str(part) for (part,) in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            for one, other in product(list(_texts(left)) or ["{}"], list(_texts(right)) or ["{}"]):
                yield one + other
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body)
            yield from _texts(orelse)


def main() -> int:
    """Lists what is missing and dead; 1 where there is any and `--check` was asked."""
    known, code = templates("zh"), said()
    missing = {text: place for text, place in code.items() if text not in known}
    dead = sorted(set(known) - set(code))
    for text, place in missing.items():
        print(f"{place}: {text!r}")
    for text in dead:
        print(f"dead: {text!r}")
    print(f"{len(code)} sentences, {len(missing)} missing, {len(dead)} dead", file=sys.stderr)
    return int(bool("--check" in sys.argv and (missing or dead)))


if __name__ == "__main__":
    sys.exit(main())

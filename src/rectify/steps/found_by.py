"""What found a case: each rule as it was in the version that found, with the words that it sought then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rectify.rules.pack import Pack, words_of
from rectify.steps.pack_versions import kept
from rectify.terms.case import Case
from rectify.workspace import Workspace


@dataclass(frozen=True, slots=True)
class FoundBy:
    """A rule as it stood when it found. `words` maps its lists to their terms; all empty where the version is gone."""

    pack: str
    rule: str
    version: int
    digest: str
    when: str = ""
    words: Mapping[str, Sequence[str]] | None = None


def found_by(workspace: Workspace, case: Case) -> list[FoundBy]:
    """The rules behind the findings of a case, each once; those of which the case keeps no version are left out."""
    versions = kept(workspace, {one.digest for one in case.findings if one.digest})
    asked = sorted({(f.pack, f.rule, f.version, f.digest) for f in case.findings if f.digest})
    return [_found(versions.get(digest), pack, rule, version, digest) for pack, rule, version, digest in asked]


def _found(held: Pack | None, pack: str, rule_id: str, version: int, digest: str) -> FoundBy:
    rule = next((one for one in held.rules if one.id == rule_id), None) if held else None
    if held is None or rule is None:
        return FoundBy(pack, rule_id, version, digest)
    lists = {name: tuple(term.written for term in held.words[name].terms) for name in sorted(words_of(held, rule))}
    return FoundBy(pack, rule_id, version, digest, rule.when, lists)

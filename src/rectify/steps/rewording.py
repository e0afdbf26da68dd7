"""The sentence of a finding in other languages, from the version of its pack that found it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from rectify.rules.pack import Pack, reworded
from rectify.steps.pack_versions import kept
from rectify.terms.case import Case, FindingSeen
from rectify.terms.errors import RectifyError
from rectify.workspace import Workspace

Reworded = Callable[[FindingSeen], Mapping[str, str]]  # a finding -> its sentence by language


def rewording(workspace: Workspace, cases: Iterable[Case] = ()) -> Reworded:
    """Gives the sentence of a finding by language; empty where its rule is gone or says something else by now.

    It is said by the version that found it, which is kept; for a finding that names none, by the packs as they are
    now. A pack that cannot be read holds no letter back: the sentence is told as it was recorded. `cases`: what will be
    asked for is read at once, since nothing can be read inside of a writing.
    """
    known: dict[tuple[str, str], Pack | None] = {}

    def version(finding: FindingSeen) -> Pack | None:
        asked = finding.pack, finding.digest
        if asked not in known:
            try:
                known[asked] = _version(workspace, *asked)
            except RectifyError:
                known[asked] = None
        return known[asked]

    def in_languages(finding: FindingSeen) -> Mapping[str, str]:
        pack = version(finding)
        return _said(pack, finding) if pack else {}

    for case in cases:
        for finding in case.findings:
            version(finding)
    return in_languages


def _version(workspace: Workspace, name: str, digest: str) -> Pack | None:
    """The version of a digest; where none is named or kept, the pack as it is now."""
    if digest and (found := kept(workspace, [digest]).get(digest)):
        return found
    if name in (packs := workspace.packs()):
        return packs[name]
    from rectify.screening.compile import provider_pack  # the engine is slow to load, and rarely needed here

    built_in = provider_pack()
    return built_in if built_in.name == name else None


def _said(pack: Pack, finding: FindingSeen) -> Mapping[str, str]:
    rule = next((rule for rule in pack.rules if rule.id == finding.rule), None)
    return reworded(rule, finding.why) if rule else {}

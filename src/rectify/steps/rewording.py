"""The sentence of a finding in other languages, from the packs as they are now."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rectify.rules.pack import reworded
from rectify.terms.case import FindingSeen
from rectify.terms.errors import RectifyError
from rectify.workspace import Workspace

Reworded = Callable[[FindingSeen], Mapping[str, str]]  # a finding -> its sentence by language


def rewording(workspace: Workspace) -> Reworded:
    """Gives the sentence of a finding by language; empty where its rule is gone or says something else by now.

    A pack that cannot be read holds no letter back: the sentence is told as it was recorded.
    """
    try:
        packs = dict(workspace.packs())
    except RectifyError:
        packs = {}

    def in_languages(finding: FindingSeen) -> Mapping[str, str]:
        if finding.pack not in packs:
            from rectify.screening.compile import provider_pack  # the engine is slow to load, and rarely needed here

            built_in = provider_pack()
            packs[built_in.name] = built_in
        rules = packs[finding.pack].rules if finding.pack in packs else ()
        rule = next((rule for rule in rules if rule.id == finding.rule), None)
        return reworded(rule, finding.why) if rule else {}

    return in_languages

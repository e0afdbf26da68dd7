"""A pack inside a plan: written so that a worker reads back exactly what was compiled. Trials stay at home."""

from __future__ import annotations

from typing import Any

from rectify.rules.language import canonical, parse
from rectify.rules.pack import Pack, Rule, Term, Words
from rectify.terms.entry import Json
from rectify.terms.finding import Disguise, Verdict


def pack_document(pack: Pack) -> Json:
    """A pack as JSON, its terms in their order, conditions as they were written."""
    return {
        "pack": pack.name,
        "version": pack.version,
        "title": dict(pack.title),
        "acts": list(pack.acts),
        "kinds": list(pack.kinds),
        "registers": list(pack.registers),
        "words": {name: _words_document(words) for name, words in pack.words.items()},
        "offer": {kind: canonical(line) for kind, line in pack.offer.items()},
        "rules": [_rule_document(rule) for rule in pack.rules],
        "digest": pack.digest,
    }


def _words_document(words: Words) -> Json:
    return {
        "terms": [[term.text, term.language, term.open_left, term.open_right] for term in words.terms],
        "not_in": list(words.not_in),
        "patterns": list(words.patterns),
        "disguises": sorted(words.disguises),
    }


def _rule_document(rule: Rule) -> Json:
    return {
        "id": rule.id,
        "when": rule.when,
        "verdict": str(rule.verdict),
        "measure": rule.measure,
        "why": rule.why,
        "field_rule": rule.field_rule,
        "acts": list(rule.acts),
        "kinds": list(rule.kinds),
    }


def pack_of(document: Any) -> Pack:
    """The pack that JSON of `pack_document` stands for. Raises KeyError, TypeError, ValueError or Faulty."""
    words = {
        name: Words(
            name=name,
            terms=tuple(Term(*term) for term in held["terms"]),
            not_in=tuple(held["not_in"]),
            patterns=tuple(held["patterns"]),
            disguises=frozenset(map(Disguise, held["disguises"])),
        )
        for name, held in document["words"].items()
    }
    return Pack(
        name=document["pack"],
        version=document["version"],
        title=document["title"],
        acts=tuple(document["acts"]),
        kinds=tuple(document["kinds"]),
        registers=tuple(document["registers"]),
        words=words,
        offer={kind: parse(text, words, offer=True) for kind, text in document["offer"].items()},
        rules=tuple(
            Rule(
                id=rule["id"],
                when=rule["when"],
                condition=parse(rule["when"], words),
                verdict=Verdict(rule["verdict"]),
                measure=rule["measure"],
                why=rule["why"],
                field_rule=rule["field_rule"],
                acts=tuple(rule["acts"]),
                kinds=tuple(rule["kinds"]),
            )
            for rule in document["rules"]
        ),
        digest=document["digest"],
    )

"""A pack as one document: inside a plan (so that a worker reads back exactly what was compiled; trials stay at home),
and whole, as a version of it is kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rectify.rules.language import canonical, parse
from rectify.rules.pack import Pack, Rule, Term, Words, digest_of, pack_json
from rectify.rules.trial import Trial
from rectify.terms.entry import Json
from rectify.terms.errors import Broken, Place, RectifyError
from rectify.terms.finding import Disguise, Verdict
from rectify.terms.order import ProviderNamed
from rectify.terms.product import Product

KEPT = 1  # form of a kept document


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


def kept_document(pack: Pack) -> Json:
    """A pack whole, as a version is kept: also its sentences in other languages, the notes of its terms, its trials."""
    return {
        "kept": KEPT,
        **pack_document(pack),
        "whys": {rule.id: dict(rule.whys) for rule in pack.rules if rule.whys},
        "notes": {name: [term.note for term in words.terms] for name, words in pack.words.items()},
        "trials": [_trial_document(trial) for trial in pack.trials],
    }


def kept_pack(document: Any) -> Pack:
    """The pack that JSON of `kept_document` stands for. Raises `Broken` where it is not what its digest says."""
    try:
        if document["kept"] != KEPT:
            raise Broken(f"a pack is kept in a form that this program does not know ({document['kept']})",
                         "install the newer version of Rectify")  # fmt: skip
        pack = _whole(pack_of(document), document)
        whole = digest_of(pack_json(pack)) == pack.digest
    except (KeyError, TypeError, ValueError, AttributeError, RectifyError) as error:
        if isinstance(error, Broken):
            raise
        raise Broken("a pack that was kept cannot be read any more", "rectify ledger verify") from error
    if not whole:
        raise Broken(f"the kept version {pack.version} of the pack {pack.name} is not what its digest says",
                     "rectify ledger verify")  # fmt: skip
    return pack


def _whole(pack: Pack, document: Any) -> Pack:
    words = {
        name: replace(held, terms=tuple(
            term._replace(note=note) for term, note in zip(held.terms, document["notes"][name], strict=True)))
        for name, held in pack.words.items()
    }  # fmt: skip
    rules = tuple(replace(rule, whys=document["whys"].get(rule.id, {})) for rule in pack.rules)
    return replace(pack, words=words, rules=rules, trials=tuple(map(_trial_of, document["trials"])))


def _trial_document(trial: Trial) -> Json:
    return {
        "item": {name: dict(value) if isinstance(value, dict) else list(value) if isinstance(value, tuple) else value
                 for name, value in trial.item.items()},
        "registered": trial.registered,
        "expect": str(trial.expect),
        "rule": trial.rule,
        "why": trial.why,
        "near_register": trial.near_register,
        "products": [[one.brand, one.model, one.gtin, list(one.batch), one.name] for one in trial.products],
        "providers": [[one.account, one.domain, one.app] for one in trial.providers],
        "place": [trial.place.file, trial.place.line],
    }  # fmt: skip


def _trial_of(held: Any) -> Trial:
    return Trial(
        item=held["item"],
        registered=held["registered"],
        expect=Verdict(held["expect"]),
        rule=held["rule"],
        why=held["why"],
        near_register=held["near_register"],
        products=tuple(Product(b, m, g, tuple(batch), n) for b, m, g, batch, n in held["products"]),
        providers=tuple(ProviderNamed(*one) for one in held["providers"]),
        place=Place(file=held["place"][0], line=held["place"][1]),
    )

"""Remarks on trials that no longer show anything: nothing in them is near a finding, or another one shows the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rectify.rules.pack import Pack, Rule, words_of
from rectify.rules.tree import ProductNamed, ProviderNamed, reads
from rectify.rules.trial import Trial
from rectify.screening.text import TextColumns
from rectify.screening.trial import TrialResult, batch_of, run_trials, trial_plan
from rectify.terms.errors import Fault as Remark
from rectify.terms.finding import PLAIN, Finding, Verdict

Shown = tuple[object, ...]


def idle_trials(pack: Pack) -> list[Remark]:
    """A remark for each trial that could be taken out: nobody would know less of the pack."""
    results = run_trials(pack)
    return [*_shown_twice(results), *_of_nothing(pack)]


def _shown_twice(results: list[TrialResult]) -> Iterator[Remark]:
    """Trials that find by the same branch, with the same terms, disguised in the same way, as one before."""
    known: dict[Shown, Trial] = {}
    for result in results:
        trial = result.trial
        if trial.expect is Verdict.NONE or not result.held or trial.products or trial.providers:
            continue
        found = frozenset((f.rule, f.branch, f.verdict, _seen(f)) for f in result.findings)
        shown = (found, trial.rule, trial.expect, trial.item.get("kind"), trial.registered, trial.near_register)
        if (first := known.setdefault(shown, trial)) is not trial:
            yield Remark(f"this trial shows what another one shows: the same branch, the same words ({first.place})",
                         trial.place, "take one of them out, or change it to show something else")  # fmt: skip


def _seen(finding: Finding) -> frozenset[Shown]:
    """The words that a finding shows, and what they were disguised as; case and width make no difference."""
    return frozenset(
        (one.field.partition("[")[0], one.words, one.term, frozenset(one.disguise) - PLAIN, one.hidden)
        for one in finding.evidence
    )


def _of_nothing(pack: Pack) -> Iterator[Remark]:
    """Trials that find nothing because nothing of a rule is in them, were there no not_in phrases either."""
    trials = [trial for trial in pack.trials if trial.expect is Verdict.NONE and not _decided_else(pack, trial)]
    bare = replace(pack, words={name: replace(words, not_in=()) for name, words in pack.words.items()})
    plain = replace(bare, words={name: replace(words, disguises=PLAIN) for name, words in bare.words.items()})
    for held in (plain, bare):  # what stands there plainly is found at a quarter of the cost
        hits = zip(trials, _words_hit(held, trials), strict=True)
        trials = [trial for trial, hit in hits if not any(hit & words_of(pack, rule) for rule in _rules(pack, trial))]
    for trial in trials:
        yield Remark("nothing that the rule looks for is in this trial: whatever the pack says, it finds nothing",
                     trial.place, "write a text that looks like an offer and is none, or take it out")  # fmt: skip


def _rules(pack: Pack, trial: Trial) -> list[Rule]:
    return [rule for rule in pack.rules if trial.rule in ("", rule.id)]


def _decided_else(pack: Pack, trial: Trial) -> bool:
    """Whether something else than words decides of a trial."""
    rules = _rules(pack, trial)
    asks = any(reads(rule.condition, atom) for rule in rules for atom in (ProductNamed, ProviderNamed))
    return asks or bool(trial.products or trial.providers) or any(rule.field_rule for rule in rules)


def _words_hit(pack: Pack, trials: Sequence[Trial]) -> list[set[str]]:
    """The words lists that are hit in each trial."""
    if not trials:
        return []
    engine = trial_plan(pack).engine
    names = {number: name for _, lists in engine.parts for name, number in lists.items()}
    scan = engine.matcher.scan(TextColumns.of(batch_of([trial.item for trial in trials])))
    found: list[set[str]] = [set() for _ in trials]
    for row, number in zip(scan.row.tolist(), scan.words.tolist(), strict=True):
        if number in names:
            found[row].add(names[number])
    return found

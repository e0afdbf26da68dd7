"""The contract of connectors as tests that anybody can point at a connector of their own.

A class with the base `ConnectorContract`, called `Test...`, says how your host begins and how its own hand writes;
pytest runs the rest (docs/reference/connectors.md has one). Nothing here needs pytest: a failure is an AssertionError
that says what a host has to keep to, with what came and what should have come.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from unittest import SkipTest

from rectify.measures.connector import Capabilities, Change, Clock, Connector, HostPlace, Outcome, OutcomeKind, Seen
from rectify.terms.claim import NAMES, Effect
from rectify.terms.measure import MEASURES

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
_DONE, _REFUSED = OutcomeKind.DONE, OutcomeKind.REFUSED


class ConnectorContract:
    """What every connector has to keep to. Everything above `setup_method` is yours to change.

    `places` are kept by the host, and open when a test begins: the first is used by most tests, and two of one item
    show that a change moves its own place alone. Leave out kinds that your host does not have. `buyers` is a place of
    theirs, if they can be told. `marks` is false for a host that cannot tell whose hand set a state.
    """

    places: Sequence[HostPlace] = (HostPlace("item", "GW-1", "xa"), HostPlace("item", "GW-1", "xb"))
    buyers: HostPlace | None = None
    marks: bool = True

    def begin(self, folder: Path, clock: Clock) -> Connector:
        """A connector to a host that keeps all places, open; `folder` is empty and goes away with the test."""
        raise NotImplementedError("begin: make the host and give its connector")

    def put(self, place: HostPlace, state: Effect) -> None:
        """The host's own hand: whatever stands at the place, now it is this, and nobody asked Rectify."""
        raise NotImplementedError("put: write a state as the host itself does")

    def delete(self, place: HostPlace) -> None:
        """The host deletes the target. Leave it out where a host deletes nothing."""
        raise SkipTest("this host deletes nothing")

    def revive(self, place: HostPlace) -> None:
        """The host brings back what it deleted, in the state that it had. Leave it out where it never does."""
        raise SkipTest("this host brings nothing back")

    def end(self) -> None:
        """Closes what `begin` opened."""

    def setup_method(self) -> None:
        """Begins a host for each test."""
        self._folder = tempfile.TemporaryDirectory(prefix="rectify-connector-")
        self.connector = self.begin(Path(self._folder.name), lambda: NOW)
        self.first = self.places[0]

    def teardown_method(self) -> None:
        """Ends it."""
        self.end()
        self._folder.cleanup()

    def able(self, place: HostPlace) -> list[Effect]:
        """The effects that the connector says it can write at a place, mild to strict, without OPEN."""
        return sorted(self.connector.capabilities().writable(place.kind, place.storefront) - {Effect.OPEN})

    def seen(self, place: HostPlace) -> Seen:
        """What the connector reads at a place."""
        found = list(self.connector.read([place]))
        _same(len(found), 1, "one answer a place is read")
        _true(isinstance(found[0], Seen), f"{place} can be read: a Seen comes back, not {found[0]!r}")
        assert found[0] is not None
        return found[0]

    def change(self, wanted: Effect, key: str, place: HostPlace) -> Change:
        """A change from what stands at a place now."""
        here = self.seen(place)
        name = next((m.name for m in MEASURES.values() if (m.target, m.effect) == (place.kind, wanted)), "undo")
        return Change(key, name, place.kind, place.target, place.storefront, wanted, here.state, here.version)

    def write(self, *changes: Change) -> list[Outcome]:
        """The outcomes of changes: one each, in their order."""
        answers = list(self.connector.write(list(changes)))
        _same([answer.key for answer in answers], [change.key for change in changes],
              "one outcome a change comes back, in the order of the changes, under its key")  # fmt: skip
        return answers

    def done(self, change: Change) -> Outcome:
        """The outcome of a change that has to be done."""
        (answer,) = self.write(change)
        _same(answer.what, _DONE, f"a change from what stands to {_word(change)} is done ({answer.note})")
        return answer

    def refused(self, change: Change, why: str) -> None:
        """A change that has to be refused, and writes nothing."""
        place = HostPlace(change.kind, change.target, change.storefront)
        before = self.connector.read([place])
        (answer,) = self.write(change)
        _same(answer.what, _REFUSED, why)
        _same(_states(self.connector.read([place])), _states(before), "what is refused writes nothing")

    def test_it_is_a_connector_and_says_what_it_can_do(self) -> None:
        """Three methods; capabilities that Rectify accepts."""
        able = self.connector.capabilities()
        _true(isinstance(self.connector, Connector), "a connector has capabilities(), read(places), write(changes)")
        _true(isinstance(able, Capabilities), "capabilities() gives Capabilities")
        _same(sorted(able.measures - MEASURES.keys()), [], f"measures are among {', '.join(MEASURES)}")
        _true(able.compare_and_set and able.read_back, "a host that cannot compare and set or read back is refused")
        _true(able.max_batch >= 1, "max_batch is at least 1")
        for place in self.places:
            _true(bool(self.able(place)), f"something can be written at {place}; else leave it out of `places`")

    def test_it_reads_in_the_order_asked_and_what_is_not_there_is_gone(self) -> None:
        """One Seen a place; instants have a zone."""
        nowhere = self.first._replace(target="never-heard-of")
        asked = [*reversed(self.places), nowhere, self.first]
        found = [here for here in self.connector.read(asked) if here is not None]
        wanted = [*([Effect.OPEN] * len(self.places)), Effect.GONE, Effect.OPEN]
        _same([here.state for here in found], wanted, "one Seen a place, in order; what is not there is GONE")
        _true(all(here.at.tzinfo is not None for here in found), "Seen.at has its zone")
        _true(all(isinstance(here.version, str) for here in found), "Seen.version is text")
        _same(list(self.connector.read([])), [], "nothing asked, nothing read")

    def test_every_effect_is_written_and_read_back_with_its_key_and_version(self) -> None:
        """`done` names the version that this very write made."""
        for place in self.places:
            for number, wanted in enumerate(self.able(place)):
                key = f"{place.kind}-{place.storefront}-{number}"
                answer, here = self.done(self.change(wanted, key, place)), self.seen(place)
                _same((here.state, here.version), (wanted, answer.version), "what was done is read, in its version")
                _same(here.key, key if self.marks else None, "the key is that of the change that set the state")

    def test_what_was_done_can_be_taken_back(self) -> None:
        """Where `undo` is true, OPEN is written like any other state."""
        if not self.connector.capabilities().undo:
            raise SkipTest("this host takes nothing back")
        for place in self.places:
            self.done(self.change(self.able(place)[-1], f"{place}-there", place))
            self.done(self.change(Effect.OPEN, f"{place}-back", place))
            _same(self.seen(place).state, Effect.OPEN, "what was given back is open")

    def test_a_change_moves_its_own_place_alone(self) -> None:
        """Not the same item elsewhere, not its account."""
        others = [place for place in self.places if place != self.first]
        self.done(self.change(self.able(self.first)[-1], "k1", self.first))
        _same([self.seen(place).state for place in others], [Effect.OPEN] * len(others), "other places stay open")

    def test_the_same_key_has_one_effect_and_one_answer_however_often_it_is_sent(self) -> None:
        """Also after the host's own hand has written."""
        sent = self.change(self.able(self.first)[-1], "k1", self.first)
        answer = self.done(sent)
        _same(_sure(self.done(sent)), _sure(answer), "the same key gets the same answer, with the same version")
        self.put(self.first, Effect.OPEN)
        _same(_sure(self.done(sent)), _sure(answer), "also when the state is another one by now")
        _same(self.seen(self.first).state, Effect.OPEN, "a key has no second effect")

    def test_another_version_or_another_state_is_refused_and_nothing_is_written(self) -> None:
        """Compare and set; and a key that was refused is refused again."""
        wanted = self.able(self.first)[-1]
        old = self.change(wanted, "k1", self.first)
        self.put(self.first, Effect.OPEN)  # the same state, in a new version
        for _ in range(2):
            self.refused(old, "a change from a version that no longer stands is refused, and refused again")
        fresh = self.change(wanted, "k2", self.first)
        self.refused(replace(fresh, version="never"), "a change from a version that never was is refused")
        self.refused(replace(fresh, key="k3", found=wanted), "a change from a state that does not stand is refused")
        self.refused(replace(fresh, key="k4", found=Effect.GONE), "a change from GONE is refused")
        self.done(replace(fresh, key="k5"))

    def test_what_it_cannot_write_is_refused(self) -> None:
        """Nothing is written that `capabilities` does not name, and nothing where nothing stands."""
        able = self.connector.capabilities()
        for number, effect in enumerate(Effect):
            if effect not in able.writable(self.first.kind, self.first.storefront):
                sent = replace(self.change(Effect.OPEN, f"k{number}", self.first), wanted=effect)
                self.refused(sent, f"{effect.name} is not in the capabilities, so it is refused")
        nowhere = self.first._replace(target="never-heard-of")
        sent = replace(self.change(self.able(self.first)[-1], "nowhere", nowhere), found=Effect.OPEN)
        self.refused(sent, "what is not known to the host is not written")

    def test_the_same_state_can_be_written_again_and_moves_the_version(self) -> None:
        """So that a lost change is overtaken: it is refused when it arrives."""
        if not self.connector.capabilities().undo:
            raise SkipTest("this host takes nothing back")
        lost = self.change(self.able(self.first)[-1], "lost", self.first)
        answer = self.done(self.change(Effect.OPEN, "overtakes", self.first))
        _true(answer.version != lost.version, "writing the state that stands makes a new version")
        self.refused(lost, "the change that was overtaken is refused")

    def test_a_version_never_repeats(self) -> None:
        """Whoever writes, and whatever stands."""
        versions = [self.seen(self.first).version]
        for number in range(3):
            self.done(self.change(self.able(self.first)[-1], f"k{number}", self.first))
            versions.append(self.seen(self.first).version)
            self.put(self.first, Effect.OPEN)
            versions.append(self.seen(self.first).version)
        _same(len(set(versions)), len(versions), f"no version comes twice at a place: {', '.join(versions)}")

    def test_the_hosts_own_hand_takes_the_key_away_also_where_it_chooses_the_same(self) -> None:
        """`key` says whose state stands; None where the host cannot tell."""
        wanted = self.able(self.first)[-1]
        self.done(self.change(wanted, "k1", self.first))
        self.put(self.first, wanted)
        here = self.seen(self.first)
        _same((here.state, here.key), (wanted, "" if self.marks else None), "the host's own hand leaves no key")

    def test_what_was_deleted_is_gone_is_not_written_and_comes_back_with_its_key(self) -> None:
        """What we had set is still known as ours."""
        wanted = self.able(self.first)[-1]
        answer = self.done(self.change(wanted, "k1", self.first))
        self.delete(self.first)
        _same(self.seen(self.first).state, Effect.GONE, "what was deleted is GONE")
        sent = Change("k2", "undo", *self.first, Effect.OPEN, wanted, answer.version)
        self.refused(sent, "what was deleted is not written")
        self.revive(self.first)
        here = self.seen(self.first)
        _same((here.state, here.key), (wanted, "k1" if self.marks else None), "what comes back has its state and key")

    def test_each_change_of_a_batch_stands_for_itself_in_order(self) -> None:
        """One that is refused stops no other."""
        changes = [self.change(self.able(place)[-1], f"b{n}", place) for n, place in enumerate(self.places)]
        changes.insert(1, replace(changes[0], key="bad", version="never"))
        wanted = [_REFUSED if change.key == "bad" else _DONE for change in changes]
        _same([answer.what for answer in self.write(*changes)], wanted, "each change has its own outcome")

    def test_buyers_are_told_once_and_it_cannot_be_taken_back(self) -> None:
        """A notice that went out stays out."""
        if self.buyers is None:
            raise SkipTest("this host tells no buyers")
        told = Effect.LABELLED
        first = self.change(told, "k1", self.buyers)
        answer, here = self.done(first), self.seen(self.buyers)
        _same((here.state, here.version), (told, answer.version), "buyers that were told are told")
        self.refused(replace(first, key="k2"), "buyers are told once")
        self.refused(self.change(Effect.OPEN, "k3", self.buyers), "nobody is untold")


def _true(holds: bool, told: str) -> None:
    if not holds:
        raise AssertionError(told)


def _same(came: object, wanted: object, told: str) -> None:
    _true(came == wanted, f"{told}\n  came:     {came!r}\n  expected: {wanted!r}")


def _states(found: Sequence[Seen | None]) -> list[tuple[object, ...]]:
    """What is compared before and after: not when it was read."""
    return [(here.state, here.version, here.key) if here else () for here in found]


def _sure(answer: Outcome) -> tuple[object, ...]:
    return answer.key, answer.what, answer.version


def _word(change: Change) -> str:
    return NAMES[change.kind].get(change.wanted, change.wanted.name)

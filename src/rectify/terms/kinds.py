"""The kinds of ledger entry, version 1: which fields each carries in the open, and which parts it keeps sealed.

A field ending in "?" may be absent. Entries live for ever: a changed meaning is a new version with an upcaster.
Instants are RFC 3339 UTC text, territories sorted lists of codes, effects their names ("removed"), money and ids text.
Subjects of private parts: "account:SURROGATE", "person:SURROGATE", "order:BOOK", "authority:ID".
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntryKind:
    """What an entry of this kind says."""

    name: str
    house: bool  # belongs to the house book; else to an order's
    body: tuple[str, ...]
    private: tuple[str, ...] = ()
    says: str = ""

    @property
    def required(self) -> frozenset[str]:
        return frozenset(f for f in self.body if not f.endswith("?"))

    @property
    def allowed(self) -> frozenset[str]:
        return frozenset(f.rstrip("?") for f in self.body)


def _house(name: str, says: str, body: str, private: str = "") -> EntryKind:
    return EntryKind(name, True, tuple(body.split()), tuple(private.split()), says)


def _order(name: str, says: str, body: str, private: str = "") -> EntryKind:
    return EntryKind(name, False, tuple(body.split()), tuple(private.split()), says)


KINDS: dict[str, EntryKind] = {
    kind.name: kind
    for kind in (
        _house("opened", "The ledger begins.", "origin rectify_version"),
        _house("key_named", "A signing key is in use.", "name key_id algorithm public"),
        _house("person_named", "A person gets a surrogate and roles.", "person roles", "id"),
        _house("settings_taken", "Settings in force.", "digest"),
        _house("pack_kept", "A version of a pack is kept whole.", "pack version digest", "document"),
        _house("pack_moved", "A version of a pack changes its state.", "pack version digest from to", "reason"),
        _house("register_taken", "A register of licensed providers is taken in.",
               "register digest as_of stale_after_days entries source", "document"),
        _house("authority_named", "An entry of the register of authorities.", "authority digest ended?", "entry"),
        _house("account_bound", "A person binds an account to a register's entry.",
               "account register entry", "account_id reason"),
        _house("term_published", "A term of the operator is published; with steps it is a ladder.",
               "term territory effect from digest window_days? steps?", "text"),
        # steps: [[strikes needed in the window, effect on the account], ...]
        _house("term_narrowed", "A term reaches less from now on, or did from the start.",
               "term to from_start effect", "reasons"),
        _house("checkpointed", "The tree was signed.", "size root key_id"),
        _house("erased", "A subject's key was destroyed.", "subject scope ground approvers parts"),
        # An order's book
        _order("received", "An order came in.",
               "operator reference digest act instrument authority? country served? received channel language? "
               "territory? same_reference?", "document order channel_note"),
        _order("acknowledged", "The authority was told that it came in.", "letter authority"),
        _order("confirmed", "Shown to be genuine over a known contact.",
               "authority how person? at", "note"),
        _order("accepted", "Accepted, whole or in part.",
               "whole territory measures tasks acts kinds effect search_until? stays_down_until?", "reasons"),
        _order("asked", "Asked back.", "", "question"),
        _order("answered", "The authority answered.", "", "answer"),
        _order("challenged", "Challenged.", "", "reasons"),
        _order("refused", "Refused.", "", "reasons"),
        _order("deadline_set", "The instant by which to report, with its rule.",
               "due rule counted_from zone provisional skipped warnings"),
        _order("planned", "Rules compiled for the sweep.", "plan packs registers products providers as_of shadow?"),
        _order("swept", "Every item was seen.",
               "sweep plan source files rows screened set_aside duplicates completeness splits findings violation "
               "review rules engine named? shadow?"),
        # named: numbers in the order's `subject.items`, from 0, of the places that were found; rules: [[pack/rule,
        # kind, verdict, n], ...]; shadow: the same of rules that are tried and not in force; completeness: [count,
        # sum1..sum4 as text]; files: [{name, digest, rows}]; splits: [{name, digest of its findings file, rows}]
        _order("gathered", "A finding opened a case, or another look at one.",
               "case target account verdict rules seen look storefronts named?", "key account_id title snapshot "
               "findings"),
        _order("decided", "A case was decided.",
               "case judgement machine rule? seen measure? lot? supersedes?", "reason"),
        _order("claimed", "A ground asks for an effect on a target.",
               "claim ground target kind account territories effect measure since until? case? strike? needs?"),
        _order("claim_ended", "A claim was narrowed: to nothing = ended; from_start = as if it never was.",
               "claim to from_start effect why"),
        _order("rehearsed", "The exact set, and its digest.", "set measures warnings left_out holds catalogue_rows"),
        # measures: [{place: [target, storefront], kind, wanted, found, version, own, claims, measure, over_reach,
        #             contested?}]
        _order("approved", "A set was approved.", "set measures over_reach"),
        # over_reach: [{claim, storefront, territories}]
        _order("sent_back", "A set was sent back.", "set", "reason"),
        _order("attempted", "Before the host is called.", "key set measure"),
        _order("outcome", "What became of a measure.", "key what version note?"),
        _order("letter_written", "A letter was written.",
               "letter occasion to languages claims not_before?", "address subject text"),
        _order("letter_sent", "Handed over.", "letter channel message_id"),
        _order("letter_delivered", "Proof of delivery.", "letter level"),
        _order("letter_failed", "Not delivered.", "letter channel attempts final", "error"),
        _order("appealed", "A party says that it is wrong.", "appeal case kind received", "text"),
        _order("appeal_decided", "Another person decided it.", "appeal granted passed_on? supersedes?", "reason"),
        _order("task_opened", "A person has to do something.", "task what about? due?", "text"),
        _order("task_done", "It was done.", "task place? version? own?", "text"),
        _order("identity_released", "An identity was released to the authority by a person.", "account", "fields"),
        _order("reported", "A report was made.", "report state files made"),
        _order("narrowed", "The order reaches less from now on, or did from the start.", "to from_start effect",
               "reasons"),
        _order("annulled", "As if it never was.", "", "reasons"),
        _order("ended", "It was right while it lasted.", "", "reasons"),
    )
}  # fmt: skip

"""The tables of cases, decisions, appeals and tasks. `records.py` fills them from the ledger.

Nothing personal stands in them in the clear: names, texts and evidence stay in sealed parts, of which the tables keep
the ids. Items and accounts are known again by digests under the workspace's `id_key`.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

cases = Table(
    "cases",
    metadata,
    Column("case", String, primary_key=True),
    Column("book", String, nullable=False),
    Column("target", String, nullable=False),
    Column("account", String, nullable=False, index=True),  # empty: nobody is known
    Column("state", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("rules", Text, nullable=False),
    Column("seen", String, nullable=False),
    Column("looks", Integer, nullable=False),
    Column("opened", String, nullable=False),
    Column("looked", String, nullable=False),  # when the last look was opened
    Column("waits", String, nullable=False),  # since when it is open, or was when it was decided
    Column("storefronts", Text),  # null = unknown
    Column("named", Boolean, nullable=False),
    Column("known", Text, nullable=False),  # ids of the findings of the last look
    Column("clean", Boolean, nullable=False),  # no finding bears a mark or is near a register's entry
    Column("violated", Text, nullable=False),  # rules of the findings that say violation
    Column("versions", Text, nullable=False),  # pack -> digest of the version that found it, where it was kept
    Column("decision", Integer),  # sequence of the decision that stands
    Column("approved", String, nullable=False),  # since when a set with it is approved, or empty
    Index("cases_by_target", "book", "target", unique=True),
    Index("cases_by_state", "state", "book"),
)

looks = Table(  # evidence of earlier looks is kept: an author's edit takes nothing away
    "cases_looks",
    metadata,
    Column("case", String, primary_key=True),
    Column("look", Integer, primary_key=True, autoincrement=False),
    Column("book", String, nullable=False),
    Column("at", String, nullable=False),
    Column("seen", String, nullable=False),
    Column("subject", String, nullable=False),  # under whose key its parts are sealed
    Column("parts", Text, nullable=False),  # name -> id of a sealed part
)

likes = Table(  # by what a case is like another one: keyed digests of rule + term
    "cases_likes",
    metadata,
    Column("case", String, primary_key=True),
    Column("like", String, primary_key=True, index=True),
    Column("book", String, nullable=False),
)

targets = Table(
    "cases_targets",
    metadata,
    Column("digest", String, primary_key=True),
    Column("book", String, nullable=False),
    Column("target", String, nullable=False),
)

accounts = Table(
    "cases_accounts",
    metadata,
    Column("digest", String, primary_key=True),
    Column("book", String, nullable=False),
    Column("account", String, nullable=False),
)

decisions = Table(
    "cases_decisions",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("book", String, nullable=False),
    Column("case", String, nullable=False, index=True),
    Column("judgement", String, nullable=False),
    Column("by", String, nullable=False),
    Column("machine", Boolean, nullable=False),
    Column("at", String, nullable=False),
    Column("seen", String, nullable=False),
    Column("measure", String, nullable=False),
    Column("lot", String, nullable=False),
    Column("supersedes", Integer),
    Column("reason", String, nullable=False),  # id of its sealed part, or empty
)

appeals = Table(
    "cases_appeals",
    metadata,
    Column("appeal", String, primary_key=True),
    Column("book", String, nullable=False),
    Column("case", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("received", String, nullable=False),
    Column("state", String, nullable=False),
    Column("by", String, nullable=False),  # who decided it last
    Column("at", String, nullable=False),
    Column("decision", Integer),  # sequence of its last `appeal_decided`
    Column("text", String, nullable=False),  # ids of sealed parts
    Column("reason", String, nullable=False),
)

tasks = Table(
    "cases_tasks",
    metadata,
    Column("task", String, primary_key=True),
    Column("book", String, nullable=False),
    Column("what", String, nullable=False),
    Column("about", String, nullable=False),
    Column("due", String),
    Column("opened", String, nullable=False),
    Column("done", String),
    Column("done_by", String, nullable=False),
    Column("text", String, nullable=False),  # ids of sealed parts
    Column("answer", String, nullable=False),
)

orders = Table(  # what a case must know of its order
    "cases_orders",
    metadata,
    Column("book", String, primary_key=True),
    Column("due", String),
    Column("over", String, nullable=False),  # annulled, ended or refused; empty = not
)

claims = Table(
    "cases_claims",
    metadata,
    Column("claim", String, primary_key=True),
    Column("book", String, nullable=False),
    Column("case", String, nullable=False, index=True),
    Column("sequence", Integer, nullable=False),
    Column("measure", String, nullable=False),
    Column("live", Boolean, nullable=False),
)

sets = Table(
    "cases_sets",
    metadata,
    Column("set", String, primary_key=True),
    Column("case", String, primary_key=True),
    Column("book", String, nullable=False),
)

"""Stores whose rows somebody changed who can write to the file, past the triggers."""

import json

import rfc8785

from rectify.ledger.entry import leaf_hash
from rectify.ledger.keys import Keys
from rectify.ledger.verify import verify_store
from rectify.store.connection import open_store

from .world import AT, World, answer, ask, task

COLUMNS = "sequence, book, book_sequence, kind, leaf, entry"


def signed_ledger():
    """Keys, the bytes of a store of 12 entries in three books, its two checkpoints (at 6 and at 11 entries)."""
    world = World()
    world.append(ask(), task("order-2", 1), answer(), ask("order-2"))
    early = world.ledger.checkpoint(AT)
    world.append(answer("order-2"), task("order-1", 2), task("order-2", 3), ask("order-1", "Again?"))
    last = world.ledger.checkpoint(AT)
    with world.store.reading() as connection:
        data = connection.connection.driver_connection.serialize()
    world.store.close()
    return world.keys, data, early, last


def tampered(data, change):
    """A store whose rows went through `change`, by someone who can write to the file."""
    store = open_store("sqlite://")
    with store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.deserialize(data)
        for name in ("entries_no_update", "entries_no_delete", "entries_in_order"):
            raw.execute(f"DROP TRIGGER {name}")
        rows = [list(row) for row in raw.execute(f"SELECT {COLUMNS} FROM entries ORDER BY sequence")]
        raw.execute("DELETE FROM entries")
        raw.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", change(rows))
        raw.commit() if raw.in_transaction else None
    return store


def fresh(keys):
    """The same keys without what they kept: all that is known is the store."""
    copy = Keys.generate()
    copy._signing, copy.id_key, copy.master = keys._signing, keys.id_key, keys.master
    return copy


def rechained(rows):
    """The whole history written anew, consistent in itself, as only the holder of the store could."""
    heads, out = {}, []
    for sequence, row in enumerate(rows):
        entry = json.loads(row[5])
        number, previous = heads.get(entry["book"], (0, ""))
        entry |= {"sequence": sequence, "book_sequence": number, "previous": previous}
        data = rfc8785.dumps(entry)
        heads[entry["book"]] = (number + 1, leaf_hash(data).hex())
        out.append([sequence, entry["book"], number, entry["kind"], leaf_hash(data), data.decode()])
    return out


def hashed(entry):
    """A row that fits its entry, as somebody would write it who knows how leaves are made."""
    data = rfc8785.dumps(entry)
    return [entry["sequence"], entry["book"], entry["book_sequence"], entry["kind"], leaf_hash(data), data.decode()]


def unsigned_verdict(change):
    """What a check without any checkpoint says of five entries of one book whose fields went through `change`."""
    world = World()
    world.append(*[task(number=n) for n in range(5)])
    with world.store.reading() as connection:
        data = connection.connection.driver_connection.serialize()
    store = tampered(data, lambda rows: [hashed(entry) for entry in change([json.loads(row[5]) for row in rows])])
    result = verify_store(store, fresh(world.keys))
    store.close()
    world.store.close()
    return result


def verdict(data, keys, change, note="", kept=False):
    store = tampered(data, change)
    try:
        return verify_store(store, keys if kept else fresh(keys), note)
    finally:
        store.close()

"""Every shipped pack is kept whole: what is read back says what was read from its folder."""

from __future__ import annotations

import json

import pytest

from rectify.rules.pack import digest_of, pack_json
from rectify.rules.packing import kept_document, kept_pack
from rectify.workspace import one_pack, pack_folders


@pytest.mark.parametrize("name", sorted(pack_folders()))
def test_a_shipped_pack_is_kept_whole(name):
    pack = one_pack(name)
    back = kept_pack(json.loads(json.dumps(kept_document(pack))))
    assert digest_of(pack_json(back)) == pack.digest
    assert [rule.whys for rule in back.rules] == [rule.whys for rule in pack.rules]
    assert [(t.expect, t.rule, t.registered, t.products) for t in back.trials] == [
        (t.expect, t.rule, t.registered, t.products) for t in pack.trials
    ]
    assert json.dumps(kept_document(back), sort_keys=True) == json.dumps(kept_document(pack), sort_keys=True)

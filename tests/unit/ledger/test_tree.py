"""The tree is RFC 6962's: known roots, and every proof against the definition written down once more, naively."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.ledger.entry import leaf_hash
from rectify.ledger.tree import EMPTY, Frontier, Tree, extends, includes

# Inputs and roots of the reference implementation of RFC 6962 (certificate-transparency, merkletree tests).
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(bytes.fromhex(text)) for text in INPUTS]
# (leaf, size) -> path, and (old, size) -> proof, of the same reference.
PATHS = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
GROWTHS = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def leaf(n):
    return leaf_hash(b"%d" % n)


def naive_root(leaves):
    """RFC 6962 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_known_roots(size):
    assert Tree(LEAVES).root(size).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("leaf_at", "size"), PATHS)
def test_known_inclusion_proofs(leaf_at, size):
    assert [step.hex() for step in Tree(LEAVES).inclusion(leaf_at, size)] == PATHS[leaf_at, size]


@pytest.mark.parametrize(("old", "size"), GROWTHS)
def test_known_consistency_proofs(old, size):
    assert [step.hex() for step in Tree(LEAVES).consistency(old, size)] == GROWTHS[old, size]


def test_the_empty_tree_is_the_hash_of_nothing():
    assert Tree([]).root() == Frontier().root() == EMPTY


@given(st.integers(0, 70))
def test_tree_and_frontier_have_the_root_of_the_definition(size):
    leaves = [leaf(n) for n in range(size)]
    frontier = Frontier()
    frontier.extend(leaves)
    assert Tree(leaves).root() == frontier.root() == naive_root(leaves)


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_frontier_goes_on_where_it_was_left(first, more):
    early = Frontier()
    early.extend(leaf(n) for n in range(first))
    later = Frontier(early.size, early.hashes)
    later.extend(leaf(n) for n in range(first, first + more))
    assert later.root() == naive_root([leaf(n) for n in range(first + more)])


@given(st.integers(1, 70).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_every_leaf_is_proven(case):
    size, index = case
    tree = Tree([leaf(n) for n in range(75)])
    path = tree.inclusion(index, size)
    assert includes(tree.root(size), size, index, leaf(index), path)
    assert not includes(tree.root(size), size, index, leaf(index + 1), path)
    assert not includes(tree.root(size), size + 1, index, leaf(index), [*path, leaf(0)])
    assert not includes(tree.root(size), size, index, leaf(index), [*path, leaf(0)])
    assert not includes(tree.root(size), size, size, leaf(index), path)
    for at in range(len(path)):
        assert not includes(tree.root(size), size, index, leaf(index), path[:at] + path[at + 1 :])


@given(st.integers(0, 70).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size))))
def test_every_growth_is_proven(case):
    size, old = case
    tree = Tree([leaf(n) for n in range(70)])
    proof = tree.consistency(old, size)
    assert extends(tree.root(old), old, tree.root(size), size, proof)
    other = Tree([leaf(n + (n == max(old - 1, 0))) for n in range(70)])
    if old:
        assert not extends(other.root(old), old, tree.root(size), size, proof)
        assert not extends(tree.root(old), old, other.root(size), size, proof)
        assert not extends(tree.root(old), old, tree.root(size), size, [*proof, leaf(0)])
    if proof:
        assert not extends(tree.root(old), old, tree.root(size), size, proof[:-1])
    assert not extends(tree.root(size), size + 1, tree.root(size), size, proof)


def test_proofs_outside_the_tree_are_refused():
    tree = Tree(LEAVES)
    for ask in (lambda: tree.root(9), lambda: tree.inclusion(8, 8), lambda: tree.consistency(5, 4)):
        with pytest.raises(ValueError, match="does not lie in"):
            ask()
    with pytest.raises(ValueError, match="whole subtrees"):
        Frontier(3, [leaf(0)])

"""The hits of one row as lists, as rules are judged on them one by one and as evidence is taken from them."""

from __future__ import annotations

from dataclasses import dataclass

from rectify.rules.single import Hit

HitsOfRow = dict[int, list[Hit]]  # by number of the list


@dataclass(slots=True)
class RowHits:
    """The hits of one row in the order of the scan, where the first of them is number `first`."""

    first: int
    words: list[int]  # numbers of their lists
    hits: list[Hit]
    at: dict[int, list[int]]  # by list: which of these hits are of it

    @staticmethod
    def of(first: int, words: list[int], hits: list[Hit]) -> RowHits:
        """Hits, each of the list whose number stands in its place."""
        at: dict[int, list[int]] = {}
        for n, number in enumerate(words):
            if number in at:
                at[number].append(n)
            else:
                at[number] = [n]
        return RowHits(first, words, hits, at)

    def by_list(self) -> HitsOfRow:
        """The hits of each list, sorted by field and start."""
        return {words: [self.hits[n] for n in at] for words, at in self.at.items()}

"""Many terms sought in many texts at once, through disguises, with spans in what was written."""

from __future__ import annotations

from collections.abc import Sequence

from rectify.screening.engines import PURE, engine
from rectify.screening.fold import fold_text
from rectify.screening.hits import ReadThere, ScanHits, disguises_of
from rectify.screening.kept_plans import KeptPlans
from rectify.screening.native import Native
from rectify.screening.plain import Plain
from rectify.screening.text import TextColumns
from rectify.screening.word_lists import WordList, WordLists

__all__ = ["Matcher", "ScanHits", "WordList", "disguises_of", "fold_text"]


class Matcher:
    """The compiled word lists of a plan. Safe to use from several threads."""

    def __init__(self, lists: WordLists, engine: Native | Plain) -> None:
        self.lists, self._lists, self._engine = lists.lists, lists, engine

    @classmethod
    def compile(cls, lists: Sequence[WordList], kept: KeptPlans | None = None) -> Matcher:
        """Make these lists ready, or open them where they were kept. Raises Faulty for a pattern that cannot be read.

        A term or phrase without a letter (an emoji) is sought as it stands.
        """
        given = WordLists(lists, kept)
        return cls(given, given.plain if engine() == PURE else Native.of(given))

    @property
    def plain(self) -> Plain:
        """The plain engine over the same lists."""
        return self._lists.plain

    def scan(self, columns: TextColumns, read_there: ReadThere | None = None) -> ScanHits:
        """All hits in these texts; matches of patterns may be left out where `read_there` says that none is read."""
        return self._engine.scan(columns, read_there)

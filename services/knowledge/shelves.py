"""The indexes of one process, one for each circle of readers, so that nothing leaks through ranks, counts or spellings."""

from collections.abc import Iterable

from services.knowledge.domain.phrasings import exchanged
from services.knowledge.domain.query import Reason
from services.knowledge.domain.ranking import Hit, Index, Proposal
from services.knowledge.domain.shelving import Entry, Facts, Shelf, Wanted, fits, may_see, ordered, shelves_for
from services.knowledge.domain.sight import Reader
from services.knowledge.domain.suggestions import WEAK
from services.knowledge.search import create_indexes

SHELVES: tuple[Shelf, ...] = ("public", "internal", "restricted")
WIDER = (4, 20, 100)  # times the wanted number: how far to look for answers that pass the filters
MOST_LOOKED_AT = 2_000
EXCHANGED = 2  # times at most that a question is asked again with words that mean the same here


class Shelves:
    """All that can be found, in memory."""

    def __init__(self) -> None:
        self._indexes: dict[Shelf, Index] = dict(zip(SHELVES, create_indexes(len(SHELVES)), strict=True))
        self._facts: dict[str, Facts] = {}
        self.synonyms: tuple[tuple[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self._facts)

    @property
    def waste(self) -> int:
        """Places of entries that were replaced or forgotten: new shelves do without them."""
        return sum(index.waste for index in self._indexes.values())

    def put(self, id_: str, facts: Facts, entries: tuple[Entry, ...]) -> None:
        """Make an entry findable on the shelves where it belongs, and nowhere else."""
        wanted = {entry.shelf: entry.record for entry in entries}
        for shelf, index in self._indexes.items():
            if shelf in wanted:
                index.add(wanted[shelf])
            else:
                index.remove(id_)
        self._facts[id_] = facts

    def restricted(self, hits: Iterable[Hit]) -> bool:
        """Whether the words of a question, and not only their letters, lead to the record of a restricted case."""
        seen = (self._facts[hit.id].sight for hit in hits if hit.reason not in WEAK and hit.id in self._facts)
        return any(sight.restricted for sight in seen if sight)

    def remove(self, id_: str) -> None:
        """Forget an entry; unknown ones are ignored."""
        for index in self._indexes.values():
            index.remove(id_)
        self._facts.pop(id_, None)

    def search(self, query: str, limit: int, reader: Reader, wanted: Wanted) -> list[Hit]:
        """The best for a question of what a reader may see; empty only when nothing of that passes the filters."""
        found: dict[str, Hit] = {}
        for words in (query, *exchanged((query,), self.synonyms)[:EXCHANGED]):
            for shelf in shelves_for(reader):
                for hit in self._indexes[shelf].search(words, limit, lambda id_: self._fits(id_, reader, wanted)):
                    if hit.reason is not Reason.RECENT and (hit.id not in found or hit.score > found[hit.id].score):
                        found[hit.id] = hit
        best = ordered(list(found.values()), self._facts)[:limit]
        return best or self._latest(limit, reader, wanted)

    def suggest(self, typed: str, limit: int, reader: Reader) -> list[str]:
        """Entries that a reader may see and whose questions go on as typed, then those that hold it; else what is found."""
        found: list[Proposal] = []
        for shelf in shelves_for(reader):
            for wider in WIDER:
                many = min(limit * wider, MOST_LOOKED_AT)
                proposed = self._indexes[shelf].suggest(typed, many)
                good = [one for one in proposed if may_see(reader, self._facts[one.id])]
                if len(good) >= limit or len(proposed) < many:
                    break
            found += good
        ids = dict.fromkeys(one.id for one in sorted(found, key=lambda one: not one.goes_on))
        return list(ids)[:limit] or [hit.id for hit in self.search(typed, limit, reader, Wanted())]

    def similar(self, text: str, limit: int, reader: Reader, wanted: Wanted, but: str = "") -> list[Hit]:
        """What is like a text, of what a reader may see, without the entry `but`; empty when there is nothing."""
        found: list[Hit] = []
        for shelf in shelves_for(reader):
            for wider in WIDER:
                many = min(limit * wider, MOST_LOOKED_AT)
                ranked = self._indexes[shelf].similar_to(text, many, but=but)
                good = [hit for hit in ranked if self._fits(hit.id, reader, wanted)]
                if len(good) >= limit or len(ranked) < many:
                    break
            found += good
        return ordered(found, self._facts)[:limit]

    def shows(self, id_: str, reader: Reader) -> bool:
        """Whether an entry is there for a reader."""
        return id_ in self._facts and may_see(reader, self._facts[id_])

    def _fits(self, id_: str, reader: Reader, wanted: Wanted) -> bool:
        facts = self._facts[id_]
        return may_see(reader, facts) and fits(facts, wanted)

    def _latest(self, limit: int, reader: Reader, wanted: Wanted) -> list[Hit]:
        newest = sorted(self._facts.items(), key=lambda item: item[1].at, reverse=True)
        seen = (id_ for id_, facts in newest if may_see(reader, facts) and fits(facts, wanted))
        return [Hit(id_, 0.0, Reason.RECENT, ()) for id_, _ in zip(seen, range(limit), strict=False)]

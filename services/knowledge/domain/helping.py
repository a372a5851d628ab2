"""Which articles helped: how often each made a report needless or solved it, when last, and whether it still does."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class UseOfWeek:
    """What came of one article in one week, by its Monday; `last_at` is when it last helped then."""

    article: str
    question: str
    monday: date
    deflected: int
    solved: int
    unsolved: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Helped:
    """One article; `weeks` is how often it helped in each, the oldest first."""

    article: str
    question: str
    deflected: int
    solved: int
    unsolved: int
    last_at: datetime
    weeks: tuple[int, ...]

    @property
    def helped(self) -> int:
        """How often it made a report needless or solved it."""
        return self.deflected + self.solved


def helpful(uses: Iterable[UseOfWeek], mondays: Sequence[date]) -> list[Helped]:
    """The articles that helped at least once, the most helpful first, and of equals the one that did so last."""
    by_article: dict[str, list[UseOfWeek]] = defaultdict(list)
    for use in uses:
        by_article[use.article].append(use)
    found = []
    for article, all_ in by_article.items():
        moments = [use.last_at for use in all_ if use.last_at is not None]
        if not moments:
            continue
        weeks = Counter({use.monday: use.deflected + use.solved for use in all_})
        deflected, solved, unsolved = (
            sum(getattr(use, n) for use in all_) for n in ("deflected", "solved", "unsolved")
        )
        each = tuple(weeks[day] for day in mondays)
        found.append(Helped(article, all_[0].question, deflected, solved, unsolved, max(moments), each))
    return sorted(found, key=lambda one: (one.helped, one.last_at), reverse=True)

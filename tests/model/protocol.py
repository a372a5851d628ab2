"""The protocol of acknowledge, breach and climb as a machine whose every step can be taken in every order.

What is real: the fold (`Fold`, `evolve`), what the router says (`react`), which clocks run (`running`), who is paged
(`assignment`) and whether a page is still wanted (`still_wanted`). What is modelled: one case, its log, an outbox and a place
in the log for each service, a ledger of pages, a telephone, people who answer, and crashes between any two steps. Time is
left out: a running clock may run out at any moment, an early one included, since the log decides and no clock does.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from chaos import judge
from services.notifier.domain.asked import still_wanted
from services.notifier.domain.notification import Wish
from services.notifier.domain.plan import assignment
from services.router.domain.climb.escalation import react
from services.router.domain.climb.in_force import InForce
from services.timer.domain.deadlines import Clock, running
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.envelope import event_id
from shared.contracts.report import Report
from shared.contracts.vocabulary import Channel, DeadlineName
from shared.runtime.folds import Fold
from tests.unit.router.desk import T0, in_force, priorities, step

CASE = "c"
CLOCK = DeadlineName.FIRST_RESPONSE
SUBMITTED = e.CaseSubmitted(
    case_id=CASE,
    by=e.Actor(kind="anonymous", id="x"),
    number=1,
    report=Report.model_validate({"kind": "outage", "urgency": "high", "impact": "some", "facts": "決済が失敗する"}),
    source="model",
)
SMALL: dict[str, object] = {
    "path": "functional",
    "channels": ["phone"],
    "authority": [],
    "levels": [step("second_line"), step("manager")],
}


@dataclass(frozen=True)
class Record:
    """One record of the log, or of an outbox; the id tells all, for no two events have the same.

    `because` is the id of the record that a service says it because of, or something else of what people say.
    """

    id: UUID = field(compare=False)
    event: e.Event = field(compare=False)
    because: object = field(compare=False)
    number: int

    @classmethod
    def of(cls, event: e.Event, *because: object) -> "Record":
        """An event with the id that it has because of these."""
        id_ = event_id(*because)
        return cls(id_, event, because[0], id_.int)

    def __hash__(self) -> int:
        return self.number


class Page(NamedTuple):
    """A row of the ledger; `seen` is how far the log was read when it was claimed."""

    id: UUID
    state: str = "queued"  # then claimed or needless; sent, or unsure and claimed again
    seen: int = 0


class Call(NamedTuple):
    """One call that somebody's telephone got, whether it said "possibly a repeat", and what had been read when it was decided."""

    page: UUID
    repeat: bool
    person: str
    round: int
    seen: int


class State(NamedTuple):
    """Everything there is at one moment. Places are numbers of records; an outbox is what was said and not yet forgotten."""

    log: tuple[Record, ...] = ()
    people: tuple[Record, ...] = ()  # the outbox of the front door
    router: int = 0
    skipped: tuple[int, ...] = ()  # places that the router will never read
    router_said: tuple[Record, ...] = ()
    timer: int = 0
    timer_said: tuple[Record, ...] = ()
    fired: frozenset[int] = frozenset()  # generations
    notifier: int = 0
    pages: tuple["Page", ...] = ()
    calls: tuple[Call, ...] = ()
    answers: int = 0
    crashes: int = 0
    resolved: bool = False
    links: int = 0
    linked: bool = False  # as the front door knows it
    waits: int = 0
    waiting: bool = False  # as the front door knows it
    raised: bool = False
    undone: int = 0


@dataclass
class Rules:
    """What the services decide by, each of which a test may spoil, and how much may happen."""

    react: Callable[..., list[e.Event]] = react
    running: Callable[[Case | None, timedelta], Mapping[DeadlineName, Clock]] = running
    wanted: Callable[[Case | None, Wish], bool] = still_wanted
    remembers: bool = True  # the inbox
    forgets_first: bool = False  # the relay
    commits_first: bool = False  # the offset, before the transaction
    labels: bool = True  # what may be a repeat says so
    most_answers: int = 2
    most_breaches: int = 2
    most_crashes: int = 1
    most_links: int = 0  # how often a person has it handled as another case, and splits it off again
    most_waits: int = 0  # how often a person lets it wait for somebody else, and go on
    raises: bool = False  # whether a person may see it as more urgent
    most_undone: int = 0  # how often somebody takes an answer back
    force: InForce = field(default_factory=lambda: in_force(priorities=priorities(P1=SMALL, P2=SMALL)))


def first() -> State:
    """A report was taken in."""
    return State(people=(Record.of(SUBMITTED, CASE, "submitted"),))


class Machine:
    """All steps that a state allows. What follows from a log is worked out once."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._folds: dict[tuple[tuple[Record, ...], str], tuple[Fold, tuple[Record, ...]]] = {}
        self._judged: dict[tuple[Record, ...], str] = {}
        self.wishes: dict[UUID, Wish] = {}

    def steps(self, s: State) -> Iterator[tuple[str, State]]:
        """Each step of the services that may come next, by name, and where it leads.

        The router reads at once: what it says depends on the order of the log alone, and whatever may come between its
        reading and its publishing may as well come after the reading. So does the timer once no clock runs out any more.
        """
        if s.router < len(s.log):
            yield from self._routes(s)
            return
        if s.timer < len(s.log) and len(s.fired) == self.rules.most_breaches:
            yield from self._clocks(s)
            return
        for one in (self._relays, self._clocks, self._pages, self._fires):
            yield from one(s)

    def judged(self, log: tuple[Record, ...]) -> str:
        """What the judge says of a log."""
        if log not in self._judged:
            self._judged[log] = judge.wrong(judge.once((r.id, r.event) for r in log))
        return self._judged[log]

    def fold(self, handled: tuple[Record, ...], service: str) -> tuple[Fold, tuple[Record, ...]]:
        """What a service makes of these records in their order, and everything that it has said of them."""
        key = handled, service
        if key not in self._folds:
            if not handled:
                self._folds[key] = (Fold(CASE), ())
            else:
                before, said = self.fold(handled[:-1], service)
                self._folds[key] = self._read(before, said, handled[:-1], handled[-1], service)
        return self._folds[key]

    def _read(
        self, fold: Fold, said: tuple[Record, ...], earlier: tuple[Record, ...], record: Record, service: str
    ) -> tuple[Fold, tuple[Record, ...]]:
        if self.rules.remembers and record in earlier:
            return fold, said
        before = fold.case
        fold = fold.read(record.event, record.id, T0)
        if service == "router" and fold.case is not None:
            for number, new in enumerate(self.rules.react(before, fold.case, record.event, self.rules.force, T0)):
                if new.case_id != CASE:
                    continue  # what the other case is told
                one = Record.of(new, record.id, number)
                fold, said = fold.say(new, one.id, T0), (*said, one)
        return fold, said

    def _relays(self, s: State) -> Iterator[tuple[str, State]]:
        """The first record of an outbox is published, then forgotten; a crash between the two publishes it again."""
        for outbox in ("people", "router_said", "timer_said"):
            waiting: tuple[Record, ...] = getattr(s, outbox)
            if not waiting:
                continue
            rest: dict[str, Any] = {outbox: waiting[1:]}
            told = s._replace(log=(*s.log, waiting[0]))
            yield f"{outbox}: publish {waiting[0].event.type}", told._replace(**rest)
            if s.crashes < self.rules.most_crashes:
                lost = self.rules.forgets_first
                after = s._replace(**rest) if lost else told
                yield f"{outbox}: publish {waiting[0].event.type}, crash", after._replace(crashes=s.crashes + 1)

    def _routes(self, s: State) -> Iterator[tuple[str, State]]:
        handled = tuple(record for place, record in enumerate(s.log[: s.router]) if place not in s.skipped)
        _, before = self.fold(handled, "router")
        _, after = self.fold((*handled, s.log[s.router]), "router")
        yield "router: read", s._replace(router=s.router + 1, router_said=(*s.router_said, *after[len(before) :]))
        if self.rules.commits_first and s.crashes < self.rules.most_crashes:
            lost = (*s.skipped, s.router)
            yield "router: commit, crash", s._replace(router=s.router + 1, skipped=lost, crashes=s.crashes + 1)

    def _clocks(self, s: State) -> Iterator[tuple[str, State]]:
        if s.timer < len(s.log):
            yield "timer: read", s._replace(timer=s.timer + 1)

    def _fires(self, s: State) -> Iterator[tuple[str, State]]:
        if len(s.fired) == self.rules.most_breaches:
            return
        fold, _ = self.fold(s.log[: s.timer], "timer")
        clock = self.rules.running(fold.case, timedelta()).get(CLOCK)
        if clock is not None and clock.generation not in s.fired:
            late = e.DeadlineBreached(case_id=CASE, name=CLOCK, generation=clock.generation, due=clock.due, late_ms=0)
            said = Record.of(late, CASE, CLOCK, clock.generation)
            yield (
                f"timer: clock {clock.generation} runs out",
                s._replace(timer_said=(*s.timer_said, said), fired=s.fired | {clock.generation}),
            )

    def _pages(self, s: State) -> Iterator[tuple[str, State]]:
        if s.notifier < len(s.log):
            read = s._replace(notifier=s.notifier + 1)
            for wish in self._asked(s.log[: s.notifier + 1]):
                self.wishes[wish.id] = wish
                if wish.id not in {page.id for page in s.pages} or not self.rules.remembers:
                    read = read._replace(pages=(*read.pages, Page(wish.id)))
            yield "notifier: read", read
        fold, _ = self.fold(s.log[: s.notifier], "notifier")
        for place, page in enumerate(s.pages):
            wish = self.wishes[page.id]
            if page.state in ("queued", "unsure"):
                state = "claimed again" if page.state == "unsure" else "claimed"
                now = page._replace(state=state if self.rules.wanted(fold.case, wish) else "needless", seen=s.notifier)
                yield f"notifier: claim a page of {wish.recipient}", _with(s, place, now)
            elif page.state in ("claimed", "claimed again"):
                repeat = page.state == "claimed again" and self.rules.labels
                rung = s._replace(calls=(*s.calls, Call(page.id, repeat, wish.recipient, wish.round, page.seen)))
                yield f"notifier: call {wish.recipient}", _with(rung, place, page._replace(state="sent"))
                if s.crashes < self.rules.most_crashes:
                    crashed = rung._replace(crashes=s.crashes + 1)
                    yield (
                        f"notifier: call {wish.recipient}, crash",
                        _with(crashed, place, page._replace(state="unsure")),
                    )

    def _asked(self, handled: tuple[Record, ...]) -> list[Wish]:
        event = handled[-1].event
        fold, _ = self.fold(handled, "notifier")
        if not isinstance(event, e.EscalationAssigned) or fold.case is None:
            return []
        return [w for w in assignment(fold.case, event, {}) if w.channel is Channel.PHONE]


def _with(s: State, place: int, page: Page) -> State:
    return s._replace(pages=(*s.pages[:place], page, *s.pages[place + 1 :]))

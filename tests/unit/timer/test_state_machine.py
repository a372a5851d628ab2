"""Whatever happens in whatever order, the timer is never early, never forgets a clock, and the log hears each breach once.

The decisions are the real ones; the table is the fake of `rows.py`. Seen red by breaking on purpose, one at a time:
the latest of the three clocks in `reckon` (early), the earliest (a clock is forgotten while one is set back), arming without
comparing generations (a clock fires twice), `may_repeat` always true (said again while the broker is slow), and `may_repeat`
never true (what the broker lost stays lost).
"""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.timer.domain import turns
from shared.contracts import events as e
from shared.contracts.vocabulary import DeadlineState
from tests.unit.timer.world import BY, Replica, World, assigned, breach_id, submitted

CASES = ("c_a", "c_b", "c_c")
STEP = timedelta(hours=2)
cases = st.sampled_from(CASES)
numbers = st.sampled_from((0, 1))


class Timer(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.generation = dict.fromkeys(CASES, 0)

    @initialize()
    def report(self) -> None:
        for case_id in CASES:
            self.world.tell(submitted(case_id))

    @rule(case_id=cases, seconds=st.floats(0, 10))
    def assign(self, case_id: str, seconds: float) -> None:
        self.generation[case_id] += 1
        due = self.world.now + timedelta(seconds=seconds)
        self.world.tell(assigned(case_id, self.generation[case_id], due, due + timedelta(seconds=5)))

    @rule(case_id=cases, what=st.sampled_from(("acknowledge", "pause", "resolve")))
    def act(self, case_id: str, what: str) -> None:
        said: dict[str, tuple[e.Event, ...]] = {
            "acknowledge": (e.CaseAcknowledged(case_id=case_id, by=BY, via="phone"),),
            "pause": (e.CasePaused(case_id=case_id, by=BY, reason="x"), e.CaseResumed(case_id=case_id, by=BY)),
            "resolve": (
                e.CaseResolved(case_id=case_id, by=BY, handling="x", result="x"),
                e.CaseReopened(case_id=case_id, by=BY, reason="x"),
            ),
        }
        for event in said[what]:
            self.world.tell(event)

    @rule(number=numbers, seconds=st.floats(0, 20), published=st.integers(0, 3))
    def work(self, number: int, seconds: float, published: int) -> None:
        """A replica does its turn as on an ordinary day, with a broker that may be slow."""
        self.world.seconds += seconds
        self.world.read(len(self.world.log))
        self.world.look(number)
        self.world.publish(published)

    @rule(seconds=st.floats(0.001, 10))
    def tick(self, seconds: float) -> None:
        self.world.seconds += seconds

    @rule(number=numbers)
    def look(self, number: int) -> None:
        self.world.look(number)

    @rule(count=st.integers(1, 5), crash=st.booleans())
    def publish(self, count: int, crash: bool) -> None:
        """A slow broker is one for which this rule does not come."""
        self.world.publish(count, crash)

    @rule(count=st.integers(1, 9))
    def read(self, count: int) -> None:
        self.world.read(count)

    @rule(count=st.integers(1, 9))
    def rebalance(self, count: int) -> None:
        """Records are read once more."""
        self.world.position = max(self.world.position - count, 0)

    @precondition(lambda self: not self.world.database)
    @rule(number=numbers)
    def kill_and_start(self, number: int) -> None:
        wall = self.world.replicas[number].wall
        flow = turns.Flow(self.world.seconds, self.world.seconds)
        self.world.replicas[number] = Replica(flow=flow, wall=wall)

    @precondition(lambda self: not self.world.database)
    @rule(number=numbers, step=st.sampled_from((STEP, -STEP, timedelta(0))))
    def set_the_clock_of_a_machine(self, number: int, step: timedelta) -> None:
        self.world.replicas[number].wall = step

    @precondition(lambda self: all(replica.known and not replica.wall for replica in self.world.replicas))
    @rule(step=st.sampled_from((STEP, -STEP, timedelta(0))))
    def set_the_clock_of_the_database(self, step: timedelta) -> None:
        self.world.database = step

    @precondition(lambda self: self.world.outbox)
    @rule()
    def lose_what_the_broker_has_acknowledged(self) -> None:
        """The relay was told that the record stands in the log, and it does not."""
        del self.world.outbox[0]

    @invariant()
    def nothing_is_early(self) -> None:
        assert self.world.early == []

    @invariant()
    def nothing_is_said_of_a_clock_that_was_stopped_before(self) -> None:
        assert self.world.stale == []

    @invariant()
    def nothing_is_said_again_while_the_broker_is_slow(self) -> None:
        waiting = [id_ for _, (id_, _) in self.world.outbox]
        assert len(waiting) == len(set(waiting))

    @invariant()
    def a_clock_fires_once(self) -> None:
        assert len(self.world.fired) == len(set(self.world.fired))

    @invariant()
    def only_what_was_read_back_is_confirmed(self) -> None:
        for row in self.world.rows.rows.values():
            assert not row.fired or row.again_at is not None or breach_id(row) in self.world.inbox

    def teardown(self) -> None:
        """The clocks are right again, the broker and one replica work: within a while every clock that ran has been heard."""
        world = self.world
        world.database = timedelta(0)
        for replica in world.replicas:
            replica.wall = timedelta(0)
        for _ in range(40):
            world.seconds += 10
            world.look(0)
            world.publish(len(world.outbox))
            world.read(len(world.log))
        assert world.rows.unconfirmed() == 0
        for case in world.decided().values():
            for deadline in case.deadlines.values():
                assert deadline.state is not DeadlineState.RUNNING, f"forgotten: {case.id} {deadline}"
        for row in world.rows.rows.values():
            assert breach_id(row) in world.inbox
        self.nothing_is_early()


TestTimer = Timer.TestCase
TestTimer.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)

"""What the archive says about the rules: which never held, which people overrode, which clocks were too short, who was woken."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from services.router.domain import wording
from services.router.domain.climb import asking
from services.router.domain.climb.in_force import InForce
from services.router.domain.policies.policy import Rule
from services.router.domain.trial.past import Archived, past
from services.router.domain.trial.replay import Replay
from shared.contracts.plan import Person, Plan, Reason
from shared.contracts.vocabulary import DeadlineName, Priority, Track

FEW = 3  # from so many cases on something is a pattern
OFTEN_LATE = 0.2  # of the cases of a priority
MOST_PEOPLE = 10
SHOWN = 8  # calls at night that are worth a word


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Reassessment(_Part):
    """A case that was planned anew: what it was, what it became, and the rules that had held."""

    case_id: str
    was: Priority
    became: Priority
    rules: tuple[str, ...]


class RuleFigures(_Part):
    """One rule: how often it held, was followed by another priority given by people, or lost to another rule."""

    id: str
    held: int
    reassessed: int
    superseded: int


class ClockFigures(_Part):
    """One clock of one priority: of so many cases whose course is known, so many were too late."""

    priority: Priority
    name: DeadlineName
    cases: int
    breached: int


class Woken(_Part):
    """Somebody who was called at night (22:00–7:00)."""

    person: Person
    at_night: int
    calls: int


class Reviewed(_Part):
    """Figures of the finished cases since an instant, and what they suggest."""

    version: int
    since: datetime
    until: datetime
    cases: int
    rules: tuple[RuleFigures, ...]
    clocks: tuple[ClockFigures, ...]
    reassessed: dict[str, int]
    catch_all_asked: int
    exhausted: int
    levels: dict[int, int]
    woken: tuple[Woken, ...]
    advice: tuple[Reason, ...]


@dataclass
class Review:
    """Takes one finished case after the other."""

    force: InForce
    since: datetime
    until: datetime
    reassessments: Sequence[Reassessment] = ()
    cases: int = 0
    own: int = 0  # of these, planned by the policy in force
    held: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    clocks: Counter[tuple[Priority, DeadlineName, bool]] = field(default_factory=Counter)
    levels: Counter[int] = field(default_factory=Counter)
    catch_all: int = 0
    exhausted: int = 0
    calls: Counter[tuple[str, bool]] = field(default_factory=Counter)
    people: dict[str, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._replay = Replay(self.force, self.force)
        self._rules = {rule.id: rule for rule in self.force.policy.rules}

    def add(self, case: Archived) -> None:
        """Count one case."""
        plan = case.plan
        if plan is None:
            return
        self.cases += 1
        self.own += plan.policy_version >= self.force.version
        self.held.update(plan.rules)
        held = [self._rules[id_] for id_ in plan.rules if id_ in self._rules]
        self.lost.update(rule.id for n, rule in enumerate(held) if _superseded(rule, plan, held[n + 1 :]))
        known = past(case, self.force.calendar(plan))
        self.clocks.update((plan.priority, name, name in known.breached) for name in known.known)
        if plan.levels and not case.linked:
            self.levels[case.handling.level] += 1
        tracks = [(case.asked(track), len(asking.ladder(plan, track))) for track in Track]
        self.catch_all += any(asked.level > top > 0 for asked, top in tracks)
        self.exhausted += any(asked.exhausted for asked, _ in tracks)
        for call in self._replay.really(case, plan, known).calls:
            self.people.setdefault(call.person.id, call.person)
            self.calls[call.person.id, call.night] += 1

    def result(self) -> Reviewed:
        """All of it."""
        moved = [r for r in self.reassessments if r.was is not r.became]
        overridden = Counter(id_ for r in moved for id_ in r.rules)
        rules = tuple(
            RuleFigures(id=id_, held=self.held[id_], reassessed=overridden[id_], superseded=self.lost[id_])
            for id_ in self._rules
        )
        names = sorted({(p, n) for p, n, _ in self.clocks})
        clocks = tuple(
            ClockFigures(priority=p, name=n, cases=self.clocks[p, n, False] + late, breached=late)
            for p, n in names
            for late in [self.clocks[p, n, True]]
        )
        woken = tuple(
            Woken(person=p, at_night=self.calls[id_, True], calls=self.calls[id_, True] + self.calls[id_, False])
            for id_, p in self.people.items()
        )
        woken = tuple(sorted(woken, key=lambda w: (-w.at_night, -w.calls, w.person.id))[:MOST_PEOPLE])
        return Reviewed(
            version=self.force.version,
            since=self.since,
            until=self.until,
            cases=self.cases,
            rules=rules,
            clocks=tuple(sorted(clocks, key=lambda c: -c.breached / max(c.cases, 1))),
            reassessed=dict(Counter(f"{r.was} → {r.became}" for r in moved)),
            catch_all_asked=self.catch_all,
            exhausted=self.exhausted,
            levels=dict(sorted(self.levels.items())),
            woken=woken,
            advice=tuple(self._advice(rules, clocks, woken)),
        )

    def _advice(
        self, rules: Sequence[RuleFigures], clocks: Sequence[ClockFigures], woken: Sequence[Woken]
    ) -> Iterable[Reason]:
        if not self.cases:
            yield Reason(ja="この期間に完了した案件はありません。", en="No case was finished in this time.")
            return
        for rule in rules:
            # A case that nobody is called for is often never closed, so the archive says little about such rules.
            never = not rule.held and not rule.reassessed and not self._rules[rule.id].then.suppress
            if never and self.own >= FEW:
                yield Reason(
                    ja=f"ルール {rule.id} は {self.own} 件のうち一度も当てはまりませんでした。条件を見直すか、外してください。",
                    en=f"The rule {rule.id} held in none of {self.own} cases: revise its conditions or remove it.",
                )
            if rule.reassessed >= max(FEW, rule.held):
                yield Reason(
                    ja=f"ルール {rule.id} の優先度は、人が毎回のように変えています（{rule.reassessed} 回）。効果を実態に合わせてください。",
                    en=f"People keep changing the priority after the rule {rule.id} ({rule.reassessed} times): fit its effect to what they do.",
                )
            if rule.superseded >= FEW and rule.superseded == rule.held:
                yield Reason(
                    ja=f"ルール {rule.id} は、いつもほかのルールや表に負けて効いていません（{rule.superseded} 回）。",
                    en=f"The rule {rule.id} always loses to another rule or to the matrix ({rule.superseded} times).",
                )
        for c in clocks:
            if c.breached >= FEW and c.breached >= OFTEN_LATE * c.cases:
                ja, en = wording.DEADLINE[c.name]
                yield Reason(
                    ja=f"{c.priority} の{ja}は {c.cases} 件中 {c.breached} 件で過ぎました。期限か体制を見直してください。",
                    en=f"{c.priority}: the deadline for {en} passed in {c.breached} of {c.cases} cases; revise the time or the staffing.",
                )
        if self.catch_all:
            yield Reason(
                ja=f"最終担当者まで上がった案件が {self.catch_all} 件あります。当番と段階を見直してください。",
                en=f"{self.catch_all} cases went up to the catch-all: look at shifts and levels.",
            )
        if woken and woken[0].at_night >= SHOWN:
            w = woken[0]
            yield Reason(
                ja=f"{w.person.name} さんは夜間に {w.at_night} 回電話を受けました。負担を分けてください。",
                en=f"{w.person.name} was called {w.at_night} times at night: share the load.",
            )


def _superseded(rule: Rule, plan: Plan, later: Sequence[Rule]) -> bool:
    """Whether nothing of what a rule wanted came true, because a later rule or the matrix said otherwise or as much."""
    then = rule.then
    wants = [
        then.priority is not None and plan.priority is then.priority,
        then.at_least is not None and plan.priority is then.at_least,
        bool(then.only) and not any(x.then.only for x in later),
        bool(then.add) or then.gather or then.restrict or then.suppress,
        bool(then.channels) and not any(x.then.channels for x in later),
        then.load is not None and plan.load == then.load,
    ]
    return not any(wants)

"""The test table of a policy: reports and what is to become of them, run before every publication."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.router.domain import wording
from services.router.domain.climb.in_force import InForce
from services.router.domain.duty.attendance import Attendance
from services.router.domain.policies.findings import Check, Finding
from services.router.domain.policies.labels import FIELDS, listed
from services.router.domain.policies.planning import make_plan
from services.router.domain.policies.policy import Policy
from shared.contracts.plan import Level, Plan, Reason
from shared.contracts.report import Report
from shared.contracts.vocabulary import Channel, Impact, Path, Priority, Urgency

FAILED = Check(
    "case-fails", "error",
    "「{says}」の{field}が違います。期待: {wanted}、実際: {found}", "“{says}”: {field} is {found}, expected {wanted}",
    "ルールを直すか、この行の期待を変えてください", "mend the rules, or change what this row expects",
)  # fmt: skip
CELL = Check(
    "cell-without-case", "info",
    "緊急度「{urgency}」× 影響範囲「{impact}」を確かめる行がありません", "no row tries urgency {urgency} × impact {impact}",
    "cases.yaml に一行加えてください", "add a row to cases.yaml",
)  # fmt: skip
RULE = Check(
    "rule-without-case", "info",
    "ルール {id} が働くことを確かめる行がありません", "no row shows that the rule {id} works",
    "cases.yaml に一行加えてください", "add a row to cases.yaml",
)  # fmt: skip

TOO_MANY = Check(
    "table-too-large", "error",
    "ルールの語に対して行が多すぎ、確かめきれません（{rows} 行 × {words} 語）", "too many rows for so many words in the rules ({rows} rows × {words} words)",
    "行を減らしてください", "use fewer rows",
)  # fmt: skip
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
MOST_WORK = 1_000_000  # rows times words


class Row(BaseModel):
    """One report, and what is expected of it; what is left out is not compared.

    `similar`: how many similar reports are open already, all of them a minute old. `at`: when it comes in, for `people` and for what is wanted
    by an instant (without it, long before that).
    `first`, `channels` and `people` speak of the first level, `authority` of the first level beside it; `rules` are all
    the rules that hold, in the order of the policy.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    says: Annotated[str, Field(min_length=1, max_length=200)]
    says_en: Annotated[str, Field(max_length=200)] = ""
    report: Report
    source: Annotated[str, Field(min_length=1, max_length=100)] = "test"
    similar: Annotated[int, Field(ge=0, le=1000)] = 0
    at: AwareDatetime | None = None
    priority: Priority | None = None
    team: str | None = None
    path: Path | None = None
    first: tuple[str, ...] | None = None
    authority: tuple[str, ...] | None = None
    people: tuple[str, ...] | None = None
    channels: tuple[Channel, ...] | None = None
    load: int | None = None
    rules: tuple[str, ...] | None = None
    gather: bool | None = None
    restricted: bool | None = None
    suppressed: bool | None = None
    first_response: str | None = None

    @property
    def told(self) -> Reason:
        """What it says, in both languages as far as given."""
        return Reason(ja=self.says, en=self.says_en or self.says)


def run(policy: Policy, rows: Sequence[Row]) -> list[Finding]:
    """Every expectation that is not met, and the cells and rules that no row tries. The policy must be free of errors."""
    lists = (texts for rule in policy.rules for c in rule.when for texts in (c.words, c.also, c.without, c.done))
    words = sum(len(rule.when) for rule in policy.rules) + sum(len(texts or ()) for texts in lists)
    if len(rows) * words > MOST_WORK:
        return [TOO_MANY.at(("cases",), rows=len(rows), words=words)]
    found: list[Finding] = []
    tried: set[str] = set()
    in_force = InForce(0, policy, Attendance())
    for index, row in enumerate(rows):
        plan = make_plan(policy, 0, row.report, row.source, row.at or _LONG_AGO, (timedelta(minutes=1),) * row.similar)
        tried.update(plan.rules)
        for field, wanted, is_ in _compared(row, plan, in_force):
            values = {
                "field": FIELDS.get(field, Reason(ja=field, en=field)),
                "wanted": listed(wanted),
                "found": listed(is_),
            }
            found.append(FAILED.at(("cases", index, field), says=row.told, **values))
    found += [RULE.at(("rules", i, "id"), id=r.id) for i, r in enumerate(policy.rules) if r.id not in tried]
    cells = {(row.report.urgency, row.report.impact) for row in rows}
    for urgency in Urgency:
        for impact in Impact:
            if (urgency, impact) not in cells:
                pressing = Reason(ja=wording.URGENCY[urgency][0], en=wording.URGENCY[urgency][1])
                about = Reason(ja=wording.IMPACT[impact][0], en=wording.IMPACT[impact][1])
                found.append(CELL.at(("matrix", urgency.value, impact.value), urgency=pressing, impact=about))
    return found


def _compared(row: Row, plan: Plan, in_force: InForce) -> Iterator[tuple[str, object, object]]:
    """(field, expected, actual) of every expectation that is not met."""
    actual: dict[str, object] = {
        "priority": plan.priority,
        "team": plan.team,
        "path": plan.path,
        "first": _ids(plan.levels),
        "authority": _ids(plan.authority),
        "channels": plan.levels[0].channels if plan.levels else (),
        "load": plan.load,
        "rules": plan.rules,
        "gather": plan.gather,
        "restricted": plan.restricted,
        "suppressed": plan.suppressed is not None,
        "first_response": plan.levels[0].first_response if plan.levels else "",
    }
    if row.people is not None:
        actual["people"] = _people(plan, in_force, row.at)
    for field, is_ in actual.items():
        wanted = getattr(row, field)
        if wanted is not None and wanted != is_:
            yield field, wanted, is_


def _ids(levels: tuple[Level, ...]) -> tuple[str, ...]:
    return tuple(target.id for level in levels[:1] for target in level.targets)


def _people(plan: Plan, in_force: InForce, at: datetime | None) -> tuple[str, ...]:
    """Who is asked first at an instant, when nobody has told to be away; without an instant nobody."""
    if at is None:
        return ()
    duties = (in_force.on_duty(target, at) for level in plan.levels[:1] for target in level.targets)
    return tuple(dict.fromkeys(found.person.id if found else in_force.policy.catch_all for found in duties))

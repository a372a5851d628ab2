"""Deadlines: possible, in order, and faster where the priority is higher; tried at many moments of a week, not compared as text."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from services.router.domain.policies.findings import Check, Finding
from services.router.domain.policies.labels import FIELDS
from services.router.domain.policies.lint.known import Known
from services.router.domain.policies.policy import Policy, PriorityRow
from services.router.domain.times.calendar import Calendar
from services.router.domain.times.duration import Duration
from shared.contracts.plan import Reason
from shared.contracts.vocabulary import Priority

NEVER_OPEN = Check(
    "calendar-never-opens", "error", "カレンダー {id} に営業時間がありません", "the calendar {id} has no working minute",
    "hours を書くか、always: true にしてください", "give it hours, or write always: true",
)  # fmt: skip
ORDER = Check(
    "deadlines-out-of-order", "error",
    "{priority} の{later}の期限が、{earlier}の期限より早く来ます", "{priority}: the deadline for {later} comes before that for {earlier}",
    "{earlier} ≦ {later} となるように直してください", "make {earlier} no longer than {later}",
)  # fmt: skip
ORDER_AT_TIMES = Check(
    "deadlines-at-times-out-of-order", "warning",
    "{priority} の{later}の期限が、{earlier}の期限より早く来ることがあります（例: {example} の報告）",
    "{priority}: the deadline for {later} at times comes before that for {earlier} (reported {example}, for example)",
    "両方を営業時間（bh・bd）で書くか、両方を実時間で書いてください", "write both in business time (bh, bd), or neither",
)  # fmt: skip
SLOWER = Check(
    "priority-slower", "warning",
    "{higher} の{field}が、{lower} より遅くなります", "{field} of {higher} is slower than that of {lower}",
    "高い優先度の期限を、同じかより短くしてください", "give the higher priority the same deadline or a shorter one",
)  # fmt: skip
TOO_LONG = Check(
    "deadline-beyond-calendar", "error", "{priority} の{field}は、このカレンダーでは 10 年以内に来ません",
    "{priority}: {field} does not come within ten years with this calendar",
    "期限を短くするか、カレンダーの営業時間を増やしてください", "shorten the deadline, or open the calendar for longer",
)  # fmt: skip
UNWARNED = Check(
    "deadline-without-warning", "info",
    "{priority} の{field}は 2 分より短いため、期限前の注意喚起がありません", "{priority}: {field} is shorter than two minutes, so that nobody is warned before",
    "注意喚起が要るなら 2 分以上にしてください", "give it two minutes or more if a warning is wanted",
)  # fmt: skip
DIGEST = Check(
    "digest-with-short-deadline", "warning",
    "{priority} は週次ダイジェスト（load: 3）なのに、初回応答が一週間より短くなっています",
    "{priority} goes to the weekly digest (load: 3), but its first response is shorter than a week",
    "load を 1 か 2 にするか、first_response を一週間以上にしてください", "make load 1 or 2, or first_response a week or longer",
)  # fmt: skip

RUNS_OUT = Check(
    "closed-days-run-out", "info",
    "カレンダー {id} の会社の休みは {last} までしか書かれていません", "the company days of the calendar {id} end on {last}",
    "その先の年末年始やお盆などの休みを closed に書いてください（祝日は書かなくても数えられます）",
    "add the days on which the company is closed after that (public holidays are known without it)",
)  # fmt: skip

ORDERED = ("first_response", "first_handling", "resolution")
MONDAY = datetime(2026, 1, 12, tzinfo=UTC)  # a public holiday in Japan
PROBES = tuple(MONDAY + timedelta(days=day, hours=hour) for day in range(8) for hour in (1, 8, 11, 17))
AHEAD = timedelta(days=60)  # for so long the days on which a company is closed should be known
MOST_CALENDARS = 30  # that are tried, the default one first
TWO_MINUTES = timedelta(minutes=2)
WEEK = timedelta(days=7)
Dues = dict[tuple[Priority, str], list[datetime]]


def lint(policy: Policy, known: Known) -> Iterator[Finding]:
    """The findings of this family."""
    opens = {id_: _opens(calendar) for id_, calendar in policy.calendars.items()}
    for id_, good in opens.items():
        if not good:
            yield NEVER_OPEN.at(("calendars", id_), id=id_)
    if known.now is not None:
        yield from closed_days(policy, known.now)
    if not all(opens.values()):
        return
    used = dict.fromkeys(policy.calendar_of(id_) for id_ in ("", *(team.calendar for team in policy.teams.values())))
    found = (finding for calendar in [*used][:MOST_CALENDARS] for finding in _counted(policy, calendar))
    yield from {(finding.code, finding.place): finding for finding in found}.values()


def closed_days(policy: Policy, now: datetime) -> Iterator[Finding]:
    """The calendars whose company days end within sixty days: after them clocks run on through the next ones."""
    for id_, calendar in policy.calendars.items():
        last = max(calendar.closed, default=None)
        if last is not None and last < (now + AHEAD).astimezone(ZoneInfo(calendar.zone)).date():
            yield RUNS_OUT.at(("calendars", id_, "closed"), id=id_, last=last)


def _counted(policy: Policy, calendar: Calendar) -> Iterator[Finding]:
    """What is wrong where this calendar counts."""
    dues: Dues = {}
    for priority, row in policy.priorities.items():
        for field in (*ORDERED, "next_update"):
            span = getattr(row, field)
            if span is None:
                continue
            try:
                dues[priority, field] = [calendar.add(start, Duration.parse(span)) for start in _probes(calendar)]
            except ValueError:
                yield TOO_LONG.at(("priorities", priority.value, field), priority=priority.value, field=FIELDS[field])
        yield from _one(priority, row)
        yield from _in_order(priority, dues)
    yield from _by_priority(dues)


def _one(priority: Priority, row: PriorityRow) -> Iterator[Finding]:
    for field in ORDERED:
        if Duration.parse(getattr(row, field)).at_most < TWO_MINUTES:
            yield UNWARNED.at(("priorities", priority.value, field), priority=priority.value, field=FIELDS[field])
    first = Duration.parse(row.first_response)
    if row.load == 3 and (first.at_most < WEEK if first.unit != "bd" else first.amount < 5):
        yield DIGEST.at(("priorities", priority.value, "load"), priority=priority.value)


def _in_order(priority: Priority, dues: Dues) -> Iterator[Finding]:
    for earlier, later in (*pairwise(ORDERED), ("next_update", "resolution")):
        first, second = dues.get((priority, earlier)), dues.get((priority, later))
        if first is None or second is None:
            continue
        wrong = [n for n, (a, b) in enumerate(zip(first, second, strict=True)) if a > b]
        check = ORDER if len(wrong) == len(first) or (earlier == "next_update" and first == second) else ORDER_AT_TIMES
        if wrong or check is ORDER:
            values = {"earlier": FIELDS[earlier], "later": FIELDS[later]}
            example = _moment(PROBES[wrong[0]]) if wrong else ""
            yield check.at(("priorities", priority.value, later), priority=priority.value, example=example, **values)


def _by_priority(dues: Dues) -> Iterator[Finding]:
    for higher, lower in pairwise(Priority):
        for field in (*ORDERED, "next_update"):
            first, second = dues.get((higher, field)), dues.get((lower, field))
            if first and second and all(a > b for a, b in zip(first, second, strict=True)):
                place = ("priorities", higher.value, field)
                yield SLOWER.at(place, higher=higher.value, lower=lower.value, field=FIELDS[field])


def _opens(calendar: Calendar) -> bool:
    try:
        calendar.next_open(MONDAY)
        return bool(calendar.day)
    except ValueError:
        return False


def _probes(calendar: Calendar) -> tuple[datetime, ...]:
    zone = ZoneInfo(calendar.zone)
    return tuple(at.replace(tzinfo=zone) for at in PROBES)


def _moment(at: datetime) -> Reason:
    ja, en = "月火水木金土日"[at.weekday()], ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[at.weekday()]
    return Reason(ja=f"{ja}曜 {at:%H:%M}", en=f"{en} {at:%H:%M}")

"""Whether somebody is there for every part, and can be reached by the channels that the policy asks for."""

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import timedelta

from services.router.domain.duty import shifts
from services.router.domain.duty.attendance import Attendance
from services.router.domain.duty.rotation import instant
from services.router.domain.duty.schedule import Duties, Schedule
from services.router.domain.policies.findings import Check, Finding
from services.router.domain.policies.labels import ROLES, VALUES
from services.router.domain.policies.lint import named
from services.router.domain.policies.lint.known import Known
from services.router.domain.policies.policy import Holder, Policy
from shared.contracts.canary import PERSON
from shared.contracts.plan import Reason
from shared.contracts.vocabulary import Channel, Priority

NO_HOLDER = Check(
    "part-without-holder", "warning",
    "{role}がチーム {teams} にも既定のチームにもいません。最終担当者に連絡されます", "nobody plays the part of {role} in {teams}, nor in the default team; the catch-all is asked",
    "teams の roles に {role_id} を加えてください", "add {role_id} to the roles of the team",
)  # fmt: skip
GAP = Check(
    "schedule-gap", "warning",
    "当番表 {id} には今後 90 日間にだれもいない時間が {hours} 時間あり、{priorities} は最終担当者に連絡されます（最初は {first}）",
    "the schedule {id} has nobody for {hours} hours of the next 90 days, and {priorities} goes to the catch-all then (first {first})",
    "いちばん下の層に、いつでもいる人を加えてください", "add a lowest layer in which somebody is always there",
)  # fmt: skip
GAP_P1 = Check(
    "schedule-gap-p1-waits", "warning",
    "当番表 {id} には今後 90 日間にだれもいない時間が {hours} 時間あり、その間 P1 は待たされます（最初は {first}）",
    "the schedule {id} has nobody for {hours} hours of the next 90 days, and a P1 waits then (first {first})",
    "いちばん下の層に、いつでもいる人を加えるか、P1 を catch_all にしてください", "add a lowest layer in which somebody is always there, or use catch_all for P1",
)  # fmt: skip
GAP_HELD = Check(
    "schedule-gap-held", "info",
    "当番表 {id} には今後 90 日間にだれもいない時間が {hours} 時間あり、{priorities} はその間待ちます（最初は {first}）",
    "the schedule {id} has nobody for {hours} hours of the next 90 days, and {priorities} waits then (first {first})",
    "それでよければ、このままにしてください", "leave it if that is meant",
)  # fmt: skip
UNSEEN = Check(
    "schedule-gaps-not-looked-for", "info", "当番表が多いため、{count} 件は空きを確かめていません", "there are so many schedules that {count} were not searched for gaps",
    "当番表のプレビューで確かめてください", "look at the preview of those schedules",
)  # fmt: skip
OVER = Check(
    "layer-over", "info", "当番表 {id} の層 {number} は {until} に終わっています", "layer {number} of the schedule {id} ended on {until}",
    "要らなければ消してください", "remove it if it is no longer needed",
)  # fmt: skip
NO_PHONE = Check(
    "p1-target-without-phone", "warning",
    "P1 で呼ばれる {name} さんの電話番号が登録されていません", "{name} is called for a P1, and has no telephone number in the directory",
    "連絡先に電話番号を登録してください", "put a telephone number into the directory",
)  # fmt: skip
UNREACHABLE = Check(
    "target-unreachable", "warning",
    "{priority} で呼ばれる {name} さんには、{channels}では届きません", "{name} is asked for a {priority}, and cannot be reached by {channels}",
    "連絡先を登録するか、連絡手段を変えてください", "complete the directory, or use other channels",
)  # fmt: skip
LAST_UNREACHABLE = Check(
    "catch-all-unreachable", "warning", "最終担当者 {name} さんの連絡先が登録されていません", "the catch-all {name} has no contact in the directory",
    "連絡先に電話番号を登録してください", "put a telephone number into the directory",
)  # fmt: skip
CHANNEL = Check(
    "channel-not-configured", "warning", "連絡手段「{channel}」が登録されている人が一人もいません", "nobody in the directory can be reached by {channel}",
    "連絡先を登録するか、この連絡手段を消してください", "complete the directory, or do not use this channel",
)  # fmt: skip
UNLISTED = (Channel.TICKET, Channel.PUSH)  # the directory holds no tickets, and keeps people's devices to itself
AHEAD = timedelta(days=90)
MOST_CHANGES = 20_000  # changes of duty that are looked at in all
Uses = dict[str, set[Priority]]


def lint(policy: Policy, known: Known) -> Iterator[Finding]:
    """The findings of this family."""
    yield from _parts(policy)
    if known.now is not None:
        yield from _gaps(policy, known)
    if known.reachable is not None:
        yield from _contacts(policy, known.reachable)


def _parts(policy: Policy) -> Iterator[Finding]:
    said: set[str] = set()
    for place, target in named.everywhere(policy):
        teams = [id_ for id_ in policy.teams if named.holder(policy, target, id_) is None]
        if teams and target.role not in said:
            said.add(target.role)
            yield NO_HOLDER.at(place, role=ROLES[target.role], role_id=target.role, teams=", ".join(teams[:5]))


def _gaps(policy: Policy, known: Known) -> Iterator[Finding]:
    uses: Uses = {}
    for _, priority, target in named.by_priority(policy):
        for team in policy.teams:
            found = named.holder(policy, target, team)
            if found and found.schedule:
                uses.setdefault(found.schedule, set()).add(priority)
    duties = Duties(policy.schedules, policy.by_id, policy.calendars, policy.calendar)
    assert known.now is not None
    looked_at, unseen = 0, 0
    for id_, schedule in policy.schedules.items():
        for number, layer in enumerate(schedule.layers):
            if layer.until and instant(layer.until, duties.layers[id_][0].zone) < known.now:
                yield OVER.at(
                    ("schedules", id_, "layers", number), id=id_, number=number + 1, until=f"{layer.until:%Y-%m-%d}"
                )
        if id_ not in uses or _always(schedule, duties, known):
            continue
        if looked_at > MOST_CHANGES:
            unseen += 1
            continue
        worked = shifts.shifts(duties, Attendance(), Holder(schedule=id_), known.now, known.now + AHEAD)
        empty = [(shift.since, shift.until) for shift in worked if shift.person is None]
        looked_at += len(worked)
        if empty:
            total = sum((until - since for since, until in empty), timedelta(0)) / timedelta(hours=1)
            first = empty[0][0].astimezone(duties.layers[id_][0].zone)
            values = {"id": id_, "hours": f"{total:.0f}", "first": f"{first:%Y-%m-%d %H:%M}"}
            yield _gap(policy, uses[id_], values).at(
                ("schedules", id_), **values, priorities=_priorities(policy, uses[id_])
            )
    if unseen:
        yield UNSEEN.at(("schedules",), count=unseen)


def _always(schedule: Schedule, duties: Duties, known: Known) -> bool:
    """Whether one layer has somebody all the time, so that nothing needs to be worked out."""
    assert known.now is not None
    return any(
        not layer.only
        and layer.until is None
        and layer.start < known.now.replace(tzinfo=None) - timedelta(days=2)
        and any(person in duties.people for person in layer.people)
        for layer in schedule.layers
    )


def _gap(policy: Policy, used_by: set[Priority], values: Mapping[str, str]) -> Check:
    if any(policy.priorities[priority].nobody_on_duty == "catch_all" for priority in used_by):
        return GAP
    return GAP_P1 if Priority.P1 in used_by else GAP_HELD


def _priorities(policy: Policy, used_by: set[Priority]) -> str:
    catching = sorted(p.value for p in used_by if policy.priorities[p].nobody_on_duty == "catch_all")
    return "・".join(catching or sorted(p.value for p in used_by))


def _contacts(policy: Policy, reachable: Mapping[str, Set[Channel]]) -> Iterator[Finding]:
    used: set[Channel] = set()
    said: set[tuple[str, str]] = set()
    for place, priority, target in named.by_priority(policy):
        row = policy.priorities[priority]
        step = (row.authority if place[2] == "authority" else row.levels)[int(place[3])]
        asked = step.channels or row.channels
        personal = [c for c in asked if c not in UNLISTED]
        used.update(personal)
        for team in policy.teams:
            found = named.holder(policy, target, team)
            for person in named.candidates(policy, found) if found else ():
                if person == PERSON:  # the watchdog is a program: its canaries come by webhook alone
                    continue
                channels, known_person = reachable.get(person, frozenset()), policy.person(person)
                name = known_person.name if known_person else person
                if priority is Priority.P1 and Channel.PHONE in personal and Channel.PHONE not in channels:
                    if (NO_PHONE.code, person) not in said:
                        yield NO_PHONE.at(place, name=name)
                    said.add((NO_PHONE.code, person))
                elif personal and Channel.PUSH not in asked and not set(personal) & channels:
                    if (priority.value, person) not in said:
                        yield UNREACHABLE.at(place, name=name, priority=priority.value, channels=_channels(personal))
                    said.add((priority.value, person))
    for channel in sorted(used):
        if not any(channel in channels for channels in reachable.values()):
            yield CHANNEL.at(("priorities",), channel=VALUES[channel.value])
    if not reachable.get(policy.catch_all):
        last = policy.person(policy.catch_all)
        yield LAST_UNREACHABLE.at(("catch_all",), name=last.name if last else policy.catch_all)


def _channels(channels: Sequence[Channel]) -> Reason:
    words = [VALUES[channel.value] for channel in channels]
    return Reason(ja="・".join(w.ja for w in words), en=", ".join(w.en for w in words))

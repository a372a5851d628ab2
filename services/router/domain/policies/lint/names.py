"""Names that lead nowhere, stand twice, or that nothing leads to."""

from collections.abc import Iterable, Iterator

from services.router.domain.policies.findings import Check, Finding, Place
from services.router.domain.policies.labels import FIELDS
from services.router.domain.policies.lint import named
from services.router.domain.policies.lint.known import Known
from services.router.domain.policies.policy import Policy
from services.router.domain.policies.rules import fold, stands

PERSON = Check(
    "unknown-person", "error", "{id} という人はいません", "nobody is called {id}",
    "people に加えるか、名前を直してください", "add them to people, or mend the name",
)  # fmt: skip
SCHEDULE = Check(
    "unknown-schedule", "error", "{id} という当番表はありません", "there is no schedule {id}",
    "schedules に加えるか、名前を直してください", "add it to schedules, or mend the name",
)  # fmt: skip
TEAM = Check(
    "unknown-team", "error", "{id} というチームはありません", "there is no team {id}",
    "teams に加えるか、名前を直してください", "add it to teams, or mend the name",
)  # fmt: skip
CALENDAR = Check(
    "unknown-calendar", "error", "{id} というカレンダーはありません", "there is no calendar {id}",
    "calendars に加えるか、名前を直してください", "add it to calendars, or mend the name",
)  # fmt: skip
TWICE = Check(
    "duplicate-id", "error", "{field}の ID {id} が二度使われています", "the id {id} is used twice ({field})",
    "どちらか一方の ID を変えてください", "give one of them another id",
)  # fmt: skip
NO_PRODUCTS = Check(
    "team-without-products", "warning",
    "チーム {id} には担当製品がなく、担当になることがありません", "the team {id} has no products, so that it is never in charge",
    "products を書くか、default_team にするか、消してください", "give it products, make it the default_team, or remove it",
)  # fmt: skip
PRODUCT = Check(
    "product-in-two-teams", "warning",
    "「{word}」は先に書かれたチーム {first} の担当になり、{id} には届きません", "“{word}” goes to the team {first}, which stands first, and never to {id}",
    "どちらか一方のチームだけに書くか、{id} を {first} より先に書いてください", "name it in one of the teams, or put {id} before {first}",
)  # fmt: skip
SHORT_PRODUCT = Check(
    "word-too-short", "warning", "「{word}」は短すぎ、関係のない報告にも当たります", "“{word}” is so short that it stands in reports about other things",
    "二文字以上の語にしてください（英字三文字までの製品名は、独立した語としてだけ数えます）",
    "use a word of two letters or more (a product of three Latin letters at most counts only as a word of its own)",
)  # fmt: skip
UNUSED = Check(
    "schedule-unused", "warning", "当番表 {id} はどの役割にも使われていません", "the schedule {id} plays no part in any team",
    "teams の roles に書くか、消してください", "name it in the roles of a team, or remove it",
)  # fmt: skip
IDLE = Check(
    "person-without-part", "info", "{name} さんには役割も当番もありません", "{name} has no part and no turn",
    "要らなければ people から消してください", "remove them from people if they are not needed",
)  # fmt: skip
AWAY = Check(
    "catch-all-away", "warning", "最終担当者 {id} に不在の予定があります", "the catch-all {id} has told an absence",
    "その間だけ catch_all を別の人にしてください（代理の人には連絡が届きません）",
    "name somebody else as catch_all meanwhile; whoever stands in for them is not asked",
)  # fmt: skip
OWNER = Check(
    "no-owner", "info", "方針の持ち主がいません。見直しの時期が来ても、だれにも知らされません", "the policy has no owner; nobody is reminded to review it",
    "owner に人の ID を書いてください", "write the id of a person at owner",
)  # fmt: skip


def lint(policy: Policy, known: Known) -> Iterator[Finding]:
    """Names that nothing leads to, or that lead to two things."""
    yield from _products(policy)
    holders = [holder for team in policy.teams.values() for holder in team.roles.values()]
    used = {holder.schedule for holder in holders}
    yield from (UNUSED.at(("schedules", id_), id=id_) for id_ in policy.schedules if id_ not in used)
    busy = {policy.catch_all, policy.owner} | {holder.person for holder in holders}
    busy |= {p for schedule in policy.schedules.values() for layer in schedule.layers for p in layer.people}
    for index, person in enumerate(policy.people):
        if person.id not in busy:
            yield IDLE.at(("people", index), name=person.name)
    if policy.catch_all in known.away:
        yield AWAY.at(("catch_all",), id=policy.catch_all)
    if not policy.owner:
        yield OWNER.at(("owner",))


def unknown(policy: Policy, known: Known) -> Iterator[Finding]:
    """Names that lead nowhere, and people of one id. Levels and rules may be left out."""
    yield from _twice("people", (person.id for person in policy.people))
    yield from _unknown(policy)


def rules_twice(policy: Policy, known: Known) -> Iterator[Finding]:
    """Rules of one id."""
    yield from _twice("rules", (rule.id for rule in policy.rules))


def _twice(section: str, ids: Iterable[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, id_ in enumerate(ids):
        if id_ in seen:
            yield TWICE.at((section, index, "id"), id=id_, field=FIELDS[section])
        seen.add(id_)


def _unknown(policy: Policy) -> Iterator[Finding]:
    people: list[tuple[Place, str]] = [(("catch_all",), policy.catch_all), (("owner",), policy.owner)]
    schedules: list[tuple[Place, str]] = []
    calendars: list[tuple[Place, str]] = [(("calendar",), policy.calendar)]
    teams: list[tuple[Place, str]] = [(("default_team",), policy.default_team)]
    teams += [((*place, "team"), target.team or "") for place, target in named.everywhere(policy)]
    for id_, team in policy.teams.items():
        calendars.append((("teams", id_, "calendar"), team.calendar))
        people += [(("teams", id_, "roles", role, "person"), holder.person) for role, holder in team.roles.items()]
        schedules += [(("teams", id_, "roles", role, "schedule"), h.schedule) for role, h in team.roles.items()]
    for id_, schedule in policy.schedules.items():
        for number, layer in enumerate(schedule.layers):
            here: Place = ("schedules", id_, "layers", number)
            people += [((*here, "people", n), person) for n, person in enumerate(layer.people)]
            calendars += [((*here, "only", n, "calendar"), only.calendar) for n, only in enumerate(layer.only)]
    empty_is_known = {""}
    yield from (PERSON.at(p, id=i) for p, i in people if i not in policy.by_id.keys() | empty_is_known)
    yield from (SCHEDULE.at(p, id=i) for p, i in schedules if i not in policy.schedules.keys() | empty_is_known)
    yield from (CALENDAR.at(p, id=i) for p, i in calendars if i not in policy.calendars.keys() | empty_is_known)
    yield from (TEAM.at(p, id=i) for p, i in teams if i not in policy.teams.keys() | empty_is_known)
    yield from (PERSON.at(p, id=i) for p, i in people[:1] if not i)
    yield from (TEAM.at(p, id=i) for p, i in teams[:1] if not i)


def _products(policy: Policy) -> Iterator[Finding]:
    named_by_targets = {target.team for _, target in named.everywhere(policy)}
    owners: dict[str, str] = {}
    for id_, team in policy.teams.items():
        if not team.products and id_ != policy.default_team and id_ not in named_by_targets:
            yield NO_PRODUCTS.at(("teams", id_), id=id_)
        for number, word in enumerate(team.products):
            first = next((owner for known, owner in owners.items() if stands(known, fold(word), product=True)), id_)
            owners.setdefault(fold(word), id_)
            if first != id_:
                yield PRODUCT.at(("teams", id_, "products", number), word=word, first=first, id=id_)
            if len(fold(word).strip()) < 2 and word.isascii():
                yield SHORT_PRODUCT.at(("teams", id_, "products", number), word=word)

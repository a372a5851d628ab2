"""Owners hear of articles that are due: once for each day of an article, together, and somebody else where they are not there."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.intake import admission
from services.intake.domain.roles import Grant, Role
from services.intake.reminding import Reminding
from shared.contracts import events as e
from tests.integration.intake.desk import Desk

SATO = {"id": "sato.hanako", "name": "佐藤 花子"}
ITO = {"id": "ito.sakura", "name": "伊藤 さくら"}
TODAY = "2026-11-24"


@dataclass
class Behind:
    """What the services behind say: articles that are due, who is away, who is in no directory, which service does not answer."""

    desk: Desk
    due: list[dict[str, Any]] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    unasked: set[str] = field(default_factory=set)
    down: str = ""

    def answer(self, request: httpx.Request) -> httpx.Response:
        path, host = request.url.path, request.url.host.partition(".")[0]
        last = path.rpartition("/")[2]
        if host == self.down:
            raise httpx.ConnectError("away")
        if path == "/v1/articles/due":
            after, many = request.url.params["cursor"], 2
            rest = [one for one in self.due if one["id"] > after]
            more = rest[many - 1]["id"] if len(rest) > many else None
            return httpx.Response(200, json={"data": rest[:many], "next_cursor": more})
        if path.startswith("/v1/presence/"):
            if not last.isascii():
                return httpx.Response(422, json={"code": "invalid"})
            known = {"away": last in self.away, "state": None}
            return httpx.Response(404 if last in self.unasked else 200, json=known)
        return httpx.Response(404 if last in self.gone else 200, json={"id": last})

    def article(self, id_: str, owner: dict[str, str] | None = SATO, day: str = TODAY, **more: Any) -> None:
        self.due.append(
            {"id": id_, "question": f"{id_} 髙﨑①㈱🔥？", "owner": owner, "review_by": day, "expires_on": None, **more}
        )

    async def remind(self) -> list[tuple[str, list[str]]]:
        """Let it remind; who was told of which articles by that."""
        before = len(self.desk.log.of(e.KnowledgeDue))
        await Reminding(self.desk.door).once()
        await self.desk.log.drain()
        new = self.desk.log.of(e.KnowledgeDue)[before:]
        return [(told.person.id, [one.id for one in told.articles]) for told in new]


@pytest.fixture
async def behind(desk: Desk) -> Behind:
    made = Behind(desk)
    desk.others.answer = made.answer
    desk.door.clock = desk.clock
    return made


async def give(desk: Desk, person: str, role: Role, team: str) -> None:
    async with desk.db.transaction() as tx:
        await admission.grant(tx, person, frozenset({Grant(role, team)}), "test", desk.clock.now())


async def test_each_owner_is_told_once_of_all_that_is_due_with_the_way_to_each(behind: Behind) -> None:
    for id_ in ("a_1", "a_3", "a_5"):
        behind.article(id_)
    behind.article("a_6", ITO)
    assert sorted(await behind.remind()) == [("ito.sakura", ["a_6"]), ("sato.hanako", ["a_1", "a_3", "a_5"])]
    told = next(one for one in behind.desk.log.of(e.KnowledgeDue) if one.person.id == "sato.hanako")
    assert told.articles[0].url == "https://tasuki.example.jp/knowledge/articles/a_1"
    assert (told.articles[0].what, told.articles[0].day.isoformat(), told.articles[0].owner) == ("review", TODAY, "")
    assert await behind.remind() == []
    behind.desk.clock.at += timedelta(days=1)
    assert await behind.remind() == [], "once for each day"


async def test_what_falls_due_later_that_day_waits_for_the_next_one(behind: Behind) -> None:
    behind.article("a_1")
    assert await behind.remind() == [("sato.hanako", ["a_1"])]
    behind.article("a_2")
    behind.desk.clock.at += timedelta(hours=2)
    assert await behind.remind() == []
    behind.desk.clock.at += timedelta(days=1)
    assert await behind.remind() == [("sato.hanako", ["a_2"])]


async def test_nothing_is_said_at_night_and_nothing_where_nothing_is_due(behind: Behind) -> None:
    assert await behind.remind() == []
    behind.article("a_1")
    behind.desk.clock.at += timedelta(hours=9)
    assert await behind.remind() == []
    assert not [r for r in behind.desk.others.asked[1:] if "due" in str(r.url)], "nobody is even asked at night"


@pytest.mark.parametrize("why", ["away", "gone", "nobody"])
async def test_who_leads_every_team_is_told_of_what_has_no_owner_there(behind: Behind, why: str) -> None:
    await give(behind.desk, "abe", "leader", "sre")
    await give(behind.desk, "chiba", "manager", "*")
    await give(behind.desk, "doi", "manager", "*")
    behind.away, behind.gone = {"chiba"}, set()
    (behind.gone if why == "gone" else behind.away).add("sato.hanako")
    behind.article("a_1", None if why == "nobody" else SATO)
    behind.article("a_2", {"id": "doi", "name": "土井"})
    assert await behind.remind() == [("doi", ["a_1", "a_2"])], "one message for both"
    (told,) = behind.desk.log.of(e.KnowledgeDue)
    assert [one.owner for one in told.articles] == ["" if why == "nobody" else SATO["name"], ""]


async def test_without_anybody_there_whoever_looks_after_it_all_is_told(behind: Behind) -> None:
    behind.gone = {"sato.hanako"}
    behind.article("a_1")
    assert await behind.remind() == [("", ["a_1"])]


async def test_whom_no_policy_asks_is_there_when_the_directory_knows_them(behind: Behind) -> None:
    behind.unasked = {"sato.hanako"}
    behind.article("a_1")
    assert await behind.remind() == [("sato.hanako", ["a_1"])]


@pytest.mark.parametrize("service", ["knowledge", "router", "notifier"])
async def test_while_a_service_is_away_it_waits_and_is_told_once_afterwards(behind: Behind, service: str) -> None:
    behind.article("a_1")
    behind.down = service
    assert await behind.remind() == []
    behind.down = ""
    assert await behind.remind() == [("sato.hanako", ["a_1"])]


async def test_of_very_many_the_rest_is_counted_and_told_the_next_day(behind: Behind) -> None:
    many = e.KnowledgeDue.most
    for number in range(many + 1):
        behind.article(f"a_{number:04}")
    assert await behind.remind() == [("sato.hanako", [f"a_{number:04}" for number in range(many)])]
    assert behind.desk.log.of(e.KnowledgeDue)[-1].further == 1
    behind.desk.clock.at += timedelta(hours=2)
    assert await behind.remind() == []
    behind.desk.clock.at += timedelta(days=1)
    assert await behind.remind() == [("sato.hanako", [f"a_{many:04}"])]
    assert behind.desk.log.of(e.KnowledgeDue)[-1].further == 0


async def test_an_owner_who_may_not_write_is_not_asked_and_who_leads_every_team_is(behind: Behind) -> None:
    await give(behind.desk, "doi", "manager", "*")
    await give(behind.desk, "sato.hanako", "auditor", "*")
    await give(behind.desk, "ito.sakura", "responder", "sre")
    behind.article("a_1")
    behind.article("a_2", ITO)
    assert sorted(await behind.remind()) == [("doi", ["a_1"]), ("ito.sakura", ["a_2"])]


@pytest.mark.parametrize("listed", [True, False])
async def test_an_owner_whose_id_no_policy_could_name_stops_nobodys_reminders(behind: Behind, listed: bool) -> None:
    behind.gone = set() if listed else {"佐藤 花子"}
    behind.article("a_1", {"id": "佐藤 花子", "name": "佐藤 花子"})
    behind.article("a_2", ITO)
    assert dict(await behind.remind()) == {"佐藤 花子" if listed else "": ["a_1"], "ito.sakura": ["a_2"]}

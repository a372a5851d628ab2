"""What becomes of a ticket in each system: an internal comment, the status, the owner, and never more than that."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import pytest_asyncio

from sandbox import Sandbox, dynamics365, freshdesk, hubspot, intercom, jira, kintone, salesforce, servicenow
from sandbox.crm import AGENT, Desk, Record
from services.notifier.channels import PROVIDERS
from services.notifier.channels.channel import Provider, Surroundings
from services.notifier.channels.http import client
from services.notifier.domain.content import Content
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Absent, Accepted, Ambiguous, Permanent, Result, Retryable
from shared.contracts.vocabulary import Channel, Purpose
from tests.contracts.channels.conftest import settings
from tests.contracts.channels.specs import SPECS

UNUSUAL = "髙﨑①㈱🔥 １２３"


@dataclass(frozen=True)
class System:
    """A system's words for a ticket that is worked on and one that is solved, and for the agent; `more` are settings."""

    open: str
    solved: str
    owner: str
    more: dict[str, str]


SYSTEMS = {
    "salesforce": System("Working", "Closed", salesforce.USERS[AGENT], {}),
    "hubspot": System("3", "4", hubspot.OWNERS[AGENT], {}),
    "jira": System("In Progress", "Done", jira.ACCOUNTS[AGENT], {}),
    "servicenow": System("2", "6", servicenow.USERS[AGENT], {}),
    "dynamics365": System("1", "5", dynamics365.USERS[AGENT], {}),
    "intercom": System("open", "closed", intercom.ADMINS[AGENT], {}),
    "freshdesk": System("2", "4", str(freshdesk.AGENTS[AGENT]), {}),
    "kintone": System(
        "対応中",
        "完了",
        AGENT,
        {"TASUKI_KINTONE_STATUS_FIELD": kintone.STATUS_FIELD, "TASUKI_KINTONE_OWNER_FIELD": kintone.OWNER_FIELD},
    ),
}


@dataclass
class Written:
    """One system before the sandbox."""

    name: str
    sandbox: Sandbox
    around: Surroundings
    provider: Provider

    @property
    def desk(self) -> Desk:
        """The system."""
        desk = self.sandbox.vendor(self.name)
        assert isinstance(desk, Desk)
        return desk

    @property
    def record(self) -> Record:
        """The ticket."""
        return self.desk.record(SPECS[self.name].to)

    def with_env(self, **env: str) -> Provider:
        """The same with other variables."""
        return PROVIDERS[self.name].open(replace(self.around, env={**(self.around.env or {}), **env}))

    async def say(self, status: str = "", owner: str = "", by: Provider | None = None) -> Result:
        """Tell the ticket something new."""
        return await (by or self.provider).send(message(self.name, status, owner), self.record.id)


def message(name: str, status: str = "", owner: str = "") -> Message:
    """Progress in Japanese."""
    now = datetime.now(UTC)
    content = Content("started", 12, "決済が失敗", "ja", "P1", ticket_status=status)
    n = Notification(
        id=uuid4(), case_id="c_1", purpose=Purpose.PROGRESS, channel=Channel.TICKET, recipient=f"ticket:{name}:1",
        name="", rank=20, content=content, round=1, attempts=1, created_at=now, attempted_at=now, provider=name,
    )  # fmt: skip
    return Message(n, "ja", "【対応開始】#12 決済が失敗", f"{UNUSUAL} <b> & さま", assignee=owner)


@pytest_asyncio.fixture(params=sorted(SYSTEMS))
async def written(request: pytest.FixtureRequest) -> AsyncIterator[Written]:
    """Each system in turn."""
    http, name = client(), request.param
    async with Sandbox.run() as sandbox:
        around = Surroundings(settings(sandbox), http, {**SPECS[name].env(sandbox), **SYSTEMS[name].more})
        yield Written(name, sandbox, around, PROVIDERS[name].open(around))
    await http.aclose()


async def test_comment_status_and_owner_are_written(written: Written) -> None:
    system, record = SYSTEMS[written.name], written.record
    assert isinstance(await written.say("open", AGENT), Accepted)
    assert (record.status, record.owner) == (system.open, system.owner)
    assert isinstance(await written.say("solved"), Accepted)
    assert (record.status, record.owner) == (system.solved, system.owner)
    assert [note.internal for note in record.notes] == [True, True]
    comments = [r for r in written.sandbox.received("ticket") if r.kind == "comment"]
    assert all(UNUSUAL in r.text and "<b> & さま" in r.text and r.notification_id for r in comments)


async def test_a_comment_without_status_changes_nothing_else(written: Written) -> None:
    assert isinstance(await written.say(), Accepted)
    assert [r.kind for r in written.sandbox.received("ticket")] == ["comment"]
    assert written.record.owner == ""


async def test_an_unknown_owner_leaves_the_owner_alone_and_keeps_the_rest(written: Written) -> None:
    await written.say("open", AGENT)
    result = await written.say("solved", "o'nobody@example.com")
    assert isinstance(result, Accepted), result
    assert written.record.owner == SYSTEMS[written.name].owner
    assert written.record.status == SYSTEMS[written.name].solved
    assert len(written.record.notes) == 2


async def test_people_are_looked_up_once_in_some_minutes_those_too_who_are_not_there(written: Written) -> None:
    for owner in (AGENT, "nobody@example.com", AGENT, "nobody@example.com"):
        await written.say("open", owner)
    known = {"kintone": [], "intercom": ["*", "*"]}  # all of them are told at once
    assert written.desk.asked_for == known.get(written.name, [AGENT, "nobody@example.com"])


async def test_a_status_that_is_refused_does_not_keep_the_comment_back(written: Written) -> None:
    wrong = {
        "salesforce": {"TASUKI_SALESFORCE_STATUS": "open=なし"},
        "hubspot": {"TASUKI_HUBSPOT_STAGES": "open=99"},
        "jira": {"TASUKI_JIRA_TRANSITIONS": "open=なし"},
        "servicenow": {"TASUKI_SERVICENOW_STATES": "open=99"},
        "freshdesk": {"TASUKI_FRESHDESK_STATUS": "open=99"},
        "kintone": {"TASUKI_KINTONE_STATUS": "open=なし"},
        "intercom": {"TASUKI_INTERCOM_STATUS": "open=99"},
        "dynamics365": {"TASUKI_DYNAMICS365_STATUS": "open=99"},
    }
    result = await written.say("open", by=written.with_env(**wrong[written.name]))
    assert isinstance(result, Accepted)
    assert result.code.startswith("comment-only: ")
    assert written.record.status == written.desk.FIRST
    assert len(written.record.notes) == 1


async def test_a_status_that_is_mapped_to_nothing_is_left_alone(written: Written) -> None:
    if written.name == "jira":
        return  # its transitions have names only where they differ from the kinds of status
    name = {"hubspot": "HUBSPOT_STAGES", "servicenow": "SERVICENOW_STATES"}.get(
        written.name, f"{written.name.upper()}_STATUS"
    )
    result = await written.say("open", by=written.with_env(**{f"TASUKI_{name}": "open="}))
    assert isinstance(result, Accepted)
    assert result.code == ""
    assert [r.kind for r in written.sandbox.received("ticket")] == ["comment"]


async def test_a_conflict_is_tried_again_and_nothing_is_written_twice(written: Written) -> None:
    conflict = "row-locked" if written.name == "salesforce" else "conflict"
    written.sandbox.fault(written.name, conflict, 1)
    said = message(written.name, "open", AGENT)
    assert isinstance(await written.provider.send(said, written.record.id), Retryable)
    assert (written.record.status, written.record.notes) == (written.desk.FIRST, [])
    assert isinstance(await written.provider.send(said, written.record.id), Accepted)
    assert len(written.record.notes) == 1


async def test_what_is_done_already_is_not_undone_by_doing_it_again(written: Written) -> None:
    """The connection ended after the status was set: the comment is not there, so all is done once more."""
    said, record = message(written.name, "solved", AGENT), written.record
    written.sandbox.fault(written.name, "timeout-after-accept", 1, seconds=0.05)
    assert isinstance(await written.provider.send(said, record.id), Ambiguous)
    assert await written.provider.find(said.notification, record.id, frozenset()) == Absent()
    assert isinstance(await written.provider.send(said, record.id), Accepted)
    assert (record.status, record.owner) == (SYSTEMS[written.name].solved, SYSTEMS[written.name].owner)
    assert len(record.history) == len(set(record.history))
    assert len(record.notes) == 1


async def test_an_old_comment_is_found_among_many(written: Written) -> None:
    said = message(written.name)
    sent = await written.provider.send(said, written.record.id)
    assert isinstance(sent, Accepted)
    for number in range(60):
        if written.name == "jira":  # its comments are documents
            await written.say()
        else:
            written.desk.write(written.record, f"追記 {number}", f"追記 {number}", internal=False)
    assert isinstance(await written.provider.find(said.notification, written.record.id, frozenset()), Accepted)


@pytest.mark.parametrize("bad", ["", "4711/../1", "x' OR 'a'='a", "１２", "0", "4711\n", "a" * 300, ":", "^"])
async def test_what_names_no_ticket_is_never_asked_for(written: Written, bad: str) -> None:
    assert await written.provider.send(message(written.name), bad) == Permanent("no-such-ticket", "target")
    assert written.sandbox.received("ticket") == []


@pytest.mark.parametrize("written", ["jira"], indirect=True)
async def test_a_transition_goes_by_its_name_where_one_is_given(written: Written) -> None:
    named = written.with_env(TASUKI_JIRA_TRANSITIONS="open=対応を始める,solved=Done")
    assert await written.say("open", by=named) == Accepted(f"OPS-482/{written.record.notes[-1].id}")
    await written.say("solved", by=named)
    assert (written.record.status, written.record.history) == ("Done", ["To Do", "In Progress"])


@pytest.mark.parametrize("written", ["jira"], indirect=True)
async def test_a_goal_that_is_two_transitions_away_is_reached(written: Written) -> None:
    assert isinstance(await written.say("solved"), Accepted)
    assert (written.record.status, written.record.history) == ("Done", ["To Do", "In Progress"])


@pytest.mark.parametrize("written", ["kintone"], indirect=True)
async def test_a_process_goes_by_its_actions(written: Written) -> None:
    acting = written.with_env(
        TASUKI_KINTONE_STATUS_FIELD="", TASUKI_KINTONE_ACTIONS="open=対応を始める,solved=完了する"
    )
    await written.say("open", AGENT, by=acting)
    await written.say("solved", by=acting)
    assert (written.record.status, written.record.owner) == ("完了", AGENT)
    again = await written.say("solved", by=acting)
    assert again == Accepted(f"42:1207/{written.record.notes[-1].id}", "comment-only: kintone-GAIA_IL03")


@pytest.mark.parametrize("written", ["salesforce"], indirect=True)
async def test_a_token_is_asked_for_once_and_again_when_it_has_run_out(written: Written) -> None:
    desk = written.desk
    assert isinstance(desk, salesforce.Salesforce)
    for _ in range(3):
        assert isinstance(await written.say("open", AGENT), Accepted)
    assert desk.asked == 1
    desk.expire()
    assert isinstance(await written.say("solved"), Accepted)
    assert desk.asked == 2
    written.sandbox.fault("salesforce", "expired")
    refused = await written.say()
    assert refused == Permanent("salesforce-INVALID_SESSION_ID", "account")


@pytest.mark.parametrize("written", ["intercom"], indirect=True)
async def test_a_ticket_of_intercom_is_commented_on_and_found_again(written: Written) -> None:
    said, ticket = message("intercom", "solved", AGENT), "815470000000001"
    sent = await written.provider.send(said, ticket)
    record = written.desk.record(ticket)
    assert sent == Accepted(f"{ticket}/{record.notes[-1].id}", "comment-only: intercom-not_found")
    assert await written.provider.find(said.notification, ticket, frozenset()) == Accepted(
        f"{ticket}/{record.notes[-1].id}"
    )
    assert ([note.internal for note in record.notes], record.status, record.owner) == ([True], "open", "")

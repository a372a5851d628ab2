"""Every provider passes one suite: what arrives, what each trouble is made of, and what is found again."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from sandbox import Sandbox
from sandbox.faults import HTTP, KINDS
from services.notifier.channels import PROVIDERS
from services.notifier.channels.channel import Provider, Surroundings
from services.notifier.channels.http import client
from services.notifier.domain.content import Content
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification, State
from services.notifier.domain.result import Absent, Accepted, Ambiguous, Permanent, Retryable, Unaskable
from services.notifier.settings import Settings
from shared.contracts.vocabulary import Purpose
from shared.runtime.settings import Secret
from tests.contracts.channels.conftest import settings
from tests.contracts.channels.spec import Env, Spec, text_of
from tests.contracts.channels.specs import SPECS

NAMES = sorted(SPECS)
LINK = "https://example.com/a/token-of-the-link"
UNUSUAL = "髙﨑①㈱🔥"


@dataclass
class Bench:
    """One provider's channel before the sandbox."""

    spec: Spec
    sandbox: Sandbox
    around: Surroundings
    provider: Provider

    @property
    def to(self) -> str:
        """An address that works."""
        return self.spec.given(self.sandbox)

    def with_env(self, env: Env) -> Provider:
        """The same provider with other variables, those that providers share among them."""
        given = {**self.spec.env(self.sandbox), **env}
        named = {name.removeprefix("TASUKI_").lower(): Secret(value) for name, value in given.items()}
        shared: dict[str, Any] = {f.name: named[f.name] for f in fields(Settings) if f.name in named}
        around = replace(self.around, settings=replace(self.around.settings, **shared), env=given)
        return PROVIDERS[self.spec.name].open(around)

    def message(self, text: str = "") -> Message:
        """A page in Japanese that nobody has seen yet."""
        now = datetime.now(UTC)
        content = Content("page", 12, f"決済が失敗 <{UNUSUAL} & １２>", "ja", "P1", facts="事実")
        n = Notification(
            id=uuid4(), case_id=f"c_{uuid4().hex[:26]}", purpose=Purpose.PAGE, channel=self.spec.channel,
            recipient="sato.hanako", name="佐藤 花子", rank=10, content=content, round=1, attempts=1,
            created_at=now, attempted_at=now, provider=self.spec.name,
        )  # fmt: skip
        card = PROVIDERS[self.spec.name]
        link = LINK if card.link else ""
        words = f"{UNUSUAL} さまの案件 <b> & １２３\n{text}\n{link}".strip()
        return Message(
            n, "ja", "【P1 対応のお願い】#12 決済が失敗", words, f"案件番号 12。{UNUSUAL}", "引き受ける", link
        )


@pytest_asyncio.fixture
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    """The provider that the test is asked about."""
    spec, http = SPECS[request.param], client()
    async with Sandbox.run() as sandbox:
        around = Surroundings(settings(sandbox), http, spec.env(sandbox))
        yield Bench(spec, sandbox, around, PROVIDERS[spec.name].open(around))
    await http.aclose()


of_each = pytest.mark.parametrize("bench", NAMES, indirect=True)
of_asked = pytest.mark.parametrize("bench", [n for n in NAMES if SPECS[n].asked], indirect=True)
of_others = pytest.mark.parametrize("bench", [n for n in NAMES if not SPECS[n].asked], indirect=True)


@of_each
async def test_a_message_arrives_whole(bench: Bench) -> None:
    message = bench.message()
    result = await bench.provider.send(message, bench.to)
    assert isinstance(result, Accepted), result
    arrived = text_of(bench.sandbox)
    assert UNUSUAL in arrived
    assert not message.link or message.link in arrived
    (received,) = bench.sandbox.received(bench.spec.channel)
    assert received.case_id in (None, message.notification.case_id)


@pytest.mark.parametrize(
    ("bench", "kind"),
    [(n, k) for n in NAMES for k in sorted({*KINDS.get(n, ()), *SPECS[n].means, *HTTP})],
    indirect=["bench"],
)
async def test_trouble_is_told_exactly(bench: Bench, kind: str) -> None:
    bench.sandbox.fault(bench.spec.name, kind, 1, seconds=0.3)
    means = bench.spec.of(kind)
    result = await bench.provider.send(bench.message(), bench.to)
    assert isinstance(result, means.result), result
    if isinstance(result, Permanent):
        assert result.scope == means.scope
    if isinstance(result, Retryable) and means.after is not None:
        assert result.after == pytest.approx(means.after, abs=1.0)


@pytest.mark.parametrize("bench", ["teams", "google_chat", "discord", "web_push", "webhook"], indirect=True)
async def test_an_address_of_the_own_network_is_written_to_only_where_that_is_allowed(bench: Bench) -> None:
    result = await bench.with_env({"TASUKI_WEBHOOK_ALLOW": ""}).send(bench.message(), bench.to)
    assert isinstance(result, Permanent), result
    assert result.scope == "target"
    assert bench.sandbox.received() == []


@of_each
async def test_a_hundred_kilobytes_are_cut_and_keep_the_link(bench: Bench) -> None:
    message = bench.message("長い説明🔥\n" * 6000)
    result = await bench.provider.send(message, bench.to)
    assert isinstance(result, Accepted), result
    assert not message.link or message.link in text_of(bench.sandbox)


@of_each
async def test_a_provider_that_is_not_set_up_says_so(bench: Bench) -> None:
    unset = bench.with_env(bench.spec.unset)
    assert bench.provider.set_up
    assert not unset.set_up
    assert await unset.send(bench.message(), bench.to) == Permanent("not-set-up", "channel")


@of_each
async def test_revoked_credentials_are_a_matter_of_the_account(bench: Bench) -> None:
    if bench.spec.wrong is None:
        assert bench.spec.name in WITHOUT_CREDENTIALS
        return
    result = await bench.with_env(bench.spec.wrong).send(bench.message(), bench.to)
    assert isinstance(result, Permanent), result
    assert result.scope == "account"
    assert bench.sandbox.received() == []


@of_each
async def test_nobody_listening_is_no_message_sent(bench: Bench) -> None:
    away = bench.spec.nowhere(bench.sandbox) if bench.spec.nowhere else {}
    to = bench.to if away else bench.spec.nobody
    assert await bench.with_env(away).send(bench.message(), to) == Retryable(bench.spec.away)


@of_each
async def test_an_address_that_the_provider_refuses_is_a_matter_of_the_target(bench: Bench) -> None:
    if bench.spec.bad is None:
        return
    result = await bench.provider.send(bench.message(), bench.spec.bad)
    assert isinstance(result, Permanent), result
    assert result.scope == "target"


@of_asked
async def test_what_went_out_without_an_answer_is_found_again(bench: Bench) -> None:
    message = bench.message()
    assert await bench.provider.find(message.notification, bench.to, frozenset()) == Absent()
    bench.sandbox.fault(bench.spec.name, "timeout-after-accept", 1, seconds=0.05)
    assert isinstance(await bench.provider.send(message, bench.to), Ambiguous)
    found = await bench.provider.find(message.notification, bench.to, frozenset())
    assert isinstance(found, Accepted)
    other = bench.message()
    bench.sandbox.fault(bench.spec.name, "timeout-before-accept", 1, seconds=0.05)
    assert isinstance(await bench.provider.send(other, bench.to), Ambiguous)
    others = frozenset({found.provider_id})
    assert await bench.provider.find(other.notification, bench.to, others) == Absent()
    bench.sandbox.fault(bench.spec.name, "down")
    assert isinstance(await bench.provider.find(message.notification, bench.to, frozenset()), Retryable)


@of_others
async def test_who_cannot_be_asked_says_so(bench: Bench) -> None:
    assert await bench.provider.find(bench.message().notification, bench.to, frozenset()) == Unaskable()


@of_each
async def test_the_same_notification_twice(bench: Bench) -> None:
    message = bench.message()
    for _ in range(2):
        assert isinstance(await bench.provider.send(message, bench.to), Accepted)
    arrived = bench.sandbox.received(bench.spec.channel)
    assert len(arrived) == (1 if bench.spec.again else 2)
    assert PROVIDERS[bench.spec.name].once in (
        ("key", "harmless", "asked") if bench.spec.again else ("asked", "labelled")
    )


@of_each
async def test_a_taken_case_changes_the_message_where_that_can_be(bench: Bench) -> None:
    message = bench.message()
    sent = await bench.provider.send(message, bench.to)
    assert isinstance(sent, Accepted)
    before = bench.sandbox.journal.cursor
    n = replace(message.notification, provider_id=sent.provider_id, state=State.ACCEPTED)
    gone = replace(
        message, notification=n, button="", link="", subject=f"{UNUSUAL}さんが受け付けました", text="不要です"
    )
    assert isinstance(await bench.provider.withdraw(gone, bench.to), Accepted)
    arrived = text_of(bench.sandbox, before)
    assert (f"{UNUSUAL}さん" in arrived) == bench.spec.changes


def test_every_provider_has_a_contract() -> None:
    assert set(PROVIDERS) - set(SPECS) == OLDER


OLDER = {"twilio", "slack", "smtp", "zendesk"}  # test_channels.py
WITHOUT_CREDENTIALS: frozenset[str] = frozenset(
    {"teams", "google_chat", "discord", "apprise"}
)  # their secret is the address

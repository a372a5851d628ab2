"""Reports by Slack: opens the form, takes what was sent in it, and lets it say who has the case."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from services.notifier.channels.channel import Surroundings
from services.notifier.channels.slack import Slack
from services.notifier.domain import slack_form
from services.notifier.domain.draft import Teller, wrong
from services.notifier.domain.report_words import say
from services.notifier.domain.slack_form import Asked, Sent
from services.notifier.reporting import Received, Reporting
from shared.runtime import telemetry

log = telemetry.logger(__name__)
WHO_SECONDS, OPEN_SECONDS = 0.9, 1.6  # Slack waits three in all
OPEN_ALREADY = "slack-exchanged_trigger_id"  # the same command has come twice


@dataclass(frozen=True)
class Said:
    """What Slack is answered (nothing: only that it came), and what is done after that."""

    body: Mapping[str, Any] | None = None
    after: Callable[[], Awaitable[None]] | None = None


class SlackReports:
    """The form of one Slack app; by our door or by its socket, it is the same."""

    def __init__(self, around: Surroundings, reporting: Reporting) -> None:
        self._slack = Slack(around)
        self._reporting = reporting
        self._page = f"{around.settings.public_url.rstrip('/')}/report"

    async def hear(self, told: Mapping[str, Any]) -> Said | None:
        """Answer what somebody did; None when it is about no report."""
        if asked := slack_form.asked(told):
            return await self._open(asked)
        if sent := slack_form.sent(told):
            return await self._take(sent)
        return None

    async def _open(self, asked: Asked) -> Said:
        teller = await self._reporting.teller("slack", asked.user) or await self._stranger(asked)
        page = f"{self._page}?lang={teller.language}"
        if asked.is_help:
            return Said(_alone(say("help", teller.language, page=page)))
        view = slack_form.form(teller.language, asked.text, teller.name)
        body = {"trigger_id": asked.trigger, "view": view}
        answer = await self._slack.ask("views.open", body, seconds=OPEN_SECONDS)
        if isinstance(answer, dict) or answer.code == OPEN_ALREADY:
            return Said()
        log.warning("the form did not open in Slack", code=answer.code)
        text = say("not.opened", teller.language, page=page)
        return Said(_alone(text)) if asked.how == "command" else Said(after=partial(self._write, asked.user, text))

    async def _take(self, sent: Sent) -> Said:
        language, draft = sent.language, sent.draft
        if found := wrong(draft):
            return Said(slack_form.errors(found, language))
        known = None if draft.anonymous else await self._reporting.teller("slack", sent.user)
        teller = Teller(language, known.person if known else None, sent.name)
        received = await self._reporting.send("slack", draft, teller, sent.view)
        if isinstance(received, str):
            return Said(slack_form.errors({"facts": f"error.{received}"}, language))
        view = _thanks(sent, received, [say("finding", language)])
        return Said({"response_action": "update", "view": view}, partial(self._follow, sent, teller, received))

    async def _follow(self, sent: Sent, teller: Teller, received: Received) -> None:
        """Say who has the case once that is known: in the form, and to whom no message of ours comes otherwise."""
        lines = await self._reporting.lines(received.case_id, teller)
        view = _thanks(sent, received, lines)
        await self._slack.ask("views.update", {"view_id": sent.view, "view": view})
        if not (sent.draft.anonymous or teller.person or received.again):
            number = say("number", teller.language, number=received.number)
            text = [say("thanks", teller.language), number, *lines, received.page]
            await self._write(sent.user, "\n".join(text))

    async def _write(self, user: str, text: str) -> None:
        answer = await self._slack.ask("chat.postMessage", {"channel": user, "text": slack_form.escaped(text)})
        if not isinstance(answer, dict):
            log.warning("a word about a report was not sent in Slack", code=answer.code)

    async def _stranger(self, asked: Asked) -> Teller:
        """The name and the language of somebody whom the directory does not know, as Slack has them."""
        form = {"user": asked.user, "include_locale": "true"}
        answer = await self._slack.ask("users.info", form=form, seconds=WHO_SECONDS)
        user = answer.get("user") if isinstance(answer, dict) else None
        told = user if isinstance(user, dict) else {}
        locale, name = told.get("locale"), told.get("real_name")
        foreign = isinstance(locale, str) and not locale.startswith("ja")
        return Teller("en" if foreign else "ja", None, name if isinstance(name, str) and name else asked.name)


def _alone(text: str) -> Mapping[str, Any]:
    return {"response_type": "ephemeral", "text": text}


def _thanks(sent: Sent, received: Received, lines: list[str]) -> Mapping[str, Any]:
    again, anonymous = received.again, sent.draft.anonymous
    return slack_form.thanks(sent.language, received.number, received.page, lines, again=again, anonymous=anonymous)

"""The providers, one file and one line each. Among those of one channel and kind of address, the first goes first."""

from collections.abc import Mapping
from dataclasses import replace

from services.notifier.channels import (
    apprise,
    chatwork,
    discord,
    dynamics365,
    freshdesk,
    google_chat,
    hubspot,
    intercom,
    jira,
    kintone,
    line,
    line_works,
    mail,
    mattermost,
    salesforce,
    servicenow,
    sip,
    slack,
    teams,
    twilio,
    twilio_sms,
    web_push,
    webhook,
    zendesk,
)
from services.notifier.channels.channel import Card, Provider, Rate, Surroundings
from shared.contracts.vocabulary import Channel

PROVIDERS: dict[str, Card] = {
    "twilio": Card(Channel.PHONE, "phone", twilio.Voice, "asked", Rate(1, 30), link=False, button=True, changes=True),
    "sip": Card(Channel.PHONE, "phone", sip.Sip, "asked", Rate(1, 30), link=False, button=True, changes=True),
    "twilio_sms": Card(Channel.SMS, "phone", twilio_sms.Sms, "asked", Rate(1, 30), link=False, button=True, room=450),
    "web_push": Card(
        Channel.PUSH, "push", web_push.WebPush, "harmless", Rate(50, 200), link=False, button=True, changes=True
    ),
    "slack": Card(Channel.CHAT, "slack", slack.Slack, "asked", Rate(20, 60), link=False, button=True, changes=True),
    "teams": Card(Channel.CHAT, "teams", teams.Teams, "labelled", Rate(4, 8), room=7_000),
    "google_chat": Card(Channel.CHAT, "google_chat", google_chat.GoogleChat, "labelled", Rate(1, 10), room=4_000),
    "mattermost": Card(
        Channel.CHAT,
        "mattermost",
        mattermost.Mattermost,
        "asked",
        Rate(8, 16),
        link=False,
        button=True,
        room=15_000,
        changes=True,
    ),
    "discord": Card(
        Channel.CHAT, "discord", discord.Discord, "labelled", Rate(0.5, 5), button=True, room=3_800, changes=True
    ),
    "line_works": Card(
        Channel.CHAT, "line_works", line_works.LineWorks, "labelled", Rate(3, 60), button=True, room=1_900
    ),
    "line": Card(Channel.CHAT, "line", line.Line, "key", Rate(100, 500), button=True, room=4_500),
    "chatwork": Card(Channel.CHAT, "chatwork", chatwork.Chatwork, "asked", Rate(0.8, 60), room=19_000, changes=True),
    "apprise": Card(
        Channel.CHAT, "apprise", apprise.Apprise, "labelled", Rate(2, 10), room=1500, best_effort=True, hands=4
    ),
    "smtp": Card(Channel.EMAIL, "email", mail.Mail, "labelled", Rate(20, 100), room=100_000, hands=10),
    "webhook": Card(Channel.WEBHOOK, "webhook", webhook.Webhook, "key", Rate(20, 100), room=4000),
    "zendesk": Card(Channel.TICKET, "zendesk", zendesk.Zendesk, "asked", Rate(8, 40), link=False, hands=10),
    "salesforce": Card(Channel.TICKET, "salesforce", salesforce.Salesforce, "asked", Rate(5, 20), link=False, hands=10),
    "hubspot": Card(Channel.TICKET, "hubspot", hubspot.HubSpot, "asked", Rate(5, 20), link=False, hands=10),
    "jira": Card(Channel.TICKET, "jira", jira.Jira, "asked", Rate(5, 20), link=False, hands=10),
    "servicenow": Card(Channel.TICKET, "servicenow", servicenow.ServiceNow, "asked", Rate(5, 20), link=False, hands=10),
    "freshdesk": Card(Channel.TICKET, "freshdesk", freshdesk.Freshdesk, "asked", Rate(1, 20), link=False, hands=10),
    "kintone": Card(Channel.TICKET, "kintone", kintone.Kintone, "asked", Rate(5, 20), link=False, hands=10),
    "intercom": Card(Channel.TICKET, "intercom", intercom.Intercom, "asked", Rate(5, 20), link=False, hands=10),
    "dynamics365": Card(
        Channel.TICKET, "dynamics365", dynamics365.Dynamics365, "asked", Rate(5, 20), link=False, hands=10
    ),
}
CHANGED_IN_PLACE = frozenset(name for name, card in PROVIDERS.items() if card.changes)
MOST_A_SECOND = 10_000  # messages that may be agreed with a provider
KEPT_FOR_P1 = 3  # of the hands of every channel
HANDS = {Channel.PHONE: 30, Channel.CHAT: 30, Channel.EMAIL: 10, Channel.TICKET: 10} | dict.fromkeys(
    (Channel.SMS, Channel.PUSH, Channel.WEBHOOK), 20
)


def paced(rates: str) -> Mapping[str, Card]:
    """The cards of all providers, with the rates that were agreed with some: `slack=50, twilio=5`, messages a second.

    Raises ValueError for a provider that there is not, and for what is no rate.
    """
    cards = dict(PROVIDERS)
    for entry in filter(None, (entry.strip() for entry in rates.split(","))):
        name, _, figure = (part.strip() for part in entry.partition("="))
        if name not in cards or not 0 < float(figure or 0) < MOST_A_SECOND:
            raise ValueError(f"no provider and rate: {entry!r}; known are {', '.join(PROVIDERS)}")
        per_second = float(figure)
        rate = Rate(per_second, max(cards[name].rate.burst, round(per_second)))
        cards[name] = replace(cards[name], rate=rate)
    return cards


def open_all(around: Surroundings) -> dict[str, Provider]:
    """Make every provider; nothing is connected before the first message."""
    return {name: card.open(around) for name, card in PROVIDERS.items()}

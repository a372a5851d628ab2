"""What a reporter writes is text on every board: no link under another name, nobody called, no line lost."""

from dataclasses import replace

import pytest

from services.notifier.channels import discord, google_chat, mattermost, slack, teams
from services.notifier.domain.message import Message
from tests.unit.notifier.examples import notification

LINK = "https://example.com/a/to_ken-of*the~link"
EVIL = "[銀行](https://evil.example) <users/all> @channel **太字** <b> & 髙﨑①㈱🔥"
MESSAGE = Message(notification(), "ja", f"件名 {EVIL}", f"{EVIL}\n二行目\n{LINK}", "", "引き受ける", LINK)
LONG = replace(MESSAGE, text="長い説明 <&> 🔥\n" * 8000 + LINK)


def test_teams_gets_plain_runs_line_by_line_within_its_size() -> None:
    card = teams._card(MESSAGE, MESSAGE.text)["attachments"][0]["content"]
    assert [block["type"] for block in card["body"]] == ["RichTextBlock"] * 4
    assert card["body"][1]["inlines"][0]["text"] == EVIL
    assert LINK in str(teams._envelope(LONG)["attachments"][0]["content"]["body"][-1])


def test_google_chat_escapes_in_both_places() -> None:
    body = google_chat._body(MESSAGE)
    assert "<" not in body["text"]
    (text, _) = body["cardsV2"][0]["card"]["sections"][0]["widgets"]
    assert "<" not in text["textParagraph"]["text"]
    assert "&lt;b&gt; &amp; 髙﨑①㈱🔥\n二行目" in text["textParagraph"]["text"]


def test_mattermost_calls_nobody_and_hides_no_link() -> None:
    post = mattermost.shown(MESSAGE)["message"]
    assert "@channel" not in post
    assert "\\[銀行](" in post
    assert "髙﨑①㈱🔥\n二行目" in post


@pytest.mark.parametrize("message", [MESSAGE, LONG])
def test_discord_escapes_all_but_the_link(message: Message) -> None:
    text = discord._plain(message.text, LINK)
    assert LINK in text
    assert "[銀行](" not in text.replace("\\[", "")
    assert discord._url("https://discord.com/api/webhooks/1/t?thread_id=7", "/messages/9", wait="true") == (
        "https://discord.com/api/webhooks/1/t/messages/9?thread_id=7&with_components=true&wait=true"
    )


def test_a_long_text_keeps_its_lines_in_slack() -> None:
    pieces = slack._pieces(slack._escape(LONG.text))
    assert len(pieces) == slack.MOST
    assert all(len(piece) <= slack.SECTION and piece.endswith("\n") for piece in pieces)
    assert set("".join(pieces).splitlines()) == {"長い説明 &lt;&amp;&gt; 🔥"}

"""What Slack tells is read without ever breaking, and what it is told fits the room that it has."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.domain import slack_form
from services.notifier.domain.contact import Language
from services.notifier.domain.draft import Draft
from services.notifier.domain.report_words import WORDS

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=8), part, max_size=3),
    max_leaves=12,
)
_names = ("type", "callback_id", "trigger_id", "command", "view", "user", "message", "channel", "team", "text", "state")


@given(
    st.dictionaries(
        st.sampled_from(_names),
        _json | st.sampled_from(["shortcut", "message_action", "view_submission", "tasuki_report", "/t"]),
    )
)
def test_nothing_that_comes_in_breaks_it(told: dict[str, Any]) -> None:
    slack_form.asked(told)
    slack_form.sent(told)


@given(
    st.dictionaries(
        st.sampled_from(("facts", "impact", "now", "anonymous")),
        st.dictionaries(st.sampled_from(("facts", "impact", "now")), _json),
    )
)
def test_no_state_of_a_form_breaks_it(values: dict[str, Any]) -> None:
    view = {"id": "V1", "callback_id": slack_form.CALLBACK, "state": {"values": values}, "private_metadata": "[1"}
    sent = slack_form.sent({"type": "view_submission", "user": {"id": "U1"}, "view": view})
    assert sent is not None
    assert sent.language == "ja"


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("<@U0SECRET> さんへ", "@… さんへ"),
        ("<@U0SECRET|hanako>", "@hanako"),
        ("<#C1|general> <!here> <!subteam^S1|@ops>", "#general @here @ops"),
        ("<https://e.jp/?a=1&amp;b=2|記録>", "記録 https://e.jp/?a=1&b=2"),
        ("<https://e.jp> <https://e.jp|https://e.jp>", "https://e.jp https://e.jp"),
        ("<mailto:a@e.jp|a@e.jp>", "a@e.jp mailto:a@e.jp"),
        ("1 &lt; 2 &amp;amp; 髙﨑①㈱🔥", "1 < 2 &amp; 髙﨑①㈱🔥"),
    ],
)
def test_what_slack_marks_up_is_written_out(raw: str, read: str) -> None:
    assert slack_form.readable(raw) == read


@pytest.mark.parametrize("language", ["ja", "en"])
def test_everything_fits(language: Language) -> None:
    view = slack_form.form(language, "🔥" * 9000, "髙" * 300)
    assert len(view["blocks"][1]["element"]["initial_value"]) <= 3000
    for name in ("title", "submit", "close"):
        assert 0 < len(view[name]["text"]) <= 24
    options = [o for b in view["blocks"] for o in b.get("element", {}).get("options", [])]
    assert all(len(option["text"]["text"]) <= 75 for option in options)
    done = slack_form.thanks(language, 7, "https://e.jp/r/x", ["a < b"], again=False, anonymous=True)
    assert "a &lt; b" in done["blocks"][1]["text"]["text"]


def test_a_long_message_keeps_its_link() -> None:
    told = {
        "type": "message_action", "callback_id": "tasuki_report_message", "trigger_id": "1", "user": {"id": "U1"},
        "message": {"text": "あ" * 9000, "ts": "1.2"}, "channel": {"id": "C1"}, "team": {"domain": "acme"},
    }  # fmt: skip
    asked = slack_form.asked(told)
    assert asked is not None
    assert len(asked.text) <= 3000
    assert asked.text.endswith("\n\nhttps://acme.slack.com/archives/C1/p12")
    odd = slack_form.asked({**told, "team": {"domain": "evil.example/#"}})
    assert odd is not None
    assert "evil" not in odd.text


@pytest.mark.parametrize("page", ["chat.md", "chat.ja.md"])
def test_the_manifest_of_the_docs_is_what_is_understood(page: str) -> None:
    text = (Path(__file__).parents[3] / "docs/sources" / page).read_text(encoding="utf-8")
    manifest = yaml.safe_load(text.split("```yaml\n")[1].split("```")[0])
    features, door = manifest["features"], "https://<host>/callbacks/slack"
    for shortcut in features["shortcuts"]:
        type_ = {"global": "shortcut", "message": "message_action"}[shortcut["type"]]
        told = {"type": type_, "callback_id": shortcut["callback_id"], "trigger_id": "1", "user": {"id": "U1"}}
        assert slack_form.asked(told) is not None
        assert len(shortcut["name"]) <= 24
    assert features["slash_commands"][0]["url"] == manifest["settings"]["interactivity"]["request_url"] == door
    assert {"commands", "chat:write", "users:read"} <= set(manifest["oauth_config"]["scopes"]["bot"])


def test_what_was_typed_comes_back_from_the_form() -> None:
    ticked = {"type": "checkboxes", "selected_options": [{"value": "yes"}]}
    values = {
        "facts": {"type": "plain_text_input", "value": "髙﨑①㈱🔥"},
        "impact": {"type": "radio_buttons", "selected_option": {"value": "all"}},
        "now": ticked,
        "anonymous": {**ticked, "selected_options": []},
    }
    view = {
        "id": "V1", "callback_id": slack_form.CALLBACK, "state": {"values": {n: {n: v} for n, v in values.items()}},
        "private_metadata": slack_form.form("en", name="n" * 300)["private_metadata"],
    }  # fmt: skip
    told = {"type": "view_submission", "user": {"id": "U1", "name": "sato"}, "view": view}
    draft = Draft(facts="髙﨑①㈱🔥", impact="all", now=True)
    assert slack_form.sent(told) == slack_form.Sent("V1", "U1", "n" * 200, "en", draft)
    for foreign in ("[]", "7", "{"):
        sent = slack_form.sent({**told, "view": {**view, "private_metadata": foreign}})
        assert sent == slack_form.Sent("V1", "U1", "sato", "ja", draft)


def test_only_the_facts_are_required_with_the_impact_and_long_texts_have_room() -> None:
    blocks = {b["block_id"]: b for b in slack_form.form("ja")["blocks"] if b["type"] == "input"}
    assert {name for name, b in blocks.items() if not b["optional"]} == {"facts", "impact"}
    assert {name for name, b in blocks.items() if b["element"].get("multiline")} == {"facts", "wanted"}
    assert {name for name, b in blocks.items() if "hint" in b} == {"facts", "now", "wanted", "anonymous"}


def test_what_is_wrong_stands_beside_its_field() -> None:
    assert slack_form.errors({"facts": "error.missing"}, "en") == {
        "response_action": "errors",
        "errors": {"facts": WORDS["error.missing"][1]},
    }


def test_who_sends_the_same_again_is_told_so() -> None:
    first, again = (
        slack_form.thanks("en", 12, "https://e.jp", [], again=again, anonymous=False) for again in (False, True)
    )
    assert first["blocks"][0]["text"]["text"] == WORDS["thanks"][1]
    assert again["blocks"][0]["text"]["text"] == WORDS["thanks.again"][1]

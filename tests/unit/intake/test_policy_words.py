"""Rules and rotations in words, in both languages."""

from datetime import datetime

import pytest

from services.intake.domain import policy_words as say
from services.intake.domain.policy import Condition, Effect, Policy, Rotation, Step, Target, drafted, touched

POLICY = Policy.model_validate(
    {
        "matrix": {}, "priorities": {}, "people": [{"id": "sato", "name": "佐藤 花子"}, {"id": "ken", "name": "髙橋 健①"}],
        "teams": {"sre": {"name": "SRE"}}, "default_team": "sre", "catch_all": "sato",
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("when", "ja", "en"),
    [
        ({"words": ["返金"]}, "本文に「返金」がある", "the text says “返金”"),
        (
            {"words": ["名簿"], "also": ["紛失"]},
            "本文に「名簿」がある、かつ 本文に「紛失」もある",
            "the text says “名簿” and it also says “紛失”",
        ),
        ({"done": ["暴言"]}, "対応済みの内容に「暴言」がある", "what was done already says “暴言”"),
        ({"kind": ["outage", "defect"]}, "種別が「障害」「不具合」のどれか", "the kind is “Outage” or “Defect”"),
        ({"amount_at_least": 100000}, "金額が 100,000 円以上", "the amount is 100,000 yen or more"),
        ({"wanted_within": "2h"}, "希望の期限まで2時間以内", "it is wanted within 2 h"),
        ({"personal_data": False}, "個人情報を含まない", "personal data is not involved"),
        (
            {"impact": ["all"], "similar": {"count": 3, "within": "10m"}},
            "影響範囲が「全体」、かつ 同様の報告が 10分以内に 3 件以上",
            "the impact is “Everyone” and 3 similar reports come within 10 min",
        ),
    ],
)
def test_a_condition_is_one_sentence(when: dict[str, object], ja: str, en: str) -> None:
    one = Condition.model_validate(when)
    assert (say.conditions(one, "ja"), say.conditions(one, "en")) == (ja, en)


def test_an_effect_is_said_one_by_one() -> None:
    then = Effect(at_least="P2", add=[Target(role="manager", team="sre")], channels=["phone", "chat"], gather=True)
    assert say.effects(then, POLICY, "ja") == [
        "優先度を P2 以上にする", "SREの管理者にも連絡する", "連絡手段は電話・チャット", "同様の報告を一件にまとめる",
    ]  # fmt: skip
    assert say.effects(then, POLICY, "en")[1] == "manager of SRE is told too"
    assert say.effects(Effect(suppress=True, faq="https://faq.example.jp"), POLICY, "ja") == [
        "だれも呼び出さない", "案内：https://faq.example.jp",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "faq",
    [
        "パスワードの再設定",
        "/v1/search?q=パスワードの再設定",
        "/v1/search?limit=3&q=%E3%83%91%E3%82%B9%E3%83%AF%E3%83%BC%E3%83%89%E3%81%AE%E5%86%8D%E8%A8%AD%E5%AE%9A",
    ],
)
def test_words_to_search_for_are_said_as_words_also_those_of_an_older_policy(faq: str) -> None:
    assert say.effects(Effect(suppress=True, faq=faq), POLICY, "ja")[1] == "案内：FAQ の「パスワードの再設定」"
    assert say.effects(Effect(suppress=True, faq=faq), POLICY, "en")[1] == "answer: “パスワードの再設定” in the FAQ"


def test_a_level_says_what_is_special_about_it() -> None:
    step = Step(targets=[Target(role="leader")], first_response="1bh", acknowledge="all")
    assert say.asked(step, POLICY, "ja") == "現場リーダー（1営業時間、全員の応答が必要）"
    assert (
        say.asked(Step(targets=[Target(role="leader"), Target(role="manager")]), POLICY, "en") == "leader and manager"
    )


def test_turns_name_the_people_and_the_hours() -> None:
    layer = {
        "people": ["sato", "ken", "gone"], "every": 2, "unit": "weeks", "start": datetime(2026, 1, 5, 9),
        "only": [{"weekdays": ["mon", "fri"], "hours": "18:00-09:00"}],
    }  # fmt: skip
    one = Rotation.model_validate(layer)
    assert say.turns(one, POLICY, "ja") == (
        "佐藤 花子さん → 髙橋 健①さん → goneさん（2 週間ごとに 9:00 交代）：月・金 18:00-09:00"
    )
    assert say.turns(one, POLICY, "en").endswith("gone, every 2 weeks at 09:00 (Mon, Fri 18:00-09:00)")


def test_a_draft_is_taken_from_a_form_file_by_file() -> None:
    given = {"file:a.yaml": "x: 1", "file:b.yaml": "", "why": "…"}
    assert drafted(given) == {"a.yaml": "x: 1\n", "b.yaml": ""}
    assert touched({"a.yaml": "x: 1\n", "c.yaml": ""}, drafted(given)) == ["b.yaml", "c.yaml"]

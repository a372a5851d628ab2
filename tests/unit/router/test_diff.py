"""What differs between two policies is said in words, by id, and nothing else is said."""

import pytest

from services.router import reading
from services.router.domain.trial.diff import changes
from tests.unit.router.drafts import Edit, files


def texts(*edits: Edit) -> list[tuple[str, str]]:
    """The changes that some edits of the shipped policy make, in both languages."""
    old = reading.stored({name: str(text) for name, text in files().items()})
    new = reading.stored({name: str(text) for name, text in files(*edits).items()})
    assert old is not None
    assert new is not None
    return [(c.reason.ja, c.reason.en) for c in changes(old.policy, new.policy, old.rows, new.rows)]


@pytest.mark.parametrize(
    ("edit", "ja", "en"),
    [
        (("matrix", "first_response: 5m", "first_response: 10m"), "P1 の初回応答: 5分 → 10分", "P1, first response: 5 min → 10 min"),
        (("matrix", "one: P2} # 重大", "one: P1}"), "表 重大 × 個別: P2 → P1", "matrix critical × one: P2 → P1"),
        (("matrix", "nobody_on_duty: hold", "nobody_on_duty: catch_all"), "P3 の当番がいないとき: 次の当番まで待つ → なし", "P3, nobody on duty: wait for the shift → none"),
        (("rules", "id: long-handling", "id: long"), "ルール long-handling を削除", "rule long-handling removed"),
        (("rules", "消費者センター, ", ""), "ルール legal-or-public の条件 1・語: 消費者センター を削除", "rule legal-or-public, condition 1, words: - 消費者センター"),
        (("rules", "[{role: leader, path: hierarchical}]", "[{role: manager, path: hierarchical}]"), "ルール harassment の扱い・相手（追加）: 現場リーダー（階層的） → 管理者（階層的）", "rule harassment, effect, also: leader (hierarchical) → manager (hierarchical)"),
        (("rules", "personal_data: true", "personal_data: false"), "ルール personal-data の条件 1・個人情報: はい → いいえ", "rule personal-data, condition 1, personal data: yes → no"),
        (("teams", "name: 佐藤 花子", "name: 髙﨑①㈱🔥"), "人 sato.hanako の名前: 佐藤 花子 → 髙﨑①㈱🔥", "person sato.hanako, name: 佐藤 花子 → 髙﨑①㈱🔥"),
        (("teams", "review_every: 90d", "review_every: 30d"), "見直しの間隔: 90日 → 30日", "review every: 90 d → 30 d"),
        (("schedules", "[sato.hanako, suzuki.ichiro]", "[suzuki.ichiro, sato.hanako]"), "当番表 payments-second-line の層 1・人: sato.hanako、suzuki.ichiro → suzuki.ichiro、sato.hanako", "schedule payments-second-line, layer 1, people: sato.hanako, suzuki.ichiro → suzuki.ichiro, sato.hanako"),
        (("calendars", "2026-12-29: 年末年始", "2026-12-29: 創立記念日"), "カレンダー office の休業日 2026-12-29: 年末年始 → 創立記念日", "calendar office, days off 2026-12-29: 年末年始 → 創立記念日"),
        (("cases", "says: 重大 × 一部も P1", "says: 重大と一部"), "一覧「重大 × 一部も P1」 を削除", "case “critical × some is P1 too” removed"),
    ],
    ids=lambda v: v[2][:30] if isinstance(v, tuple) else None,
)  # fmt: skip
def test_a_change_is_said_in_both_languages(edit: Edit, ja: str, en: str) -> None:
    assert (ja, en) in texts(edit)


def test_the_same_policy_written_in_another_way_has_no_changes() -> None:
    same = texts(
        ("matrix", "critical: {all: P1, some: P1, one: P2}", "critical:\n    one: P2\n    all: P1\n    some: P1\n "),
        ("matrix", "first_response: 5m", 'first_response: "5m" # five'),
        ("teams", "catch_all: kobayashi.jun", "catch_all: 'kobayashi.jun'"),
    )
    assert same == []


def test_a_rule_that_moves_is_said_to_move_and_nothing_else() -> None:
    text = str(files()["rules.yaml"])
    begin, end = text.index("  - id: legal-or-public"), text.index("  - id: deadline-is-close")
    moved = text[:begin] + text[end:] + "\n" + text[begin:end]
    assert texts(("rules", text, moved)) == [("ルール legal-or-public の順番を変更", "rule legal-or-public moved")]


def test_a_rule_in_front_of_the_others_does_not_change_them() -> None:
    """Red when rules are compared by their place in the list."""
    new = "rules:\n  - {id: first, when: [{estimate_over: 600}], then: {priority: P1}, reason: {ja: あ, en: a}}\n"
    assert texts(("rules", "rules:\n", new)) == [("ルール first を追加", "rule first added")]

"""A row of the test table that is not met is named with its line, what was expected and what came."""

import pytest

from services.router import reading
from services.router.domain.trial import table
from tests.unit.router.drafts import files, findings

HEAD = "cases:\n"
REPORT = "report: {kind: outage, urgency: critical, impact: all, facts: 髙﨑①㈱🔥 決済が全店舗で失敗する}"


def failing(row: str) -> list[tuple[str, int, str, str]]:
    """What one more row at the top of the table makes of the findings."""
    found = findings(("cases", HEAD, f"{HEAD}  - says: 新しい行\n    says_en: a new row\n    {REPORT}\n    {row}\n"))
    return [(f.code, f.line, f.reason.ja, f.reason.en) for f in found]


LINE = str(files()["cases.yaml"]).split(HEAD)[0].count("\n") + 5


@pytest.mark.parametrize(
    ("row", "ja", "en"),
    [
        ("priority: P2", "優先度が違います。期待: P2、実際: P1", "priority is P1, expected P2"),
        ("team: support", "チームが違います。期待: support、実際: payments", "team is payments, expected support"),
        ("path: hierarchical", "経路が違います。期待: 階層的、実際: 機能的", "path is functional, expected hierarchical"),
        ("first: []", "最初の相手が違います。期待: なし、実際: payments-second-line", "first asked is payments-second-line, expected none"),
        ("authority: [a]", "権限者への連絡が違います。期待: a、実際: tanaka.minoru", "authority is tanaka.minoru, expected a"),
        ("channels: [chat]", "連絡手段が違います。期待: チャット、実際: 電話、チャット、チケット", "channels is phone, chat, ticket, expected chat"),
        ("load: 3", "負荷レベルが違います。期待: 3、実際: 1", "load is 1, expected 3"),
        ("rules: [personal-data]", "ルールが違います。期待: personal-data、実際: なし", "rules is none, expected personal-data"),
        ("gather: true", "一件にまとめるが違います。期待: はい、実際: いいえ", "gather is no, expected yes"),
        ("restricted: true", "関係者だけが読めるが違います。期待: はい、実際: いいえ", "restricted is no, expected yes"),
        ("suppressed: true", "呼び出さないが違います。期待: はい、実際: いいえ", "suppressed is no, expected yes"),
        ("first_response: 10m", "初回応答が違います。期待: 10分、実際: 5分", "first response is 5 min, expected 10 min"),
    ],
)  # fmt: skip
def test_what_is_not_met_is_named(row: str, ja: str, en: str) -> None:
    assert failing(row) == [("case-fails", LINE, f"「新しい行」の{ja}", f"“a new row”: {en}")]


@pytest.mark.parametrize("row", ["priority: P1", "source: zendesk", "load: 1", "first: [payments-second-line]"])
def test_what_is_met_and_what_is_left_out_is_not_named(row: str) -> None:
    assert failing(row) == []


@pytest.mark.parametrize(
    ("at", "person"),
    [("2026-11-22T18:00:00+09:00", "sato.hanako"), ("2026-11-23T09:00:00+09:00", "suzuki.ichiro")],
)
def test_a_row_may_name_the_people_at_an_instant(at: str, person: str) -> None:
    other = "suzuki.ichiro" if person == "sato.hanako" else "sato.hanako"
    found = failing(f'at: "{at}"\n    people: [{person}]'), failing(f'at: "{at}"\n    people: [{other}]')
    assert sorted(len(f) for f in found) == [0, 1]


def test_similar_reports_are_counted() -> None:
    gathers = "report: {kind: defect, urgency: low, impact: one, facts: x}\n    similar: %d\n    gather: true\n"
    for others, met in ((1, False), (2, True)):
        row = f"{HEAD}  - says: x\n    {gathers % others}"
        assert ("case-fails" in {f.code for f in findings(("cases", HEAD, row))}) is not met


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("prority: P1", "unfit-extra-forbidden"),
        ("priority: P5", "unfit-enum"),
        ("similar: -1", "unfit-greater-than-equal"),
        ("at: 2026-11-22T18:00:00", "unfit-timezone-aware"),
    ],
)
def test_a_row_that_does_not_fit_is_named_with_its_line(row: str, code: str) -> None:
    assert [(f[0], f[1]) for f in failing(row)] == [(code, LINE)]


def test_a_report_that_does_not_fit_is_named_with_its_line() -> None:
    found = findings(("cases", "facts: 全利用者がログインできない", "fact: 全利用者がログインできない"))
    assert {f.code for f in found} == {"unfit-missing", "unfit-extra-forbidden"}
    assert len({f.line for f in found}) == 1


def test_running_the_table_changes_nothing_and_gives_the_same_twice() -> None:
    draft = reading.draft(files())
    assert table.run(draft.policy, draft.rows) == table.run(draft.policy, draft.rows) == []

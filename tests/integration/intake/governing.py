"""What the services behind say of the policy, its history, trials of drafts, and figures."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from services.router import reading
from tests.integration.log import T0

FILES = {one.name: one.read_text() for one in sorted(Path("policy").glob("*.yaml"))}
PUBLISHED = {
    "version": 3, "published_at": T0.isoformat(), "published_by": "山田 京子", "published_by_id": "yamada.kyoko",
    "origin": "api", "why": "返金の判断を管理者へ 髙﨑①㈱🔥", "restores": None,
}  # fmt: skip
BEFORE = {**PUBLISHED, "version": 2, "published_at": (T0 - timedelta(days=40)).isoformat(), "why": "夜間の当番を追加"}


def policy() -> dict[str, Any]:
    """The policy of this repository, as the router tells it."""
    draft = reading.stored(FILES)
    assert draft is not None
    return {**PUBLISHED, "policy": draft.policy.model_dump(mode="json")}


def _linted() -> dict[str, Any]:
    place = {"file": "rules.yaml", "line": 12, "column": 5, "place": "rules.1.then"}
    texts = {"reason": "この優先度を試す行が cases.yaml にありません", "remedy": "一行足してください"}
    finding = {**place, **texts, "severity": "hint", "code": "untried"}
    return {"ok": True, "contacts_checked": True, "findings": [finding]}


def _differences() -> dict[str, Any]:
    told = {"section": "matrix", "id": "critical.one", "kind": "changed", "text": "優先度の表：重大 × 個別が P2 → P1"}
    return {"old": 3, "new": None, "changes": [told]}


def _replayed() -> dict[str, Any]:
    def pair(before: int, after: int) -> dict[str, int]:
        return {"before": before, "after": after}

    def side(priority: str) -> dict[str, Any]:
        return {"priority": priority, "team": "sre", "suppressed": False, "load": 1, "calls": [], "breached": []}

    people = [
        {"person": {"id": id_, "name": name}, "calls": pair(*calls), "at_night": pair(*nights)}
        for id_, name, calls, nights in (
            ("sato.hanako", "佐藤 花子", (31, 22), (9, 4)),
            ("takahashi.ken", "髙橋 健①", (18, 25), (2, 3)),
        )
    ]
    what = {"ja": "優先度が P1 から P2 になります", "en": "P2 instead of P1"}
    moved = {
        "case_id": "c_1", "number": 41, "headline": "髙﨑①㈱🔥 管理画面が開けない", "submitted_at": T0.isoformat(),
        "before": side("P1"), "after": side("P2"), "what": [what],
    }  # fmt: skip
    return {
        "zone": "Asia/Tokyo", "cases": 214, "passed_over": 3, "changed": 12, "calls": pair(49, 47), "at_night": pair(11, 7),
        "people": people, "calls_by_priority": {"P1": pair(40, 30), "P2": pair(9, 17)}, "avoided": {"first_response": 2},
        "caused": {"resolution": 1}, "uncompared": 0, "priority_changed": 10, "team_changed": 2, "suppressed_now": 1,
        "no_longer_suppressed": 0, "worst": [moved],
    }  # fmt: skip


def _reviewed() -> dict[str, Any]:
    person = {"id": "sato.hanako", "name": "佐藤 花子"}
    clock = {"priority": "P1", "name": "first_response", "cases": 12, "breached": 3}
    rule = {"id": "refund-to-manager", "held": 7, "reassessed": 2, "superseded": 1}
    advice = {"ja": "P1 の初回応答が 12 件中 3 件遅れました", "en": "3 of 12 first responses at P1 were late"}
    return {
        "version": 3, "since": BEFORE["published_at"], "until": T0.isoformat(), "cases": 58, "rules": [rule],
        "clocks": [clock, {**clock, "priority": "P2", "cases": 20, "breached": 0}], "reassessed": {}, "levels": {},
        "catch_all_asked": 2, "exhausted": 1, "woken": [{"person": person, "at_night": 4, "calls": 19}], "advice": [advice],
    }  # fmt: skip


def _figures() -> dict[str, Any]:
    week = {"monday": "2026-11-16", "cases": 9, "searches": 40, "deflected": 6, "solved": 11}
    return {
        "since": "2026-10-25", "until": "2026-11-24", "searches": 81, "opened": 0.4, "guessed": 0.1, "solved": 20,
        "unsolved": 3, "deflected": 12, "deflection": 0.2, "cases": 21, "covered": 0.5, "minutes_per_case": 34.0,
        "minutes_saved": 992.0, "articles": {}, "weeks": [week, {**week, "monday": "2026-11-23", "cases": 12}],
        "causes": [{"cause": "=設定ミス", "cases": 8, "weeks": [3, 5]}],
    }  # fmt: skip


GOVERNING: dict[str, Any] = {  # longer paths first: the first one that fits answers
    "/v1/policy/lint": _linted,
    "/v1/policy/diff": _differences,
    "/v1/policy/replay": _replayed,
    "/v1/policy/review": _reviewed,
    "/v1/figures": _figures,
    "/v1/policy/rollback": {**PUBLISHED, "changed": True},
    "/v1/policy/versions/": {**PUBLISHED, "files": FILES},
    "/v1/policy/versions": {"data": [PUBLISHED, BEFORE], "next_cursor": None},
    "/v1/policy": policy,
}

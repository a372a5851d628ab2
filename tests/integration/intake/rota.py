"""What the router says of who is on duty: two schedules, who is away, put on duty, or asks to swap."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.contracts.plan import Person, Reason

SATO = Person(id="sato.hanako", name="佐藤 花子")
TAKAHASHI = Person(id="takahashi.ken", name="髙橋 健①")
YAMADA = Person(id="yamada.kyoko", name="山田 京子")
PEOPLE = (SATO, TAKAHASHI, YAMADA)
ON_DUTY = Reason(ja="当番のため", en="on duty")


def duty() -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    later = (now + timedelta(hours=6)).isoformat()
    both = {"team": "sre", "team_name": "SRE", "presence": None, "reason": ON_DUTY.model_dump()}
    part = {"schedule": "sre-primary", "schedule_name": "SRE 一次当番", "role": "primary"}
    return [
        {
            **both, **part, "role_name": {"ja": "一次", "en": "first line"}, "person": SATO.model_dump(),
            "presence": {"state": "telework", "note": "在宅です", "until": None},
            "next": {"at": later, "person": TAKAHASHI.model_dump(), "reason": ON_DUTY.model_dump()},
        },
        {
            **both, **part, "schedule": "sre-lead", "schedule_name": "SRE リーダー", "role": "lead",
            "role_name": {"ja": "リーダー", "en": "leader"}, "person": None, "next": None,
        },
        {
            **both, **part, "team": "billing", "team_name": "請求", "schedule": "billing", "schedule_name": "請求当番",
            "role_name": {"ja": "一次", "en": "first line"}, "person": YAMADA.model_dump(), "next": None,
        },
    ]  # fmt: skip


def schedules() -> list[dict[str, Any]]:
    people = [person.model_dump() for person in PEOPLE]
    listed = (("sre-primary", "SRE 一次当番"), ("billing", "請求当番"))
    return [{"id": id_, "name": name, "zone": "Asia/Tokyo", "people": people} for id_, name in listed]


def _monday() -> datetime:
    today = datetime.now(ZoneInfo("Asia/Tokyo")).replace(hour=9, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday())


def _turns(*who: tuple[Person | None, int]) -> list[dict[str, Any]]:
    """Shifts from this Monday on, each for so many hours."""
    since, told = _monday(), []
    for person, hours in who:
        until = since + timedelta(hours=hours)
        said = {"schedule": "sre-primary", "reason": ON_DUTY.model_dump(), "gap": person is None}
        times = {"since": since.isoformat(), "until": until.isoformat()}
        told.append({**said, **times, "person": person.model_dump() if person else None})
        since = until
    return told


def layers() -> list[dict[str, Any]]:
    night = _turns(*([(None, 18), (TAKAHASHI, 6)] * 7))
    return [{"name": "夜間", "shifts": night}, {"name": "", "shifts": _turns((SATO, 81), (YAMADA, 87))}]


def shifts() -> list[dict[str, Any]]:
    return _turns((SATO, 18), (TAKAHASHI, 30), (None, 12), (SATO, 20), (YAMADA, 88))


def overrides() -> dict[str, Any]:
    times = {name: (_monday() + timedelta(hours=h)).isoformat() for name, h in (("since", 24), ("until", 48))}
    return {
        "data": [
            {
                "id": "o-1",
                "schedule": "sre-primary",
                "person": TAKAHASHI.model_dump(),
                **times,
                "reason": "通院の代わり",
            }
        ]
    }


def _times() -> dict[str, str]:
    return {name: (datetime.now(UTC) + timedelta(days=d)).isoformat() for name, d in (("since", 2), ("until", 3))}


def gaps() -> list[dict[str, Any]]:
    then = {"ja": "その間の案件は、山田 京子さんに届きます。", "en": "Cases go to 山田 京子 meanwhile."}
    return [{"schedule": "billing", "schedule_name": "請求当番", **_times(), "then": then}]


def absences() -> dict[str, Any]:
    person, other = TAKAHASHI.model_dump(), SATO.model_dump()
    return {"data": [{"id": "a-1", "person": person, **_times(), "substitute": other, "reason": "通院のため"}]}


def swaps() -> dict[str, Any]:
    both = {"asker": TAKAHASHI.model_dump(), "other": SATO.model_dump(), "schedule": "sre-primary"}
    return {"data": [{"id": "s-1", **both, **_times(), "state": "offered"}]}


ROTA: dict[str, Any] = {  # longer paths first: the first one that fits answers
    "/v1/on-duty": duty,
    "/v1/schedules/gaps": gaps,
    "/v1/schedules/sre-primary/layers": layers,
    "/v1/schedules/sre-primary/shifts": shifts,
    "/v1/schedules": schedules,
    "/v1/overrides/o-1": lambda: overrides()["data"][0],
    "/v1/overrides": overrides,
    "/v1/absences/a-1": lambda: absences()["data"][0],
    "/v1/absences": absences,
    "/v1/swaps": swaps,
}

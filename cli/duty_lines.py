"""Who is there, and what was told, as lines for people."""

from collections.abc import Callable
from typing import Any

from cli.columns import table, when
from cli.door import Json

STATES = {
    "available": ("対応できます", "available"),
    "telework": ("テレワーク", "telework"),
    "busy": ("取り込み中", "busy"),
    "off": ("不在", "off"),
}
ANSWERS = {
    "offered": ("返事待ち", "offered"),
    "accepted": ("承諾", "accepted"),
    "declined": ("辞退", "declined"),
    "cancelled": ("取り消し", "cancelled"),
}


def lines(kind: tuple[str, str], answer: Any, lang: str) -> list[str]:
    """The answer to a command, such as ("absence", "list"), for people."""
    shown: dict[tuple[str, str], Callable[[Any, str], list[str]]] = {
        ("oncall", ""): _on_duty,
        ("schedule", "list"): _schedules,
        ("schedule", "preview"): _shifts,
        ("schedule", "gaps"): _gaps,
        ("schedule", "load"): _load,
        ("absence", "list"): _entries,
        ("override", "list"): _entries,
        ("swap", "list"): _entries,
        ("absence", "import"): _imported,
        ("presence", "show"): _presence,
    }
    if kind in shown:
        return shown[kind](answer, lang)
    entry: Json = next((answer[name] for name in ("absence", "override", "swap") if name in answer), {})
    first = _presence(answer["presence"], lang) if "presence" in answer else []
    return [*first, *([f"id: {entry['id']}"] if entry else []), *_follows(answer, lang == "en")]


def _follows(answer: Json, en: bool) -> list[str]:
    return [*answer["consequences"], *(f"{'Note' if en else '注意'}: {text}" for text in answer["warnings"])]


def _on_duty(rows: list[Json], lang: str) -> list[str]:
    head = {
        "ja": ("チーム", "役割", "担当", "理由", "状態", "次の交代"),
        "en": ("team", "part", "who", "why", "state", "next"),
    }
    cells = []
    for row in rows:
        person = row["person"]["name"] if row["person"] else "—"
        next_, said = row["next"], row["presence"]
        then = f"{when(next_['at'], lang)} {next_['person']['name'] if next_['person'] else '—'}" if next_ else ""
        state = f"{_state(said['state'], lang)} {said['note']}".strip() if said else ""
        cells.append((row["team_name"], row["role_name"][lang], person, row["reason"][lang], state, then))
    return table(head[lang], cells)


def _state(state: str, lang: str) -> str:
    return STATES[state][lang == "en"]


def _schedules(rows: list[Json], lang: str) -> list[str]:
    head = {"ja": ("id", "名前", "タイムゾーン", "当番の人"), "en": ("id", "name", "time zone", "people")}
    return table(
        head[lang],
        [
            (r["id"], r["name"], r["zone"], ("、" if lang == "ja" else ", ").join(p["name"] for p in r["people"]))
            for r in rows
        ],
    )


def _shifts(rows: list[Json], lang: str) -> list[str]:
    head = {"ja": ("開始", "終了", "当番", "理由"), "en": ("from", "until", "who", "why")}
    nobody = "(nobody)" if lang == "en" else "（なし）"
    return table(
        head[lang],
        [
            (
                when(r["since"], lang),
                when(r["until"], lang),
                r["person"]["name"] if r["person"] else nobody,
                r["reason"][lang],
            )
            for r in rows
        ],
    )


def _gaps(rows: list[Json], lang: str) -> list[str]:
    if not rows:
        return ["somebody is always there" if lang == "en" else "だれもいない時間はありません。"]
    head = {"ja": ("当番表", "開始", "終了", "そのとき"), "en": ("schedule", "from", "until", "then")}
    return table(
        head[lang],
        [(r["schedule_name"], when(r["since"], lang), when(r["until"], lang), r["then"][lang]) for r in rows],
    )


def _load(answer: Json, lang: str) -> list[str]:
    head = {
        "ja": ("名前", "時間", "割合", "夜間", "休日", "回数"),
        "en": ("name", "hours", "share", "nights", "days off", "shifts"),
    }
    rows = [
        (
            r["person"]["name"],
            f"{r['hours']:.1f}",
            f"{r['share']:.0%}",
            f"{r['night_hours']:.1f}",
            f"{r['free_hours']:.1f}",
            str(r["shifts"]),
        )
        for r in answer["data"]
    ]
    return [
        f"{when(answer['since'], lang)} – {when(answer['until'], lang)}",
        *table(head[lang], rows, right=(1, 2, 3, 4, 5)),
    ]


def _entries(rows: list[Json], lang: str) -> list[str]:
    if not rows:
        return ["none" if lang == "en" else "登録はありません。"]
    head = {"ja": ("開始", "終了", "内容", "登録した人", "id"), "en": ("from", "until", "what", "by", "id")}
    cells = [
        (when(r["since"], lang), when(r["until"], lang), _what(r, lang == "en"), r["by"]["name"], r["id"]) for r in rows
    ]
    return table(head[lang], cells)


def _what(row: Json, en: bool) -> str:
    if "asker" in row:
        return f"{row['schedule']}: {row['asker']['name']} → {row['other']['name']} [{ANSWERS[row['state']][en]}]"
    text = f"{row['schedule']}: {row['person']['name']}" if "schedule" in row else row["person"]["name"]
    if row.get("substitute"):
        text += f" ({'substitute' if en else '代理'}: {row['substitute']['name']})"
    text += f" {row['reason']}" if row["reason"] else ""
    return text + (f" [{ANSWERS['cancelled'][en]}]" if row["cancelled_at"] else "")


def _imported(answer: Json, lang: str) -> list[str]:
    en = lang == "en"
    lines = []
    for name, ja in (("taken", "取り込み"), ("known", "登録済み")):
        for span in answer[name]:
            spoken = f"{when(span['since'], lang)} – {when(span['until'], lang)}  {span['person']['name']}"
            lines.append(f"{name if en else ja}: {spoken}  {span['reason']}".rstrip())
    for x in answer["left_out"]:
        lines.append(f"{'left out' if en else '見送り'}: {x['summary'] or x['uid']}: {x['why']}")
    return [*lines, *_follows(answer, en)]


def _presence(said: Json, lang: str) -> list[str]:
    en = lang == "en"
    state = _state(said["state"], lang) if said["state"] else ("nothing said" if en else "連絡なし")
    until = f" (until {when(said['until'], lang)})" if en else f"（{when(said['until'], lang)} まで）"
    text = f"{said['person']['name']}: {state}{until if said['until'] else ''} {said['note']}".rstrip()
    away = said["away"] and said["state"] != "off"
    return [text, *([("away by an absence" if en else "不在の登録があります")] if away else [])]

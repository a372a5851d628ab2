"""The directory as one page that needs no network: who is reached under which number, to be printed and kept at hand."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from services.notifier.domain.contact import Address, Contact, Language
from services.notifier.domain.written import URLS
from shared.contracts.addresses import CHATS

SHOWN = ("phone", "email", *(kind for kind in CHATS if kind not in (*URLS, "apprise")))  # the others are secrets
STYLE = """
body{font:15px/1.6 system-ui,"Hiragino Sans","Yu Gothic UI","Noto Sans JP",sans-serif;margin:2rem;color:#111;background:#fff}
h1{font-size:1.4rem;margin:0 0 .2rem}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}p{margin:.2rem 0}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #888;padding:.3rem .5rem;text-align:left;vertical-align:top}
th{background:#eee}thead{display:table-header-group}tr{break-inside:avoid}a{color:inherit}small{color:#444}
@media print{body{margin:0;font-size:10.5pt}a{text-decoration:none}@page{margin:15mm}}
"""
WORDS = {
    "title": ("連絡先一覧", "Contacts"),
    "made": ("作成", "Made at"),
    "secret": (
        "電話番号などの個人情報を含みます。取り扱いにご注意ください。",
        "This holds personal data; handle it with care.",
    ),
    "people": ("人", "People"),
    "teams": ("チーム", "Teams"),
    "name": ("名前", "Name"),
    "member_of": ("所属チーム", "Teams"),
    "members": ("メンバー", "Members"),
    "phone": ("電話", "Telephone"),
    "email": ("メール", "E-mail"),
    "others": ("チャット", "Chat"),
    "catch_all": ("最終担当", "asked last"),
    "owner": ("管理担当", "looks after this installation"),
    "unproven": ("未確認", "not verified"),
    "broken": ("不通", "does not work"),
    "nobody": ("登録がありません。", "Nobody is registered."),
}


def page(contacts: Sequence[Contact], catch_all: str, owner: str, language: Language, made_at: datetime) -> str:
    """The whole page in one language; `made_at` is shown as it is, in its own zone."""
    said = {name: escape(en if language == "en" else ja) for name, (ja, en) in WORDS.items()}
    people = [c for c in contacts if ":" not in c.id]
    teams = [c for c in contacts if c.id.startswith("team:")]
    parts = {catch_all: said["catch_all"]}
    parts[owner] = "・".join(filter(None, (parts.get(owner), said["owner"])))
    names = {team.id.removeprefix("team:"): team.name for team in teams}
    of_people = [
        [
            _named(c, parts.get(c.id, "")),
            "、".join(escape(names.get(team, team)) for team in c.member_of),
            *_addresses(c, said),
        ]
        for c in people
    ]
    of_teams = [[_named(t, ""), _members(t, people), *_addresses(t, said)] for t in teams]
    columns = [said["phone"], said["email"], said["others"]]
    body = [
        f"<h1>{said['title']}</h1>",
        f"<p>{said['made']}: {made_at:%Y-%m-%d %H:%M} ({escape(made_at.tzname() or '')})</p>",
        f"<p><small>{said['secret']}</small></p>",
        f"<h2>{said['people']}</h2>",
        _table([said["name"], said["member_of"], *columns], of_people, said["nobody"]),
        f"<h2>{said['teams']}</h2>",
        _table([said["name"], said["members"], *columns], of_teams, said["nobody"]),
    ]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{said["title"]}</title>'
    return f'<!doctype html>\n<html lang="{language}"><head>{head}<style>{STYLE}</style></head><body>\n' + "\n".join(
        [*body, "</body></html>\n"]
    )


def _named(c: Contact, part: str) -> str:
    name = f"{escape(c.name)}<br><small>{escape(c.id.removeprefix('team:'))}</small>"
    return f"{name}<br><small>{part}</small>" if part else name


def _members(team: Contact, people: Sequence[Contact]) -> str:
    return "、".join(escape(p.name) for p in people if team.id.removeprefix("team:") in p.member_of)


def _addresses(c: Contact, said: dict[str, str]) -> list[str]:
    """The cells of telephone, e-mail and chat."""
    shown = [a for a in c.addresses if a.kind in SHOWN]
    cells: list[list[Address]] = [[], [], []]
    for a in shown:
        cells[min(SHOWN.index(a.kind), 2)].append(a)
    return ["<br>".join(_address(a, said) for a in cell) for cell in cells]


def _address(a: Address, said: dict[str, str]) -> str:
    value = escape(a.value)
    links = {"phone": f'<a href="tel:{value}">{value}</a>', "email": f'<a href="mailto:{value}">{value}</a>'}
    notes = [escape(a.label)] if a.label else []
    notes += [said["broken"]] if a.broken else [] if a.trusted else [said["unproven"]]
    note = f" <small>({', '.join(notes)})</small>" if notes else ""
    return links.get(a.kind, f"{escape(a.kind)}: {value}") + note


def _table(heading: list[str], lines: list[list[str]], nobody: str) -> str:
    if not lines:
        return f"<p>{nobody}</p>"
    head = "".join(f"<th>{cell}</th>" for cell in heading)
    rows = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in lines)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table>"

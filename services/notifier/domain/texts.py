"""The texts that an organisation can change: what each may use, what it must say, and how it is tried before it is taken."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from services.notifier.domain.content import PRECEDENTS, Content
from services.notifier.domain.mistakes import Mistake, empty, missing, unheard
from services.notifier.domain.notification import Notification
from shared.contracts.call import MOST_SPEECH

Said = tuple[str, str]  # (ja, en)
OF_NOTIFICATION: Mapping[str, Said] = MappingProxyType(
    {
        "name": ("届け先の人の名前", "the name of whom it is sent to"),
        "repeat": ("同じ知らせを二度送るかもしれないとき true", "true when it may arrive twice"),
        "track": ("handling（対応）か authority（判断・把握）", "handling, or authority: to know of it and to decide"),
        "need": ("any（だれか一人）か all（全員）の返事が要る", "any or all: whose answer is needed"),
        "channel": ("手段。phone、chat、email など", "phone, chat, email …"),
    }
)
OF_CONTENT: Mapping[str, Said] = MappingProxyType(
    {
        "number": ("案件番号", "the number of the case"),
        "headline": ("件名（80字まで）", "the title, 80 letters at most"),
        "priority": ("優先度 P1〜P4", "the priority, P1 to P4"),
        "asker": ("案件を出した人、または送り元", "who submitted the case"),
        "actor": ("知らせる出来事をした人", "who did what is told"),
        "owner": ("担当者。まだいなければ空", "who has the case; empty when nobody has it"),
        "facts": ("起きていること", "what is happening"),
        "wanted": ("希望する対応", "what is wanted"),
        "text": ("メモ、理由、または返信の文", "a note, a reason, or what was replied"),
        "handling": ("行った対応", "what was done"),
        "result": ("結果", "the result"),
        "evaluation": ("評価", "the evaluation"),
        "cause": ("原因", "the cause"),
        "deadline": ("期限の種類（英語の名前）", "which deadline it is about, by its name"),
        "was": ("前の優先度", "the priority before"),
        "lead": ("まとめて対応する先の案件番号", "the number of the case that is handled for this one too"),
        "joined": (
            "読む人自身の報告の番号。同じなら 0",
            "the number of the reader's own report; 0 when it is this one",
        ),
        "thanks": ("報告した人へのお礼を述べるとき true", "true when the reporter is thanked"),
        "answers": (
            "報告した人専用のページに、答えになりそうな記事が載るとき true",
            "true when articles that may answer it stand on the reporter's private page",
        ),
        "occasion": (
            "まとめの種類。shift、weekly、review、articles、storm",
            "why a digest is sent: shift, weekly, review, articles or storm",
        ),
        "cases": ("まとめに載る案件の一覧", "the cases of a digest"),
        "further": ("まとめに載らない案件や記事の数", "how many cases or articles a digest does not list"),
        "level": ("何段階目のお願いか。呼び出しでなければ 0", "which level is asked; 0 when it is no page"),
    }
)
VARIABLES: Mapping[str, Said] = MappingProxyType(
    {
        "when": ("期限の日時。なければ空", "when it is due; empty when it is not"),
        "wanted_by": ("報告した人が希望する期限。なければ空", "by when the reporter wants it; empty when nobody said"),
        "reasons": ("お願いする理由の一覧", "why somebody is asked, as a list"),
        "asked": ("お願いした人の名前の一覧", "the names of who is asked, as a list"),
        "deadline": ("期限の種類（読む人の言葉）", "which deadline it is about, in words"),
        "more": ("延ばした時間", "how much time was given"),
        "spoken": ("件名の、声で読む長さまで", "the title, as long as it can be said"),
        "link": (
            "引き受けるページのアドレス。なければ空",
            "the address of the page to answer on; empty when there is none",
        ),
        "lines": (
            "まとめの一覧。of（案件）、when、status、link、news",
            "the lines of a digest, each with of (the case), when, status, link and news",
        ),
        "since": ("お願いを始める日時。すぐなら空", "from when on people are asked; empty when that is at once"),
        "next_update": (
            "次に経過を知らせる日時。決まっていなければ空",
            "when the next update comes; empty when not known yet",
        ),
        "within": (
            "次の経過までの時間。日時が決まっていれば空",
            "how soon the next update comes; empty when its time is known",
        ),
        "precedents": (
            "似た完了案件の一覧。of（number、title、handling、result、evaluation）、link",
            "similar finished cases, each with of (number, title, handling, result, evaluation) and link",
        ),
        "page": ("報告した人だけが開けるページのアドレス", "the address of the reporter's own page"),
        "who": ("受け付けた人、承知した人、お願いされた人", "who has it, knows of it, or is asked instead"),
        "owner": ("（電話で）担当者。まだいなければ空", "on the telephone: who has the case; empty when nobody has it"),
    }
)
ANSWERED = {"closed.taken", "closed.known", "closed.resolved", "closed.linked", "closed.offered", "closed.declined"}
ANSWERED |= {"closed.held", "accepted.speech", "known.speech", "joined.speech"}
KEYS = (("1", "引き受ける 1", "key 1"), ("2", "ほかの人に回す 2", "key 2"), ("9", "もう一度聞く 9", "key 9"))


@dataclass(frozen=True)
class Variable:
    """What a text may use, with a sentence about it."""

    name: str
    ja: str
    en: str


def variables(name: str) -> list[Variable]:
    """What a text may use."""
    given = [key for key in VARIABLES if _given(key, name)]
    parts = {f"n.{key}": said for key, said in OF_NOTIFICATION.items()}
    parts |= {f"c.{key}": OF_CONTENT.get(key, ("", "")) for key in sorted(_content(), key=_order)}
    return [Variable(key, *said) for key, said in {**parts, **{key: VARIABLES[key] for key in given}}.items()]


def known(name: str) -> dict[str, frozenset[str] | None]:
    """The same for the reader of templates: variable → its parts."""
    given: dict[str, frozenset[str] | None] = {key: None for key in VARIABLES if _given(key, name)}
    return {"n": frozenset(OF_NOTIFICATION), "c": _content(), **given}


def checked(name: str, write: Callable[[Notification], str], notifications: list[Notification]) -> None:
    """Try a text on everything; `write` fills it in. Raises `Mistake`."""
    for n in notifications:
        written = write(n)
        if not written.split("\n", 1)[0].strip():
            raise empty()
        for mistake in _lacking(name, n, _folded(written)):
            raise mistake
        if name.endswith(".speech") and _lacking(name, n, _folded(written[:MOST_SPEECH])):
            raise unheard(MOST_SPEECH)


def _folded(written: str) -> str:
    return unicodedata.normalize("NFKC", written)


def _lacking(name: str, n: Notification, written: str) -> list[Mistake]:
    """What a page must say and does not."""
    found = []
    if name in ("page", "page.speech") and str(n.content.number) not in written:
        found.append(missing("案件番号 {{ c.number }}", "the number of the case, {{ c.number }}"))
    if name == "page" and LINK not in written:
        found.append(missing("引き受けるページ {{ link }}", "the page to answer on, {{ link }}"))
    if name in ("code", "code.speech") and n.content.text not in written:
        found.append(missing("確認コード {{ c.text }}", "the code, {{ c.text }}"))
    if name == "page.speech":
        said = written.replace(n.content.headline, "").replace(str(n.content.number), "")
        found += [missing(ja, en) for key, ja, en in KEYS if not re.search(rf"(?<!\d){key}(?!\d)", said)]
    return found


LINK = "https://tasuki.example.jp/a/sample"


def _given(variable: str, name: str) -> bool:
    spoken = name.endswith(".speech")
    match variable:
        case "who":
            return name in ANSWERED
        case "owner":
            return name in ("known.speech", "taken.speech", "joined.speech")
        case "link":
            return not spoken
        case "page":
            return name == "reporter.part"
        case "precedents":
            return name == PRECEDENTS
    return True


def _content() -> frozenset[str]:
    """The parts of a content that are text, numbers or lists of them; others have a variable of their own."""
    hidden = {
        "what",
        "language",
        "asked",
        "owner_id",
        "due",
        "reasons",
        "ticket_status",
        "more",
        "followup",
        "update",
        "wanted_by",
        "within",
        "since",
        "drill",
        "precedents",
        "alone",
    }
    return frozenset(field.name for field in fields(Content)) - hidden


def _order(field: str) -> int:
    return list(OF_CONTENT).index(field) if field in OF_CONTENT else len(OF_CONTENT)


def segments(text: str) -> int:
    """How many parts of a short message a text takes: 160 letters of the old alphabet, otherwise 70; fewer when parted."""
    basic = all(letter in _GSM or letter in _GSM_TWICE for letter in text)
    size = sum(1 + (letter in _GSM_TWICE if basic else ord(letter) > 0xFFFF) for letter in text)
    one, each = (160, 153) if basic else (70, 67)
    return 1 if size <= one else -(-size // each)


_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = set("^{}\\[~]|€")

"""The draft of a review after a case, in Markdown: facts from its log, and gaps for what only people know. It blames nobody."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from services.intake.domain.outlook import Reader
from services.intake.domain.timeline import Line
from services.intake.domain.view import CaseView

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")
_LEADING = re.compile(r"(?m)^(\s*)([-+=~]|\d+[.)])")


class Ticked(Protocol):
    """A step of the case; `done_at` is None while it is to be done."""

    @property
    def text(self) -> str: ...
    @property
    def done_by(self) -> str: ...
    @property
    def done_at(self) -> datetime | None: ...


def draft(one: CaseView, lines: Iterable[Line], reader: Reader, steps: Sequence[Ticked] = ()) -> str:
    """Write the draft in the reader's language; what people wrote stays text and becomes no mark-up."""
    say = reader.choose
    owner = one.owner.name if one.owner else say("なし", "nobody")
    done = one.resolution
    parts = [
        f"# No. {one.number} {plain(one.headline)}",
        say(
            "*下書きです。だれが悪かったかではなく、次にどうすれば楽になるかを書きます。*",
            "*A draft. It asks what would make it easier next time, not who is to blame.*",
        ),
        _section(say("概要", "Summary"), [
            f"- {say('優先度', 'Priority')}: {one.priority or '-'}",
            f"- {say('状態', 'Status')}: {one.status_label}",
            f"- {say('担当', 'Owner')}: {plain(owner)}",
            f"- {say('受付', 'Received')}: {_at(one.created_at, reader)}",
            *([f"- {say('完了', 'Done')}: {_at(done.at, reader)}"] if done and done.at else []),
            *(f"- {say('理由', 'Why')}: {plain(why)}" for why in one.why),
        ]),
        _section(say("何が起きたか", "What happened"), [plain(one.report.facts)]),
        _section(say("影響", "Impact"), [say("（だれに、どのくらいの間、どんな影響があったか）", "(Whom it touched, for how long, and how)")]),
        _section(say("経過", "Timeline"), [f"- {_at(line.at, reader)} {_flat(line)}" for line in lines]),
        _section(say("対応と結果", "Handling and result"), [
            *( [plain(done.handling), "", plain(done.result)] if done else [say("（まだ完了していません）", "(Not done yet)")]),
        ]),
        *([_section(say("手順", "Steps"), [_step(step, reader) for step in steps])] if steps else []),
        _section(say("原因", "Cause"), [plain(done.cause) if done and done.cause else say("（わかっていること、まだわからないこと）", "(What is known, and what is not)")]),
        _section(say("うまくいったこと", "What went well"), [plain(done.evaluation) if done and done.evaluation else "- "]),
        _section(say("次に変えること", "What to change"), ["- [ ] "]),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _LEADING.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", text))


def _flat(line: Line) -> str:
    said = plain(" ".join(line.text.split()))
    return f"{said} ({plain(line.signed)})" if line.signed else said


def _step(step: Ticked, reader: Reader) -> str:
    done = f" ({_at(step.done_at, reader)} {plain(step.done_by)})" if step.done_at else ""
    return f"- [{'x' if done else ' '}] {plain(step.text)}{done}"


def _section(title: str, body: list[str]) -> str:
    return f"## {title}\n\n" + "\n".join(body)


def _at(at: datetime, reader: Reader) -> str:
    return at.astimezone(reader.zone).strftime("%Y-%m-%d %H:%M %Z")

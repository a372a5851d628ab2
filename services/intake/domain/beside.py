"""What people do about a case that no service decides by: its steps, and the cases it has to do with (ADR 35). No event of the log."""

from typing import ClassVar

from pydantic import ValidationError

from shared.contracts import envelope
from shared.contracts import events as e

TOPIC = "beside"  # where a timeline has it from; no topic of Kafka


class Beside(e.Event):
    """Something that a person did, as the timeline keeps it."""

    type: ClassVar[str]
    producer: ClassVar[str] = "intake"
    topic: ClassVar[str] = TOPIC
    by: e.Actor


class StepsAdded(Beside):
    """Steps were written down."""

    type: ClassVar[str] = "case.step.added.v1"
    texts: tuple[str, ...]


class StepChanged(Beside):
    """Something was done to one step; `text` is the step as it was then."""

    text: str


class StepTicked(StepChanged):
    """A step is done."""

    type: ClassVar[str] = "case.step.ticked.v1"


class StepUnticked(StepChanged):
    """It is to be done after all."""

    type: ClassVar[str] = "case.step.unticked.v1"


class StepRemoved(StepChanged):
    """It is no step any more."""

    type: ClassVar[str] = "case.step.removed.v1"


class Relation(Beside):
    """Something about another case, by its id and its number; for nobody who may not see that one."""

    other: str
    number: int


class CaseRelated(Relation):
    """The case has to do with the other one."""

    type: ClassVar[str] = "case.related.v1"


class CaseUnrelated(Relation):
    """It has nothing to do with it after all."""

    type: ClassVar[str] = "case.unrelated.v1"


KINDS: dict[str, type[Beside]] = {
    one.type: one for one in (StepsAdded, StepTicked, StepUnticked, StepRemoved, CaseRelated, CaseUnrelated)
}


def recall(type_: str, body: str) -> e.Event:
    """Read what stands in a timeline, be it of the log or beside it; never an error.

    A release that does not know these types leaves nothing but the case of them when it erases one.
    """
    try:
        return KINDS[type_].model_validate_json(body)
    except (KeyError, ValidationError):
        return envelope.recall(type_, body)


def sentence(event: Beside, ja: str, en: str) -> tuple[str, str]:
    """Say it in Japanese and English; `ja` (with さん) and `en` name who did it."""
    match event:
        case StepsAdded(texts=(text,)):
            return f"{ja}が手順「{text}」を追加しました", f"{en} added the step “{text}”"
        case StepsAdded(texts=texts):
            quoted, listed = "".join(f"「{text}」" for text in texts), ", ".join(f"“{text}”" for text in texts)
            return f"{ja}が手順を {len(texts)} 件追加しました：{quoted}", f"{en} added {len(texts)} steps: {listed}"
        case StepTicked(text=text):
            return f"{ja}が手順「{text}」を完了しました", f"{en} did the step “{text}”"
        case StepUnticked(text=text):
            return f"{ja}が手順「{text}」を未完了に戻しました", f"{en} set the step “{text}” back to not done"
        case StepRemoved(text=text):
            return f"{ja}が手順「{text}」を削除しました", f"{en} removed the step “{text}”"
        case CaseRelated(number=number):
            return f"{ja}が No. {number} を関連する案件に加えました", f"{en} noted that No. {number} is related"
        case CaseUnrelated(number=number):
            return (
                f"{ja}が No. {number} を関連する案件から外しました",
                f"{en} noted that No. {number} is not related after all",
            )
    return event.type, event.type

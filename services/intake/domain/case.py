"""What a person or a source may do to a case, and what comes of it: `decide`."""

from dataclasses import dataclass
from typing import TypeAlias

from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.plan import Person
from shared.contracts.vocabulary import DeadlineName, DeadlineState, Status


@dataclass(frozen=True)
class Acknowledge:
    """ "I have it." """

    via: str


@dataclass(frozen=True)
class Start:
    """Begin to work on it."""


@dataclass(frozen=True)
class Note:
    """Write something down."""

    text: str
    internal: bool


@dataclass(frozen=True)
class Wait:
    """Wait for somebody else."""

    reason: str


@dataclass(frozen=True)
class Resume:
    """Go on after a wait."""


@dataclass(frozen=True)
class Reassign:
    """Hand it to another person."""

    to: Person
    reason: str


@dataclass(frozen=True)
class Follow:
    """Keep a person informed."""

    follower: Person


@dataclass(frozen=True)
class Resolve:
    """It is done."""

    handling: str
    result: str
    evaluation: str
    cause: str


@dataclass(frozen=True)
class Reopen:
    """It was not done after all."""

    reason: str


Command: TypeAlias = Acknowledge | Start | Note | Wait | Resume | Reassign | Follow | Resolve | Reopen


@dataclass(frozen=True)
class Refusal:
    """Why something cannot be done now; `code` is stable."""

    code: str
    ja: str
    en: str


DONE = Refusal(
    "case-done",
    "この案件は完了しています。続けるには再開してください。",
    "The case is done. Reopen it to go on with it.",
)
NOT_DONE = Refusal(
    "case-not-done", "まだ完了していないため、再開はできません。", "The case is not done, so it cannot be reopened."
)
WAITING = Refusal(
    "case-waiting",
    "この案件は待機中です。先に待機を終えてください。",
    "The case is waiting. End the wait first.",
)
NOT_WAITING = Refusal("case-not-waiting", "この案件は待機中ではありません。", "The case is not waiting.")
NOBODY = Refusal(
    "person-needed",
    "誰が引き受けるのかが必要です（by に担当者の id と name を指定してください）。",
    'It must be said who takes the case: give the person in "by" with id and name.',
)


def decide(case: Case, command: Command, by: e.Actor) -> e.Event | Refusal | None:
    """Say what a command does to a case: one event, nothing because it is so already, or a refusal."""
    done = case.status is Status.DONE
    if done and not isinstance(command, Note | Follow | Reopen):
        return DONE
    if isinstance(command, Acknowledge | Start | Wait) and by.kind != "person" and case.owner is None:
        return NOBODY
    match command:
        case Acknowledge(via=via):
            return _acknowledged(case, by, via)
        case Start():
            if case.waiting:
                return WAITING
            return None if _begun(case, by) else e.CaseStarted(case_id=case.id, by=by)
        case Note(text=text, internal=internal):
            return e.CaseNoted(case_id=case.id, by=by, text=text, internal=internal)
        case Wait(reason=reason):
            return WAITING if case.waiting else e.CasePaused(case_id=case.id, by=by, reason=reason)
        case Resume():
            return e.CaseResumed(case_id=case.id, by=by) if case.waiting else NOT_WAITING
        case Reassign(to=to, reason=reason):
            same = case.owner is not None and case.owner.id == to.id
            return None if same else e.CaseReassigned(case_id=case.id, by=by, to=to, reason=reason)
        case Follow(follower=follower):
            known = follower.id in {f.id for f in case.followers}
            return None if known else e.CaseFollowed(case_id=case.id, by=by, follower=follower)
        case Resolve(handling=handling, result=result, evaluation=evaluation, cause=cause):
            return e.CaseResolved(
                case_id=case.id, by=by, handling=handling, result=result, evaluation=evaluation, cause=cause
            )
        case Reopen(reason=reason):
            return e.CaseReopened(case_id=case.id, by=by, reason=reason) if done else NOT_DONE


def _acknowledged(case: Case, by: e.Actor, via: str) -> e.Event | Refusal | None:
    """Who is asked may always answer; who comes later is told who has it."""
    if case.awaiting or case.owner is None:
        return e.CaseAcknowledged(case_id=case.id, by=by, via=via)
    if case.owner.id == by.id:
        return None
    return Refusal(
        "already-acknowledged",
        f"この案件はすでに{case.owner.name}さんが引き受けています。",
        f"{case.owner.name} already has this case.",
    )


def _begun(case: Case, by: e.Actor) -> bool:
    handling = case.deadlines.get(DeadlineName.FIRST_HANDLING)
    begun = handling is not None and handling.state is DeadlineState.MET
    return begun and case.owner is not None and case.owner.id == by.id

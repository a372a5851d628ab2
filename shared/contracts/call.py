"""A call by the telephone gateway: what is ordered, what the gateway reports, and what is said next."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

CallState: TypeAlias = Literal["queued", "dialling", "ringing", "answered", "ended", "interrupted"]
CallEvent: TypeAlias = Literal["ringing", "answered", "key", "ended"]
# how it ended: talked through · try again · never this number · our account · taken back · the gateway broke off
CallOutcome: TypeAlias = Literal["", "completed", "retryable", "target", "account", "canceled", "interrupted"]
MOST_SPEECH = 1000  # letters of one text
WAIT_SECONDS = 20  # for a line, unless whoever orders the call says otherwise
CALL_ID = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$"
_STRICT = ConfigDict(frozen=True, extra="forbid")


class CallOrder(BaseModel):
    """Whom to call and what to say; reports go to `report`. The prompt is said `repeats` times with gaps for a key."""

    model_config = _STRICT
    to: Annotated[
        str, Field(pattern=r"^(\+[1-9][0-9]{6,14}|sip:[A-Za-z0-9_.+~-]{1,64}@[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?)$")
    ]
    language: Literal["ja", "en"] = "ja"
    speech: Annotated[str, Field(min_length=1, max_length=MOST_SPEECH)]
    report: Annotated[str, Field(max_length=1000, pattern=r"^https?://[A-Za-z0-9.:\[\]-]+(/[!-~]*)?$")]
    ring_seconds: Annotated[int, Field(ge=1, le=120)] = 25
    longest_seconds: Annotated[int, Field(ge=5, le=300)] = 120
    repeats: Annotated[int, Field(ge=1, le=9)] = 3


class CallView(BaseModel):
    """How far a call has come; `code` is the SIP status or the reason of its end.

    `untold_key` was pressed last, and nobody has taken note of it yet.
    """

    model_config = ConfigDict(frozen=True)
    id: str
    state: CallState
    code: str = ""
    outcome: CallOutcome = ""
    untold_key: str = ""
    placed_at: datetime


class CallReport(BaseModel):
    """One thing that happened in a call; `sequence` counts them from 1.

    `key` is what was pressed, empty when the prompt ended without a key; `times` counts the keys and silences so far.
    """

    model_config = ConfigDict(frozen=True)
    call_id: Annotated[str, Field(pattern=CALL_ID)]
    event: CallEvent
    key: Annotated[str, Field(max_length=1, pattern=r"^[0-9A-D*#]?$")] = ""
    times: int = 0
    code: Annotated[str, Field(max_length=60)] = ""
    outcome: CallOutcome = ""
    at: datetime
    sequence: int


class CallReply(BaseModel):
    """The answer to a key: what to say now, and whether a key may follow. Without a text the call just ends or goes on."""

    model_config = ConfigDict(frozen=True)
    speech: Annotated[str, Field(max_length=MOST_SPEECH)] = ""
    language: Literal["ja", "en"] = "ja"
    then: Literal["hang-up", "ask"] = "hang-up"

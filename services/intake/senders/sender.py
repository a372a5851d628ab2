"""What a sender's file has to say: whether to trust a request, what it asks for, and how its sender is answered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from cryptography.x509 import Certificate

from services.intake.domain.alerts import UNTIMED, Alerts
from services.intake.domain.enclosed import Enclosed
from shared.contracts import events as e
from shared.contracts.report import Report

Headers: TypeAlias = Mapping[str, str]
TOKYO = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True)
class Source:
    """One thing that is set up to send: which sender it is, the secrets and API tokens in force, and what else it needs.

    `owner` is the person or team who is told of trouble; "" is whoever looks after the installation. `zone` is where a day
    that is named alone ends.
    """

    id: str
    sender: str
    secrets: tuple[str, ...] = field(repr=False)  # the newest first; more than one while a secret is being replaced
    options: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    owner: str = ""
    tokens: tuple[str, ...] = field(default=(), repr=False)  # of the sender's own API, the newest first
    zone: tzinfo = TOKYO


@dataclass(frozen=True)
class Request:
    """A request as it came: the bytes untouched, the names of the headers in lower case.

    `url` is what the sender was told to call, with the query it came with; it is never made of a Host header. Where files
    came with it, they stand in `files`, and what followed the first one of them in `rest`: `raw` ends there. `certificate`
    is the one that it names, where `Signing` has it fetched.
    """

    raw: bytes
    headers: Headers
    now: datetime
    method: str = "POST"
    url: str = ""
    files: tuple[Enclosed, ...] = ()
    rest: bytes = field(default=b"", repr=False)
    certificate: Certificate | None = None


@dataclass(frozen=True)
class Trusted:
    """The sender proved who they are."""


@dataclass(frozen=True)
class Rejected:
    """The sender did not; `reason` is for our log, the sender only hears "401"."""

    reason: str


@dataclass(frozen=True)
class Thread:
    """A place in a conversation: the external id of what is said now, and of what it answers, the nearest first.

    `reply` is what it says by itself; `automatic`: a machine says it, which ends no wait. `cases` are those about which we
    wrote what it answers, as it says itself.
    """

    own: str
    earlier: tuple[str, ...]
    reply: str
    automatic: bool = False
    cases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trigger:
    """Somebody needs help: open a case, or add `note` to the open case of the same ticket or alert ("" adds nothing).

    `alerts` is what is known of each alert of a group, or of the ticket itself under one name of the sender's choice: with
    it, what comes late opens and closes nothing. `by_customer`: the note is what the customer has answered, for all to read.
    `thread`: where this is part of a conversation that has a case, it is a reply on that case, whatever has become of it.
    `answer_to` is the mail address at which its author hears of the case that it opens; "" for nobody. `holder` is who stands
    in the ticket all the time; "" for nobody.
    """

    delivery_id: str
    external: e.External
    report: Report
    by: e.Actor
    note: str
    alerts: Alerts = field(default_factory=dict)
    by_customer: bool = False
    thread: Thread | None = None
    answer_to: str = field(default="", repr=False)
    holder: str = ""


@dataclass(frozen=True)
class Machine:
    """A machine has written what asks for nothing: `what` says which. In a conversation that has a case it is told there."""

    delivery_id: str
    what: Literal["ours", "bounce", "auto-reply", "list"]
    by: e.Actor
    thread: Thread


@dataclass(frozen=True)
class Taken:
    """Somebody has taken the ticket or alert over where it comes from: its open case is acknowledged by them.

    Or it is handed over to them if it has somebody, where it is certain who they are here and that it was not we who wrote
    them there (`moved`). `at` is when; `standing`: it is said with every change, and is news only where it is somebody else
    than the last time. `ours`: it is we who made the change, so that it says only who stands there now.
    """

    delivery_id: str
    external: e.External
    by: e.Actor
    at: datetime = UNTIMED
    moved: bool = False
    standing: bool = False
    ours: bool = False


@dataclass(frozen=True)
class Cleared:
    """The sender says that these alerts are over; the case is closed only if none of its alerts still fires."""

    delivery_id: str
    external: e.External
    by: e.Actor
    handling: str
    result: str
    alerts: Alerts


@dataclass(frozen=True)
class Unmapped:
    """The delivery is genuine and says nothing we understand."""

    delivery_id: str
    ja: str
    en: str


@dataclass(frozen=True)
class Echo:
    """The sender tells us what we wrote there ourselves; to act on it would go round in circles."""

    delivery_id: str


@dataclass(frozen=True)
class Malformed:
    """The body cannot be read at all."""


Reading: TypeAlias = Trigger | Machine | Taken | Cleared | Unmapped | Echo


@dataclass(frozen=True)
class Outcome:
    """What became of one reading: opened, noted, replied, repeated, taken, resolved, ignored, or quarantined; or waiting.

    Of what a machine wrote: ours, bounce, auto-reply, or list.

    `again`: the same delivery was taken before, and this is what became of it then. `why` is a code that says why it was
    ignored, one of `domain.words.IGNORED` or of a refusal.
    """

    verdict: str
    case_id: str | None = None
    number: int | None = None
    again: bool = False
    why: str = ""


@dataclass(frozen=True)
class Answer:
    """What a sender is answered, in its own terms."""

    status: int
    body: bytes
    type: str = "application/json"
    headers: Headers = field(default_factory=dict)


@dataclass(frozen=True)
class Guide:
    """What to paste where on the sender's side; `<URL>` and `<SECRET>` stand for those of the source, `<PASTE>` for `paste`."""

    ja: str = ""
    en: str = ""
    paste: str = ""


@dataclass(frozen=True)
class Records:
    """Where a sender's own records are read with a token of its API, and what is made of the answers. All is total.

    `one` is the address of the record that a notification is about ("" where there is none to read); `renewed` puts what was
    answered into the notification (None when that is no such record). `places` are the parts that can be looked through, each
    the address of its newest record; `changed` is the address of what changed there since an instant (given what the place
    answered; "" when there is nothing), or of what comes after a page, given that one; b"" is before the first. `told` makes
    notifications of a page. `page` records come at once at most.
    """

    headers: Callable[[Source], Headers]
    one: Callable[[bytes, Source], str]
    renewed: Callable[[bytes, bytes], bytes | None]
    places: Callable[[Source], Sequence[str]]
    changed: Callable[[str, bytes, datetime, bytes], str]
    told: Callable[[str, bytes], Sequence[bytes]]
    page: int


@dataclass(frozen=True)
class Signing:
    """For a sender whose proof names a certificate of its own, and who asks whether it may send. All is total.

    `certificate` is the address of what a request names, asked before it is verified ("" where nothing is to be fetched);
    `confirmation` is what is called when a trusted request asks for it ("" for every other).
    """

    certificate: Callable[[Request, Source], str]
    confirmation: Callable[[Request, Source], str]


@dataclass(frozen=True)
class Sender:
    """One vendor. All functions are total: whatever bytes and headers come, they answer and never raise.

    `verify` runs before `read`. A request may say several things, all taken in one transaction, or nothing (a test ring).
    `answer` is for what was taken, None for the usual 202 with the outcomes; `probe` answers what is not a delivery (a HEAD
    while it is set up), None where there is no such thing. `in_path`: the secret may come as the last part of the path, for
    vendors that can send it in no other way; it is then given to `verify` as the header `x-tasuki-path-secret`.
    `drops`: what is refused does not come again, so that a genuine body which cannot be read is set aside instead. `busy` is
    what it is told when more comes than can be taken (429 for programs that know it, 503 for all others). `own_secret`: the
    vendor makes the secret, and it is pasted. `sample` makes a genuine request of a source for its test. `by_mail`: it comes
    to an address that holds the secret (given to `verify` as that of a path is), and by no other way. `parted` takes the
    files out of a request; what is left of its `raw` is as long as it may be kept.
    """

    name: str
    verify: Callable[[Request, Source], Trusted | Rejected]
    read: Callable[[Request, Source], Sequence[Reading] | Malformed]
    answer: Callable[[Request, Sequence[Outcome]], Answer] | None = None
    probe: Callable[[Request, Source], Answer | None] | None = None
    in_path: bool = False
    drops: bool = True
    busy: int = 503
    own_secret: bool = False
    by_mail: bool = False
    parted: Callable[[Request], Request] | None = None
    guide: Guide = field(default_factory=Guide)
    sample: Callable[[Source, datetime], Request] | None = None
    records: Records | None = None
    signing: Signing | None = None

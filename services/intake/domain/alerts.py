"""What is known of the alerts of one group, or of one ticket, so that a message which comes late cannot undo a newer one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

MOST = 500
UNTIMED = datetime.min.replace(tzinfo=UTC)  # an end whose sender names no time; it is of the beginning that is known


@dataclass(frozen=True)
class Alert:
    """One alert: since when, and whether it still fires."""

    since: datetime
    firing: bool


Alerts: TypeAlias = Mapping[str, Alert]  # by fingerprint
OPENED, TAKER = "opened", "taken:"  # beside a ticket: since when it has its case, and who took one there last


def told(known: Alerts, news: Alerts) -> dict[str, Alert]:
    """Take news in: for each alert the later beginning counts, and of one beginning its end; at most 500 are kept."""
    both = dict(known)
    for fingerprint, alert in news.items():
        old = both.get(fingerprint)
        if alert.since == UNTIMED and not alert.firing:
            both |= {fingerprint: Alert(old.since, firing=False)} if old else {}
        elif old is None or alert.since > old.since or (alert.since == old.since and not alert.firing):
            both[fingerprint] = alert
    newest = sorted(both.items(), key=lambda item: (item[1].firing, item[1].since), reverse=True)
    return dict(newest[:MOST])


def is_news(known: Alerts, given: Alerts) -> bool:
    """Tell whether an alert fires that was not known, or that has begun anew."""
    return any(
        alert.firing and (fingerprint not in known or alert.since > known[fingerprint].since)
        for fingerprint, alert in given.items()
    )


def all_clear(known: Alerts) -> bool:
    """Tell whether nothing fires any more."""
    return not any(alert.firing for alert in known.values())


def opened(known: Alerts, since: datetime) -> dict[str, Alert]:
    """A ticket has a new case since then; UNTIMED: whatever was before is about it too."""
    return {**known, OPENED: Alert(since, firing=False)}


def taken(known: Alerts, person: str, at: datetime) -> dict[str, Alert]:
    """This person has taken the ticket's case over; nobody else has, then."""
    rest = {name: alert for name, alert in known.items() if not name.startswith(TAKER)}
    return rest | {TAKER + person: Alert(at, firing=False)}


def is_taker(known: Alerts, person: str) -> bool:
    """Tell whether this person was the last to take the ticket's case over."""
    return TAKER + person in known


def has_taker(known: Alerts) -> bool:
    """Tell whether it is known who stood in the ticket last."""
    return any(name.startswith(TAKER) for name in known)


def is_past(known: Alerts, at: datetime) -> bool:
    """Tell whether this is about the case before, or was before the take-over that is known."""
    marks = (alert.since for name, alert in known.items() if name == OPENED or name.startswith(TAKER))
    return at != UNTIMED and any(at < since for since in marks)

"""Who can be reached by what: the ways of each priority, and what is missing."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.notifier.domain import rules
from services.notifier.domain.contact import Address, Contact
from services.notifier.domain.preferences import RuleStep
from services.notifier.domain.quiet import LOUD
from shared.contracts.addresses import CHANNELS, Kind
from shared.contracts.plan import Reason
from shared.contracts.vocabulary import Channel, Priority

Served = Mapping[Channel, Set[Kind]]  # the kinds of address that some provider takes
SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
NO_WAY = Reason(ja="届く連絡手段がありません。", en="There is no way to reach this person.")
NO_LOUD_WAY = Reason(
    ja="電話・SMS・プッシュ通知のどれでも届きません。夜間などに気づけないおそれがあります。",
    en="No telephone, text message or push notification reaches this person, who may not notice at night.",
)
UNPROVEN = Reason(
    ja="音の出る連絡先の確認が済んでいません。コードを送って確認してください。",
    en="The loud addresses are not verified yet; send a code to verify them.",
)
NEVER_LOUD = Reason(
    ja="通知を止める時間が一週間すべてに及ぶため、P1 以外は電話などが鳴りません。",
    en="The quiet hours cover the whole week, so nothing but a P1 is ever loud.",
)


@dataclass(frozen=True)
class Way:
    """One way that works, to one address."""

    step: RuleStep
    address: Address


@dataclass(frozen=True)
class Reach:
    """The ways of one priority in their order, whether one of them is loud, and what is missing."""

    ways: tuple[Way, ...]
    loud: bool
    missing: tuple[Reason, ...]


def reach(contact: Contact, priority: Priority, served: Served) -> Reach:
    """By what a person would be asked now if a policy asked for everything, do not disturb left aside."""
    demanded = [c for c in CHANNELS if c is not Channel.TICKET and _address(contact, RuleStep(c), served)]
    steps = rules.ways(demanded, contact, priority)
    ways = tuple(Way(step, at) for step in steps if (at := _address(contact, step, served)))
    loud = [way.address for way in ways if way.step.channel in LOUD]
    missing = [] if ways else [NO_WAY]
    if ways and not loud and priority in (Priority.P1, Priority.P2):
        missing.append(NO_LOUD_WAY)
    if loud and not any(address.trusted for address in loud):
        missing.append(UNPROVEN)
    return Reach(ways, bool(loud), (*missing, *_broken(contact, served)))


def warnings(contact: Contact, served: Served) -> list[Reason]:
    """What somebody who has just saved this should know."""
    said = list(reach(contact, Priority.P1, served).missing)
    for priority, steps in contact.preferences.rules.items():
        dead = [s for s in steps if _address(contact, s, served) is None]
        if dead and len(dead) == len(steps):
            said.append(
                Reason(
                    ja=f"{priority} の設定では届かないため、方針どおりの手段でお知らせします。",
                    en=f"The rule for {priority} leads nowhere; the channels of the policy are used instead.",
                )
            )
    if _always_quiet(contact):
        said.append(NEVER_LOUD)
    return said


def missed(everybody: list[Contact], served: Served) -> list[tuple[Contact, Reason]]:
    """The people whom nothing loud reaches at P1, and why."""
    found = [(c, reach(c, Priority.P1, served)) for c in everybody if ":" not in c.id]
    return [(c, told.missing[0]) for c, told in found if not told.loud and told.missing]


def _address(contact: Contact, step: RuleStep, served: Served) -> Address | None:
    return contact.way(step.channel, step.address, served.get(step.channel, ()))


def _broken(contact: Contact, served: Served) -> list[Reason]:
    """Addresses that stand there in vain."""
    taken = {kind for kinds in served.values() for kind in kinds}
    said = []
    for a in contact.addresses:
        if a.broken:
            ja = f"{a.id} には届きません（{a.broken}）。直すか、確認し直してください。"
            said.append(Reason(ja=ja, en=f"{a.id} does not work ({a.broken}); change it or verify it again."))
        elif a.kind not in taken:
            said.append(
                Reason(ja=f"{a.id} への送信は設定されていません。", en=f"Nothing that reaches {a.id} is set up.")
            )
    return said


def _always_quiet(contact: Contact) -> bool:
    """Whether the quiet hours follow each other without an end."""
    end = contact.preferences.quiet_until(SOME_DAY)
    return end is not None and end - SOME_DAY >= timedelta(days=7)

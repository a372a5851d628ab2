"""By which ways one person is asked: what the policy demands, in the order and with the pauses that they have chosen."""

from collections.abc import Sequence
from dataclasses import replace

from services.notifier.domain.contact import Contact
from services.notifier.domain.preferences import RuleStep
from shared.contracts.vocabulary import Channel, Priority


def ways(demanded: Sequence[Channel], contact: Contact | None, priority: Priority) -> list[RuleStep]:
    """The ways of one page, the first without a pause.

    A rule takes the place of what the policy demands, except that it takes nothing away from a P1. Where nothing of it
    can be used any more, the policy's channels stand in. A ticket is nobody's way.
    """
    standing = [RuleStep(channel) for channel in demanded if channel is not Channel.TICKET]
    chosen = usable(contact.preferences.rules.get(priority, ()), contact) if contact else []
    if not chosen:
        return standing
    if priority is Priority.P1:
        chosen += [step for step in standing if step.channel not in {s.channel for s in chosen}]
    first = min(step.delay for step in chosen)
    return [replace(s, delay=s.delay - first) for s in sorted(chosen, key=lambda step: step.delay)]


def usable(steps: Sequence[RuleStep], contact: Contact) -> list[RuleStep]:
    """What of a rule still leads to this person, each address once; one that is gone gives way to the channel's best."""
    found: dict[tuple[Channel, str], RuleStep] = {}
    for step in steps:
        way = contact.way(step.channel, step.address)
        if way is not None:
            there = step if way.id == step.address else replace(step, address="")
            found.setdefault((step.channel, way.id), there)
    return list(found.values())

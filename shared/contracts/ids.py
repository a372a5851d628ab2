"""Ids that two roads must agree on, so that what arrives twice is one thing."""

from uuid import UUID

from shared.contracts import envelope


def notification_id(case_id: str, round_: int, recipient: str, channel: str) -> UUID:
    """The id of a page: one for each case, round, recipient and channel, whether Kafka or the direct road brings it.

    `recipient` is a person id, `team:<id>` or `ticket:<system>:<id>`.
    """
    return envelope.event_id("notification", case_id, round_, recipient, channel, "page")

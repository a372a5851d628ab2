"""Faults are chosen by a seed, and of the kinds that were asked for."""

import random

from chaos.faults import KINDS, Fault, choose
from chaos.proxy import HOWS

WAYS = ("timer-kafka", "notifier-postgres", "notifier-sandbox")


def chosen(seed: int, kinds: frozenset[str]) -> list[Fault]:
    dice = random.Random(seed)
    return [choose(dice, kinds, WAYS) for _ in range(500)]


def test_a_seed_does_the_same_again() -> None:
    assert chosen(7, frozenset(KINDS)) == chosen(7, frozenset(KINDS)) != chosen(8, frozenset(KINDS))


def test_every_kind_comes_and_no_other_than_those_asked_for() -> None:
    assert {fault.kind for fault in chosen(7, frozenset(KINDS))} == KINDS.keys()
    assert {fault.name for fault in chosen(7, frozenset({"network", "disk"}))} == {f"network {how}" for how in HOWS} | {
        "disk"
    }

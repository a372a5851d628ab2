"""The audit trail: whatever is edited, taken out or cut off is found, and what is whole is not suspected."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.audit import BEGINNING, Checkpoint, Entry, Finding, canonical, digest, findings, tied

Trail = list[Entry]


def trail(*texts: str, chain: int = 3) -> Trail:
    """A chain of these entries."""
    found: Trail = []
    for seq, text in enumerate(texts, 1):
        before = found[-1].hash if found else BEGINNING
        found.append(Entry(chain, seq, text, before, tied(before, chain, seq, text)))
    return found


def ends(entries: Trail) -> dict[int, tuple[int, str]]:
    """Where each chain ends."""
    return {e.chain: (e.seq, e.hash) for e in sorted(entries, key=lambda e: e.seq)}


def point(entries: Trail, last: Checkpoint | None = None) -> Checkpoint:
    """A checkpoint of how the chains stand."""
    number = last.number + 1 if last else 1
    heads = {str(chain): [seq, hash_] for chain, (seq, hash_) in ends(entries).items()}
    said = {"number": number, "previous": digest(last) if last else "", "heads": heads, "at": ""}
    return Checkpoint(number, canonical(said), genuine=True)


WHOLE = trail("髙", "﨑①", "㈱🔥", "四")
TEXTS = st.lists(st.text(max_size=20), min_size=1, max_size=8)


@given(TEXTS, TEXTS)
def test_what_is_whole_is_not_suspected(one: list[str], other: list[str]) -> None:
    both = trail(*one, chain=1) + trail(*other, chain=2)
    first = point(both[:1])
    assert findings(both, ends(both), [first, point(both, first)]) == []
    assert findings([*both, *trail(*one, "new", chain=1)[-1:]], ends(both), []) == []


@given(TEXTS, st.data())
def test_any_edit_is_found(texts: list[str], data: st.DataObject) -> None:
    whole = trail(*texts)
    place = data.draw(st.integers(0, len(whole) - 1))
    text = data.draw(st.text(max_size=20).filter(lambda t: t != whole[place].entry))
    edited = [*whole[:place], replace(whole[place], entry=text), *whole[place + 1 :]]
    assert Finding("changed", 3, place + 1) in findings(edited, ends(whole), [])


@pytest.mark.parametrize("place", range(3))
def test_what_is_taken_out_leaves_a_gap(place: int) -> None:
    rest = WHOLE[:place] + WHOLE[place + 1 :]
    assert findings(rest, ends(WHOLE), []) == [Finding("missing", 3, place + 1)]


def test_an_end_that_is_cut_off_is_missed_by_the_chain() -> None:
    assert findings(WHOLE[:2], ends(WHOLE), []) == [Finding("cut", 3, 4)]
    assert findings([], ends(WHOLE), []) == [Finding("cut", 3, 4)]


def test_an_end_that_is_cut_off_together_with_its_chain_is_missed_by_the_checkpoint() -> None:
    assert findings(WHOLE[:2], ends(WHOLE[:2]), []) == []
    assert findings(WHOLE[:2], ends(WHOLE[:2]), [point(WHOLE)]) == [Finding("cut", 3, 4)]
    assert findings([], {}, [point(WHOLE)]) == [Finding("cut", 3, 4)]


def test_a_chain_that_is_made_anew_is_not_the_one_that_was_signed() -> None:
    anew = trail("別", "の", "話", "だ")
    assert findings(anew, ends(anew), [point(WHOLE)]) == [Finding("rewritten", 3, 4)]


def test_checkpoints_hold_each_other() -> None:
    first = point(WHOLE[:1])
    second = point(WHOLE[:2], first)
    third = point(WHOLE, second)
    assert findings(WHOLE, ends(WHOLE), [first, third]) == [Finding("checkpoint-missing", -1, 2)]
    other = replace(second, body=second.body.replace('"at":""', '"at":"x"'))
    assert findings(WHOLE, ends(WHOLE), [first, other, third]) == [Finding("checkpoint-changed", -1, 2)]
    assert findings(WHOLE, ends(WHOLE), [replace(first, genuine=False)]) == [Finding("forged", -1, 1)]
    assert findings(WHOLE, ends(WHOLE), [replace(first, genuine=None)]) == []

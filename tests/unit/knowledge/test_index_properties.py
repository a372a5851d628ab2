"""Whatever is added, replaced and removed, the index answers like one built anew, and never with an empty page."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.knowledge.domain.ranking import Index, Record
from tests.unit.knowledge.desk import ARCHIVE, MORNING

WORDS = st.sampled_from(
    ["決済", "レジ", "できない", "printer", "遅い", "エラー", "髙﨑①㈱🔥", "３１２", "pay", "ログイン", "does n't"]
)
TEXT = st.one_of(st.lists(WORDS, max_size=6).map(" ".join), st.text(st.characters(), max_size=40))
RECORD = st.builds(
    Record,
    id=st.sampled_from("abcdef"),
    at=st.integers(0, 3).map(lambda day: MORNING + timedelta(days=day)),
    title=TEXT,
    problem=TEXT,
    handling=TEXT,
    uses=st.integers(0, 2),
    phrasings=st.lists(TEXT, max_size=2).map(tuple),
    made=st.lists(TEXT, max_size=2).map(tuple),
)
CHANGE = st.one_of(RECORD, st.sampled_from("abcdefz"))


@settings(max_examples=150, deadline=None)
@given(st.lists(CHANGE, max_size=25), st.lists(TEXT, min_size=1, max_size=4))
def test_changes_leave_what_a_rebuild_gives(
    create: Callable[[], Index], changes: Sequence[Record | str], queries: list[str]
) -> None:
    index, kept = create(), dict[str, Record]()
    for change in changes:
        if isinstance(change, Record):
            index.add(change)
            kept[change.id] = change
        else:
            index.remove(change)
            kept.pop(change, None)
    rebuilt = create()
    for record in reversed(kept.values()):
        rebuilt.add(record)
    assert len(index) == len(rebuilt) == len(kept)
    for query in queries:
        hits = index.search(query, 6)
        assert hits == rebuilt.search(query, 6)
        assert bool(hits) == bool(kept)
        assert len({hit.id for hit in hits}) == len(hits)
    for key in kept:
        assert index.similar(key) == rebuilt.similar(key)


def test_what_cannot_be_taken_in_leaves_all_as_it_was(create: Callable[[], Index]) -> None:
    index, untouched = create(), create()
    for record in ARCHIVE:
        index.add(record)
        untouched.add(record)
    with pytest.raises(TypeError):
        index.add(replace(ARCHIVE[0], title="髙﨑①㈱🔥", made=(None,)))  # type: ignore[arg-type]
    for record in ARCHIVE:
        assert index.search(record.title, 6) == untouched.search(record.title, 6)
        assert index.similar(record.id) == untouched.similar(record.id)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(), max_size=600))
def test_any_question_gets_an_offer(desk: Index, query: str) -> None:
    hits = desk.search(query, 5)
    assert 1 <= len(hits) <= 5
    assert hits == desk.search(query, 5)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    desk.similar_to(query)


@settings(deadline=None)
@given(st.sampled_from(ARCHIVE))
def test_every_case_is_found_by_its_own_title(desk: Index, record: Record) -> None:
    assert desk.search(record.title, 1)[0].id == record.id

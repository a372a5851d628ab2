"""What the shelves of a process propose to whom: the filter that stands before the answer is written."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.knowledge.domain.query import Reason
from services.knowledge.domain.ranking import Hit, Record
from services.knowledge.domain.shelving import Entry, Facts, Form, Shelf, Wanted, fits, ordered
from services.knowledge.domain.sight import Audience, Reader, Sight
from services.knowledge.shelves import Shelves
from tests.unit.knowledge.desk import MORNING

CROWD = 25  # restricted cases of one team, more used than any other entry
SIGHTS = {
    "stores": Sight(team="stores"),
    "payments": Sight(team="payments"),
    "reported": Sight(team="payments", reporter="sato"),
    "stores-secret": Sight(restricted=True, team="stores"),
    **{f"secret-{n}": Sight(restricted=True, team="payments", people=("sato",) * (n == 7)) for n in range(CROWD)},
}
SECRETS = {f"secret-{n}" for n in range(CROWD)}
ARTICLES = {"inside", "outside"}
OPEN = {*ARTICLES, "stores", "payments", "reported"}
TYPED = ("ヌ", "ヌガーの棚", "ぬがー", "nuga-", "棚で", "ヌガーの棚で起きたこと", "怒鳴られた", "", "🔥")


@pytest.fixture(scope="module")
def shelves() -> Shelves:
    made = Shelves()
    for id_, sight in SIGHTS.items():
        shelf: Shelf = "restricted" if sight.restricted else "internal"
        put(made, id_, Audience.INTERNAL, (shelf,), "case", sight)
    put(made, "inside", Audience.INTERNAL, ("internal",))
    put(made, "outside", Audience.PUBLIC, ("internal", "public"))
    return made


def put(
    shelves: Shelves,
    id_: str,
    audience: Audience,
    on: tuple[Shelf, ...],
    form: Form = "article",
    sight: Sight | None = None,
) -> None:
    record = Record(id_, MORNING, f"ヌガーの棚で起きたこと {id_}", "怒鳴られた", uses=9 if id_ in SECRETS else 0)
    facts = Facts(form, None, "", "ja", audience, MORNING, sight)
    shelves.put(id_, facts, tuple(Entry(shelf, record) for shelf in on))


@pytest.mark.parametrize(
    ("reader", "seen"),
    [
        (Reader(audience=Audience.PUBLIC), {"outside"}),
        (Reader(audience=Audience.PUBLIC, person="sato", sees=("*",), leads=("*",)), {"outside"}),
        (Reader(), OPEN),
        (Reader(person="ito"), OPEN),
        (Reader(person="ito", sees=()), ARTICLES),
        (Reader(person="ito", sees=("stores",)), {*ARTICLES, "stores"}),
        (Reader(person="ito", sees=("stores",), leads=("stores",)), {*ARTICLES, "stores", "stores-secret"}),
        (Reader(person="sato", sees=()), {*ARTICLES, "reported", "secret-7"}),
        (Reader(person="ito", leads=("*",)), {*OPEN, "stores-secret", *SECRETS}),
    ],
)
@pytest.mark.parametrize("limit", [1, 3, 50])
def test_nothing_is_proposed_that_a_reader_may_not_see(
    shelves: Shelves, reader: Reader, seen: set[str], limit: int
) -> None:
    proposed = {typed: shelves.suggest(typed, limit, reader) for typed in TYPED}
    assert {id_ for ids in proposed.values() for id_ in ids} <= seen
    assert all(proposed.values())
    if limit > len(SIGHTS) + 2:
        assert set(proposed["ヌガーの棚"]) == seen


def test_what_was_closed_to_a_reader_is_proposed_no_more() -> None:
    made = Shelves()
    put(made, "outside", Audience.PUBLIC, ("internal", "public"))
    assert made.suggest("ヌガー", 3, Reader(audience=Audience.PUBLIC)) == ["outside"]
    put(made, "outside", Audience.INTERNAL, ("internal",))
    assert made.suggest("ヌガー", 3, Reader(audience=Audience.PUBLIC)) == []
    assert made.suggest("ヌガー", 3, Reader()) == ["outside"]


def test_a_question_finds_cases_too_by_words_that_mean_the_same_here() -> None:
    made = Shelves()
    for id_, title in (("board", "キーボードが反応しない"), ("mouse", "マウスが反応しない"), ("chair", "椅子の高さ")):
        facts = Facts("case", None, "", "ja", Audience.INTERNAL, MORNING, Sight())
        made.put(id_, facts, (Entry("internal", Record(id_, MORNING, title)),))
    made.synonyms = (("打鍵盤", "キーボード"),)
    (hit, *_) = made.search("打鍵盤が反応しない", 3, Reader(), Wanted())
    assert (hit.id, hit.is_same) == ("board", True)
    assert [hit.id for hit in made.search("マウスが反応しない", 1, Reader(), Wanted())] == ["mouse"]


FACTS = Facts("article", None, "髙﨑 POS", "ja", Audience.PUBLIC, MORNING)


@pytest.mark.parametrize(
    ("wanted", "fitting"),
    [
        (Wanted(), True),
        (Wanted(product="pos"), True),
        (Wanted(product="在庫"), False),
        (Wanted(form="case"), False),
        (Wanted(language="en"), False),
        (Wanted(audience=Audience.INTERNAL), False),
        (Wanted(since=MORNING), True),
        (Wanted(since=MORNING + timedelta(seconds=1)), False),
    ],
)
def test_a_filter_leaves_what_it_names(wanted: Wanted, fitting: bool) -> None:
    assert fits(FACTS, wanted) is fitting


def test_of_two_that_answer_alike_the_article_stands_first() -> None:
    case, written = (Hit(id_, 1.0, Reason.WORDS, ()) for id_ in ("case", "article"))
    facts = {"article": FACTS, "case": replace(FACTS, form="case")}
    assert [hit.id for hit in ordered([case, written], facts)] == ["article", "case"]
    assert [hit.id for hit in ordered([written, replace(case, score=9.0)], facts)] == ["case", "article"]

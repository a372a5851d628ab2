"""Mappings: what is wrong with one is said before it is saved, and no expression takes long or ever fails."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain import expressions, mappings
from services.intake.domain.expressions import Expression, Wrong, parse
from services.intake.domain.lookup import as_text, find
from services.intake.domain.mappings import FIELDS, Flaw, check
from services.intake.senders.mapped import ENVELOPE, KNOWN
from tests.unit.intake.senders.monitors import JSON, payload

EXAMPLE = json.loads(payload("generic_mapping.json"))


def keys(mapping: object) -> list[str]:
    flaws = check(mapping)
    assert all(flaw.ja and flaw.en for flaw in flaws)
    return [flaw.key for flaw in flaws]


def test_the_example_and_our_own_mapping_are_sound() -> None:
    assert check(EXAMPLE) == []
    assert check(json.loads(ENVELOPE)) == []


def test_what_we_understand_untold_is_what_may_be_told() -> None:
    assert all(set(words.values()) <= set(mappings.WORDS[key]) for key, words in KNOWN.items())
    assert all(mappings.folded(word) == word for words in KNOWN.values() for word in words)


@pytest.mark.parametrize(
    ("mapping", "wrong"),
    [
        (None, [""]),
        ([], [""]),
        ({}, ["title"]),
        ({"title": "a", "lang": "xpath"}, ["lang"]),
        ({"title": "a", "titel": "b"}, ["titel"]),
        ({"title": ""}, ["title"]),
        ({"title": 1}, ["title"]),
        ({"title": "件名"}, ["title"]),
        ({"title": '"件名"'}, []),
        ({"title": {"expr": "a", "if": "b"}}, ["title.if"]),
        ({"title": {}}, ["title.expr"]),
        ({"title": {"expr": "a["}}, ["title.expr"]),
        ({"title": "a", "severity": {"expr": "b", "map": {"1": "critcal"}}}, ["severity.map.1"]),
        ({"title": "a", "severity": {"expr": "b", "map": {"1": "error"}, "default": "P1"}}, ["severity.default"]),
        ({"title": "a", "severity": {"expr": "b", "map": []}}, ["severity.map"]),
        ({"title": "a", "product": {"expr": "b", "map": {"x": "決済"}, "default": "不明"}}, []),
        ({"title": "a", "product": {"expr": "b", "default": 1}}, ["product.default"]),
        ({"title": {"expr": "a", "format": "%Y"}}, ["title.format"]),
        ({"title": "a", "occurred_at": {"expr": "b", "format": "%d%d"}}, ["occurred_at.format"]),
        ({"title": "a", "occurred_at": {"expr": "b", "format": "%Q"}}, ["occurred_at.format"]),
        ({"title": "a", "occurred_at": {"expr": "b", "tz": "Asia/Edo"}}, ["occurred_at.tz"]),
        ({"title": "a", "occurred_at": {"expr": "b", "tz": "Asia"}}, ["occurred_at.tz"]),
        ({"title": "a", "occurred_at": {"expr": "b", "tz": "../../etc/passwd"}}, ["occurred_at.tz"]),
        ({"title": "a", "occurred_at": {"expr": "b", "tz": 9}}, ["occurred_at.tz"]),
    ],
)
def test_what_is_wrong_is_named_by_its_key(mapping: object, wrong: list[str]) -> None:
    assert keys(mapping) == wrong


def test_every_flaw_is_told_in_both_languages() -> None:
    assert check({"title": "a", "severity": {"expr": "b", "map": {"1": "x"}}}) == [
        Flaw(
            "severity.map.1",
            "次のどれかにしてください：critical, error, warning, info",
            "Must be one of: critical, error, warning, info",
        )
    ]


HOSTILE = [
    "(" * 200,
    "[" * 300,
    "a" * 301,
    "|".join("a" * 100),
    "@|" * 149 + "@",
    "|".join(["[@,@]"] * 40),
    "|".join(["[@,@][]"] * 30),
    "{a:@,b:@}|{a:@,b:@}",
    "[" + ",".join("@" * 11) + "]",
    "to_string(to_string(@))",
    "@|to_string(@)|to_string(@)",
    "join('', join('', @))",
    "join(@.big, @.list)",
    "join('12345678901', @)",
    "eval(@)",
    "__import__('os')",
    "sum()",
    "sum(a, b)",
    "map(&a)",
    '`{"a":',
    "a[99999999999999999999999999999:]|" * 5 + "é",
    "\x00",
    "\ud800",
    "&",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_an_expression_that_could_take_long_is_not_taken(text: str) -> None:
    assert isinstance(parse(text), Wrong)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("join('/', [a, b])", "x/y"),
        ("c[?d == `1`].e | [0]", "z"),
        ("sort_by(c, &d)[-1].e", "w"),
        ("not_null(q, a)", "x"),
        ("c[].d", [1, 2]),
        ("length(c)", 2),
        ("merge({e: a}, c[0])", {"e": "z", "d": 1}),
        (".".join("a" * 100), None),
        ("*", ["x", "y", [{"d": 1, "e": "z"}, {"d": 2, "e": "w"}]]),
        ("c[::-1].e", ["w", "z"]),
        ("sum(a)", None),
        ("to_number(a)", None),
    ],
)
def test_what_people_need_is_taken(text: str, found: object) -> None:
    expression = parse(text)
    assert isinstance(expression, Expression)
    assert expression.look_up({"a": "x", "b": "y", "c": [{"d": 1, "e": "z"}, {"d": 2, "e": "w"}]}) == found


GRAMMAR = st.recursive(
    st.sampled_from(["a", "b", "@", "*", "[*]", "`1`", "'x'", '"件"', "[]", "[0]", "[::2]", "&a"]),
    lambda inner: (
        st.tuples(inner, st.sampled_from([".", "|", "||", "&&", "==", "<", ""]), inner).map("".join)
        | st.tuples(st.sampled_from(sorted(expressions.ARGUMENTS)), inner).map(lambda p: f"{p[0]}({p[1]})")
        | st.tuples(st.sampled_from(sorted(expressions.ARGUMENTS)), inner, inner).map(
            lambda p: f"{p[0]}({p[1]},{p[2]})"
        )
        | st.lists(inner, min_size=1, max_size=3).map(lambda p: f"[{','.join(p)}]")
        | inner.map(lambda p: f"[?{p}]")
        | inner.map(lambda p: f"!{p}")
    ),
    max_leaves=12,
)


@given(GRAMMAR | st.text(max_size=40), JSON)
def test_whatever_is_written_never_fails_and_never_grows_much(text: str, document: Any) -> None:
    expression = parse(text)
    if isinstance(expression, Expression):
        found = expression.look_up(document)
        shown = expressions.shown(found)
        assert len(shown) <= 200
        assert isinstance(as_text(found, " "), str)


def test_what_is_taken_stays_small_on_a_large_document() -> None:
    large = {"list": ['"' * 50] * 1000, "big": "x" * 50_000}
    for text in ("to_string(@)", "join('1234567890', list)", "[@,@,@,@,@,@,@,@,@,@]", "list[].[@]", "*.*|[]"):
        expression = parse(text)
        assert isinstance(expression, Expression)
        assert len(str(expression.look_up(large))) < 30 * len(str(large))


ANYTHING = st.dictionaries(st.sampled_from([*FIELDS, "lang", "x"]), JSON | GRAMMAR | st.fixed_dictionaries(
    {"expr": GRAMMAR}, optional={"map": JSON, "default": JSON, "format": st.text(max_size=8) | JSON, "tz": JSON}
), max_size=5)  # fmt: skip


@given(ANYTHING | JSON, JSON)
def test_whatever_a_mapping_holds_is_checked_and_tried(mapping: Any, document: Any) -> None:
    rules, flaws = mappings.read(mapping)
    assert all(flaw.ja and flaw.en for flaw in flaws)
    for key, found in find(rules, document, KNOWN).items():
        assert found.ja
        assert found.en
        assert key not in mappings.WORDS or found.text in (*mappings.WORDS[key], "")


@given(st.text(max_size=60))
def test_every_format_of_a_time_can_be_tried(form: str) -> None:
    rules, _ = mappings.read({"title": "a", "occurred_at": {"expr": "a", "format": form}})
    find(rules, {"a": "2026/11/21 20:59:50"}, {})


def test_a_mapping_that_is_kept_is_read_once_and_a_broken_one_is_told_of() -> None:
    text = json.dumps(EXAMPLE)
    assert mappings.of_text(text) is mappings.of_text(text)
    for broken in ("", "{", "[" * 10_000, "1", '{"title":"a"}' + " " * 20_001):
        assert [flaw.key for flaw in mappings.of_text(broken)[1]] == [""]

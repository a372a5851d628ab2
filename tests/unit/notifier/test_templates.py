"""Texts that people write: what is wrong is named with its line, and none of them runs long, grows large or reaches out."""

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.domain import samples, texts
from services.notifier.domain.book import Book
from services.notifier.domain.content import Content
from services.notifier.domain.mistakes import Mistake
from services.notifier.domain.templates import LARGEST, fill, read
from services.notifier.wording import Wording, standard
from shared.contracts.vocabulary import Purpose

STANDARD = standard()
WORDING = Wording("Asia/Tokyo", "https://tasuki.example.jp/", "key")
CONTENT = Content("page", 12, "髙﨑①㈱🔥", "ja", facts="長" * 5000)
FACTS = {"c": CONTENT, "asked": ["佐藤", "田中"], "who": "髙橋", "link": "", "when": ""}
KNOWN = {**dict.fromkeys(FACTS, None), "c": frozenset({"number", "headline", "facts", "due", "cases"})}


def mistake(source: str) -> Mistake:
    with pytest.raises(Mistake) as caught:
        fill(read(source, KNOWN), FACTS)
    return caught.value


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        ("a\n{% if c.number %}", "syntax", 2),
        ("a\n\n{% endfro %}", "syntax", 3),
        ("{{ c.number | shout }}", "syntax", 1),
        ("{{ c.number is happy }}", "syntax", 1),
        ("a\n{{ nobody }}", "unknown-variable", 2),
        ("a\n\n{{ c.nothing }}", "unknown-variable", 3),
        ("a\n{% if c.facts == '' %}{{ c.nothing }}{% endif %}", "unknown-variable", 2),
        ("a\n{{ who.name }}", "unknown-variable", 2),
        ("a\n{{ asked[5] }}", "unknown-variable", 2),
        ("a\n{{ c.due }}", "not-text", 2),
        ("a\n{{ asked }}", "not-text", 2),
        ("a\n{{ (who if link) }}", "not-text", 2),
        ("{% for letter in c.facts %}{% endfor %}", "not-a-list", 1),
        ("a\n{{ who > 1 }}", "failing", 2),
        ("a\n{{ - who }}", "failing", 2),
        ("a\n{{ 1 + who }}", "failing", 2),
        ("a\n{{ one }}\n{{ two }}", "unknown-variable", 2),
        ("{% set c = 1 %}", "not-allowed", 1),
        ("a\n{{ who() }}", "not-allowed", 2),
        ("{{ who }}\n" * 2500, "too-much", 2000),
    ],
)
def test_a_mistake_has_its_line(source: str, code: str, line: int) -> None:
    found = mistake(source)
    assert (found.code, found.line) == (code, line)
    assert found.ja != found.en


@pytest.mark.parametrize(
    "source",
    [
        "{{ 9 ** 9 ** 9 ** 9 }}",
        "{{ 'x' * 1000000000 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ 'x'.ljust(1000000000) }}",
        "{{ 'x' | center(1000000000) }}",
        "{{ c.facts | replace('長', c.facts) }}",
        "{{ range(1000000000) | join }}",
        "{{ lipsum(n=100000) }}",
        "{% for a in range(100) %}{% for b in range(100) %}{% for d in range(100) %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in range(100) %}{% for b in range(100) %}" + "長" * 100 + "{% endfor %}{% endfor %}",
        "{% set a = c.facts %}" + "{% set a = a ~ a %}" * 3000,
        "{% set a = c.facts %}" + "{% set a = a + a %}" * 3000,
        "{% set a = c.facts %}" + "{% set a = [a, a] | join(a) %}" * 3000,
        "{% set a = asked | join(c.facts) %}" * 3000,
        "{{ c.facts }}" * 7000,
        "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
        "{% for a in asked recursive %}{{ loop(asked) }}{% endfor %}",
        "{% set space = namespace(a='x') %}{% for i in asked %}{% set space.a = space.a ~ space.a %}{% endfor %}",
        "{% set a = [asked, asked] %}{{ a }}",
        "{% include 'page.txt' %}",
        "{% import 'page.txt' as page %}",
        "{% extends 'page.txt' %}",
        "{{ c.__class__.__mro__ }}",
        "{{ c['__class__'] }}",
        "{{ self._TemplateReference__context }}",
        "{{ ''.__class__ }}",
        "{{ asked.append('x') }}",
        "{{ c.headline | attr('__class__') }}",
        "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}",
        "{{ " + " + ".join(["1"] * 9000) + " }}",
        "{{ 1" + " | trim" * 9000 + " }}",
        "{% if link %}" * 200 + "{% endif %}" * 200,
        "{{ 1e400 }}",
        "x" * (LARGEST + 1),
        "{{ " + "9" * 5000 + " }}",
    ],
)
@pytest.mark.timeout(60)
def test_no_text_runs_long_grows_large_or_reaches_out(source: str) -> None:
    assert mistake(source).ja


WORDS = st.sampled_from([
    "{{", "}}", "{%", "%}", "for", "a", "in", "asked", "if", "endif", "endfor", "else", "set", "=", "c.facts", "c.number", "who",
    "~", "+", "-", "|", "join", "length", "upper", "default", "(", ")", "[", "]", "range", "100", "'x'", ",", ".", "is", "defined",
    "not", "and", "==", "{", "}", ":", "\n", "髙", "{#", "#}", "loop.index", "recursive", "macro", "raw", "endraw",
])  # fmt: skip


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_whatever_is_typed_is_filled_in_or_refused(source: str) -> None:
    line, written = 0, ""
    try:
        written = fill(read(source, KNOWN), FACTS)
    except Mistake as problem:
        line = problem.line
    assert 0 <= line <= source.count("\n") + 1
    assert len(written) <= LARGEST


def test_what_a_text_is_for_works() -> None:
    source = (
        "{% for name in asked %}{{ loop.index }}. {{ name | default('?') }}{{ '、' if not loop.last else '' }}{% endfor %}"
        "{{ {'a': 'b'}.get('a') }}{{ asked | join('と') }}{{ c.headline[:2] }}{{ asked | length + 1 }}{{ who | upper }}"
        "{% set total = asked | length %}{{ total - 1 }}{% for i in range(2) %}{{ i }}{% endfor %}"
        "{{ 'x' if c.number is defined and who in ('髙橋', 'a') else '' }}"
    )
    assert fill(read(source, KNOWN), FACTS) == "1. 佐藤、2. 田中b佐藤と田中髙﨑3髙橋101x"


@pytest.mark.parametrize(("language", "name"), STANDARD)
def test_every_standard_text_would_be_taken(language: Any, name: str) -> None:
    WORDING.check(language, name, STANDARD[language, name])


def test_every_variable_is_told_of_in_both_languages() -> None:
    for name in {name for _, name in STANDARD}:
        told = texts.variables(name)
        assert [v.name for v in told if not v.ja or not v.en] == []
        assert {v.name.split(".")[0] for v in told} == set(texts.known(name))
    assert set(texts.OF_CONTENT) <= {field.name for field in fields(Content)}


def test_a_page_must_say_what_it_is_about_and_how_to_answer() -> None:
    def refused(name: str, source: str) -> str:
        with pytest.raises(Mistake) as caught:
            WORDING.check("ja", name, source)
        return f"{caught.value.code} {caught.value.ja}"

    assert "{{ c.number }}" in refused("page", "x\n{{ link }}")
    assert "{{ link }}" in refused("page", "#{{ c.number }}")
    assert "{{ link }}" in refused("page", "#{{ c.number }} {% if n.track == 'handling' %}{{ link }}{% endif %}")
    assert "引き受ける 1" in refused("page.speech", "番号 {{ c.number }}、2 か 9")
    assert "ほかの人に回す 2" in refused("page.speech", "番号 {{ c.number }}、1 か 9、12")
    assert "もう一度聞く 9" in refused("page.speech", "番号 {{ c.number }} {{ spoken }}、1 か 2")
    assert refused("noted", " \n{{ c.joined if 0 else '' }}\n").startswith("empty")
    WORDING.check("ja", "page.speech", "番号 {{ c.number }}、１ か ２ か ９")


def test_a_text_that_fails_when_it_is_sent_gives_way_to_the_standard_one() -> None:
    book = Book({("ja", "noted"): "標準 {{ c.number }}", ("en", "noted"): "standard {{ c.number }}"})
    book.take({("ja", "noted"): "{{ c.number - c.headline }}", ("en", "noted"): "{{ c.heading }}"})
    assert book.broken.keys() == {("en", "noted")}
    given = {"c": CONTENT}
    written, problem = book.write(("ja", "noted"), given)
    assert (written, problem and problem.code) == ("標準 12", "failing")
    book.take({("ja", "noted"): "{{ c.text }}", ("en", "noted"): "{{ c.heading }}"})
    written, problem = book.write(("ja", "noted"), given)
    assert (written, problem and problem.code) == ("標準 12", "empty")
    assert book.write(("en", "noted"), given)[0] == "standard 12"
    book.take({("ja", "noted"): "当社 {{ c.number }}", ("ja", "gone"): "{{ nobody }}"})
    assert book.write(("ja", "noted"), given) == ("当社 12", None)
    assert book.broken == {}


def test_a_changed_text_that_grows_too_long_gives_way_and_the_standard_one_has_no_end() -> None:
    source = "{% for name in asked %}{{ name }}{% endfor %}"
    book = Book({("ja", "noted"): source})
    book.take({("ja", "noted"): f"当社 {source}"})
    written, problem = book.write(("ja", "noted"), {"asked": ["長" * 1000] * 2000})
    assert (len(written), problem and problem.code) == (2_000_000, "too-much")


def test_filling_in_is_fast() -> None:
    """A text is read once; each message only fills it in."""
    n = samples.sample("outage", "page")
    book = WORDING.book
    before = dict(book._read)
    WORDING.message(n, None, samples.NOW)
    first = dict(book._read)
    WORDING.message(n, None, samples.NOW)
    assert all(book._read[key] is value for key, value in first.items())
    assert before.items() <= first.items()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("長" * 70, 1),
        ("長" * 71, 2),
        ("🔥" * 36, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("", 1),
    ],
)
def test_parts_of_a_short_message(text: str, count: int) -> None:
    assert texts.segments(text) == count


@pytest.mark.parametrize(
    "source",
    [
        "{{ (asked | listed(0)) | length }}",  # would be a loop that nobody pays for
        "{{ c['secret'] }}",  # would reach around what is told of
        "{% for one in [asked, asked] %}{% endfor %}",  # grows
    ],
)
def test_what_would_get_around_a_limit_is_not_allowed(source: str) -> None:
    assert mistake(source).code == "not-allowed"


def test_what_is_nested_too_deeply_or_too_long_is_told_so() -> None:
    deep = mistake("a\n" + "{% if who %}" * 70 + "{{ who }}" + "{% endif %}" * 70)
    assert (deep.code, deep.line) == ("too-deep", 2)
    long = mistake("長" * LARGEST)
    assert (long.code, long.line) == ("too-long", 0)
    assert "100 kB" in long.en


def test_what_is_not_known_when_it_is_filled_in_has_its_name() -> None:
    with pytest.raises(Mistake, match="nobody") as caught:
        fill(read("a\n{{ nobody }}", None), FACTS)
    assert (caught.value.code, caught.value.line) == ("unknown-variable", 2)


def test_samples_ask_or_tell_by_name_and_a_digest_has_its_own() -> None:
    page, told = (samples.sample("refund", what) for what in ("page", "closed"))
    assert (page.purpose, told.purpose) == (Purpose.PAGE, Purpose.PROGRESS)
    assert (page.recipient, page.name) == ("sato.hanako", "佐藤 花子")
    assert any(n.content.cases for n in samples.tried("digest"))
    assert not any(n.content.cases for n in samples.tried("page"))

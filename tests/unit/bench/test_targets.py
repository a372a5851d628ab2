"""What is measured stands beside what is to be beaten, and the page is written by the tool alone."""

import json
import re
from xml.etree import ElementTree as ET

import pytest

from bench.__main__ import BEGIN, END, KEPT, PAGES, pictures, shown, written
from bench.plots import ABOVE, BELOW, HEIGHT, LEFT, WIDTH, bars, dots
from bench.targets import PARTS, TARGETS, Language, Target, Verdict, at, table, verdicts

P99 = Target("storm", "P1 髙﨑", "P1 of Takasaki", 500, "ms", ("p1_inside_ms", "p99"))
NONE = Target("storm", "失われたもの", "lost", 0, "", ("lost",))


def test_a_figure_is_found_where_it_stands_and_nothing_is_made_up() -> None:
    result = {"runs": [{"ms": {"p99": 7.5}}], "text": "fast", "yes": None}
    assert at(result, ("runs", 0, "ms", "p99")) == 7.5
    assert at(result, ("runs", -1, "ms", "p99")) == 7.5
    for place in (("runs", 1, "ms"), ("runs", 0, "ms", "p50"), ("text",), ("yes", "p99"), ("none",)):
        assert at(result, place) is None


@pytest.mark.parametrize(
    ("target", "measured", "met"),
    [(P99, 500, True), (P99, 500.1, False), (P99, None, False), (NONE, 0, True), (NONE, 1, False)],
)
def test_what_is_not_measured_is_not_met(target: Target, measured: float | None, met: bool) -> None:
    assert Verdict(target, measured).is_met is met


def test_the_table_tells_what_is_met_by_how_much_not_and_how_to_repeat_it_in_both_languages() -> None:
    judged = [Verdict(P99, 250, "2026-11-29"), Verdict(P99, 1000), Verdict(NONE, None)]
    assert table(judged, "en").splitlines()[2:] == [
        "| P1 of Takasaki | 500 ms | 250 ms | met | 2026-11-29 | `make bench-storm` |",
        "| P1 of Takasaki | 500 ms | 1000 ms | **2.0 ×** |  | `make bench-storm` |",
        "| lost | 0 | – | not measured |  | `make bench-storm` |",
    ]
    assert table(judged, "ja").splitlines()[2:] == [
        "| P1 髙﨑 | 500 ms | 250 ms | 達成 | 2026-11-29 | `make bench-storm` |",
        "| P1 髙﨑 | 500 ms | 1000 ms | **2.0 ×** |  | `make bench-storm` |",
        "| 失われたもの | 0 | – | 未測定 |  | `make bench-storm` |",
    ]


def test_a_part_that_was_not_run_is_left_out() -> None:
    assert {v.target.part for v in verdicts({"storm": {}})} == {"storm"}


def test_every_target_names_a_part_that_there_is_and_no_two_are_alike() -> None:
    assert {t.part for t in TARGETS} == PARTS.keys()
    assert len({(t.part, t.place) for t in TARGETS}) == len(TARGETS)


def test_only_what_stands_between_the_marks_is_written() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert written(page, "new") == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    assert written(written(page, "new"), "new") == written(page, "new")
    with pytest.raises(ValueError, match="unpack"):
        written("a page without marks", "new")


@pytest.mark.parametrize("language", PAGES)
def test_each_page_shows_the_figures_that_are_kept_and_no_others(language: Language) -> None:
    page = PAGES[language].read_text("utf-8")
    assert page.count(BEGIN) == page.count(END) == 1
    assert written(page, shown(json.loads(KEPT.read_text("utf-8")), language)) == page


def test_a_page_is_not_left_in_the_other_language() -> None:
    assert [t.ja for t in TARGETS if not re.search("[ぁ-ん一-龥]", t.ja)] == []
    assert [t.en for t in TARGETS if re.search("[ぁ-ん一-龥]", t.en)] == []


def test_a_plot_is_svg_with_a_bar_for_each_value_and_marks_those_that_are_over() -> None:
    drawn = ET.fromstring(bars("p99 <of> 髙﨑", "ms", [10, 200, 150], ["1", "2", "3"], 150))
    kinds = [e.get("class") for e in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    assert kinds == ["bar", "over", "bar"]
    assert drawn.get("aria-label") == "p99 <of> 髙﨑 (ms)"


def test_dots_stand_over_bands_and_no_further_than_the_plot() -> None:
    points = [(0.0, 80.0), (30.0, 700.0), (60.0, 90.0)]
    drawn = ET.fromstring(dots("P1 髙﨑 <&>", "ms", points, [(10, 20, "router"), (25, 40, "router-2 <&>")], 628))
    circles = list(drawn.iter("{http://www.w3.org/2000/svg}circle"))
    assert [c.get("class") for c in circles] == ["bar", "over", "bar"]
    assert [float(c.get("cx", 0)) for c in circles] == [LEFT, (LEFT + WIDTH - 16) / 2, WIDTH - 16]
    assert all(ABOVE <= float(c.get("cy", 0)) <= HEIGHT - BELOW for c in circles)
    bands = [e for e in drawn.iter("{http://www.w3.org/2000/svg}rect") if e.get("class") == "band"]
    assert [e.findtext("{http://www.w3.org/2000/svg}title") for e in bands] == ["router", "router-2 <&>"]


def test_pictures_are_made_of_what_was_run() -> None:
    run = {"what": "sustained 50/s", "each_tenth_p99_ms": [100.0] * 10}
    spread = {"p50": 1.0, "p99": 2.0}
    storm = {f"p1_{w}_ms": spread for w in ("inside", "of_another_team_alone", "of_another_team_during")}
    step = {"what": "empty", "submit_to_page_ms": spread, "cpu_ms_per_case": 9.0}
    results = {"paging": {"runs": [run]}, "storm": storm, "growth": {"steps": [step, {**step, "what": "10,000 open"}]}}
    assert pictures(json.loads(json.dumps(results))).keys() == {
        "sustained.svg",
        "storm.svg",
        "growth.svg",
        "growth-cpu.svg",
    }
    assert pictures({"paging": None}) == {}

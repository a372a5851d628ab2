"""`tasuki policy replay` asks the same of the picture as of the figures, and every way to reach somebody has its words."""

import json
from pathlib import Path

import httpx

from cli import simulate
from cli.__main__ import parser
from cli.door import Door
from shared.contracts.vocabulary import Channel

REPLAYED = {
    "cases": 0, "changed": 0, "calls": {"before": 0, "after": 0}, "at_night": {"before": 0, "after": 0}, "people": [],
    "avoided": {}, "caused": {}, "uncompared": 0, "worst": [], "zone": "Asia/Tokyo",
}  # fmt: skip


def test_the_picture_of_a_replay_is_of_the_same_cases_as_its_figures(tmp_path: Path) -> None:
    asked: list[dict[str, object]] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content))
        drawn = request.headers["accept"] == "image/svg+xml"
        return httpx.Response(200, text="<svg/>") if drawn else httpx.Response(200, json=REPLAYED)

    (tmp_path / "rules.yaml").write_text("rules: []\n")
    typed = ["policy", "replay", str(tmp_path), "--since", "2026-11-01", "--svg", str(tmp_path / "x.svg")]
    with Door("http://tasuki.test", "token", transport=httpx.MockTransport(handle)) as door:
        assert simulate.run(parser().parse_args(typed), door) == 0
    assert asked[0] == asked[1]
    assert asked[1]["since"] == "2026-11-01"
    assert (tmp_path / "x.svg").read_text() == "<svg/>"


def test_every_way_to_reach_somebody_has_japanese_words() -> None:
    assert set(simulate.CHANNELS) == set(Channel)

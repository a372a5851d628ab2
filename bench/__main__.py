"""`python -m bench`: every benchmark one after the other, and how each figure stands beside the one to beat.

`--only paging,storm` takes some of them, `--short` all of them in a few minutes. `--page` keeps what the parts printed in
docs/benchmarks.json, so that parts that were run before still count, and writes the table and the plots into
docs/benchmarks.ja.md and docs/benchmarks.md.
"""

import argparse
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import plots
from bench.targets import PARTS, Language, Verdict, table, verdicts
from deploy.local.layout import ROOT

KEPT = ROOT / "docs" / "benchmarks.json"
PAGES: dict[Language, Path] = {"ja": ROOT / "docs" / "benchmarks.ja.md", "en": ROOT / "docs" / "benchmarks.md"}
BEGIN, END = "<!-- written by make bench -->", "<!-- until here -->"


def run(name: str, short: bool) -> tuple[Any, bool]:
    """Run a part; its JSON, None when it printed none, and whether it ended well. What it says goes to stderr."""
    part = PARTS[name]
    words = [sys.executable, "-m", part.module, *(part.short if short else part.full)]
    print(f"== {name}: {' '.join(words[2:])}", file=sys.stderr, flush=True)
    done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        print(f"== {name} ended with {done.returncode}: something was lost or doubled, or it broke", file=sys.stderr)
    return json.loads(done.stdout) if done.stdout else None, not done.returncode


def written(page: str, text: str) -> str:
    """The page with what stands between the two marks replaced. Raises ValueError without them."""
    before, rest = page.split(BEGIN, 1)
    return f"{before}{BEGIN}\n{text}\n{END}{rest.split(END, 1)[1]}"


def pictures(results: dict[str, Any]) -> dict[str, str]:
    """File → SVG, of what was run."""
    made = {}
    if sustained := (results.get("paging") or {}).get("runs"):
        tenths = sustained[-1]["each_tenth_p99_ms"]
        names = [f"{n}0 %" for n in range(1, len(tenths) + 1)]
        made["sustained.svg"] = plots.bars(f"{sustained[-1]['what']}: p99 of each tenth", "ms", tenths, names, 150)
    if storm := results.get("storm"):
        ways = {
            "alone": "p1_of_another_team_alone_ms",
            "inside": "p1_inside_ms",
            "other": "p1_of_another_team_during_ms",
        }
        values = [(f"{way} {p}", storm[key][p]) for way, key in ways.items() for p in ("p50", "p99")]
        made["storm.svg"] = plots.bars("P1 and a storm of P3: until the call", "ms", *_apart(values), 500)
    if grown := (results.get("growth") or {}).get("steps"):
        names = [step["what"] for step in grown]
        half = [step["submit_to_page_ms"]["p50"] for step in grown]
        made["growth.svg"] = plots.bars("Submit → page while it grows: p50", "ms", half, names, half[0] * 1.3)
        spent = [step["cpu_ms_per_case"] for step in grown]
        made["growth-cpu.svg"] = plots.bars("CPU for a case while it grows", "ms", spent, names, spent[0] * 1.3)
    return made


def shown(results: dict[str, Any], language: Language) -> str:
    """What stands between the marks: the table and the plots of what was run."""
    plotted = (f"![{file.removesuffix('.svg')}](benchmarks/{file})" for file in pictures(results))
    return "\n\n".join([table(verdicts(results), language), *plotted])


def _apart(pairs: list[tuple[str, float]]) -> tuple[list[float], list[str]]:
    return [value for _, value in pairs], [name for name, _ in pairs]


def main() -> int:
    """Run, judge, print; exit code 1 when a part broke, or lost or doubled something. What is short is not judged."""
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument("--only", default="", help=f"some of {','.join(PARTS)}")
    parser.add_argument(
        "--short", action="store_true", help="all of it small, to see that it works; its figures say little"
    )
    parser.add_argument(
        "--page", action="store_true", help="write docs/benchmarks.json, the table on its pages and their plots"
    )
    chosen = parser.parse_args()
    names = chosen.only.split(",") if chosen.only else list(PARTS)
    if chosen.short and chosen.page:
        parser.error("--short is only to see that it works; its figures do not belong on the page")
    if unknown := set(names) - PARTS.keys():
        parser.error(f"--only: {', '.join(sorted(unknown))}: choose from {', '.join(PARTS)}")
    kept: dict[str, Any] = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() and not chosen.short else {}
    results = {name: kept[name] for name in PARTS if name in kept}
    began, broken = time.monotonic(), []
    for name in names:
        found, well = run(name, chosen.short)
        if not well:
            broken.append(name)
        if found is not None:
            results[name] = {**found, "ended": datetime.now(UTC).isoformat(timespec="seconds")}
    if chosen.short:
        print(f"{len(names) - len(broken)} of {len(names)} parts ended well", file=sys.stderr)
        return int(bool(broken))
    judged: list[Verdict] = verdicts(results)
    print(table(judged, "en"))
    print(
        f"{sum(one.is_met for one in judged)} of {len(judged)} met; {(time.monotonic() - began) / 60:.0f} minutes",
        file=sys.stderr,
    )
    if chosen.page:
        KEPT.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", "utf-8")
        for file, svg in pictures(results).items():
            (plots.FOLDER / file).write_text(svg, "utf-8")
        for language, page in PAGES.items():
            page.write_text(written(page.read_text("utf-8"), shown(results, language)), "utf-8")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())

"""Measures the running knowledge service over HTTP: quality on judged questions, latency, index time, memory, an import.

Corpus: JSON object id → text (a "Question: … Answer: …" pair or plain text). Queries: JSON object id → question.
Qrels: JSON object query id → {record id: grade}; P@1 and SR@5 count any graded record, as the published figures do.
Variants: JSON lines {qid, kind, text}, the same questions disturbed; "of clean" is their MRR@10 against that of the same
questions undisturbed. Phrasings: JSON object record id → list of other ways to ask, as they are learned from use.
Without --url the service, a PostgreSQL and a Kafka are started for the measurement, and nothing of them is kept. A service
that is named takes the records in as articles, and keeps them; its token is read from a file.
Run: python -m bench.search --help
"""

import argparse
import json
import re
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log2
from pathlib import Path
from typing import Any

from bench import search_ground as ground
from bench.search_ground import Row, Service
from services.knowledge.domain.ranking import Record

PAIR = re.compile(r"\s*Question:\s*(?P<question>.*?)\s*Answer:\s*(?P<answer>.*)", re.DOTALL)
AT = datetime(2026, 1, 1, tzinfo=UTC)
DEPTH = 10
FILE = 5_000  # records of one file
Grades = Mapping[str, int]
Figures = dict[str, float]
Report = dict[str, Figures]


def record(key: str, text: str) -> Record:
    if pair := PAIR.fullmatch(text):
        return Record(key, AT, pair["question"], handling=pair["answer"])
    title, _, rest = text.partition("\n")
    return Record(key, AT, title, rest)


def judge(found: list[str], grades: Grades) -> Figures:
    """P@1, P@5, SR@5, MRR@10, R@10, nDCG@10 (gain 2^grade − 1) of one answer."""
    gains = [2 ** grades.get(key, 0) - 1 for key in found]
    ideal = sorted((2**grade - 1 for grade in grades.values()), reverse=True)[:DEPTH]
    hits = [rank for rank, gain in enumerate(gains) if gain]
    return {
        "P@1": float(bool(gains[:1] and gains[0])),
        "P@5": sum(gain > 0 for gain in gains[:5]) / 5,
        "SR@5": float(any(gains[:5])),
        "MRR@10": 1 / (hits[0] + 1) if hits else 0.0,
        "R@10": len(hits) / sum(grade > 0 for grade in grades.values()),
        "nDCG@10": _gain(gains) / _gain(ideal),
    }


def _gain(gains: Iterable[int]) -> float:
    return sum(gain / log2(rank + 2) for rank, gain in enumerate(gains))


@dataclass(slots=True)
class Run:
    """What was measured of some questions."""

    judged: dict[str, list[Figures]]  # by question
    spent: list[float]  # milliseconds of each search, as its asker waits
    empty: int = 0
    cpu: float = 0.0  # seconds of the service for all of them

    def figures(self) -> Figures:
        """Means, and milliseconds."""
        every = [one for ones in self.judged.values() for one in ones]
        if not every:
            raise SystemExit("no question of the query file is judged in the qrels file")
        means = {name: statistics.fmean(one[name] for one in every) for name in every[0]}
        more = {"cpu ms": self.cpu / len(every) * 1000, "zero-hit": self.empty / len(every), "questions": len(every)}
        return means | _latency(self.spent) | more


def measure(service: Service, questions: Iterable[tuple[str, str]], qrels: Mapping[str, Grades]) -> Run:
    """Ask every judged question once."""
    run, before, answers = Run(defaultdict(list), []), service.spent(), list[tuple[str, list[str]]]()
    for key, text in questions:
        if qrels.get(key):
            started = time.perf_counter()
            answers.append((key, service.search(text, DEPTH)))
            run.spent.append((time.perf_counter() - started) * 1000)
    run.cpu = service.spent() - before
    for key, found in answers:
        run.empty += not found
        run.judged[key].append(judge([service.key(article) for article in found], qrels[key]))
    return run


def relative(run: Run, clean: Run) -> float:
    """MRR@10 against that of the same questions undisturbed."""
    before = [clean.judged[key][0]["MRR@10"] for key, ones in run.judged.items() for _ in ones]
    return statistics.fmean(one["MRR@10"] for ones in run.judged.values() for one in ones) / statistics.fmean(before)


def typing(service: Service, questions: Iterable[str]) -> Figures:
    """Milliseconds of each key stroke while questions are typed."""
    spent, before = [], service.spent()
    for text in questions:
        for end in range(1, min(len(text), 30) + 1):
            started = time.perf_counter()
            service.suggest(text[:end])
            spent.append((time.perf_counter() - started) * 1000)
    return _latency(spent) | {"cpu ms": (service.spent() - before) / len(spent) * 1000}


def taken_in(service: Service, rows: list[Row], questions: Sequence[str]) -> Figures:
    """Take records in, and search all the while."""
    started, spent, asked = time.monotonic(), list[float](), 0
    for now in service.take_in(rows):
        print(f"\r{now['seen']}/{now['total'] or '?'} ", end="", file=sys.stderr, flush=True)
        for _ in range(5):
            before = time.perf_counter()
            service.search(questions[asked % len(questions)], DEPTH)
            spent.append((time.perf_counter() - before) * 1000)
            asked += 1
    took = {"records": len(rows), "s": time.monotonic() - started}
    return took | {f"search {name}": value for name, value in _latency(spent or [0.0]).items()}


def _latency(spent: list[float]) -> Figures:
    cuts = statistics.quantiles(spent, n=100, method="inclusive") if len(spent) > 1 else spent * 99
    return {"p50 ms": cuts[49], "p99 ms": cuts[98]}


def padding(texts: list[str], size: int) -> Iterator[Record]:
    """Records that look like the corpus: sentences of those that answer no question, recombined in a fixed order."""
    sentences = [part for text in texts for part in re.split(r"(?<=[。？！\n])", text) if len(part) > 8]
    step, count = 7919, len(sentences)
    for number in range(size):
        parts = [sentences[(number * step + place * 104_729) % count] for place in range(6)]
        yield Record(f"padding-{number}", AT, parts[0], "".join(parts[1:3]), "".join(parts[3:]))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the service, at each size."""

    queries: Mapping[str, str]
    qrels: Mapping[str, Grades]
    variants: Mapping[str, list[tuple[str, str]]]  # by kind

    def measure(self, service: Service, size: str) -> dict[str, Figures]:
        """Index, clean and disturbed questions, typing; each named with its `size`."""
        report: dict[str, Figures] = {}
        if service.process:
            service.stop()
            report[f"index{size}"] = {"s": service.start(), "MB": service.megabytes()}
        for text in list(self.queries.values())[:20]:
            service.search(text, DEPTH)
        clean = measure(service, self.queries.items(), self.qrels)
        report[f"clean{size}"] = clean.figures()
        report[f"typing{size}"] = typing(service, list(self.queries.values())[:30])
        kept = []
        for kind, questions in sorted(self.variants.items()):
            if not (run := measure(service, questions, self.qrels)).judged:
                raise SystemExit("the variants are of other questions")
            kept.append(relative(run, clean))
            report[f"{kind}{size}"] = run.figures() | {"of clean": kept[-1]}
        if kept:
            report[f"disturbed{size}"] = {"of clean, mean": statistics.fmean(kept), "of clean, worst": min(kept)}
        if service.process:
            report[f"memory{size}"] = {"MB": service.megabytes()}
        return report


def rows_of(records: Iterable[Record], phrasings: Mapping[str, list[str]]) -> list[Row]:
    """Records as articles."""
    return [
        ground.row(one.id, one.title, f"{one.problem}\n{one.handling}", phrasings.get(one.id, ())) for one in records
    ]


def measured(service: Service, corpus: Mapping[str, str], asked: Asked, arguments: argparse.Namespace) -> Report:
    """Everything, at the size of the set and with more records."""
    questions, phrasings = list(asked.queries.values()), _read(arguments.phrasings) if arguments.phrasings else {}
    rows = rows_of((record(key, text) for key, text in corpus.items()), phrasings)
    report = {"import": taken_in(service, rows, questions)}
    report |= asked.measure(service, "")
    if arguments.records > len(corpus):
        answers = {key for grades in asked.qrels.values() for key in grades}
        fillers = [text for key, text in corpus.items() if key not in answers]
        extra = rows_of(padding(fillers, arguments.records - len(corpus)), {})
        for start in range(0, len(extra), FILE):
            took = taken_in(service, extra[start : start + FILE], questions)
            report.setdefault("import of 5,000", took)
            report["import, last"] = took
        report |= asked.measure(service, " large")
    return report


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.search", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("corpus", "queries", "qrels"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--variants", type=Path)
    parser.add_argument("--phrasings", type=Path)
    parser.add_argument("--records", type=int, default=0, help="measure again with so many records, padding among them")
    parser.add_argument("--url", default="", help="a knowledge service that runs; it keeps the records")
    parser.add_argument("--token-file", type=Path, help="where its service token is")
    arguments = parser.parse_args()
    if arguments.url and not arguments.token_file:
        parser.error("--url needs --token-file")
    kinds: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in arguments.variants.read_text(encoding="utf-8").splitlines() if arguments.variants else ():
        variant = json.loads(line)
        kinds[variant["kind"]].append((variant["qid"], variant["text"]))
    asked = Asked(_read(arguments.queries), _read(arguments.qrels), kinds)
    opened: AbstractContextManager[Service] = ground.own()
    if arguments.url:
        opened = ground.running(arguments.url, arguments.token_file.read_text(encoding="utf-8").strip())
    with opened as service:
        report = measured(service, _read(arguments.corpus), asked, arguments)
    print(json.dumps({name: _rounded(figures) for name, figures in report.items()}, ensure_ascii=False))
    _table(report)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _rounded(figures: Figures) -> Figures:
    return {name: round(value, 4) for name, value in figures.items()}


def _table(report: Mapping[str, Figures]) -> None:
    names = list(report["clean"])
    print(f"{'':17}" + "".join(f"{name:>10}" for name in [*names, "of clean"]), file=sys.stderr)
    for kind, figures in report.items():
        if "P@1" in figures:
            shown = [*(figures[name] for name in names), figures.get("of clean", 1.0)]
            print(f"{kind:17}" + "".join(f"{value:10.3f}" for value in shown), file=sys.stderr)
        else:
            print(f"{kind:17}  " + "  ".join(f"{name} {value:.3g}" for name, value in figures.items()), file=sys.stderr)


if __name__ == "__main__":
    main()

"""Measures the knowledge search: quality against judged questions, latency, proposals while typing, index time and memory.

Corpus: JSON object id → text (a "Question: … Answer: …" pair or plain text). Queries: JSON object id → question.
Qrels: JSON object query id → {record id: grade}; P@1 and SR@5 count any graded record, as the published figures do.
Variants: JSON lines {qid, kind, text}, the same questions disturbed; "of clean" is their MRR@10 against that of the same
questions undisturbed. Phrasings: JSON object record id → list of other ways to ask, as they are learned from use.
Run: python -m bench.search --help
"""

import argparse
import json
import re
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import log2
from pathlib import Path

from services.knowledge.domain.ranking import Index, Record
from services.knowledge.search import create_index

PAIR = re.compile(r"\s*Question:\s*(?P<question>.*?)\s*Answer:\s*(?P<answer>.*)", re.DOTALL)
AT = datetime(2026, 1, 1, tzinfo=UTC)
DEPTH = 10
Grades = Mapping[str, int]
Figures = dict[str, float]


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
    spent: list[float]  # milliseconds of each search
    empty: int = 0

    def figures(self) -> Figures:
        """Means, and the latency in milliseconds."""
        every = [one for ones in self.judged.values() for one in ones]
        if not every:
            raise SystemExit("no question of the query file is judged in the qrels file")
        means = {name: statistics.fmean(one[name] for one in every) for name in every[0]}
        return means | _latency(self.spent) | {"empty": self.empty / len(every), "questions": len(every)}


def measure(index: Index, questions: Iterable[tuple[str, str]], qrels: Mapping[str, Grades]) -> Run:
    """Ask every judged question once."""
    run = Run(defaultdict(list), [])
    for key, text in questions:
        if not qrels.get(key):
            continue
        started = time.perf_counter()
        hits = index.search(text, DEPTH)
        run.spent.append((time.perf_counter() - started) * 1000)
        run.empty += not hits
        run.judged[key].append(judge([hit.id for hit in hits], qrels[key]))
    return run


def relative(run: Run, clean: Run) -> float:
    """MRR@10 against that of the same questions undisturbed."""
    before = [clean.judged[key][0]["MRR@10"] for key, ones in run.judged.items() for _ in ones]
    return statistics.fmean(one["MRR@10"] for ones in run.judged.values() for one in ones) / statistics.fmean(before)


def typing(index: Index, questions: Iterable[str]) -> Figures:
    """Milliseconds of each key stroke while questions are typed."""
    spent = []
    for text in questions:
        for end in range(1, min(len(text), 30) + 1):
            started = time.perf_counter()
            index.suggest(text[:end])
            spent.append((time.perf_counter() - started) * 1000)
    return _latency(spent)


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


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    for name in ("corpus", "queries", "qrels"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--variants", type=Path)
    parser.add_argument("--phrasings", type=Path)
    parser.add_argument("--records", type=int, default=0, help="measure again with so many records, padding among them")
    asked = parser.parse_args()
    corpus: dict[str, str] = json.loads(asked.corpus.read_text(encoding="utf-8"))
    queries: dict[str, str] = json.loads(asked.queries.read_text(encoding="utf-8"))
    qrels: dict[str, dict[str, int]] = json.loads(asked.qrels.read_text(encoding="utf-8"))
    phrasings: dict[str, list[str]] = json.loads(asked.phrasings.read_text(encoding="utf-8")) if asked.phrasings else {}

    started = time.perf_counter()
    index = create_index()
    opened = time.perf_counter()
    before = _megabytes()
    for key, text in corpus.items():
        index.add(replace(record(key, text), phrasings=tuple(phrasings.get(key, ()))))
    built = {
        "records": len(index),
        "open s": opened - started,
        "build s": time.perf_counter() - opened,
        "dictionaries MB": before,
        "records MB": _megabytes() - before,
    }
    clean = measure(index, queries.items(), qrels)
    report: dict[str, Figures] = {"index": built, "clean": clean.figures()}
    report["typing"] = typing(index, list(queries.values())[:50])
    if asked.variants:
        kinds: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for line in asked.variants.read_text(encoding="utf-8").splitlines():
            variant = json.loads(line)
            kinds[variant["kind"]].append((variant["qid"], variant["text"]))
        for kind, questions in sorted(kinds.items()):
            if not (run := measure(index, questions, qrels)).judged:
                raise SystemExit("the variants are of other questions")
            report[kind] = run.figures() | {"of clean": relative(run, clean)}
        kept = [report[kind]["of clean"] for kind in kinds]
        report["disturbed"] = {"of clean, mean": statistics.fmean(kept), "of clean, worst": min(kept)}
    if asked.records > len(corpus):
        answers = {key for grades in qrels.values() for key in grades}
        fillers = [text for key, text in corpus.items() if key not in answers]
        started = time.perf_counter()
        for extra in padding(fillers, asked.records - len(corpus)):
            index.add(extra)
        spent = time.perf_counter() - started
        report["large"] = {
            "records": len(index),
            "build s": spent + built["build s"],
            "records MB": _megabytes() - before,
        }
        report["clean, large"] = measure(index, queries.items(), qrels).figures()
        report["typing, large"] = typing(index, list(queries.values())[:20])
    print(json.dumps({name: _rounded(figures) for name, figures in report.items()}, ensure_ascii=False))
    _table(report)


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _rounded(figures: Figures) -> Figures:
    return {name: round(value, 4) for name, value in figures.items()}


def _table(report: Mapping[str, Figures]) -> None:
    names = list(report["clean"])
    print(f"{'':12}" + "".join(f"{name:>10}" for name in [*names, "of clean"]), file=sys.stderr)
    for kind, figures in report.items():
        if "P@1" in figures:
            shown = [*(figures[name] for name in names), figures.get("of clean", 1.0)]
            print(f"{kind:12}" + "".join(f"{value:10.3f}" for value in shown), file=sys.stderr)
        else:
            print(f"{kind:12}  " + "  ".join(f"{name} {value:.3g}" for name, value in figures.items()), file=sys.stderr)


if __name__ == "__main__":
    main()

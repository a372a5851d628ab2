"""Trains the ranking of the search from judged questions, tells what it is worth on questions it has not seen, and writes it.

Every question is described clean, with phrasings learned from the questions of the other folds, and disturbed in a few
ways. The ranker sees figures only (see services/knowledge/domain/features.py), never a word.
Run: python -m bench.search_training --help. Needs lightgbm, which nothing else does.
"""

import argparse
import json
import pickle
import random
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from bench.disturbing import disturbed
from bench.search import DEPTH, Grades, judge, record
from services.knowledge.domain.lexicon import Matrix
from services.knowledge.domain.ranking import Index, Record
from services.knowledge.search import create_analyser, load_synonyms, load_trees, load_vectors

# Figures that may count either way; of all others more is never worse, whatever the training questions happen to say.
FREE = ("kind", "title length", "body length", "asked")
FOLDS, ROUNDS = 5, 250
# Of each question those records are learned from that stand high by these figures: what nobody would take teaches nothing.
HARD, NEAR = 50, ("all near of best", "whole bm25 of best", "clauses of best", "question both of best")
SETTINGS = {
    "objective": "lambdarank", "metric": "None", "num_leaves": 12, "max_depth": 4, "learning_rate": 0.05,
    "min_data_in_leaf": 80, "feature_fraction": 0.4, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 20,
    "label_gain": [0, 1, 3], "lambdarank_truncation_level": 20, "verbose": -1, "max_bin": 127, "seed": 1,
    "deterministic": True, "force_row_wise": True,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Described:
    """One question: its fold, how it was asked, the records found with their figures, the grades."""

    key: str
    fold: int
    way: str
    found: list[str]
    table: Matrix
    grades: Grades

    @property
    def labels(self) -> list[int]:
        return [self.grades.get(key, 0) for key in self.found]


def folds(keys: Sequence[str], seed: int = 0) -> dict[str, int]:
    """A fold for each question, by chance, of one size."""
    shuffled = random.Random(seed).sample(sorted(keys), len(keys))
    return {key: place % FOLDS for place, key in enumerate(shuffled)}


def describe(
    index: Index, asked: Iterable[tuple[str, str, str]], qrels: Mapping[str, Grades], fold: Mapping[str, int]
) -> list[Described]:
    """Question id, way and text → what the first look finds."""
    described = []
    for key, way, text in asked:
        found, features = index.described(text)
        if found:
            table = features.table(list(features.columns))
            described.append(Described(key, fold[key], way, found, table, qrels[key]))
    return described


def learned(
    records: Mapping[str, Record], questions: Mapping[str, str], qrels: Mapping[str, Grades], of: Iterable[str]
) -> list[Record]:
    """The records that answer the questions `of`, with these as phrasings."""
    phrasings: dict[str, list[str]] = defaultdict(list)
    for key in of:
        for answer, grade in qrels[key].items():
            if grade > 0 and answer in records:
                phrasings[answer].append(questions[key])
    return [replace(records[key], phrasings=tuple(found)) for key, found in phrasings.items()]


def small(
    records: Mapping[str, Record], questions: Mapping[str, str], qrels: Mapping[str, Grades], size: int, seed: int
) -> Iterator[tuple[list[Record], list[tuple[str, str, str]]]]:
    """Young archives: some questions each, the records that answer them, and others by chance, `size` in all."""
    chance = random.Random(seed)
    keys = chance.sample(sorted(questions), len(questions))
    for start in range(0, len(keys), size // 4):
        mine = keys[start : start + size // 4]
        kept = {answer for key in mine for answer in qrels[key] if answer in records}
        others = [key for key in chance.sample(sorted(records), size) if key not in kept]
        chosen = [records[key] for key in sorted(kept) + others[: max(size - len(kept), 0)]]
        yield chosen, [(key, "young", questions[key]) for key in mine]


def hard(one: Described, names: Sequence[str]) -> Described:
    """The question with its graded records and those that are easily taken for them."""
    near = one.table[:, [names.index(name) for name in NEAR]].sum(axis=1)
    graded = np.array(one.labels) > 0
    best = np.sort(np.argsort(-near - 1e6 * graded, kind="stable")[: HARD + int(graded.sum())])
    return replace(one, found=[one.found[at] for at in best], table=one.table[best])


def train(described: Sequence[Described], names: Sequence[str], rounds: int = ROUNDS) -> lightgbm.Booster:
    """A ranking that puts graded records first; questions disturbed by others' rules are to judge by, not to learn from."""
    described = [hard(one, names) for one in described if one.way[0] != "="]
    data = lightgbm.Dataset(
        np.concatenate([one.table for one in described]),
        np.concatenate([one.labels for one in described]),
        group=[len(one.found) for one in described],
        weight=np.concatenate(
            [np.full(len(one.found), 1.0 if one.way in ("clean", "learned") else 0.4) for one in described]
        ),
        feature_name=[name.replace(" ", "_") for name in names],
        params={"verbose": -1, "max_bin": SETTINGS["max_bin"]},
    )
    rising = [int(not name.startswith(FREE)) for name in names]
    return lightgbm.train({**SETTINGS, "monotone_constraints": rising}, data, rounds)


def figures(ranking: lightgbm.Booster, described: Iterable[Described]) -> dict[str, list[dict[str, float]]]:
    """What the ranking makes of questions, by way."""
    judged: dict[str, list[dict[str, float]]] = defaultdict(list)
    for one in described:
        scores: NDArray[np.float64] = np.asarray(ranking.predict(one.table))
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        judged[one.way].append(judge([one.found[at] for at in best], one.grades))
    return judged


def packed(ranking: lightgbm.Booster, names: Sequence[str]) -> dict[str, Any]:
    """The trees as arrays (see services/knowledge/domain/trees.py)."""
    column, threshold, value = list[int](), list[float](), list[float]()
    children, roots, depths = list[list[int]](), list[int](), [1]

    def add(node: Mapping[str, Any], depth: int) -> int:
        at = len(column)
        leaf = "leaf_value" in node
        column.append(0 if leaf else int(node["split_feature"]))
        threshold.append(0.0 if leaf else float(node["threshold"]))
        value.append(float(node["leaf_value"]) if leaf else 0.0)
        children.append([at, at])
        depths.append(depth)
        if not leaf:
            children[at] = [add(node[side], depth + 1) for side in ("left_child", "right_child")]
        return at

    for tree in ranking.dump_model()["tree_info"]:
        roots.append(add(tree["tree_structure"], 0))
    pairs = np.array(children, np.int32)
    return {
        "names": np.array(names), "roots": np.array(roots, np.int32), "column": np.array(column, np.int16),
        "threshold": np.array(threshold, np.float32), "left": pairs[:, 0], "right": pairs[:, 1],
        "value": np.array(value, np.float32), "depth": np.array(max(depths), np.int32),
    }  # fmt: skip


def everything(asked: argparse.Namespace) -> tuple[list[str], list[Described]]:
    """Names of the figures, and every question in every way."""
    corpus = json.loads(asked.corpus.read_text(encoding="utf-8"))
    qrels = json.loads(asked.qrels.read_text(encoding="utf-8"))
    questions = {k: t for k, t in json.loads(asked.queries.read_text(encoding="utf-8")).items() if qrels.get(k)}
    records = {key: record(key, text) for key, text in corpus.items()}
    fold, analyser, vectors, trees = folds(list(questions)), create_analyser(), load_vectors(), load_trees()
    synonyms = load_synonyms(analyser)
    index = Index(analyser, synonyms, vectors, trees)
    for one in records.values():
        index.add(one)
    chance = random.Random(1)
    plain = [(key, "clean", text) for key, text in questions.items()]
    hurried = [(key, "disturbed", t) for key, text in questions.items() for t in disturbed(text, analyser, chance)]
    described = describe(index, plain + hurried, qrels, fold)
    for number in range(FOLDS):
        others = learned(records, questions, qrels, [key for key in questions if fold[key] != number])
        for one in others:
            index.add(one)
        mine = [(key, "learned", text) for key, text in questions.items() if fold[key] == number]
        described += describe(index, mine, qrels, fold)
        for one in others:
            index.add(records[one.id])
    for size in (24, 80):
        for chosen, mine in small(records, questions, qrels, size, seed=size):
            young = Index(analyser, synonyms, vectors, trees)
            for one in chosen:
                young.add(one)
            described += describe(young, mine, qrels, fold)
    if asked.variants:
        lines = [json.loads(line) for line in asked.variants.read_text(encoding="utf-8").splitlines()]
        picked = [(v["qid"], f"={v['kind']}", v["text"]) for v in lines if v["qid"] in questions]
        described += describe(index, picked, qrels, fold)
    names = list(index.described(next(iter(questions.values())))[1].columns)
    return names, described


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.search_training", description=__doc__)
    for name in ("corpus", "queries", "qrels"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--variants", type=Path, help="disturbed questions to be judged by, not trained on")
    parser.add_argument("--keep", type=Path, help="where the descriptions are kept, or taken from if they are there")
    parser.add_argument("--write", type=Path, help="where the ranking trained on all questions is put")
    asked = parser.parse_args()
    if asked.keep and asked.keep.exists():
        names, described = pickle.loads(asked.keep.read_bytes())
    else:
        names, described = everything(asked)
        if asked.keep:
            asked.keep.write_bytes(pickle.dumps((names, described)))
    judged: dict[str, list[dict[str, float]]] = defaultdict(list)
    for number in range(FOLDS):
        ranking = train([one for one in described if one.fold != number], names)
        for way, found in figures(ranking, (one for one in described if one.fold == number)).items():
            judged[way] += found
    for way, found in judged.items():
        means = {name: statistics.fmean(one[name] for one in found) for name in found[0]}
        print(f"{way:10}" + "  ".join(f"{name} {value:.4f}" for name, value in means.items()), file=sys.stderr)
    if asked.write:
        np.savez_compressed(asked.write, **packed(train(described, names), names))


if __name__ == "__main__":
    main()

"""The external check: long, noisy cases of a bank against its policy documents, in the layout of tau2-bench.

`python -m evals.banking_knowledge PLACE` reads `documents/*.json` or `documents.json.gz` (id, title, content) and
`tasks/*.json` or `tasks.json` (user_scenario, required_documents). PLACE is the folder `banking_knowledge` of that
project, or an archive that holds one: the wheel of inspect-evals does. It prints one row a retriever: libraries alone,
their fusions, and our own search over the same documents. Nothing of that set is part of this product;
`--synthetic SEED` invents a small one of the same layout in PLACE first.
"""

import argparse
import gzip
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import bm25s
import numpy as np
import orjson

from retrieval.embed import Vectors, embedding
from retrieval.index import Index, Place, embedded, passages
from retrieval.own_rules import documents
from retrieval.rule import Rule
from retrieval.search import Searcher
from retrieval.words import sentences
from tools.errors import UnusableInput

DEPTH = 50
RRF_K = 60
CUTS = (5, 10, 20, 50)
GOALS = {"recall@20": 0.47, "nDCG@10": 0.36}
"""What our own search should exceed on the public set with the offline models."""
OURS = "ours"

Ranking = list[int]
Folder = Path | zipfile.Path


class Task(NamedTuple):
    """One case: what the customer says, and the documents that it takes."""

    question: str
    gold: frozenset[int]


class Collection(NamedTuple):
    """Documents as (title, text), and the tasks over them."""

    documents: tuple[tuple[str, str], ...]
    tasks: tuple[Task, ...]


def load(place: Path) -> Collection:
    """Read a folder or an archive of that layout; a task whose documents are not all there is left out."""
    folder = _folder(place)
    held = sorted(_entries(folder, "documents"), key=lambda one: str(one["id"])) if folder else []
    if not folder or not held:
        raise UnusableInput(f"{place} holds no documents/*.json; give the folder banking_knowledge.", where=str(place))
    at = {one["id"]: number for number, one in enumerate(held)}
    tasks = []
    for task in _entries(folder, "tasks"):
        gold = task.get("required_documents") or []
        if gold and all(id in at for id in gold):
            tasks.append(Task(_said(task["user_scenario"]), frozenset(at[id] for id in gold)))
    if not tasks:
        raise UnusableInput(f"{place} holds no task whose documents are there.", where=str(place))
    return Collection(tuple((one.get("title", ""), one.get("content", "")) for one in held), tuple(tasks))


def _folder(place: Path) -> Folder | None:
    """The folder itself, or the one named banking_knowledge in an archive."""
    if not zipfile.is_zipfile(place):
        return place
    with zipfile.ZipFile(place) as archive:
        inside = next((name for name in archive.namelist() if name.endswith("banking_knowledge/tasks.json")), None)
    return zipfile.Path(place, inside.removesuffix("tasks.json")) if inside else None


def _entries(folder: Folder, name: str) -> Iterator[dict[str, Any]]:
    """A file for each, or one file for all, perhaps compressed."""
    many = folder / name
    single = sorted((one for one in many.iterdir() if one.name.endswith(".json")), key=str) if many.is_dir() else []
    if single:
        yield from (orjson.loads(file.read_bytes()) for file in single)
    elif (packed := folder / f"{name}.json.gz").is_file():
        yield from orjson.loads(gzip.decompress(packed.read_bytes()))
    elif (plain := folder / f"{name}.json").is_file():
        yield from orjson.loads(plain.read_bytes())


def _said(scenario: Any) -> str:
    """Everything that a scenario says, in order: its instructions are one text or several fields."""
    if isinstance(scenario, str):
        return scenario
    if isinstance(scenario, Mapping):
        return "\n".join(filter(None, (_said(value) for value in scenario.values())))
    return "\n".join(map(_said, scenario)) if isinstance(scenario, list) else ""


def rankings(held: Collection) -> dict[str, list[Ranking]]:
    """For each retriever the documents of every task, best first."""
    texts = [f"{title}\n{content}" for title, content in held.documents]
    questions = [task.question for task in held.tasks]
    model = embedding()
    vectors = model(texts)
    found: dict[str, list[Ranking]] = {
        "bm25s, stop words": _bm25(texts, questions),
        "MiniLM, whole query": _ranked(model(questions) @ vectors.T),
        "MiniLM, max over sentences": _ranked(np.stack([_by_sentence(model, one, vectors) for one in questions])),
    }
    try:
        found["wordllama"] = _wordllama(texts, questions)
    except ImportError:
        sys.stderr.write("wordllama is not installed: its rows are left out (pip install amends[evals]).\n")
    for names in (
        ("bm25s, stop words", "MiniLM, whole query"),
        ("bm25s, stop words", "MiniLM, max over sentences"),
        ("bm25s, stop words", "MiniLM, max over sentences", "wordllama"),
    ):
        if all(name in found for name in names):
            found["RRF " + " + ".join(name.split(",")[-1].strip() for name in names)] = _fused(
                [found[n] for n in names]
            )
    found[OURS] = ours(held)
    return found


def ours(held: Collection) -> list[Ranking]:
    """Our own search: the documents taken in like a bank's own, asked with the whole case."""
    rules: list[Rule] = []
    owner: list[int] = []
    for number, (title, content) in enumerate(held.documents):
        data = f"# {title}\n\n{content}".encode()
        file = Path(f"d{number:05d}.md")
        mine = documents(file, data, name=file.name, about=(), rails=(), day=date(2026, 1, 1))
        rules += mine
        owner += [number] * len(mine)
    found = passages(rules)
    searcher = Searcher(rules, found, Index(embedded([one.text for one in found], Place())), embedding())
    among = tuple(range(len(rules)))
    at = {(rule.id, rule.version): number for number, rule in zip(owner, rules, strict=True)}
    found_by_task = (
        searcher.search(task.question, among=among, k=4 * DEPTH, may_be_silent=False) for task in held.tasks
    )
    return [list(dict.fromkeys(at[hit.id, hit.version] for hit in hits)) for hits in found_by_task]


def _bm25(texts: Sequence[str], questions: Sequence[str]) -> list[Ranking]:
    index = bm25s.BM25()
    index.index(bm25s.tokenize(list(texts), stopwords="en", show_progress=False), show_progress=False)
    asked = bm25s.tokenize(list(questions), stopwords="en", show_progress=False)
    found, _ = index.retrieve(asked, k=min(DEPTH, len(texts)), show_progress=False)
    return [row.tolist() for row in found]


def _by_sentence(model: Any, question: str, vectors: Vectors) -> Vectors:
    likeness: Vectors = (model(sentences(question)) @ vectors.T).max(axis=0)
    return likeness


def _wordllama(texts: Sequence[str], questions: Sequence[str]) -> list[Ranking]:
    import wordllama

    # It seeks its files in a folder of another name than the one it ships them in.
    model = wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
    return _ranked(model.embed(list(questions), norm=True) @ model.embed(list(texts), norm=True).T)


def _ranked(likeness: Any) -> list[Ranking]:
    return [row.tolist() for row in np.argsort(-np.asarray(likeness), axis=1, kind="stable")[:, :DEPTH]]


def _fused(lists: Sequence[list[Ranking]]) -> list[Ranking]:
    fused = []
    for rows in zip(*lists, strict=True):
        votes: dict[int, float] = {}
        for row in rows:
            for place, document in enumerate(row, 1):
                votes[document] = votes.get(document, 0.0) + 1 / (RRF_K + place)
        fused.append(sorted(votes, key=lambda one: (-votes[one], one))[:DEPTH])
    return fused


def metrics(found: Sequence[Ranking], tasks: Sequence[Task]) -> dict[str, float]:
    """Recall at each cut, hit@10 and nDCG@10, means over the tasks."""
    rows = list(zip(found, tasks, strict=True))
    scores = {
        f"recall@{cut}": float(np.mean([len(task.gold.intersection(one[:cut])) / len(task.gold) for one, task in rows]))
        for cut in CUTS
    }
    scores["hit@10"] = float(np.mean([not task.gold.isdisjoint(one[:10]) for one, task in rows]))
    scores["nDCG@10"] = float(np.mean([_ndcg(one, task.gold) for one, task in rows]))
    return scores


def _ndcg(found: Ranking, gold: frozenset[int], cut: int = 10) -> float:
    gain = sum(1 / np.log2(place + 1) for place, one in enumerate(found[:cut], 1) if one in gold)
    return float(gain / sum(1 / np.log2(place + 1) for place in range(1, min(cut, len(gold)) + 1)))


def main() -> None:
    """Print the table; say which goals our own search reaches."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("place", type=Path)
    options.add_argument("--synthetic", type=int, metavar="SEED", help="first invent a set of this layout in PLACE")
    given = options.parse_args()
    if given.synthetic is not None:
        from evals.banking_synthetic import write

        write(given.place, given.synthetic)
    try:
        held = load(given.place)
    except UnusableInput as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None
    sys.stdout.write(f"{len(held.documents)} documents, {len(held.tasks)} tasks\n")
    names = [*(f"recall@{cut}" for cut in CUTS), "hit@10", "nDCG@10"]
    sys.stdout.write(f"{'retriever':<46}" + "".join(f"{name:>11}" for name in names) + "\n")
    scores: dict[str, float] = {}
    for name, found in rankings(held).items():
        scores = metrics(found, held.tasks)
        sys.stdout.write(f"{name:<46}" + "".join(f"{scores[one]:>11.3f}" for one in names) + "\n")
    for name, goal in GOALS.items():
        sys.stdout.write(f"{name} {scores[name]:.3f}: {'above' if scores[name] > goal else 'not above'} {goal}\n")


if __name__ == "__main__":
    main()

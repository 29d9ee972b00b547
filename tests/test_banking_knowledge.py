"""The external check reads the layout of the public set, ranks its documents, and says what it finds."""

import gzip
import subprocess
import sys
import zipfile
from pathlib import Path

import orjson
import pytest

from evals.banking_knowledge import Task, load, metrics, ours
from evals.banking_synthetic import write
from tools.errors import UnusableInput

ROOT = Path(__file__).resolve().parents[1]


def a_set(folder: Path, *, single: bool) -> Path:
    (folder / "documents").mkdir(parents=True)
    for id, text in (("doc_a", "The zebra account costs nine dollars."), ("doc_b", "The heron card is free.")):
        (folder / "documents" / f"{id}.json").write_bytes(orjson.dumps({"id": id, "title": id, "content": text}))
    task = {"id": "t", "user_scenario": {"instructions": {"reason": "What does the zebra account cost?"}}}
    tasks = [task | {"required_documents": ["doc_a"]}, task | {"required_documents": ["gone"]}, task]
    if single:
        (folder / "tasks.json").write_bytes(orjson.dumps(tasks))
        return folder
    (folder / "tasks").mkdir()
    for number, one in enumerate(tasks):
        (folder / "tasks" / f"task_{number}.json").write_bytes(orjson.dumps(one))
    return folder


@pytest.mark.parametrize("single", [True, False])
def test_both_layouts_are_read_and_tasks_without_their_documents_left_out(tmp_path: Path, single: bool) -> None:
    held = load(a_set(tmp_path / "set", single=single))

    assert len(held.documents) == 2
    assert held.tasks == (Task("What does the zebra account cost?", frozenset({0})),)
    assert ours(held)[0][0] == 0


def test_an_archive_that_holds_the_set_is_read_where_it_lies(tmp_path: Path) -> None:
    folder = a_set(tmp_path / "set", single=True)
    documents = [orjson.loads(file.read_bytes()) for file in sorted((folder / "documents").iterdir())]
    with zipfile.ZipFile(tmp_path / "some.whl", "w") as archive:
        inside = "package/data/banking_knowledge/"
        archive.writestr(inside + "documents.json.gz", gzip.compress(orjson.dumps(documents)))
        archive.write(folder / "tasks.json", inside + "tasks.json")

    assert load(tmp_path / "some.whl") == load(folder)


def test_an_archive_of_something_else_is_one_sentence(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.whl", "w") as archive:
        archive.writestr("readme.txt", "nothing")

    with pytest.raises(UnusableInput, match="holds no documents"):
        load(tmp_path / "other.whl")


def test_a_folder_of_something_else_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="holds no documents"):
        load(tmp_path)


def test_the_same_seed_invents_the_same_set(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name, 3, tasks=2)

    one, two = (sorted((tmp_path / name).rglob("*.json")) for name in ("one", "two"))
    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in two]
    assert all(task.gold for task in load(tmp_path / "one").tasks)


def test_the_marks_are_those_of_the_books() -> None:
    tasks = [Task("", frozenset({1, 2})), Task("", frozenset({3}))]

    found = metrics([[1, 9, 2], [9, 8, 7]], tasks)

    assert found["recall@5"] == 0.5
    assert found["hit@10"] == 0.5
    assert found["nDCG@10"] == pytest.approx((1.5 / (1 + 0.6309298)) / 2, abs=1e-6)


def test_the_command_prints_one_row_a_retriever(tmp_path: Path) -> None:
    folder = a_set(tmp_path / "set", single=True)

    run = subprocess.run(
        [sys.executable, "-m", "evals.banking_knowledge", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("2 documents, 1 tasks")
    assert "\nours " in run.stdout
    assert "recall@20 1.000: above 0.47" in run.stdout

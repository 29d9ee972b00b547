"""The index: versions built aside and moved into place whole, never written again, the same bytes each time."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import orjson
import pytest

from retrieval import RuleBook, chroma, index
from retrieval.embed import MiniLM, Vectors, embedding
from retrieval.index import IndexDamaged, Place, build, facts, identity, load, open_index, passages

SHIPPED = RuleBook.open()
FEW = RuleBook(SHIPPED.rules[:6])
FOUND = passages(FEW.rules)
TEXTS = [passage.text for passage in FOUND]
FACTS = facts(FEW.rules, FOUND)


class OtherEmbedding(MiniLM):
    name = "another embedding"


def built(folder: Path, texts: list[str] = TEXTS) -> Path:
    build(folder, texts, FACTS[: len(texts)], Place())
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("index") / identity(FEW.version, embedding()))


def test_a_book_with_an_index_of_its_own_answers_as_from_the_shipped_vectors(folder: Path) -> None:
    kept = RuleBook(FEW.rules, place=lambda: Place(folder=folder.parent)).search("address without a town")
    shipped = FEW.search("address without a town")

    assert kept == shipped
    assert kept[0].id == "address-shapes"


def test_nothing_is_left_aside_and_a_second_builder_keeps_the_first_ones_work(folder: Path) -> None:
    before = (folder / "manifest.json").stat().st_mtime_ns

    built(folder)

    assert (folder / "manifest.json").stat().st_mtime_ns == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_the_same_book_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = built(tmp_path / "again")

    for name in ("manifest.json", "vectors.npy"):
        assert (again / name).read_bytes() == (folder / name).read_bytes()


def test_chroma_holds_every_passage_as_it_was_written(folder: Path) -> None:
    with chroma.opened(folder / "chroma") as client:
        kept = chroma.drawn(client, chroma.COLLECTION, len(TEXTS))

    assert kept is not None
    assert (kept == load(folder, TEXTS, embedding())).all()


def test_opening_an_index_needs_no_chroma(folder: Path) -> None:
    """Importing it takes longer than everything else together."""
    script = (
        "import sys; from pathlib import Path; from retrieval import RuleBook; from retrieval.index import Place\n"
        "rules = RuleBook.open().rules[:6]\n"
        f"book = RuleBook(rules, place=lambda: Place(folder=Path({str(folder.parent)!r})))\n"
        "print(book.search('address without a town')[0].id, 'chromadb' in sys.modules)"
    )

    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)

    assert run.stdout.split() == ["address-shapes", "False"]


def test_two_processes_that_build_the_same_version_at_once_leave_one_whole_index(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path; from retrieval import RuleBook; from retrieval.index import Place\n"
        f"book = RuleBook(RuleBook.open().rules[:6], place=lambda: Place(folder=Path({str(tmp_path)!r})))\n"
        "print(book.search('address without a town')[0].id)"
    )

    both = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [run.communicate(timeout=180)[0].strip() for run in both]

    assert answers == ["address-shapes"] * 2
    (folder,) = tmp_path.iterdir()
    assert load(folder, TEXTS, embedding()).shape == (len(TEXTS), 384)


def test_another_book_or_embedding_has_another_index(folder: Path) -> None:
    names = {identity(FEW.version, embedding()), identity(SHIPPED.version, embedding())}
    names.add(identity(FEW.version, OtherEmbedding()))

    assert len(names) == 3
    with pytest.raises(IndexDamaged, match="another rule book"):
        load(folder, TEXTS, OtherEmbedding())


def test_shipped_vectors_are_not_taken_for_those_of_another_embedding(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(self: MiniLM, texts: list[str]) -> Vectors:
        asked.extend(texts)
        return np.ones((len(texts), 384), dtype=np.float32)

    monkeypatch.setattr(OtherEmbedding, "__call__", counted)
    index.embedded(TEXTS, Place(embedding=OtherEmbedding()))

    assert set(asked) == set(TEXTS)


def test_an_index_too_large_for_memory_is_asked_of_chroma_with_the_same_filter(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_memory = RuleBook(FEW.rules, place=lambda: Place(folder=folder.parent))
    monkeypatch.setattr(index, "IN_MEMORY_MAX", 10)
    asked = RuleBook(FEW.rules, place=lambda: Place(folder=folder.parent))

    for question, rail in (("address without a town", None), ("who answers an indemnity", "SEPA_SCT")):
        assert [hit.id for hit in asked.search(question, rail=rail)] == [
            hit.id for hit in in_memory.search(question, rail=rail)
        ]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda facts: facts | {"sha256": "0" * 64}, "was altered"),
        (lambda facts: facts | {"passages": 3}, "passages where"),
        (lambda facts: facts | {"texts": "0" * 64}, "another rule book"),
    ],
)
def test_an_index_that_is_not_what_it_says_is_refused(tmp_path: Path, change, why: str) -> None:  # type: ignore[no-untyped-def]
    folder = built(tmp_path / "index")
    manifest = folder / "manifest.json"
    manifest.write_bytes(orjson.dumps(change(orjson.loads(manifest.read_bytes()))))

    with pytest.raises(IndexDamaged, match=why):
        load(folder, TEXTS, embedding())


def test_an_index_of_other_texts_or_without_its_files_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="another rule book"):
        load(folder, [*TEXTS[:-1], "something else"], embedding())
    with pytest.raises(IndexDamaged, match="no readable manifest"):
        load(tmp_path, TEXTS, embedding())


def test_a_build_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(chroma, "fill", failing)

    with pytest.raises(OSError, match="disk full"):
        built(tmp_path / "index")
    assert list(tmp_path.iterdir()) == []


def test_a_store_of_record_that_lost_a_passage_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = chroma.fill

    def losing(client: object, name: str, texts: list[str], vectors: Vectors, about: list[chroma.Facts]) -> None:
        whole(client, name, texts[:-1], vectors[:-1], about[:-1])

    monkeypatch.setattr(chroma, "fill", losing)

    with pytest.raises(IndexDamaged, match="does not hold what was written"):
        built(tmp_path / "index")


def test_shipped_vectors_with_another_hash_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = tmp_path / "vectors.json"
    manifest.write_bytes(orjson.dumps({**orjson.loads(index.SHIPPED_MANIFEST.read_bytes()), "sha256": "0" * 64}))
    monkeypatch.setattr(index, "SHIPPED_MANIFEST", manifest)

    with pytest.raises(IndexDamaged):
        index.embedded(TEXTS, Place())


def test_a_filter_that_no_rule_passes_finds_nothing_and_breaks_nothing() -> None:
    found = open_index(FEW.rules, FOUND, version=FEW.version, place=Place())

    assert len(found.rows(np.array([], dtype=np.int64))) == 0

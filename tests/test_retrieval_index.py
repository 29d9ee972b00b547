"""The Chroma folder: built once aside, moved into place whole, never written again."""

from pathlib import Path

import orjson
import pytest

from retrieval import RuleBook, index
from retrieval.index import IndexDamaged, build, identity, load, passages

SHIPPED = RuleBook.open()
FEW = RuleBook(SHIPPED.rules[:6])
TEXTS = [passage.text for passage in passages(FEW.rules)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index") / identity(FEW.version)
    build(folder, TEXTS)
    return folder


def test_a_book_searched_through_chroma_answers_as_from_the_shipped_vectors(folder: Path) -> None:
    from_chroma = RuleBook(FEW.rules, index_dir=folder.parent).search("address without a town")
    from_shipped = FEW.search("address without a town")

    assert from_chroma == from_shipped
    assert from_chroma[0].id == "address-shapes"


def test_nothing_is_left_aside_and_a_second_builder_keeps_the_first_ones_work(folder: Path) -> None:
    before = (folder / "manifest.json").stat().st_mtime_ns

    build(folder, TEXTS)

    assert (folder / "manifest.json").stat().st_mtime_ns == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_reading_does_not_change_what_the_index_holds(folder: Path) -> None:
    first, second = load(folder, TEXTS), load(folder, TEXTS)

    assert (first == second).all()
    assert first.shape == (len(TEXTS), 384)


def test_another_book_or_embedding_has_another_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {identity(FEW.version), identity(SHIPPED.version)}

    monkeypatch.setattr(index, "NAME", "another embedding")
    names.add(identity(FEW.version))

    assert len(names) == 3


def test_a_folder_of_other_texts_is_refused(folder: Path) -> None:
    with pytest.raises(IndexDamaged, match="another rule book"):
        load(folder, [*TEXTS[:-1], "something else"])


def test_a_folder_without_its_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="no readable manifest"):
        load(tmp_path, TEXTS)


def test_altered_vectors_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(folder, TEXTS)
    manifest = folder / "manifest.json"
    manifest.write_bytes(orjson.dumps({**orjson.loads(manifest.read_bytes()), "sha256": "0" * 64}))

    with pytest.raises(IndexDamaged, match="was altered"):
        load(folder, TEXTS)


def test_an_index_with_a_passage_lost_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(folder, TEXTS[:-1])
    manifest = folder / "manifest.json"
    manifest.write_bytes(orjson.dumps({**orjson.loads(manifest.read_bytes()), "texts": index._digest_of(TEXTS)}))

    with pytest.raises(IndexDamaged, match="passages where"):
        load(folder, TEXTS)


def test_a_build_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(index, "_fill", failing)

    with pytest.raises(OSError, match="disk full"):
        build(tmp_path / "index", TEXTS)
    assert list(tmp_path.iterdir()) == []


def test_shipped_vectors_with_another_hash_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = tmp_path / "vectors.json"
    manifest.write_bytes(orjson.dumps({**orjson.loads(index.SHIPPED_MANIFEST.read_bytes()), "sha256": "0" * 64}))
    monkeypatch.setattr(index, "SHIPPED_MANIFEST", manifest)

    with pytest.raises(IndexDamaged):
        index.embedded(TEXTS)

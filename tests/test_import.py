"""Importing payments: good rows are kept, bad ones named by row and column, repeated ones told."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tools.bank import tables
from tools.bank.bank import Bank
from tools.bank.engine import memory_engine, reset
from tools.bank.importer import import_payments
from tools.errors import UnusableInput

ROW = {
    "uetr": "64525d79-30cf-4126-88f7-5a1ce674704d",
    "rail": "CBPR",
    "message_type": "pacs.008.001.08",
    "message_id": "M1",
    "direction": "outbound",
    "amount": "1999.95",
    "currency": "EUR",
    "settlement_date": "2026-11-11",
    "debtor_name": "Pike & Sons Ltd",
    "debtor_account": "GB20WREN40501012345678",
    "debtor_agent": "WRENGB2L",
    "creditor_name": "Müller, Eichen Bau",
    "creditor_account": "DE89370400440532013000",
    "creditor_agent": "EICHDEFF",
    "instructing_agent": "WRENGB2L",
    "instructed_agent": "EICHDEFF",
    "state": "settled",
}


def uetr(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


@pytest.fixture(scope="module")
def store() -> Engine:
    return memory_engine()


@pytest.fixture
def engine(store: Engine) -> Engine:
    reset(store)
    return store


Writes = Callable[..., Path]


@pytest.fixture
def file_of(tmp_path: Path) -> Writes:
    def write(*rows: dict[str, Any], delimiter: str = ",", encoding: str = "utf-8", name: str = "p.csv") -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


def test_a_payment_of_a_file_is_found_with_all_its_fields(engine: Engine, file_of: Writes) -> None:
    path = file_of(
        {
            **ROW,
            "debtor_address": "1 High Street, Leeds",
            "charges": '[{"agent": "EICHDEFF", "amount": "12.50", "currency": "EUR"}]',
            "intermediaries": "LYSAFRPP TULPNL2A",
            "state_at": "2026-11-11T10:00:00Z",
            "remittance": "",
        }
    )

    report = import_payments(path, engine)

    assert (report.rows, report.imported, report.bad, report.duplicate) == (1, 1, 0, 0)
    payment = Bank(engine).payment(ROW["uetr"])
    assert payment is not None
    assert payment.creditor.name == "Müller, Eichen Bau"
    assert payment.debtor.address == "1 High Street, Leeds"
    assert (payment.amount, payment.charges[0].amount) == (Decimal("1999.95"), Decimal("12.50"))
    assert payment.intermediaries == ("LYSAFRPP", "TULPNL2A")
    assert payment.state_at == datetime(2026, 11, 11, 10, tzinfo=UTC)
    assert payment.remittance is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_separators_and_byte_order_marks_do_not_matter(
    engine: Engine, file_of: Writes, delimiter: str, encoding: str
) -> None:
    report = import_payments(file_of(ROW, delimiter=delimiter, encoding=encoding), engine)

    assert (report.imported, report.bad) == (1, 0)


def test_headings_of_other_systems_are_understood_and_unknown_ones_told(engine: Engine, file_of: Writes) -> None:
    renamed = {"debtor_name": "Debtor Name", "debtor_account": "debtor-iban", "currency": "CCY", "state": "Status"}
    humps = {"creditor_name": "creditorName", "settlement_date": "valueDate", "uetr": "UETR"}
    row = {(renamed | humps).get(name, name): value for name, value in ROW.items()}

    report = import_payments(file_of({**row, "Booking Text": "x", "amont": "1"}), engine)

    assert (report.imported, report.bad) == (1, 0)
    assert report.ignored_columns == ("Booking Text", "amont")


def test_bad_rows_are_told_by_row_and_column_and_good_ones_kept(engine: Engine, file_of: Writes) -> None:
    bad = [
        ({"amount": "1.999,95"}, "amount", "is no decimal amount"),
        ({"amount": "10.005"}, "amount", "cannot be booked"),
        ({"amount": ""}, "amount", "Field required"),
        ({"uetr": "1"}, "uetr", "is no UETR"),
        ({"settlement_date": "11/11/2026"}, "settlement_date", "valid date"),
        ({"rail": "PIGEON"}, "rail", "Input should be"),
        ({"creditor_account": ""}, "creditor_account", "Field required"),
        ({"message_id": "a\0b"}, "message_id", "cannot be stored"),
        ({"debtor_agent": "WREN"}, "debtor_agent", "is no agent"),
    ]
    rows = [{**ROW, "uetr": uetr(n), **wrong} for n, (wrong, _, _) in enumerate(bad)]

    report = import_payments(file_of(ROW, *rows, {**ROW, "uetr": uetr(99)}), engine)

    assert (report.rows, report.imported, report.bad) == (len(bad) + 2, 2, len(bad))
    for number, (error, (_, column, reason)) in enumerate(zip(report.errors, bad, strict=True), start=2):
        assert (error.row, error.column) == (number, column)
        assert reason in error.reason
    assert Bank(engine).payment(uetr(99)) is not None


def test_a_row_with_more_fields_than_the_header_is_not_guessed_at(engine: Engine, file_of: Writes) -> None:
    path = file_of(ROW)
    path.write_text(path.read_text(encoding="utf-8").replace("1999.95", "1,999.95"), encoding="utf-8")

    report = import_payments(path, engine)

    assert (report.imported, report.bad) == (0, 1)
    assert "more fields than the header" in report.errors[0].reason


def test_a_payment_that_is_there_already_is_told_and_left_as_it_was(engine: Engine, file_of: Writes) -> None:
    import_payments(file_of(ROW), engine)

    report = import_payments(
        file_of({**ROW, "state": "returned"}, {**ROW, "uetr": uetr(1)}, {**ROW, "uetr": uetr(1)}), engine
    )

    assert (report.imported, report.duplicate, report.bad) == (1, 2, 0)
    assert [(d.row, d.uetr) for d in report.duplicates] == [(1, ROW["uetr"]), (3, uetr(1))]
    payment = Bank(engine).payment(ROW["uetr"])
    assert payment is not None
    assert payment.state == "settled"


def test_a_large_file_is_imported_in_batches_and_says_how_far_it_is(
    engine: Engine, file_of: Writes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "BATCH_ROWS", 10)
    path = file_of(*({**ROW, "uetr": uetr(n % 20)} for n in range(25)))
    told: list[int] = []

    report = import_payments(path, engine, progress=told.append)

    assert told == [10, 20, 25]
    assert (report.imported, report.duplicate) == (20, 5)


def test_parquet_is_imported_with_its_own_types(engine: Engine, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    typed = {**ROW, "amount": Decimal("1999.95"), "settlement_date": date(2026, 11, 11)}
    rows = [
        {**typed, "state_at": datetime(2026, 11, 11, 10, tzinfo=UTC), "intermediaries": ["LYSAFRPP"]},
        {**typed, "uetr": uetr(1), "state_at": None, "intermediaries": None},
    ]
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "p.parquet")

    report = import_payments(tmp_path / "p.parquet", engine)

    assert (report.imported, report.errors) == (2, ())
    payment = Bank(engine).payment(ROW["uetr"])
    assert payment is not None
    assert (payment.amount, payment.intermediaries) == (Decimal("1999.95"), ("LYSAFRPP",))


def test_an_amount_as_a_binary_fraction_is_refused_row_by_row(engine: Engine, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.Table.from_pylist([{**ROW, "amount": 1999.95}]), tmp_path / "p.parquet")

    report = import_payments(tmp_path / "p.parquet", engine)

    assert report.bad == 1
    assert "binary fraction" in report.errors[0].reason


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("p.xlsx", b"", "'.xlsx' files cannot be imported; use .csv or .parquet"),
        ("p.csv", b"", "p.csv is empty"),
        ("p.csv", b"uetr,rail\n", "columns are missing: message_type"),
        ("p.csv", b"\xff\xfea\x00", "is not UTF-8"),
        ("p.csv", ",".join(ROW).encode() + b"\n" + b"\xe9" * 20_000, "is not UTF-8"),
        ("p.csv", ",".join(ROW).encode() + b'\n"' + b"x" * 200_000, "field larger than field limit"),
        ("p.parquet", b"PAR1", "p.parquet is no Parquet file"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused(
    engine: Engine, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(UnusableInput) as refused:
        import_payments(path, engine)

    assert said in str(refused.value)


def test_a_file_that_is_not_there_is_refused(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="is no file"):
        import_payments(tmp_path / "absent.csv", engine)


def test_a_column_that_is_missing_may_be_one_that_is_misspelt(engine: Engine, file_of: Writes) -> None:
    row = {("creditor_acount" if name == "creditor_account" else name): value for name, value in ROW.items()}

    with pytest.raises(UnusableInput, match=r"columns are missing: creditor_account \(is it 'creditor_acount'\?\)"):
        import_payments(file_of(row), engine)

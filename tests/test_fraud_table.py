"""A user's table becomes payments: any column names, any clock, and every bad row told."""

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from app.cli import app
from tools.errors import UnusableInput
from tools.fraud.mapping import load_mapping
from tools.fraud.table import load_table

HEAD = "at,uetr,debtor_account,creditor_account,amount,currency,label,name_match\n"


def a_file(folder: Path, text: str, name: str = "payments.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_times_are_read_with_and_without_zone_and_rows_come_in_order_of_time(tmp_path: Path) -> None:
    rows = (
        "2026-07-25T00:00:31Z,b,d,c,1,EUR,0,\n2026-07-25 02:00:30+02:00,a,d,c,1,EUR,1,\n2026-07-25,c,d,c,1,EUR,,match\n"
    )

    frame = load_table(a_file(tmp_path, HEAD + rows)).frame

    assert frame["uetr"].to_list() == ["c", "a", "b"]
    assert frame["at"].diff().to_list()[1:] == [30_000_000, 1_000_000]
    assert frame["label"].to_list() == [None, 1, 0]
    assert frame["name_match"].to_list() == [1.0, None, None]


def test_amounts_are_whole_minor_units_of_their_currency(tmp_path: Path) -> None:
    rows = "".join(f"2026-07-25,{n},d,c,{amount},{currency},,\n" for n, (amount, currency) in enumerate(
        [("12.34", "EUR"), ("1000", "JPY"), ("1.234", "KWD")]))  # fmt: skip

    assert load_table(a_file(tmp_path, HEAD + rows)).frame["amount"].to_list() == [1234, 1000, 1234]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("2026-13-25,1,d,c,1,EUR,,", "at"),
        ("2026-07-25,1,d,c,x,EUR,,", "amount"),
        ("2026-07-25,1,d,c,-1,EUR,,", "amount"),
        ("2026-07-25,1,d,c,1e30,EUR,,", "amount"),
        ("2026-07-25,1,d,c,inf,EUR,,", "amount"),
        ("2026-07-25,1,,c,1,EUR,,", "debtor_account"),
        ("2026-07-25,1,d,c,1,EURO,,", "currency"),
        ("2026-07-25,1,d,c,1,EUR,maybe,", "label"),
        ("2026-07-25,1,d,c,1,EUR,,perhaps", "name_match"),
        ("2026-07-25,good,d,c,1,EUR,,", "uetr"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_are_kept(tmp_path: Path, row: str, column: str) -> None:
    table = load_table(a_file(tmp_path, HEAD + "2026-07-24,good,d,c,1,EUR,,\n" + row + "\n"))

    assert [(e.row, e.column) for e in table.errors] == [(2, column)]
    assert table.frame["uetr"].to_list() == ["good"]


def test_a_table_without_a_required_column_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="currency"):
        load_table(a_file(tmp_path, "at,uetr,debtor_account,creditor_account,amount\n2026-01-01,1,d,c,1\n"))


def test_a_table_of_which_no_row_can_be_used_says_why(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match=r"row 1, amount: it is no number"):
        load_table(a_file(tmp_path, HEAD + "2026-01-01,1,d,c,x,EUR,,\n"))


def test_csv_and_parquet_give_the_same_payments(tmp_path: Path) -> None:
    csv = a_file(tmp_path, HEAD + "2026-07-25T10:00:00Z,1,d,c,12.30,EUR,1,match\n")
    pl.read_csv(csv, try_parse_dates=True).write_parquet(tmp_path / "payments.parquet")

    assert load_table(csv).frame.equals(load_table(tmp_path / "payments.parquet").frame)


_COLUMNS = "step,type,amount,nameOrig,oldbalanceOrg,newbalanceOrig,nameDest,oldbalanceDest,newbalanceDest,isFraud"
PAYSIM = f"""{_COLUMNS},isFlaggedFraud
1,PAYMENT,9839.64,C1231006815,170136.0,160296.36,M1979787155,0.0,0.0,0,0
2,TRANSFER,181.0,C1305486145,181.0,0.0,C553264065,0.0,0.0,1,0
"""
PAYSIM_MAPPING = """
columns:
  {at: step, uetr: "@row", debtor_account: nameOrig, creditor_account: nameDest, channel: type, label: isFraud}
constants: {currency: USD}
values: {channel: {TRANSFER: transfer}}
time: {unit: hours, start: 2026-01-01T00:00:00Z}
"""


def test_a_table_of_another_make_comes_in_through_a_mapping_file(tmp_path: Path) -> None:
    mapping = load_mapping(a_file(tmp_path, PAYSIM_MAPPING, "mapping.yaml"))

    frame = load_table(a_file(tmp_path, PAYSIM), mapping).frame

    assert frame["uetr"].to_list() == ["1", "2"]
    assert frame["at"].diff().to_list()[1] == 3_600_000_000
    assert frame["channel"].to_list() == ["PAYMENT", "transfer"]
    assert frame["label"].to_list() == [0, 1]
    assert frame["currency"].to_list() == ["USD", "USD"]


def test_a_mapping_that_names_what_is_not_there_is_refused(tmp_path: Path) -> None:
    mapping = load_mapping(a_file(tmp_path, "columns: {at: when}", "mapping.yaml"))

    with pytest.raises(UnusableInput, match="'when'"):
        load_table(a_file(tmp_path, HEAD + "2026-01-01,1,d,c,1,EUR,,\n"), mapping)
    with pytest.raises(UnusableInput, match="'balance'"):
        load_mapping(a_file(tmp_path, "columns: {balance: x}", "other.yaml"))


def test_the_command_line_says_in_one_sentence_what_is_wrong_with_a_table(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["train", str(a_file(tmp_path, "a,b\n1,2\n")), "--json"])

    assert said.exit_code == 2
    assert json.loads(said.stdout)["error"]["where"] == "at"

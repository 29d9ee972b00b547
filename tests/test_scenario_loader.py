"""A scenario folder: read exactly, or refused with the file, the field and what to do."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tools.bank.bank import Bank
from tools.bank.engine import memory_engine, reset
from tools.bank.scenario import is_scenario, load_scenario, read_records
from tools.bank.writer import fill
from tools.errors import UnusableInput

UETR = "64525d79-30cf-4126-88f7-5a1ce674704d"
CASE = {
    "id": "paid-twice",
    "as_of": "2026-11-16T09:00:00Z",
    "our_bics": ["WRENGB2L"],
    "channel": "email",
    "message": "message.eml",
    "from": {"customer_id": "C-1", "email": "pay@pikesons.example", "verified": True},
}
PAYMENT = {
    "uetr": UETR,
    "rail": "CBPR",
    "message_type": "pacs.008.001.08",
    "message_id": "M1",
    "direction": "outbound",
    "amount": "1999.95",
    "currency": "EUR",
    "settlement_date": "2026-11-11",
    "debtor": {"name": "Pike & Sons Ltd", "account": "GB20WREN40501012345678"},
    "debtor_agent": "WRENGB2L",
    "creditor": {"name": "Eichen Bau GmbH", "account": "DE89370400440532013000"},
    "creditor_agent": "EICHDEFF",
    "instructing_agent": "WRENGB2L",
    "instructed_agent": "EICHDEFF",
    "state": "settled",
    "state_at": "2026-11-11T10:00:00Z",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A scenario that can be used as it stands."""
    write(tmp_path, "case.yaml", CASE)
    write(tmp_path, "records.yaml", {"payments": [PAYMENT]})
    (tmp_path / "message.eml").write_bytes(b"Subject: Paid twice\r\n\r\nPlease help.\r\n")
    return tmp_path


def write(folder: Path, name: str, content: Any) -> None:
    text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
    (folder / name).write_text(text, encoding="utf-8")


def refusal(folder: Path) -> UnusableInput:
    with pytest.raises(UnusableInput) as refused:
        load_scenario(folder)
    return refused.value


# --- what can be used ------------------------------------------------------------------------------------------------


def test_a_scenario_is_its_case_its_message_and_its_records(folder: Path) -> None:
    scenario = load_scenario(folder)

    assert (scenario.id, scenario.channel, scenario.rail) == ("paid-twice", "email", None)
    assert scenario.as_of.isoformat() == "2026-11-16T09:00:00+00:00"
    assert scenario.message == b"Subject: Paid twice\r\n\r\nPlease help.\r\n"
    assert (scenario.sender.customer_id, scenario.sender.verified, scenario.sender.bic) == ("C-1", True, None)
    assert [p.uetr for p in scenario.records.payments] == [UETR]
    assert is_scenario(folder)


def test_every_case_of_the_contract_loads_and_fills_a_store(shared: Path) -> None:
    engine = memory_engine()
    for folder in sorted((shared / "contract" / "cases").iterdir()):
        scenario = load_scenario(folder)

        reset(engine)
        fill(engine, scenario.records)

        bank = Bank(engine)
        for payment in scenario.records.payments:
            assert bank.payment(payment.uetr) == payment


@pytest.mark.parametrize("content", ["", "payments: []\n", "payments: []\ncases: []\n"])
def test_records_may_be_few_or_none(folder: Path, content: str) -> None:
    write(folder, "records.yaml", content)

    assert load_scenario(folder).records.payments == ()


def test_a_scenario_may_come_without_records(folder: Path) -> None:
    (folder / "records.yaml").unlink()

    assert load_scenario(folder).records.accounts == ()


def test_the_case_may_say_more_than_we_know(folder: Path) -> None:
    """The contract lets case.yaml grow; only a name that looks misspelt is refused."""
    write(folder, "case.yaml", {**CASE, "description": "Invoice paid twice", "difficulty": 3})

    assert load_scenario(folder).id == "paid-twice"


def test_yes_no_and_norway_are_words_in_records(folder: Path) -> None:
    write(
        folder,
        "records.yaml",
        f"""
        customer_answers:
          - {{ref: {UETR}, question: debit_authority, asked_at: 2026-11-12T10:00:00Z, answer: no}}
        accounts:
          - {{account: A1, holder: Nordlys AS, currency: NOK, balance: 10, status: open, address: {{country: NO}}}}
        customers:
          - {{customer_id: C-1, name: Ola, vulnerable: true}}
        """,
    )

    records = load_scenario(folder).records

    assert records.customer_answers[0].answer == "no"
    assert records.accounts[0].address == {"country": "NO"}
    assert records.customers[0].vulnerable is True


def test_repeated_parts_may_be_written_once_and_referred_to(folder: Path) -> None:
    party = {"name": "Pike & Sons Ltd", "account": "GB1"}
    other = {**PAYMENT, "uetr": UETR[:-1] + "e", "debtor": party, "creditor": party}
    write(folder, "records.yaml", {"payments": [PAYMENT, other]})
    assert "&id001" in (folder / "records.yaml").read_text()

    assert load_scenario(folder).records.payments[1].creditor.account == "GB1"


def test_a_cover_may_share_the_uetr_of_its_order(folder: Path) -> None:
    cover = {**PAYMENT, "message_type": "pacs.009.001.08"}
    write(folder, "records.yaml", {"payments": [PAYMENT, cover]})

    assert len(load_scenario(folder).records.payments) == 2


# --- what cannot -----------------------------------------------------------------------------------------------------


def changed(**fields: Any) -> dict[str, Any]:
    return {"payments": [PAYMENT, PAYMENT, {**PAYMENT, **fields}]}


def without(field: str) -> dict[str, Any]:
    return {"payments": [{name: value for name, value in PAYMENT.items() if name != field}]}


def _doubling(twice: str) -> str:
    """A file whose every line refers twice to the line before: forty lines would be a million million values."""
    lines = ["a0: &a0 {x: 1}"] + [f"a{n}: &a{n} {twice.format(n - 1)}" for n in range(1, 41)]
    return "\n".join(lines) + "\npayments: *a40"


@pytest.mark.parametrize(
    ("records", "said"),
    [
        (changed(amont="1.00"), "records.yaml: payments[2]: unknown field 'amont' (did you mean 'amount'?)."),
        (changed(zzz="1.00"), "records.yaml: payments[2]: unknown field 'zzz'; remove it."),
        (changed(amount=1999.95), "payments[2].amount: 1999.95 is a binary fraction; write the amount as text"),
        (changed(amount="lots"), "payments[2].amount: 'lots' is no decimal amount"),
        (changed(amount="NaN"), "payments[2].amount: 'NaN' is no finite amount"),
        (changed(uetr="64525d79"), "payments[2].uetr: '64525d79' is no UETR"),
        (changed(debtor={"name": "A", "account": 12345678}), "payments[2].debtor.account: 12345678 is a number"),
        (changed(debtor={"name": "A", "acount": "1"}), "payments[2].debtor: unknown field 'acount' (did you mean"),
        (changed(rail="SEPPA"), "payments[2].rail: input should be 'CBPR', 'SEPA_SCT'"),
        (changed(state_at="2026-11-11T10:00:00"), "payments[2].state_at: 2026-11-11T10:00:00 has no zone; write e.g."),
        (changed(debtor_agent="WREN"), "payments[2].debtor_agent: 'WREN' is no agent"),
        (changed(charges=[{"agent": "EICHDEFF", "amount": 1.5, "currency": "EUR"}]), "payments[2].charges[0].amount"),
        (without("amount"), "records.yaml: payments[0]: field 'amount' is missing; add it."),
        (changed(), f"payments[1].uetr: '{UETR}' stands in payments[0] already; give each payment its own UETR."),
        ({"paymets": []}, "records.yaml: unknown list 'paymets' (did you mean 'payments'?)."),
        ({"payments": {"uetr": UETR}}, "records.yaml: payments: write a list, not {"),
        ({"holds": [{"scope": "payment", "ref": UETR, "kind": "x", "status": "open"}]}, "holds[0].kind"),
        ([PAYMENT], "records.yaml: write fields and values, not a list."),
        ("payments: [", "records.yaml: line 2, column 1:"),
        ("payments: 2026-02-30", "records.yaml: cannot be read (day is out of range for month)"),
        ("[" * 100_000 + "]" * 100_000, "records.yaml: lists stand too deep in each other"),
        ("[\n" * 100_000, "records.yaml: lists stand too deep in each other"),
        ("- " * 100_000, "records.yaml: lists stand too deep in each other"),
        ("payments: []\npayments: []", "line 2, column 1: field 'payments' stands twice"),
        (_doubling("[*a{0}, *a{0}]"), "records.yaml: unknown list 'a0'"),
        (_doubling("{{<<: [*a{0}, *a{0}]}}"), "too many merged fields"),
        ('payments: "\0"', "records.yaml:"),
    ],
)
def test_records_that_cannot_be_used_are_refused_by_place(folder: Path, records: Any, said: str) -> None:
    write(folder, "records.yaml", records)

    refused = refusal(folder)

    assert said in str(refused)
    assert refused.where.startswith("records.yaml")
    assert refused.code == "unusable_input"


def test_all_that_is_wrong_is_counted(folder: Path) -> None:
    write(folder, "records.yaml", changed(amount="x", currency="euro", rail="y"))

    assert "(2 more)" in str(refusal(folder))


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ({"as_of": "2026-11-16T09:00:00"}, "case.yaml: as_of: 2026-11-16T09:00:00 has no zone"),
        ({"as_of": "yesterday"}, "case.yaml: as_of:"),
        ({"our_bics": []}, "case.yaml: our_bics:"),
        ({"our_bics": "WRENGB2L"}, "case.yaml: our_bics: write a list, not 'WRENGB2L'"),
        ({"channel": "fax"}, "case.yaml: channel:"),
        ({"rail": "SEPA"}, "case.yaml: rail:"),
        ({"id": ""}, "case.yaml: id:"),
        ({"chanel": "swift"}, "case.yaml: unknown field 'chanel' (did you mean 'channel'?)"),
        (
            {"from": {"bic": "TULPNL2A", "customer_id": "C-1"}},
            "case.yaml: from: a sender is a bank (bic) or a customer",
        ),
        ({"from": {"bics": "TULPNL2A"}}, "case.yaml: from: unknown field 'bics' (did you mean 'bic'?)"),
        ({"message": "absent.xml"}, "case.yaml: message: 'absent.xml' cannot be read"),
        ({"message": "../message.eml"}, "leads out of the scenario folder"),
        ({"message": "/etc/hostname"}, "leads out of the scenario folder"),
        ({"message": "."}, "cannot be read"),
    ],
)
def test_a_case_that_cannot_be_used_is_refused_by_field(folder: Path, case: dict[str, Any], said: str) -> None:
    write(folder, "case.yaml", {**CASE, **case})

    refused = refusal(folder)

    assert said in str(refused)
    assert refused.where.startswith("case.yaml")


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.txt"
    secret.write_text("secret")
    (folder / "message.eml").unlink()
    (folder / "message.eml").symlink_to(secret)

    assert "leads out of the scenario folder" in str(refusal(folder))


def test_a_folder_without_a_case_is_no_scenario(folder: Path) -> None:
    (folder / "case.yaml").unlink()

    assert str(refusal(folder)).startswith("case.yaml is missing in ")
    assert not is_scenario(folder)


def test_a_path_that_is_no_folder_is_refused(folder: Path) -> None:
    assert "is no folder" in str(refusal(folder / "nowhere"))
    assert "is no folder" in str(refusal(folder / "case.yaml"))


def test_bytes_that_are_no_text_are_refused(folder: Path) -> None:
    (folder / "records.yaml").write_bytes(b"payments: \xff\xfe")

    assert str(refusal(folder)).startswith("records.yaml: ")


def test_records_of_a_store_are_read_from_a_file_of_the_same_form(folder: Path) -> None:
    assert len(read_records(folder / "records.yaml").payments) == 1

    with pytest.raises(UnusableInput, match=r"other\.yaml is missing"):
        read_records(folder / "other.yaml")


@given(content=st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_whatever_stands_in_a_file_is_records_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)

    try:
        told = str(read_records(path))
    except UnusableInput as refused:
        told = str(refused)

    assert told.startswith(("any.yaml", "payments=()"))

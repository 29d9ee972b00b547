"""Every version of every message definition in scope is read, proven on messages made from the official schemas."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from tools.iso20022 import read
from tools.message import Message, Transaction

XS = "{http://www.w3.org/2001/XMLSchema}"
AMOUNT = "4250.00"
UETR = "1fa1b7a2-41a7-4a4c-9a0e-5c1d3f2b7a61"

# Branch taken where the schema offers a choice; where none of these is offered, the first.
BRANCHES = (
    *("Agt", "IntrBk", "Cd", "Conf", "PerTx", "MssngOrIncrrctInf", "IBAN", "BIC", "Dt", "InstdAmt", "OrgId", "TxInf"),
    *("ReqdCompstn", "RspnNrrtv", "Accptd", "Unstrd"),
)
LEFT_OUT = frozenset(
    (
        *("SplmtryData", "PstlAdr", "RgltryRptg", "Tax", "CtctDtls", "MndtRltdInf", "RltdRmtInf", "Strd", "SttlmInf"),
        *("NclsdFile", "RltdFileData", "Sgntr", "Rltd", "DplctOf", "CdtrSchmeId"),
    )
)
TEXTS = {
    "UUIDv4Identifier": UETR,
    "ISODate": "2026-11-11",
    "ISODateTime": "2026-11-16T08:30:00Z",
    "ISONormalisedDateTime": "2026-11-16T08:30:00Z",
    "ActiveCurrencyCode": "EUR",
    "ActiveOrHistoricCurrencyCode": "EUR",
}


class Schema:
    """One official schema, and a message made from it with every optional element filled once."""

    def __init__(self, path: Path) -> None:
        root = etree.parse(path).getroot()
        self.namespace = root.get("targetNamespace")
        self.types = {node.get("name"): node for node in root if node.get("name") and node.tag != XS + "element"}
        self.document = next(node for node in root if node.tag == XS + "element")
        self.names = {node.get("name") for node in root.iter(XS + "element")}

    def message(self, *branches: str) -> bytes:
        made = etree.Element(etree.QName(self.namespace, self.document.get("name")), nsmap={None: self.namespace})
        self._fill(made, self.document.get("type"), (*branches, *BRANCHES), ())
        return etree.tostring(made)

    def _fill(self, element: etree._Element, kind: str, branches: tuple[str, ...], above: tuple[str, ...]) -> None:
        node = self.types.get(kind)
        if node is None or node.tag == XS + "simpleType":
            element.text = self._text(kind, node)
        elif node.find(f".//{XS}extension") is not None:
            element.text = AMOUNT
            element.set("Ccy", "EUR")
        elif above.count(kind) < 2:
            for child in self._children(node, branches):
                name = child.get("name")
                if name not in LEFT_OUT:
                    inner = etree.SubElement(element, etree.QName(self.namespace, name))
                    self._fill(inner, child.get("type"), branches, (*above, kind))

    def _children(self, node: etree._Element, branches: tuple[str, ...]) -> Iterator[etree._Element]:
        for part in node:
            if part.tag == XS + "element":
                yield part
            elif part.tag == XS + "choice":
                offered = {one.get("name"): one for one in part.iter(XS + "element")}
                yield next((offered[name] for name in branches if name in offered), next(iter(offered.values())))
            elif part.tag == XS + "sequence":
                yield from self._children(part, branches)

    def _text(self, kind: str, node: etree._Element | None) -> str:
        if kind in TEXTS:
            return TEXTS[kind]
        if node is not None and (code := node.find(f".//{XS}enumeration")) is not None:
            return str(code.get("value"))
        if "BIC" in kind:
            return "TULPNL2AXXX"
        if "IBAN" in kind:
            return "NL91ABNA0417164300"
        if "Indicator" in kind or "Indication" in kind:
            return "true"
        return "1" if any(word in kind for word in ("Number", "Rate", "Decimal", "Numeric")) else "ABCD"


@cache
def schema(path: Path) -> Schema:
    return Schema(path)


def versions(shared: Path, *messages: str) -> list[Path]:
    return [path for message in messages for path in sorted((shared / "xsd").glob(f"{message}.001.*.xsd"))]


def read_from(path: Path, *branches: str) -> tuple[Message, Transaction, set[str]]:
    """The message made from a schema, its one entry, and the element names that the schema knows."""
    known = schema(path)
    message = read(known.message(*branches))
    assert message.type == path.stem
    assert len(message.transactions) == 1, (path.stem, len(message.transactions))
    return message, message.transactions[0], known.names


def missing(record: object, names: str) -> list[str]:
    return [name for name in names.split() if getattr(record, name) in (None, (), "")]


HEADING = "message_id created_at sender receiver"
IDS = "message_id message_name instruction_id end_to_end_id"
PARTIES = "debtor creditor debtor_agent creditor_agent"


def assert_uetr(entry: Transaction, names: set[str]) -> None:
    assert entry.original.uetr == (UETR if "OrgnlUETR" in names or "UETR" in names else None)


@pytest.mark.parametrize("message", ["camt.055", "camt.056"])
def test_a_cancellation_request_of_any_version_names_case_reason_and_payment(shared: Path, message: str) -> None:
    for path in versions(shared, message):
        heading, entry, names = read_from(path)

        assert not missing(heading, HEADING), path.stem
        assert not missing(entry, "own_id case_id case_creator reasons narrative"), path.stem
        assert not missing(entry.original, f"{IDS} {PARTIES}"), path.stem
        if message == "camt.056":
            assert not missing(entry.original, "transaction_id amount settlement_date instructed"), path.stem
            assert_uetr(entry, names)
        else:
            assert not missing(entry.original, "instructed payment_information_id"), path.stem


@pytest.mark.parametrize("message", ["camt.026", "camt.027", "camt.028", "camt.037", "camt.087"])
@pytest.mark.parametrize("choice", ["IntrBk", "Initn", "StmtNtry"])
def test_an_investigation_of_any_version_names_case_and_payment(shared: Path, message: str, choice: str) -> None:
    for path in versions(shared, message):
        heading, entry, names = read_from(path, choice)

        assert not missing(heading, HEADING), path.stem
        assert not missing(entry, "case_id case_creator"), path.stem
        if path.stem.endswith(".01") and message != "camt.087":
            assert not missing(entry.original, "instruction_id amount settlement_date"), path.stem
            continue
        assert not missing(entry.original, "message_id message_name"), path.stem
        assert_uetr(entry, names)
        if choice != "StmtNtry":
            assert not missing(entry.original, IDS), path.stem
            assert not missing(entry.original, "amount settlement_date" if choice == "IntrBk" else "instructed")
        if "OrgnlTxRef" in names and choice == "IntrBk":
            assert not missing(entry.original, PARTIES), path.stem


def test_what_each_investigation_asks_is_read_in_every_version(shared: Path) -> None:
    for path in versions(shared, "camt.026"):
        _, entry, names = read_from(path)
        assert len(entry.reasons) == 2, path.stem
        assert ("AMLReq" in entry.indicators) == ("AMLReq" in names), path.stem
        assert bool(entry.narrative) == ("AddtlMssngInf" in names), path.stem
    for path in versions(shared, "camt.027"):
        _, entry, _ = read_from(path)
        assert entry.indicators == ("MssngCoverInd",), path.stem
    for path in versions(shared, "camt.028", "camt.087"):
        _, entry, names = read_from(path)
        assert entry.modification is not None
        assert not missing(entry.modification, "money debtor creditor remittance"), path.stem
        if "ChrgBr" in names:
            assert not missing(entry.modification, "settlement_date charge_bearer end_to_end_id instruction_id purpose")
    for path in versions(shared, "camt.037"):
        _, entry, _ = read_from(path)
        assert not missing(entry, "reasons claimed requested_value_date"), path.stem


def test_a_resolution_of_any_version_states_case_and_outcome(shared: Path) -> None:
    for path in versions(shared, "camt.029"):
        heading = read(schema(path).message())
        first = heading.transactions[0]

        assert heading.type == path.stem
        assert not missing(heading, HEADING), path.stem
        assert not missing(first, "status resolved_case_id case_creator"), path.stem
        if path.stem.endswith(".01"):
            assert len(heading.transactions) == 1
            continue
        batch, answered = heading.transactions[:2]
        assert not missing(batch, "own_id transaction_status reasons narrative"), path.stem
        assert not missing(batch.original, "end_to_end_id instruction_id instructed debtor creditor"), path.stem
        assert not missing(answered, "own_id transaction_status reasons narrative returned returned_on"), path.stem
        assert not missing(answered.original, f"{IDS} transaction_id amount settlement_date {PARTIES}"), path.stem


def test_a_refused_modification_or_claim_gives_its_codes_in_every_version(shared: Path) -> None:
    for path in versions(shared, "camt.029"):
        refused = read(schema(path).message("RjctdMod", "Rjctd")).transactions[0]
        assert refused.status is None
        assert refused.reasons, path.stem
    for path in versions(shared, "camt.029")[:1]:
        refused = read(schema(path).message("RjctdCxl")).transactions[0]
        assert not missing(refused, "reasons narrative"), path.stem


def test_a_status_report_of_any_version_names_status_reason_and_payment(shared: Path) -> None:
    for path in versions(shared, "pacs.002"):
        heading, entry, names = read_from(path)

        assert not missing(heading, HEADING), path.stem
        assert not missing(entry, "own_id status reasons narrative charges"), path.stem
        assert not missing(entry.original, f"{IDS} transaction_id amount settlement_date instructed {PARTIES}"), (
            path.stem
        )
        assert entry.charges[0].agent == "TULPNL2AXXX", path.stem
        assert_uetr(entry, names)


def test_a_return_of_any_version_names_money_reason_and_payment(shared: Path) -> None:
    for path in versions(shared, "pacs.004"):
        heading, entry, names = read_from(path)

        assert not missing(heading, HEADING), path.stem
        assert not missing(entry, "own_id reasons narrative returned returned_instructed returned_on"), path.stem
        assert not missing(entry, "exchange_rate charges charge_bearer"), path.stem
        assert not missing(entry.original, f"{IDS} transaction_id amount settlement_date {PARTIES}"), path.stem
        assert_uetr(entry, names)


def test_a_transfer_of_any_version_names_itself(shared: Path) -> None:
    for path in versions(shared, "pacs.008", "pacs.009"):
        heading, entry, names = read_from(path)

        assert not missing(heading, HEADING), path.stem
        assert not missing(entry.original, f"{IDS} transaction_id amount settlement_date {PARTIES}"), path.stem
        assert_uetr(entry, names)
        assert entry.cover == ("UndrlygCstmrCdtTrf" in names), path.stem
        if path.stem.startswith("pacs.008"):
            assert not missing(entry, "charges charge_bearer exchange_rate narrative"), path.stem
            assert not missing(entry.original, "instructed"), path.stem


def test_a_status_request_of_any_version_names_the_payment(shared: Path) -> None:
    for path in versions(shared, "pacs.028"):
        heading, entry, names = read_from(path)

        assert not missing(heading, HEADING), path.stem
        assert not missing(entry, "own_id"), path.stem
        assert not missing(entry.original, f"{IDS} transaction_id amount settlement_date {PARTIES}"), path.stem
        assert_uetr(entry, names)


@pytest.mark.parametrize("choice", ["Sngl", "PerTx", "PerTp"])
def test_charges_of_any_version_state_amount_agent_and_type(shared: Path, choice: str) -> None:
    for path in versions(shared, "camt.105", "camt.106"):
        heading, entry, names = read_from(path, choice)

        assert not missing(heading, "message_id created_at sender"), path.stem
        assert not missing(entry, "own_id case_id charges narrative requested_value_date"), path.stem
        assert not missing(entry.original, f"{IDS} transaction_id"), path.stem
        charge = entry.charges[0]
        assert (str(charge.money), charge.agent, charge.type) == ("EUR 4250.00", "TULPNL2AXXX", "ABCD"), path.stem
        assert (entry.claimed is not None) == path.stem.startswith("camt.106")
        assert_uetr(entry, names)


@pytest.mark.parametrize(
    ("demand", "fields"),
    [
        ("ReqdDbtAuthstn", "claimed requested_value_date narrative"),
        ("ReqdCompstn", "claimed claimed_from claimed_to claimed_rate requested_value_date narrative"),
        ("ReqdValtn", "claimed_from requested_value_date"),
        ("ReqNrrtv", "narrative"),
    ],
)
@pytest.mark.parametrize("choice", ["IntrBk", "Initn", "StmtNtry"])
def test_an_investigation_request_states_type_reason_and_demand(
    shared: Path, demand: str, fields: str, choice: str
) -> None:
    for path in versions(shared, "camt.110"):
        heading, entry, names = read_from(path, demand, choice)

        assert not missing(heading, "message_id sender receiver"), path.stem
        assert heading.created_at is None
        assert not missing(entry, "case_id case_creator responder_case_id investigation_type investigation_sub_type")
        assert not missing(entry, f"reasons sub_reasons action action_reason {fields}"), path.stem
        assert not missing(entry.original, "message_id message_name"), path.stem
        assert_uetr(entry, names)


@pytest.mark.parametrize(
    ("answer", "fields"),
    [
        ("DbtAuthstn", "authorised claimed requested_value_date narrative"),
        ("Compstn", "claimed claimed_from claimed_to claimed_rate narrative"),
        ("Valtn", "claimed claimed_from requested_value_date"),
        ("Conf", "confirmed processed_on charges"),
        ("TxSts", "transaction_status narrative"),
        ("TxData", "answer_data"),
        ("RspnNrrtv", "narrative"),
    ],
)
def test_an_investigation_response_states_status_case_and_data(shared: Path, answer: str, fields: str) -> None:
    for path in versions(shared, "camt.111"):
        heading, entry, names = read_from(path, answer)

        assert not missing(heading, "message_id sender receiver"), path.stem
        assert not missing(entry, "status reasons resolved_case_id responder_case_id case_creator investigation_type")
        assert not missing(entry, fields), path.stem
        assert entry.answer_data == (answer,), path.stem
        assert not missing(entry.original, f"{IDS} transaction_id amount settlement_date {PARTIES}"), path.stem
        assert_uetr(entry, names)


def test_neighbours_of_any_version_give_their_heading_and_case(shared: Path) -> None:
    for path in versions(shared, *(f"camt.03{digit}" for digit in "012345689")):
        heading, entry, _ = read_from(path)

        assert not missing(heading, HEADING), path.stem
        assert not missing(entry, "case_id case_creator"), path.stem


def test_a_header_of_any_version_fills_what_the_message_leaves_out(shared: Path) -> None:
    for path in versions(shared, "head.001"):
        message = read(schema(path).message("FIId"))

        assert message.type == path.stem
        assert not missing(message, HEADING), path.stem
        assert message.transactions == ()

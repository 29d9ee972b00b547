"""Public messages of many senders are read: type, references and amounts agree with an extraction written apart."""

from pathlib import Path

import pytest
from lxml import etree

from tools.iso20022 import read

NOT_BY_NAMESPACE = {"admn007.xml", "admn008.xml", "fednow-sample-message-admi998.xml"}
"""Filed under their header, because their own namespace is not one of the standard."""


def texts(root: etree._Element, *names: str) -> tuple[str, ...]:
    found = [node.text.strip() for node in root.iter() if isinstance(node.tag, str) and node.text and node.text.strip()
             and etree.QName(node).localname in names]  # fmt: skip
    return tuple(dict.fromkeys(found))


def message_ids(root: etree._Element) -> tuple[str, ...]:
    found: list[str] = []
    for node in root.iter("{*}MsgId", "{*}OrgnlMsgId", "{*}Id"):
        assigned = etree.QName(node).localname != "Id" or etree.QName(node.getparent()).localname == "Assgnmt"
        if assigned and node.text and node.text.strip():
            found.append(node.text.strip())
    return tuple(dict.fromkeys(found))


@pytest.fixture(scope="module")
def samples(shared: Path) -> list[Path]:
    found = sorted((shared / "samples" / "iso").glob("*.xml"))
    assert len(found) > 100
    return found


def test_every_public_sample_has_the_type_of_its_document(samples: list[Path]) -> None:
    for path in samples:
        filed, _, name = path.name.split("__", 2)
        message = read(path.read_bytes())

        assert message.standard == "iso20022"
        if name not in NOT_BY_NAMESPACE:
            assert message.type == filed, path.name


def test_every_reference_and_amount_of_a_sample_is_harvested_once_in_order(samples: list[Path]) -> None:
    for path in samples:
        root = etree.fromstring(path.read_bytes())
        harvest = read(path.read_bytes()).harvest

        assert harvest.uetr == texts(root, "UETR", "OrgnlUETR"), path.name
        assert harvest.end_to_end_id == texts(root, "EndToEndId", "OrgnlEndToEndId"), path.name
        assert harvest.instruction_id == texts(root, "InstrId", "OrgnlInstrId"), path.name
        assert harvest.transaction_id == texts(root, "TxId", "OrgnlTxId"), path.name
        assert harvest.message_id == (message_ids(root) or texts(root, "BizMsgIdr")), path.name
        priced = [(node.text.strip(), node.get("Ccy")) for node in root.iter() if node.get("Ccy") and node.text]
        assert harvest.amounts == tuple(dict.fromkeys(priced)), path.name


def test_every_code_and_bank_of_a_sample_is_harvested(samples: list[Path]) -> None:
    for path in samples:
        root = etree.fromstring(path.read_bytes())
        harvest = read(path.read_bytes()).harvest

        codes = root.xpath("//*[local-name()='Rsn']/*[local-name()='Cd' or local-name()='Prtry']/text()")
        assert set(map(str.strip, codes)) <= set(harvest.reasons), path.name
        assert set(texts(root, "BICFI", "BIC", "AnyBIC")) <= set(harvest.parties), path.name
        names = root.xpath("//*[local-name()='Dbtr' or local-name()='Cdtr']/*[local-name()='Nm']/text()")
        assert set(map(str.strip, names)) <= set(harvest.parties), path.name


def test_samples_of_handled_types_name_their_payments(samples: list[Path]) -> None:
    for path in samples:
        if path.name.startswith(("camt.026", "camt.028", "camt.029", "camt.056", "camt.10", "pacs.004", "pacs.028")):
            message = read(path.read_bytes())

            assert message.transactions, path.name
            assert message.message_id, path.name
            assert message.created_at is not None, path.name

"""Validation: the rules a schema misses, the schema itself, and drafts before they are written."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from test_iso20022_write import CASE, ORIGINAL, OURS, PAYMENT, REQUEST

from tools.errors import Violation
from tools.iso20022 import draft as d
from tools.iso20022.reference import (
    COUNTRIES,
    CURRENCIES,
    IBAN_LENGTHS,
    currency_fault,
    iban_fault,
    lei_fault,
)
from tools.iso20022.validate import validate_draft, validate_xml
from tools.iso20022.write import write
from tools.message import Modification, StatedParty
from tools.payment import Money

TODAY = date(2026, 11, 16)
RETURN = d.PaymentReturn(
    **OURS, payment=PAYMENT, returned=Money.of("4250.00", "EUR"), settlement_date=TODAY, reasons=("FOCR",)
)
RECALL = d.CancellationRequest(**CASE, reason="DUPL")


def rules(violations: tuple[Violation, ...]) -> list[str]:
    return [violation.rule for violation in violations]


def broken(draft: d.Draft, old: str, new: str, **how: Any) -> tuple[Violation, ...]:
    """Violations of the written draft after one piece of it was replaced."""
    text = write(draft).decode()
    assert old in text
    return validate_xml(text.replace(old, new).encode(), **{"rail": "CBPR", "on": TODAY, **how})


@pytest.mark.parametrize("draft", [RETURN, RECALL, d.Resolution(**CASE, status="RJCR", reasons=("CUST",))])
def test_what_we_write_has_no_violation(draft: d.Draft, shared: Path) -> None:
    found = validate_xml(write(draft), rail="CBPR", on=TODAY, xsd_dir=shared / "xsd")

    assert found == ()
    assert validate_draft(draft, on=TODAY) == ()


@pytest.mark.parametrize(
    ("draft", "old", "new", "rule"),
    [
        (RECALL, "NL02TULP0300065264", "NL03TULP0300065264", "iban-checksum"),
        (RECALL, 'Ccy="EUR"', 'Ccy="XQQ"', "currency"),
        (RECALL, 'Ccy="EUR"', 'Ccy="BGN"', "currency"),
        (RECALL, ">4250.00<", ">4250.005<", "amount-decimals"),
        (RECALL, "+00:00<", "<", "utc-offset"),
        (RECALL, "<NbOfTxs>1<", "<NbOfTxs>2<", "transaction-count"),
        (RETURN, "<NbOfTxs>1<", "<NbOfTxs>7<", "transaction-count"),
        (RECALL, "TULPNL2A", "TULPXX2A", "bic-country"),
        (RETURN, "<Ctry>NL<", "<Ctry>XX<", "country"),
        (RECALL, "<Cd>DUPL<", "<Cd>ADEA<", "code"),
        (RETURN, "<Cd>FOCR<", "<Cd>ZZZZ<", "code"),
        (RECALL, "-47d0-", "-17d0-", "uetr-form"),
        (RECALL, "<CxlId>WREN-RES-1<", "<CxlId>/WREN//1/<", "reference-slash"),
        (RECALL, "<CxlId>WREN-RES-1<", "<CxlId>WREN_RES#1<", "reference-characters"),
        (RECALL, "Pike &amp; Sons Ltd", "Пайк", "name-characters"),
    ],
)
def test_the_rules_that_a_schema_misses(draft: d.Draft, old: str, new: str, rule: str) -> None:
    found = broken(draft, old, new)

    assert rule in rules(found)
    first = next(violation for violation in found if violation.rule == rule)
    assert first.place.startswith("Document/")
    assert first.detail


def test_totals_must_add_up() -> None:
    sepa = RETURN.model_copy(update={"rail": "SEPA_SCT"})

    found = broken(sepa, '<TtlRtrdIntrBkSttlmAmt Ccy="EUR">4250.00', '<TtlRtrdIntrBkSttlmAmt Ccy="EUR">4250.01')

    assert "total" in rules(found)


def test_what_others_sent_is_flagged_and_never_blocked() -> None:
    outgoing = broken(RECALL, "<Cd>DUPL<", "<Cd>ADEA<")
    incoming = broken(RECALL, "<Cd>DUPL<", "<Cd>ADEA<", direction="in")

    assert [violation.severity for violation in outgoing] == ["block"]
    assert [violation.severity for violation in incoming] == ["flag"]


def test_a_code_is_judged_on_its_rail() -> None:
    recall = d.CancellationRequest(**{**CASE, "rail": "SEPA_SCT"}, reason="CUTA")

    assert rules(validate_xml(write(recall), rail="SEPA_SCT", on=TODAY)) == ["code"]
    assert validate_xml(write(recall), rail="CHAPS", on=TODAY) == ()


def test_the_schema_speaks_where_it_is_at_hand(shared: Path) -> None:
    found = broken(RECALL, "<Undrlyg>", "<Undrlyg><Surprise/>", xsd_dir=shared / "xsd")

    assert rules(found) == ["schema"]
    assert "Surprise" in found[0].detail
    assert "urn:" not in found[0].detail


def test_a_missing_schema_is_a_flag(tmp_path: Path) -> None:
    found = validate_xml(write(RECALL), rail="CBPR", on=TODAY, xsd_dir=tmp_path)

    assert [(violation.rule, violation.severity) for violation in found] == [("schema-missing", "flag")]


def test_a_broken_schema_is_a_flag(tmp_path: Path) -> None:
    (tmp_path / "camt.056.001.08.xsd").write_text("<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><oops")

    found = validate_xml(write(RECALL), rail="CBPR", on=TODAY, xsd_dir=tmp_path)

    assert rules(found) == ["schema-missing"]


def test_many_threads_may_validate_at_once(shared: Path) -> None:
    good, bad = write(RECALL), write(RECALL).replace(b"<Undrlyg>", b"<Undrlyg><Surprise/>")

    def check(data: bytes) -> int:
        return len(validate_xml(data, rail="CBPR", on=TODAY, xsd_dir=shared / "xsd"))

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(check, [good, bad] * 50))

    assert counts == [0, 1] * 50


def test_a_document_in_an_envelope_is_found(shared: Path) -> None:
    inner = write(RECALL).split(b"\n", 1)[1]

    found = validate_xml(b"<Envelope>" + inner + b"</Envelope>", rail="CBPR", on=TODAY, xsd_dir=shared / "xsd")

    assert found == ()


@pytest.mark.parametrize(
    "data", [b"", b"<a", b"<a/>", b"<Document/>", b"not xml", b"\x00\xff", b"<Document xmlns='urn:x'/>"]
)
def test_bytes_that_are_no_message_are_one_violation(data: bytes) -> None:
    found = validate_xml(data, rail="CBPR", on=TODAY)

    assert len(found) == 1
    assert found[0].severity == "block"


@given(data=st.binary(max_size=300))
def test_no_bytes_make_validation_fail(data: bytes) -> None:
    assert validate_xml(data, rail="CBPR", on=TODAY)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_content_makes_validation_fail(data: st.DataObject, shared: Path) -> None:
    texts = ["NaN", "sNaN", "-Infinity", "1" * 60 + ".123", "1E-9999", "", " ", "é" * 50, "//", "AAAAXXBB"]
    root = etree.fromstring(write(data.draw(st.sampled_from([RETURN, RECALL]))))
    leaves = [element for element in root.iter() if len(element) == 0]
    for leaf in data.draw(st.lists(st.sampled_from(leaves), min_size=1, max_size=4)):
        leaf.text = data.draw(st.sampled_from(texts))

    found = validate_xml(
        etree.tostring(root),
        rail=data.draw(st.sampled_from([None, "CBPR", "SEPA_SCT"])),
        direction=data.draw(st.sampled_from(["in", "out"])),
        on=TODAY,
        xsd_dir=shared / "xsd",
    )

    assert all(isinstance(violation, Violation) for violation in found)


def test_a_message_in_a_wrapper_of_its_own_is_checked_against_the_schema(shared: Path) -> None:
    """RTP carries the message element without a Document."""
    document = etree.fromstring(write(RECALL))
    wrapper = etree.Element("{urn:tch}Message")
    wrapper.append(document[0])

    found = validate_xml(etree.tostring(wrapper), rail=None, direction="in", on=TODAY, xsd_dir=shared / "xsd")

    assert found == ()


def test_a_flood_of_faults_is_cut_off() -> None:
    faults = "<Ctry>XX</Ctry>" * 5000

    found = broken(RECALL, "<Undrlyg>", f"<Undrlyg>{faults}")

    assert len(found) == 100


@pytest.mark.parametrize(
    ("change", "rule", "severity"),
    [
        (lambda: d.Resolution(**CASE, status="RJCR"), "reason-missing", "block"),
        (lambda: d.Resolution(**CASE, status="RJCR", reasons=("ADEA",)), "code", "block"),
        (lambda: d.Resolution(**CASE, status="RJMR", reasons=("CUST",)), "code", "block"),
        (lambda: d.Resolution(**CASE, status="RJCR", reasons=("NARR",)), "narrative-missing", "block"),
        (lambda: d.Resolution(**CASE, status="PECR"), "amount-missing", "flag"),
        (lambda: d.Resolution(**CASE, status="RJCR", reasons=("CUST",), narrative=("x",)), "text-left-out", "flag"),
        (
            lambda: d.Resolution(
                **{**CASE, "rail": "SEPA_SCT"}, status="RJCR", reasons=("CUST",), narrative=("He refuses",)
            ),
            "narrative",
            "block",
        ),
        (lambda: d.Resolution(**CASE, about="non_receipt", status="RJNR"), "reason-missing", "block"),
        (lambda: d.Resolution(**CASE, about="modification", reasons=("UM99",)), "code", "block"),
        (lambda: d.CancellationRequest(**{**CASE, "rail": "SEPA_INST"}, reason="CURR"), "code", "block"),
        (lambda: d.InvestigationRequest(**{**CASE, "case_id": None}, type="CCNR"), "reference-missing", "flag"),
        (lambda: d.InvestigationRequest(**CASE, type="ZZZZ"), "code", "block"),
        (
            lambda: d.InvestigationRequest(**CASE, type="RQFI", reasons=(d.InvestigationReason(reason="NARR"),)),
            "narrative-missing",
            "block",
        ),
        (
            lambda: d.InvestigationRequest(**CASE, type="RQVA", action="RQOB", action_reason="IRCD"),
            "reference-missing",
            "flag",
        ),
        (lambda: d.InvestigationResponse(**CASE, status="RJCT", request=REQUEST), "reason-missing", "block"),
        (
            lambda: d.InvestigationResponse(**CASE, status="PDNG", reason="FTNA", request=REQUEST),
            "agent-missing",
            "flag",
        ),
        (lambda: d.StatusReport(**CASE, status="RJCT"), "reason-missing", "block"),
        (lambda: RETURN.model_copy(update={"returned": Money.of("4250.01", "EUR")}), "amount", "block"),
        (lambda: RETURN.model_copy(update={"returned": Money.of("0", "EUR")}), "amount", "block"),
        (lambda: RETURN.model_copy(update={"returned": Money.of("10.001", "EUR")}), "amount-decimals", "block"),
        (lambda: RETURN.model_copy(update={"returned": Money.of("10", "USD")}), "currency", "flag"),
        (lambda: RETURN.model_copy(update={"reasons": ("NARR",)}), "narrative-missing", "block"),
        (
            lambda: d.ModificationRequest(**CASE, change=Modification(money=Money.of("4251", "EUR"))),
            "modification",
            "flag",
        ),
        (
            lambda: d.ModificationRequest(**CASE, change=Modification(creditor_agent="EICHDEFF")),
            "not-expressible",
            "flag",
        ),
        (lambda: d.NonReceiptClaim(**CASE, narrative=("x" * 200,)), "text-cut", "flag"),
        (lambda: d.StatusRequest(**CASE, narrative=("naïve",)), "text-characters", "flag"),
        (lambda: d.StatusRequest(**{**CASE, "case_id": "C" * 36}), "reference-left-out", "flag"),
    ],
)
def test_a_draft_is_checked_before_it_is_written(change: Callable[[], d.Draft], rule: str, severity: str) -> None:
    found = validate_draft(change(), on=TODAY)

    assert (rule, severity) in [(violation.rule, violation.severity) for violation in found]


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("uetr", "not-a-uetr", "uetr-form"),
        ("instruction_id", "I" * 36, "reference-left-out"),
        ("end_to_end_id", "A//B", "reference-characters"),
        ("amount", Money.of(Decimal("0.1234567"), "EUR"), "amount-left-out"),
        ("creditor", StatedParty(account="GB21WREN40501012345678"), "iban-checksum"),
    ],
)
def test_what_the_writer_leaves_out_of_the_original_is_told(field: str, value: object, rule: str) -> None:
    wild = ORIGINAL.model_copy(update={field: value})

    found = validate_draft(d.CancellationRequest(**{**CASE, "original": wild}, reason="CUST"), on=TODAY)

    assert rules(found) == [rule]
    assert found[0].severity == "flag"


def test_a_recall_without_any_reference_is_blocked() -> None:
    bare = ORIGINAL.model_copy(
        update={"uetr": None, "instruction_id": None, "end_to_end_id": None, "transaction_id": None}
    )

    found = validate_draft(d.CancellationRequest(**{**CASE, "original": bare}, reason="CUST"), on=TODAY)

    assert rules(found) == ["reference-missing"]


def _schwifty_accepts(text: str) -> bool:
    try:
        IBAN(text, validate_bban=False)
    except SchwiftyException:
        return False
    return True


@given(country=st.sampled_from(sorted(IBAN_LENGTHS)), digits=st.text("0123456789", min_size=30, max_size=30))
def test_our_iban_check_refuses_what_schwifty_refuses_for_its_check_number(country: str, digits: str) -> None:
    body = digits[: IBAN_LENGTHS[country] - 4]
    number = int("".join(str(int(c, 36)) for c in body + country + "00"))
    right = f"{country}{98 - number % 97:02d}{body}"
    wrong = f"{country}{(98 - number % 97) % 97 + 1:02d}{body}"

    assert iban_fault(right) is None
    assert iban_fault(wrong) is not None
    assert not _schwifty_accepts(wrong)


@pytest.mark.parametrize("account", ["GB20WREN40501012345678", "NL02TULP0300065264", "DE89370400440532013000"])
def test_known_ibans_pass(account: str) -> None:
    assert iban_fault(account) is None


@pytest.mark.parametrize("account", ["", "GB", "XX12345678901234", "GB20WREN4050101234567", "gb20wren40501012345678"])
def test_other_text_is_no_iban(account: str) -> None:
    assert iban_fault(account)


def test_our_lists_hold_what_the_public_registers_hold() -> None:
    pycountry = pytest.importorskip("pycountry")

    assert {currency.alpha_3 for currency in pycountry.currencies} - CURRENCIES == set()
    assert {country.alpha_2 for country in pycountry.countries} - COUNTRIES == set()


def test_a_withdrawn_currency_was_good_before_its_day() -> None:
    assert currency_fault("BGN", date(2025, 12, 31)) is None
    assert currency_fault("BGN", date(2026, 1, 1))


def test_an_lei_has_a_check_number() -> None:
    assert lei_fault("529900T8BM49AURSDO55") is None
    assert lei_fault("529900T8BM49AURSDO56")
    assert lei_fault("short")

"""Code sets: meanings, membership by date, and what a rail lets stand in a message."""

import json
from datetime import date
from pathlib import Path

import pytest
import yaml

from tools.errors import UnusableInput
from tools.iso20022.codes import code_book, import_codes, is_member, legal, meaning

TODAY = date(2026, 11, 16)
SEPA_REFUSALS = {"CUST", "AC04", "LEGL", "NOOR", "NOAS", "AM04", "ARDT"}
SEPA_RECALLS = {"DUPL", "TECH", "FRAD", "AC03", "AM09", "CUST"}


def test_every_value_of_the_edition_is_there(shared: Path) -> None:
    facts = yaml.safe_load((shared / "domain" / "codes.yaml").read_text())

    book = code_book()

    assert {name: set(known.codes) for name, known in book.sets.items()} == {n: set(v) for n, v in facts.items()}


@pytest.mark.parametrize(
    "code_set",
    [
        "cancellation_reason",
        "payment_cancellation_rejection",
        "investigation_execution_confirmation",
        "investigation_type",
        "investigation_status_reason",
        "payment_modification_rejection",
        "return_reason",
        "claim_non_receipt_rejection",
        "payment_transaction_status",
    ],
)
def test_every_code_an_investigator_meets_has_a_meaning(code_set: str) -> None:
    assert all(code_book().sets[code_set].codes.values())


def test_a_meaning_is_a_few_words() -> None:
    assert meaning("cancellation_reason", "DUPL") == "duplicate of another payment"
    assert meaning("cancellation_reason", "ADEA") == ""
    assert meaning("no such set", "DUPL") == ""


@pytest.mark.parametrize("trap", ["ADEA", "RJMR"])
def test_look_alikes_are_illegal_in_every_answer_and_are_told_apart(trap: str) -> None:
    assert not legal("camt.029.001.09", trap, rail="CBPR", on=TODAY)
    assert not legal("camt.029.001.09", trap, rail="CBPR", on=TODAY, direction="in")

    fault = code_book().fault(
        "camt.029", "payment_cancellation_rejection", trap, rail="CBPR", direction="out", on=TODAY
    )

    assert fault is not None
    assert code_book().confusable[trap] in fault[0]


def test_indemnity_is_read_under_both_spellings_and_written_under_one() -> None:
    for spelling in ("INDM", "IDMN"):
        assert legal("camt.029", spelling, rail="CBPR", on=TODAY, direction="in")
        assert legal("camt.056", spelling, rail="CBPR", on=TODAY, direction="in")

    assert legal("camt.029", "IDMN", rail="CBPR", on=TODAY)
    assert not legal("camt.029", "INDM", rail="CBPR", on=TODAY)


@pytest.mark.parametrize("rail", ["SEPA_SCT", "SEPA_INST"])
def test_sepa_knows_few_recall_reasons_and_refusals(rail: str) -> None:
    sets = code_book().sets
    recalls = {c for c in sets["cancellation_reason"].codes if legal("camt.056", c, rail=rail, on=TODAY)}  # type: ignore[arg-type]
    refusals = {
        code
        for code in sets["payment_cancellation_rejection"].codes
        if legal("camt.029", code, rail=rail, on=TODAY, code_set="payment_cancellation_rejection")  # type: ignore[arg-type]
    }

    assert recalls == SEPA_RECALLS
    assert refusals == SEPA_REFUSALS


def test_other_rails_are_not_bound_by_sepa() -> None:
    assert legal("camt.056", "COVR", rail="CBPR", on=TODAY)
    assert legal("camt.029", "NARR", rail="CHAPS", on=TODAY)


def test_a_positive_answer_is_no_camt029_where_the_rail_returns_the_money_instead() -> None:
    assert legal("camt.029", "CNCL", rail="CBPR", on=TODAY)
    assert not legal("camt.029", "CNCL", rail="SEPA_SCT", on=TODAY)
    assert not legal("camt.029", "CNCL", rail="FEDNOW", on=TODAY)
    assert legal("camt.029", "IPAY", rail="FEDNOW", on=TODAY)


@pytest.mark.parametrize("message", ["MT192", "MT292", "MTn92"])
def test_mt_n92_knows_ten_reasons(message: str) -> None:
    allowed = {c for c in code_book().sets["cancellation_reason"].codes if legal(message, c, rail="CBPR", on=TODAY)}

    assert allowed == {"AGNT", "AM09", "COVR", "CURR", "CUST", "CUTA", "DUPL", "FRAD", "TECH", "UPAY"}


def test_mt_n96_answers_a_cancellation_with_three_words() -> None:
    assert legal("MT196", "RJCR", rail=None, on=TODAY, code_set="investigation_execution_confirmation")
    assert not legal("MT196", "PECR", rail=None, on=TODAY, code_set="investigation_execution_confirmation")


def test_a_newer_edition_adds_codes_and_retires_others(tmp_path: Path) -> None:
    newer = tmp_path / "2026-3q.yaml"
    newer.write_text(
        """
        edition: 2026-3Q
        source: own download
        sets:
          cancellation_reason:
            codes: {DUPL: , UPAY: payment was not due, NEWC: a code of tomorrow}
            effective: {UPAY: [null, 2026-11-15], NEWC: [2026-12-01, null]}
        """
    )

    book = import_codes(newer)

    assert book.edition == "2026-3Q"
    assert not book.is_member("cancellation_reason", "FRAD", TODAY)
    assert not book.is_member("cancellation_reason", "UPAY", TODAY)
    assert book.is_member("cancellation_reason", "UPAY", date(2026, 11, 15))
    assert not book.is_member("cancellation_reason", "NEWC", TODAY)
    assert book.is_member("cancellation_reason", "NEWC", date(2026, 12, 1))
    assert book.meaning("cancellation_reason", "DUPL") == "duplicate of another payment"
    assert book.is_member("return_reason", "FOCR", TODAY)
    assert is_member("cancellation_reason", "FRAD", TODAY)


def test_a_limit_holds_from_its_day_on(tmp_path: Path) -> None:
    newer = tmp_path / "limits.json"
    limit = {
        "message": "camt.056",
        "set": "cancellation_reason",
        "rails": ["CHAPS"],
        "only": ["FRAD"],
        "effective_from": "2026-11-16",
        "source": "scheme bulletin",
    }
    newer.write_text(json.dumps({"edition": "own", "source": "own", "sets": {}, "limits": [limit]}))

    book = import_codes(newer)

    assert book.legal("camt.056", "CUST", rail="CHAPS", on=date(2026, 11, 15))
    assert not book.legal("camt.056", "CUST", rail="CHAPS", on=TODAY)
    assert not book.legal("camt.056", "CUTA", rail="SEPA_SCT", on=TODAY)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "edition: [unclosed"),
        ("b.yaml", "- a list"),
        ("c.json", "{"),
        ("d.yaml", "{edition: x, source: y, sets: {}, surprise: 1}"),
        ("e.yaml", "{edition: x, source: y, sets: {a: {codes: [DUPL]}}}"),
    ],
)
def test_a_broken_list_is_refused_in_one_sentence_that_names_it(tmp_path: Path, name: str, text: str) -> None:
    broken = tmp_path / name
    broken.write_text(text)

    with pytest.raises(UnusableInput, match=name):
        import_codes(broken)


def test_a_missing_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match=r"nowhere\.yaml"):
        import_codes(tmp_path / "nowhere.yaml")

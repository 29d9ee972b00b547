"""FIN messages as they come in: what each type says, and what is tolerated on the way."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tools.errors import UnreadableMessage
from tools.message import Message, Transaction
from tools.mt import read
from tools.payment import Money

UETR = "20ec1421-65e8-42d0-b319-e41c77789811"


def fin(number: str, *fields: str, uetr: str | None = UETR, more: str = "", end: str = "\r\n-}") -> str:
    """An output message from TULPNL2A to WRENGB2L, as the network delivers it."""
    user = (f"{{121:{uetr}}}" if uetr else "") + more
    return (
        f"{{1:F01WRENGB2LAXXX0000000000}}{{2:O{number}1030261116TULPNL2AAXXX00000000002611231030N}}"
        + (f"{{3:{user}}}" if user else "")
        + "{4:\r\n"
        + "\r\n".join(fields)
        + end
    )


def recall(*lines: str, **how: Any) -> str:
    return fin("192", ":20:TULP3", ":21:I20EC142165", ":11S:103", "261116", *lines, **how)


def only(message: Message) -> Transaction:
    assert len(message.transactions) == 1
    return message.transactions[0]


def rules(message: Message) -> set[str]:
    assert all(violation.severity == "flag" for violation in message.violations)
    return {violation.rule for violation in message.violations}


def test_a_cancellation_request_names_the_payment_the_reason_and_the_words() -> None:
    message = read(recall(":79:/CUST/PLS CANCEL", ":32A:261116EUR4250,00"))

    request = only(message)
    assert (message.type, message.message_id) == ("MT192", "TULP3")
    assert (message.sender, message.receiver) == ("TULPNL2A", "WRENGB2L")
    assert message.created_at == datetime(2026, 11, 16, 10, 30, tzinfo=UTC)
    assert (request.own_id, request.case_id, request.case_creator) == ("TULP3", "TULP3", "TULPNL2A")
    assert request.reasons == ("CUST",)
    assert request.narrative == "PLS CANCEL"
    assert request.original.uetr == UETR
    assert request.original.instruction_id == "I20EC142165"
    assert request.original.message_name == "MT103"
    assert request.original.sent_on == date(2026, 11, 16)
    assert request.original.amount == Money.of("4250.00", "EUR")
    assert message.harvest.amounts == (("4250.00", "EUR"),)
    assert message.harvest.uetr == (UETR,)
    assert message.harvest.instruction_id == ("I20EC142165",)
    assert message.violations == ()


def test_an_input_message_is_sent_by_block_1_and_received_by_block_2() -> None:
    text = "{1:F01WRENGB2LAXXX1234567890}{2:I292TULPNL2AXROTN}{4:\n:20:A\n:21:B\n:11S:202\n261116\n:79:/DUPL/X\n-}"

    message = read(text)

    assert (message.type, message.sender, message.receiver) == ("MT292", "WRENGB2L", "TULPNL2AROT")
    assert message.created_at is None


@pytest.mark.parametrize(
    "lines",
    [
        (":79:/FRAD/INDM customer was deceived",),
        (":79:/FRAD/", "//INDM/customer was deceived"),
        (":79:/FRAD/customer was deceived", "//INDM"),
        (":79:/FRAD/customer was deceived", "INDM"),
        (":79:/FRAD/customer was deceived", "/INDM/"),
    ],
)
def test_willingness_to_indemnify_is_a_second_reason(lines: tuple[str, ...]) -> None:
    message = read(recall(*lines))

    assert only(message).reasons == ("FRAD", "INDM")
    assert only(message).narrative == "customer was deceived"


def test_a_word_that_only_begins_like_the_indemnity_code_is_no_indemnity() -> None:
    assert only(read(recall(":79:/FRAD/INDMNITY IS REFUSED"))).reasons == ("FRAD",)


@pytest.mark.parametrize(
    ("words", "reasons", "narrative"),
    [
        ("/DUPL\r\nOF PAYMENT 7", ("DUPL",), "OF PAYMENT 7"),
        ("/DUPL OF PAYMENT 7", ("DUPL",), "OF PAYMENT 7"),
        ("DUPL", ("DUPL",), ""),
        ("CUST ASKS FOR IT", (), "CUST ASKS FOR IT"),
    ],
)
def test_a_reason_may_lack_a_slash_but_a_word_is_no_reason(
    words: str, reasons: tuple[str, ...], narrative: str
) -> None:
    request = only(read(recall(f":79:{words}", ":32A:261116EUR1,")))

    assert (request.reasons, request.narrative) == (reasons, narrative)


def test_a_reason_outside_the_code_list_is_kept_and_flagged() -> None:
    message = read(recall(":79:/AC03/WRONG IBAN"))

    assert only(message).reasons == ("AC03",)
    assert rules(message) == {"n92-reason"}


def test_a_copy_of_the_original_gives_amount_date_and_parties() -> None:
    message = read(
        recall(
            ":79:/AM09/",
            ":20:I20EC142165",
            ":23B:CRED",
            ":32A:261115JPY15,",
            ":33B:EUR1,5",
            ":50K:/NL02TULP0300065264",
            "Grachten Boats BV",
            "Amsterdam",
            ":52A:TULPNL2A",
            ":57C://SC123488",
            ":59F:/GB20WREN40501012345678",
            "1/Pike and Sons",
            "1/Limited",
            "2/High Street 1",
            "3/GB/Epping",
            ":71A:SHA",
        )
    )

    original = only(message).original
    assert original.amount == Money.of("15", "JPY")
    assert original.instructed == Money.of("1.5", "EUR")
    assert original.settlement_date == date(2026, 11, 15)
    assert original.debtor is not None
    assert original.creditor is not None
    assert (original.debtor.name, original.debtor.account) == ("Grachten Boats BV", "NL02TULP0300065264")
    assert (original.creditor.name, original.creditor.address) == ("Pike and Sons Limited", "High Street 1\nGB/Epping")
    assert (original.debtor_agent, original.creditor_agent) == ("TULPNL2A", "GBDSC:123488")
    assert message.harvest.parties == ("Grachten Boats BV", "TULPNL2A", "GBDSC:123488", "Pike and Sons Limited")
    assert message.harvest.amounts == (("15", "JPY"), ("1.5", "EUR"))


@pytest.mark.parametrize(
    "field",
    [
        f":79:/DUPL/\r\n/UETR/{UETR}",
        f":79:/DUPL/\r\n/UETR/{UETR[:29]}\r\n//{UETR[29:]}",
        f":79:/DUPL/\r\n/UETR/{UETR[:10]}\r\n{UETR[10:].upper()}",
        f":79:/DUPL/ PAYMENT UETR..{UETR} OF TODAY",
        f":79:/DUPL/ PAYMENT UETR {UETR[:23]}\r\n//{UETR[23:]}",
    ],
)
def test_a_uetr_is_found_in_the_text_however_the_lines_break_it(field: str) -> None:
    message = read(recall(field, uetr=None))

    assert only(message).original.uetr == UETR
    assert message.harvest.uetr == (UETR,)


def test_two_uetrs_in_free_words_name_neither_payment() -> None:
    other = UETR.replace("20ec", "30ec")

    message = read(recall(f":79:/DUPL/ {UETR}", f"TWIN {other}", uetr=None))

    assert only(message).original.uetr is None
    assert message.harvest.uetr == (UETR, other)


def test_a_uetr_in_the_text_that_differs_from_block_3_is_flagged() -> None:
    other = UETR.replace("20ec", "30ec")

    message = read(recall(":79:/DUPL/", f"/UETR/{other}"))

    assert only(message).original.uetr == UETR
    assert "uetr-conflict" in rules(message)


def test_a_malformed_uetr_is_kept_as_written_and_flagged() -> None:
    message = read(recall(":79:/DUPL/ X", uetr="20EC1421-65e8"))

    assert only(message).original.uetr == "20ec1421-65e8"
    assert rules(message) == {"uetr-format"}


def test_nonref_is_no_reference() -> None:
    message = read(fin("199", ":20:A", ":21:NONREF", ":79:HELLO"))

    assert only(message).original.instruction_id is None
    assert message.harvest.instruction_id == ("NONREF",)


@pytest.mark.parametrize(
    ("value", "name", "sent"),
    [
        ("103\r\n261116", "MT103", date(2026, 11, 16)),
        ("103 261116", "MT103", date(2026, 11, 16)),
        ("103\r\n261116\r\n1234123456", "MT103", date(2026, 11, 16)),
        ("1032611161234123456", "MT103", date(2026, 11, 16)),
        ("202\r\n980622", "MT202", date(1998, 6, 22)),
    ],
)
def test_the_original_message_is_read_with_its_day(value: str, name: str, sent: date) -> None:
    message = read(fin("192", ":20:A", ":21:B", f":11S:{value}", ":79:/CUST/X"))

    assert (only(message).original.message_name, only(message).original.sent_on) == (name, sent)
    assert message.violations == ()


@pytest.mark.parametrize("value", ["FOO", "103", "251022", "103\r\n261340"])
def test_an_original_message_that_is_not_whole_is_flagged(value: str) -> None:
    message = read(fin("192", ":20:A", ":21:B", f":11S:{value}", ":79:/CUST/X"))

    assert rules(message) == {"original-message-format"}


def test_a_query_gives_its_number_and_its_words() -> None:
    message = read(
        fin("195", ":20:Q1", ":21:I1", ":75:/3/261116", ":77A:PLEASE TELL", "WHEN PAID", ":11R:103", "261116")
    )

    query = only(message)
    assert (message.type, query.mt_query, query.case_id) == ("MT195", 3, "Q1")
    assert query.narrative == "261116\nPLEASE TELL\nWHEN PAID"
    assert (query.original.instruction_id, query.original.message_name) == ("I1", "MT103")
    assert message.text == "/3/261116\nPLEASE TELL\nWHEN PAID"


def test_of_several_queries_the_first_counts_and_a_flag_says_so() -> None:
    message = read(fin("195", ":20:Q1", ":21:I1", ":75:/1/WAS IT DEBITED", "/12/VALUE DATE WRONG"))

    assert only(message).mt_query == 1
    assert only(message).narrative == "WAS IT DEBITED\n/12/VALUE DATE WRONG"
    assert rules(message) == {"several-numbers"}


@pytest.mark.parametrize(
    ("answer", "status", "reasons", "narrative"),
    [
        ("/CNCL/", "CNCL", (), ""),
        ("/CNCL", "CNCL", (), ""),
        ("CNCL", "CNCL", (), ""),
        ("RJCR/CUST", "RJCR", ("CUST",), ""),
        ("CNCL HAS NO SLASH", None, (), "CNCL HAS NO SLASH"),
        ("/PDCR/RQDA", "PDCR", ("RQDA",), ""),
        ("/RJCR/CUST", "RJCR", ("CUST",), ""),
        ("/RJCR/CUST/NO CONSENT", "RJCR", ("CUST",), "NO CONSENT"),
        ("/RJCR/CUST NO CONSENT", "RJCR", ("CUST",), "NO CONSENT"),
        ("/RJCR/\r\n/LEGL/COURT ORDER", "RJCR", ("LEGL",), "COURT ORDER"),
        ("/PDCR/S001\r\n//TULPNL2A", "PDCR", ("S001",), "TULPNL2A"),
        ("CANCELLED", None, (), "CANCELLED"),
    ],
)
def test_an_answer_gives_outcome_reason_and_words(
    answer: str, status: str | None, reasons: tuple[str, ...], narrative: str
) -> None:
    message = read(fin("196", ":20:ANS", ":21:OURCASE", f":76:{answer}"))

    given = only(message)
    assert (given.status, given.reasons, given.narrative) == (status, reasons, narrative)
    assert (given.resolved_case_id, given.responder_case_id) == ("OURCASE", "ANS")
    assert message.harvest.reasons == reasons


def test_a_numbered_answer_gives_its_number() -> None:
    given = only(read(fin("296", ":20:ANS", ":21:OURCASE", ":76:/10/ACCOUNT 123", ":77A:GO AHEAD")))

    assert (given.mt_answer, given.status, given.narrative) == (10, None, "ACCOUNT 123\nGO AHEAD")


def test_an_answer_in_field_79_counts_when_field_76_gives_none() -> None:
    given = only(read(fin("196", ":20:ANS", ":21:OURCASE", ":76:SEE BELOW", ":79:/RJCR/NOOR")))

    assert (given.status, given.reasons, given.narrative) == ("RJCR", ("NOOR",), "SEE BELOW")


def test_the_uetr_of_an_answer_may_run_over_two_lines() -> None:
    fields = (":20:ANS", ":21:C", ":76:/CNCL/", f":77A:/UETR/{UETR[:29]}", f"//{UETR[29:]}", "MONEY COMES BACK")

    given = only(read(fin("196", *fields, uetr=None)))

    assert given.original.uetr == UETR
    assert given.narrative == "MONEY COMES BACK"


def test_a_claim_for_charges_gives_amounts_kinds_and_who_asks() -> None:
    message = read(
        fin(
            "191",
            ":20:CHG1",
            ":21:I1",
            ":32B:GBP40,",
            ":52A:RBOSGBCH",
            ":71B:/OURC/GBP15,/D",
            "/INVS/GBP25,00 FEE",
            ":72:/CHRQ/TULPNL2AXXX",
        )
    )

    claim = only(message)
    assert claim.claimed == Money.of("40", "GBP")
    assert [(charge.money.text, charge.type, charge.agent) for charge in claim.charges] == [
        ("15.00", "OURC", "TULPNL2AXXX"),
        ("25.00", "INVS", "TULPNL2AXXX"),
    ]
    assert claim.narrative == "FEE"
    assert claim.original.amount is None
    assert message.harvest.amounts == (("40", "GBP"), ("15", "GBP"), ("25.00", "GBP"))


def test_an_advice_of_charges_claims_nothing() -> None:
    advice = only(read(fin("190", ":20:A", ":21:I1", ":25:123", ":32D:261116EUR12,50", ":71B:/COMM/")))

    assert advice.claimed is None
    assert [(str(charge.money), charge.type) for charge in advice.charges] == [("EUR 12.50", "COMM")]


def test_a_free_letter_keeps_its_words_and_known_codes() -> None:
    letter = only(read(fin("199", ":20:A", ":21:I1", ":79:DEAR ALL", "/CUST/PLEASE RETURN THE FUNDS", "/INFO/X")))

    assert letter.narrative == "DEAR ALL\nPLEASE RETURN THE FUNDS\n/INFO/X"
    assert (letter.reasons, letter.status) == (("CUST",), None)
    assert letter.original.instruction_id == "I1"


def test_a_free_letter_may_answer_a_request_to_cancel() -> None:
    letter = only(read(fin("199", ":20:A", ":21:OURCASE", ":79:/PDCR/RQDA", "//TULPNL2A", more="{111:002}")))

    assert (letter.status, letter.reasons, letter.resolved_case_id) == ("PDCR", ("RQDA",), "OURCASE")


def test_a_tracker_confirmation_gives_status_and_reason() -> None:
    message = read(fin("199", ":20:A", ":21:I1", ":79://2611161149+0000", "//ACSP/G000", "//TULPNL2A", "//EUR9500,"))

    assert (only(message).status, only(message).reasons) == ("ACSP", ("G000",))
    assert message.harvest.amounts == (("9500", "EUR"),)


def test_a_reject_by_letter_names_reason_and_original() -> None:
    letter = only(
        read(
            fin(
                "199", ":20:A", ":21:I1", ":79:/REJT/99", "/XT99/AC05/", "/MREF/I1", "/TREF/E2E",
                f"/TEXT//UETR/{UETR}", uetr=None,
            )
        )
    )  # fmt: skip

    assert (letter.status, letter.reasons) == ("RJCT", ("AC05",))
    assert (letter.original.uetr, letter.original.end_to_end_id) == (UETR, "E2E")
    assert letter.narrative == ""


PAYMENT = (
    ":20:PAY1",
    ":23B:CRED",
    ":32A:261116EUR4250,5",
    ":33B:USD5000,",
    ":50K:/NL02TULP0300065264",
    "Grachten Boats BV",
    ":52A:TULPNL2AXXX",
    ":57A:WRENGB2L",
    ":59:/GB20WREN40501012345678",
    "Pike and Sons Ltd",
    ":70:/ROC/E2E-1///URI/ORDER 7781",
    ":71A:OUR",
    ":71G:EUR3,",
)


def test_a_customer_payment_describes_itself() -> None:
    message = read(fin("103", *PAYMENT, more="{119:STP}"))

    payment = only(message)
    original = payment.original
    assert (message.type, original.message_id, original.instruction_id) == ("MT103", "PAY1", "PAY1")
    assert (original.end_to_end_id, original.uetr) == ("E2E-1", UETR)
    assert (original.amount, original.instructed) == (Money.of("4250.5", "EUR"), Money.of("5000", "USD"))
    assert payment.charge_bearer == "DEBT"
    assert [str(charge.money) for charge in payment.charges] == ["EUR 3.00"]
    assert "ORDER 7781" in payment.narrative
    assert (payment.status, payment.returned) == (None, None)
    assert message.harvest.amounts == (("4250.5", "EUR"), ("5000", "USD"), ("3", "EUR"))
    assert message.harvest.end_to_end_id == ("E2E-1",)


@pytest.mark.parametrize(("code", "bearer"), [("OUR", "DEBT"), ("BEN", "CRED"), ("SHA", "SHAR"), ("ALL", None)])
def test_who_bears_the_charges_is_said_in_iso_words(code: str, bearer: str | None) -> None:
    message = read(fin("103", *(field.replace(":71A:OUR", f":71A:{code}") for field in PAYMENT)))

    assert only(message).charge_bearer == bearer
    assert rules(message) == ({"charge-bearer"} if bearer is None else set())


def test_a_return_brings_back_its_amount_for_the_original_it_names() -> None:
    orders = (":72:/RETN/99", "/AC04/ACCOUNT CLOSED", "/MREF/I1", "/TREF/E2E", "/CHGS/EUR2,50", "/TEXT/REGARDS")

    back = only(read(fin("103", *PAYMENT, *orders)))

    assert (back.returned, back.returned_on) == (Money.of("4250.5", "EUR"), date(2026, 11, 16))
    assert (back.reasons, back.status) == (("AC04",), None)
    assert (back.original.instruction_id, back.original.end_to_end_id) == ("I1", "E2E")
    assert back.original.amount is None
    assert [str(charge.money) for charge in back.charges] == ["EUR 3.00", "EUR 2.50"]


@pytest.mark.parametrize("line", ["//AC01 ACCOUNT NUMBER INCORRECT", "//AC01/INCORRECT", "/AC01/INCORRECT"])
def test_the_reason_of_a_return_may_stand_on_a_continuation_line(line: str) -> None:
    back = only(read(fin("103", *PAYMENT, ":72:/RETN/99", line, "/MREF/I1")))

    assert back.reasons == ("AC01",)


def test_a_word_on_a_continuation_line_is_no_reason() -> None:
    back = only(read(fin("103", *PAYMENT, ":72:/RETN/99", "//CUST OMER REFUSES", "/MREF/I1")))

    assert back.reasons == ()


def test_a_reject_is_no_return() -> None:
    refused = only(read(fin("103", *PAYMENT, ":72:/REJT/", "/ReasonCode/AC01", "/MREF/I1")))

    assert (refused.status, refused.reasons, refused.returned) == ("RJCT", ("AC01",), None)
    assert refused.original.amount == Money.of("4250.5", "EUR")


TRANSFER = (":20:COV1", ":21:E2E-1", ":32A:261116EUR10,", ":52A:TULPNL2A", ":58A:WRENGB2L")
CUSTOMERS = (":50F:/1", "1/Debtor Co", ":52A:ABNANL2A", ":57A:RBOSGB2L", ":59:/2", "Ardent", ":33B:EUR10,")


def test_a_transfer_between_banks_gives_its_end_to_end_reference() -> None:
    message = read(fin("202", *TRANSFER))

    assert message.type == "MT202"
    assert (only(message).original.instruction_id, only(message).original.end_to_end_id) == ("COV1", "E2E-1")
    assert (only(message).original.debtor_agent, only(message).original.creditor_agent) == ("TULPNL2A", "WRENGB2L")
    assert (message.harvest.instruction_id, message.harvest.end_to_end_id) == (("COV1",), ("E2E-1",))


@pytest.mark.parametrize("number", ["202", "205"])
def test_customers_or_block_3_make_it_a_cover(number: str) -> None:
    by_customers = read(fin(number, *TRANSFER, *CUSTOMERS))
    by_header = read(fin(number, *TRANSFER, more="{119:COV}"))

    original = only(by_customers).original
    assert by_customers.type == by_header.type == f"MT{number}COV"
    assert original.debtor is not None
    assert (original.debtor.name, original.debtor_agent, original.creditor_agent) == (
        "Debtor Co",
        "ABNANL2A",
        "RBOSGB2L",
    )


def test_a_type_without_a_reader_of_its_own_is_harvested() -> None:
    message = read(fin("900", ":20:A", ":21:B", ":25:1", ":32A:261116EUR1,"))

    assert (message.type, message.transactions) == ("MT900", ())
    assert message.harvest.amounts == (("1", "EUR"),)


def test_line_ends_do_not_matter() -> None:
    crlf = recall(":79:/CUST/PLS CANCEL", "//AND RETURN", ":32A:261116EUR4250,00")

    assert read(crlf) == read(crlf.replace("\r\n", "\n")) == read(crlf.replace("\r\n", "\r")) == read(crlf.encode())


ACK = "{1:F21WRENGB2LAXXX0000000000}{4:{177:2611161030}{451:0}}"
NAK = "{1:F21WRENGB2LAXXX0000000000}{4:{177:2611161030}{451:1}{405:T33001}}"


def test_an_acknowledgement_before_the_message_is_passed_over() -> None:
    message = recall(":79:/CUST/X")

    assert read(ACK + message) == read(message)


def test_a_network_refusal_before_the_message_is_flagged() -> None:
    refused = read(NAK + "\n" + recall(":79:/CUST/X"))

    assert [(v.rule, v.value) for v in refused.violations] == [("network-refusal", "T33001")]


@pytest.mark.parametrize(("text", "name"), [(ACK, "ACK"), (NAK, "NAK")])
def test_a_lone_acknowledgement_is_no_payment_message(text: str, name: str) -> None:
    assert (read(text).type, read(text).transactions) == (name, ())


def test_a_system_message_is_known_by_its_number() -> None:
    assert (
        read("{1:F01WRENGB2LAXXX0000000000}{2:O0101102261116DYLPXXXXDXXX00000000002611161102S}{4:{106:X}}").type
        == "MT010"
    )


def test_of_several_messages_the_first_is_read() -> None:
    first, second = recall(":79:/CUST/X"), recall(":79:/FRAD/Y")

    message = read(first + "\r\n$" + second)

    assert only(message).reasons == ("CUST",)
    assert rules(message) == {"several-messages"}


def test_a_message_never_swallows_the_one_behind_it() -> None:
    open_ended = recall(":79:/CUST/X", end="\r\n")

    message = read(open_ended + recall(":79:/FRAD/Y"))

    assert only(message).reasons == ("CUST",)
    assert {"block-4-end", "several-messages"} <= rules(message)


def test_a_message_quoted_in_a_narrative_stays_narrative() -> None:
    quoted = ("COPY OF ORIGINAL", "{1:F01AAAAUS33AXXX0123456789}{2:I103BBBBGB2LXXXXN}", "{4::20:FT2021...}")

    message = read(recall(":79:/CUST/X", *quoted))

    assert only(message).original.instruction_id == "I20EC142165"
    assert "COPY OF ORIGINAL" in message.text


def test_a_possible_duplicate_is_flagged() -> None:
    assert rules(read(recall(":79:/CUST/X") + "{5:{CHK:ABCDEF}{PDE:}}")) == {"possible-duplicate"}


@pytest.mark.parametrize("end", ["-}", "\r\n-", "\r\n}", "}", "\r\n-\r\n{5:{CHK:1}}", "\r\n{5:{CHK:1}}"])
def test_a_text_block_that_ends_carelessly_is_read_and_flagged(end: str) -> None:
    message = read(recall(":79:/CUST/X", ":32A:261116EUR4250,00", end=end))

    assert only(message).original.amount == Money.of("4250.00", "EUR")
    assert rules(message) == {"block-4-end"}


def test_a_message_cut_off_anywhere_is_refused() -> None:
    text = recall(":79:/CUST/PLS CANCEL", ":32A:261116EUR4250,00")

    for length in range(len(text) - 2):
        with pytest.raises(UnreadableMessage) as refusal:
            read(text[:length])
        assert str(refusal.value).endswith(".")


def test_fields_without_any_header_are_read_by_what_they_are() -> None:
    message = read(":20:TULP3\n:21:I1\n:11S:202\n261116\n:79:/CUST/X\n-}")

    assert (message.type, message.sender) == ("MT292", None)
    assert only(message).reasons == ("CUST",)
    assert rules(message) == {"header-missing", "type-inferred"}


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ((":20:A", ":21:B", ":75:/3/"), "MT195"),
        ((":20:A", ":21:B", ":76:/CNCL/", ":11R:202", "261116"), "MT296"),
        ((":20:A", ":21:B", ":32B:EUR1,", ":71B:/COMM/"), "MT191"),
        ((":20:A", ":21:B", ":25:1", ":32C:261116EUR1,", ":71B:/COMM/"), "MT190"),
        ((":20:A", ":79:HELLO"), "MT199"),
        (PAYMENT, "MT103"),
        (TRANSFER, "MT202"),
        ((*TRANSFER, *CUSTOMERS), "MT202COV"),
        ((":20:A", ":25:1", ":28C:1", ":60F:C261116EUR1,", ":62F:C261116EUR1,"), "MT940"),
        ((":20:A", ":25:1", ":28C:1", ":34F:EUR0,", ":13D:2611161030+0100"), "MT942"),
    ],
)
def test_a_block_4_alone_tells_its_type_by_its_fields(fields: tuple[str, ...], name: str) -> None:
    assert read("{4:\n" + "\n".join(fields) + "\n-}").type == name


@pytest.mark.parametrize("prefix", ["        ", " * ", "> ", "\t"])
def test_indented_or_quoted_lines_are_put_straight(prefix: str) -> None:
    head, _, body = recall(":79:/CUST/PLS CANCEL", "//AND RETURN").replace("\r\n", "\n").partition("{4:\n")

    message = read(head + "{4:\n" + "\n".join(prefix + line for line in body.split("\n")))

    assert only(message).narrative == "PLS CANCEL\nAND RETURN"
    assert rules(message) == {"indented-lines"}


def test_a_field_inside_an_indented_narrative_line_is_no_field() -> None:
    message = read(recall(":79:/CUST/X", " :21:ANOTHER PAYMENT", " :32A:261116EUR9999,"))

    assert only(message).original.instruction_id == "I20EC142165"
    assert only(message).original.amount is None


def test_escaped_line_ends_are_taken_as_line_ends() -> None:
    text = recall(":79:/CUST/PLS CANCEL", ":32A:261116EUR4250,00")

    message = read(text.replace("\r\n", "\\r\\n"))

    assert only(message) == only(read(text))
    assert rules(message) == {"escaped-newlines"}


def test_fields_on_one_line_are_split_at_their_tags() -> None:
    message = read("{1:F01WRENGB2LAXXX0000000000}{2:I199TULPNL2AXXXXN}{4: :20:A :21:B :79:HELLO-}")

    assert (message.message_id, only(message).narrative) == ("A", "HELLO")
    assert "line-breaks" in rules(message)


def test_header_blocks_may_stand_in_any_order_behind_other_text() -> None:
    text = (
        f"Received:\n{{1:F01WRENGB2LAXXX0000000000}}{{3:{{121:{UETR}}}}}{{2:I199TULPNL2AXXXXN}}{{4:\n:20:A\n:79:B\n-}}"
    )

    message = read(text)

    assert (message.type, message.harvest.uetr) == ("MT199", (UETR,))
    assert rules(message) == {"text-before-message"}


@pytest.mark.parametrize(
    ("first", "second", "sender", "receiver"),
    [
        ("{1:F01BANKDEFF0123456789}", "{2:I199BANKDEFFAXXXU3003}", "BANKDEFF", "BANKDEFF"),
        ("{1:F01BNPAFRPPXXX0000000000}", "{2:I199UBSWCHZH80AN}", "BNPAFRPP", "UBSWCHZH80A"),
        ("{1:F01LITEBEBBADSZ0066000079}", "{2:I199FOOEBEBBXABCN}", "LITEBEBBDSZ", "FOOEBEBBABC"),
        (
            "{1:F01TULPNL2AAXXX0000000000}",
            "{2:O1990000991231 RBOSGB2LXXXX00000000009912310000N}",
            "RBOSGB2L",
            "TULPNL2A",
        ),
        ("{1:F01BANKUSNYAXXX0123456789}", "{2:I199BANKGB2LXXXU3003}", "BANKUSNY", "BANKGB2L"),
        ("{1:F01BANKUSNYAXXX0123456789}", "{2:I199BANKGB2LXXXX}", "BANKUSNY", "BANKGB2L"),
        ("{1:F01}", "{2:I199}", None, None),
    ],
)
def test_addresses_become_bics_without_terminal_and_head_office(
    first: str, second: str, sender: str | None, receiver: str | None
) -> None:
    message = read(first + second + "{4:\n:20:A\n:79:B\n-}")

    assert (message.sender, message.receiver) == (sender, receiver)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("USD1000,00", "1000.00"),
        ("USD1.000,00", "1000.00"),
        ("USD1,000.00", "1000.00"),
        ("USD 15.5", "15.5"),
        ("USD15,", "15"),
    ],
)
def test_amounts_are_exact_and_foreign_manners_are_flagged(written: str, text: str) -> None:
    message = read(recall(":79:/CUST/X", f":32B:{written}"))

    assert message.harvest.amounts == ((text, "USD"),)
    assert ("amount-format" in rules(message)) == ("." in written)


def test_a_missing_mandatory_field_is_flagged() -> None:
    message = read(fin("192", ":20:A", ":79:/CUST/X"))

    assert [(v.rule, v.place) for v in message.violations] == [("missing-field", "21"), ("missing-field", "11S")]


def test_a_reason_alone_does_not_describe_the_original() -> None:
    assert rules(read(recall(":79:/CUST/"))) == {"original-not-described"}
    assert rules(read(recall(":79:/CUST/", ":32A:261116EUR1,"))) == set()


def test_a_uetr_with_a_digit_too_many_is_none() -> None:
    message = read(recall(f":79:/DUPL/ X {UETR}1", "PLEASE", uetr=None))

    assert (only(message).original.uetr, message.harvest.uetr) == (None, ())


@pytest.mark.parametrize("value", ["A" * 17, "/A", "A/", "A//B", "A\nB"])
def test_a_reference_out_of_form_is_kept_and_flagged(value: str) -> None:
    message = read(fin("199", f":20:{value}", ":79:X"))

    assert message.message_id == value.split("\n")[0]
    assert "reference-format" in rules(message)


def test_a_reference_cut_in_translation_is_flagged() -> None:
    assert rules(read(fin("199", ":20:A", ":21:pacs008EndToEnd+", ":79:X"))) == {"truncated-reference"}


def test_bytes_outside_utf_8_are_read_as_latin_1_and_flagged() -> None:
    message = read(recall(":79:/CUST/MÜLLER").encode("latin-1"))

    assert only(message).narrative == "MÜLLER"
    assert rules(message) == {"encoding", "character-set"}


def test_a_byte_order_mark_does_not_matter() -> None:
    assert read(recall(":79:/CUST/X").encode("utf-8-sig")) == read(recall(":79:/CUST/X"))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"<?xml version='1.0'?><Document/>", "XML"),
        (b'{"message": "hello"}', "JSON"),
        (b"Dear colleagues, where is my money?", "no FIN message"),
        (recall(":79:X").encode("utf-16")[:-1], "UTF-16"),
        (b"{1:F01\0}", "NUL"),
        (b"{1:F01WRENGB2LAXXX0000000000}{2:I199TULPNL2AXXXXN}", "ends before"),
        (b"{1:F01WRENGB2LAXXX0000000000}{2:I199TULPNL2AXXXXN}{4:\n-}", "no field"),
        (b"{4:\n:20:A\n:21:B\n-}", "do not tell"),
        (b"x" * 1_000_001, "at most"),
    ],
)
def test_what_is_no_whole_message_is_refused_in_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableMessage, match=says) as refusal:
        read(data)

    assert str(refusal.value).endswith(".")

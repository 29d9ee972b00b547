"""What a free text states: amounts, dates, references, names; every value stands in the text."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.payment import Money
from tools.text import extract
from tools.text.amounts import money, number
from tools.text.dates import dates
from tools.text.identifiers import iban_holds

DAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("the 1.999,95 euros of November", "1999.95", "EUR"),
        ("EUR 1,999.95 each", "1999.95", "EUR"),
        ("about £12k", "12000", "GBP"),
        ("USD 12'000", "12000", "USD"),
        ("12 000,50 EUR", "12000.50", "EUR"),
        ("1,5 Mio EUR", "1500000", "EUR"),
        ("2.5m USD", "2500000", "USD"),
        ("FOR EUR4250,00 VALUE", "4250.00", "EUR"),
        (":32A:261116EUR1000,", "1000", "EUR"),
        ("CHF 500.-", "500", "CHF"),
        ("€ 0,50", "0.50", "EUR"),
        ("$1,234,567.89", "1234567.89", "USD"),
        ("INR 1,00,000.00", "100000.00", "INR"),
        ("EUR 12.500", "12500", "EUR"),
        ("KWD 12.500", "12.500", "KWD"),
        ("820 Euro", "820", "EUR"),
        ("JPY 120,000", "120000", "JPY"),
        ("450 dollars", "450", "USD"),
        ("eur 300 please", "300", "EUR"),
        ("20261111 EUR 1,999.95", "1999.95", "EUR"),
    ],
)
def test_amounts_are_read_in_either_notation(text: str, amount: str, currency: str) -> None:
    found = extract(text)

    assert found.amounts == (Money.of(amount, currency),)


@pytest.mark.parametrize(
    "text", ["invoice 5512", "paid in EUR 11 November", "call 0044 20 7946 0958", "EUROPE 500", "3 EURX"]
)
def test_what_is_no_amount_is_left_alone(text: str) -> None:
    assert extract(text).amounts == ()


def test_a_figure_without_currency_is_kept_apart() -> None:
    found = extract("der Betrag von 1.999,95 fehlt noch, Beleg 4711")

    assert found.amounts == ()
    assert found.bare_amounts == (Decimal("1999.95"),)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on 2026-11-09", date(2026, 11, 9)),
        ("of 11 November", date(2026, 11, 11)),
        ("on 11/11/2026", date(2026, 11, 11)),
        ("vom 11.11.26", date(2026, 11, 11)),
        ("Nov 11th", date(2026, 11, 11)),
        ("sent Dec 3rd", date(2026, 12, 3)),
        ("on 28 December", date(2026, 12, 28)),
        ("on 15 January", date(2026, 1, 15)),
        ("am 3. März 2026", date(2026, 3, 3)),
        ("le 1er août", date(2026, 8, 1)),
        ("el 10 de noviembre de 2026", date(2026, 11, 10)),
        ("op 5 mei", date(2026, 5, 5)),
        ("del 3 novembre", date(2026, 11, 3)),
        ("DTD 05NOV", date(2026, 11, 5)),
        ("VAL 12NOV26", date(2026, 11, 12)),
        ("VALUE 261111", date(2026, 11, 11)),
        ("DD 091126", date(2026, 11, 9)),
        (":32A:261110EUR4250,00", date(2026, 11, 10)),
        ("vom 3.11. an", date(2026, 11, 3)),
        ("statement of 12/11", date(2026, 11, 12)),
        ("yesterday", date(2026, 11, 15)),
        ("on Tuesday", date(2026, 11, 10)),
    ],
)
def test_dates_are_read_as_people_and_banks_write_them(text: str, day: date) -> None:
    found = extract(text, as_of=DAY)

    assert [one.value for one in found.dates] == [day]


def test_a_day_and_month_that_may_be_swapped_keep_both_readings() -> None:
    ambiguous = extract("sent 03/04/2026", as_of=DAY).dates[0]
    certain = extract("sent 03/12/2026", as_of=DAY).dates[0]
    only = extract("sent 11/23/2026", as_of=DAY).dates[0]

    assert (ambiguous.value, ambiguous.other) == (date(2026, 4, 3), date(2026, 3, 4))
    assert (certain.value, certain.other) == (date(2026, 12, 3), date(2026, 3, 12))
    assert (only.value, only.other) == (date(2026, 11, 23), None)


def test_a_date_without_a_year_needs_the_day_of_the_mail() -> None:
    assert extract("on 11 November").dates == ()
    assert extract("on 31 February", as_of=DAY).dates == ()


def test_references_invoices_and_identifiers_are_told_apart() -> None:
    text = (
        "Invoice 5512 and Rechnung R-2026/77: ref FT2600112345, E1A6188E2F1, our ref 20261111, MT103, camt.056, 2nd, "
        "IBAN DE89 3704 0044 0532 0130 00 at DEUTDEFF, UETR 9F9A3F6E-B605-41A7-8572-6FF86AE44C1C, pay@x1.example"
    )

    found = extract(text, as_of=DAY)

    assert found.invoices == ("5512", "R-2026/77")
    assert found.references == ("FT2600112345", "E1A6188E2F1", "20261111")
    assert found.ibans == ("DE89370400440532013000",)
    assert found.bics == ("DEUTDEFF",)
    assert found.uetrs == ("9f9a3f6e-b605-41a7-8572-6ff86ae44c1c",)


def test_an_iban_with_a_wrong_checksum_is_neither_iban_nor_reference() -> None:
    found = extract("to DE89370400440532013001 please")

    assert found.ibans == ()
    assert found.references == ()
    assert iban_holds("NL91ABNA0417164300")
    assert not iban_holds("NL91ABNA041716430")


def test_a_uetr_broken_over_two_lines_of_narrative_is_whole() -> None:
    found = extract("/UETR/174c245f-2682-4291-ad67-2a41e\n//530cd27")

    assert found.uetrs == ("174c245f-2682-4291-ad67-2a41e530cd27",)


def test_words_in_capitals_are_no_bics() -> None:
    found = extract("BENEFICIARY CUSTOMER TRANSFER RECEIVED PROVIDED WITH CITIUS33 VIA BNPAFRPP")

    assert found.bics == ("CITIUS33", "BNPAFRPP")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("invoice 5512 to Eichen Bau GmbH went out", "Eichen Bau GmbH"),
        ("Our supplier Blue Ocean Shipping says", "Blue Ocean Shipping"),
        ("PLS AMEND BENE NAME TO READ MERIDIAN SHIPPING SA", "MERIDIAN SHIPPING SA"),
        ("Orchid Textiles Pvt Ltd never got it", "Orchid Textiles Pvt Ltd"),
        ("Mr Brown says no", "Mr Brown"),
        ("BENE: KRAMER LOGISTIK, PLS CHECK", "KRAMER LOGISTIK"),
        ("beim Lieferanten Müller & Söhne KG", "Müller & Söhne KG"),
    ],
)
def test_counterparties_are_named_as_written(text: str, name: str) -> None:
    assert extract(text).names == (name,)


@pytest.mark.parametrize("text", ["to the bank", "Please send it to Monday", "HELLO THERE", "paid to EUR 500"])
def test_words_that_are_no_names_are_not_taken(text: str) -> None:
    assert extract(text).names == ()


@pytest.mark.parametrize(
    ("text", "ordinals"),
    [
        ("recall the second payment", ("second",)),
        ("die zweite Überweisung", ("second",)),
        ("les deux sont faux, both", ("both",)),
        ("cancel my last transfer", ("last",)),
        ("wait a second please do", ()),
    ],
)
def test_which_of_several_payments_is_meant(text: str, ordinals: tuple[str, ...]) -> None:
    found = extract(text)

    assert set(ordinals) == set(found.ordinals)


@given(st.text(alphabet="EUR USD0123456789.,' \nFTDEab/-:novemberé€£", max_size=120))
def test_every_value_stands_where_its_span_says(text: str) -> None:
    found = extract(text, as_of=DAY)

    for span in found.spans:
        assert 0 <= span.start < span.end <= len(text)
        if span.kind in ("reference", "invoice", "name", "bic"):
            assert text[span.start : span.end] == span.value
        if span.kind == "iban":
            assert "".join(filter(str.isalnum, text[span.start : span.end])).upper() == span.value


@given(st.decimals(min_value=Decimal("0.01"), max_value=Decimal("999999999.99"), places=2))
def test_an_amount_reads_the_same_in_every_notation(amount: Decimal) -> None:
    english, plain = f"{amount:,.2f}", f"{amount:.2f}"
    continental = english.translate(str.maketrans(",.", ".,"))
    swiss, french = english.replace(",", "'"), continental.replace(".", " ")

    for written in (english, plain, continental, swiss, french):
        assert number(written) == amount
        assert [one.money for one in money(f"EUR {written} now")] == [Money.of(amount, "EUR")]


@given(st.dates(min_value=date(2015, 1, 1), max_value=date(2035, 12, 31)))
def test_a_date_reads_the_same_in_every_notation(day: date) -> None:
    for written in (
        day.isoformat(),
        f"{day:%d.%m.%Y}",
        f"{day.day} {day:%B} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
    ):
        assert [one.value for one in dates(f"on {written}")] == [day]


@pytest.mark.parametrize("number", ["FAC-2026-77", "INV-20991", "RE-2026-118", "FATT-2026/12"])
def test_an_invoice_number_that_bears_its_kind_needs_no_word_before_it(number: str) -> None:
    found = extract(f"{number} was paid on 3 November 2026")

    assert found.invoices == (number,)
    assert found.references == ()


def test_an_account_that_begins_like_an_invoice_is_none() -> None:
    assert extract("FAC-TORY-77 and RE-ENTRY").invoices == ()

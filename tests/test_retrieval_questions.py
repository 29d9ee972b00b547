"""A question is read in the field's English: other languages, slips of the keyboard, and stories of many sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import RuleBook
from retrieval.glossary import in_english, is_foreign
from retrieval.spelling import Speller, slips

BOOK = RuleBook.open()


@pytest.mark.parametrize(
    ("question", "english"),
    [
        ("Bis wann darf man eine SEPA-Überweisung zurückrufen?", "reply by when may SEPA-payment recall?"),
        ("Quel délai pour répondre à un rappel de virement ?", "which window deadline answer recall payment ?"),
        ("Binnen welke termijn antwoordt de bank?", "within which window deadline answer bank?"),
        ("What is the Rückruf of a DUPL?", "What is the recall of a DUPL?"),
        ("who may sign a recall", "who may sign a recall"),
    ],
)
def test_other_languages_are_put_into_the_words_of_the_field(question: str, english: str) -> None:
    assert in_english(question, known={"who", "sign", "recall"}) == english


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("Wie lange hat die Empfängerbank Zeit, einen SEPA-Rückruf zu beantworten?", {"sepa-recall-answer"}),
        ("Qui doit signer le refus d'un rappel de gros montant ?", {"general-approvals"}),
        ("¿Qué hago si la cobertura no llegó?", {"cover-missing", "cover-matching", "recall-cover-not-settled"}),
        ("quali spese può addebitare la banca del beneficiario?", {"charges-bearer", "charges-claims"}),
    ],
)
def test_a_question_in_another_language_finds_its_rule(question: str, ids: set[str]) -> None:
    assert is_foreign(question)
    assert ids & {hit.id for hit in BOOK.search(question)}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("benificiary", "beneficiary"), ("reciept", "receipt"), ("windw", "window"), ("recal", "recall")],
)
def test_slips_of_the_keyboard_are_mended(typed: str, meant: str) -> None:
    assert Speller({"beneficiary": 9, "receipt": 9, "window": 9, "recall": 9, "recital": 1}).meant(typed) == meant


def test_words_by_themselves_and_short_ones_are_left_alone() -> None:
    speller = Speller({"switch": 9, "window": 9}, is_word=lambda word: word == "swish")

    assert [speller.meant(word) for word in ("swish", "win", "window", "w1ndow", "elephant")] == [None] * 5


@given(st.text("abcd", max_size=7), st.text("abcd", max_size=7))
def test_slips_are_counted_alike_from_both_ends(one: str, other: str) -> None:
    assert slips(one, other) == slips(other, one)
    assert (slips(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= slips(one, other) <= max(len(one), len(other))


@given(st.text(max_size=200))
def test_any_text_is_put_into_words(text: str) -> None:
    assert isinstance(in_english(text, known=set()), str)


def test_a_story_finds_the_rule_of_the_one_sentence_that_asks() -> None:
    story = (
        "Our overnight file was processed a second time after an operator restarted the job. The staff canteen was "
        "closed and nobody noticed until two employees phoned in the afternoon about their salaries. Treasury "
        "is in a hurry and the desk lead is on holiday. The client has banked with us for thirty years and is patient. "
        "How many business days does the other bank have to answer a SEPA recall? "
        "Please also greet the colleagues in the branch, who were very kind to everybody on the telephone all day long."
    )

    hits = BOOK.search(story, rail="SEPA_SCT", k=3)

    assert "sepa-recall-answer" in {hit.id for hit in hits}


def test_the_bearer_of_charges_in_capitals_is_no_small_word() -> None:
    assert BOOK.search("OUR payment and the intermediary still took 20 USD")[0].id == "charges-bearer"


def test_the_markup_of_a_pasted_message_says_nothing() -> None:
    said = (
        "camt.056 <TxInf><CxlRsnInf><Rsn><Cd>AC03</Cd></Rsn></CxlRsnInf></TxInf> may we recall for that reason in SEPA"
    )

    plain, pasted = (
        [hit.id for hit in BOOK.search(text)] for text in ("camt.056 AC03 may we recall for that reason in SEPA", said)
    )

    assert pasted == plain

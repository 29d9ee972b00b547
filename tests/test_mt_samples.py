"""Public FIN samples against an extraction of their own, and damaged messages against the promise of no traceback."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import UnreadableMessage
from tools.message import Message
from tools.mt import read

FILLERS = {"NONREF", "NOTPROVIDED", ""}
# A tag at the start of a line, also where a sample stands in an indented or commented block of code.
TAG = r"(?m)^[ \t*]*:{}:[ \t]*([^\r\n]*)"


def stated(text: str, tag: str) -> list[str]:
    """Values of a field by a plain search in the first message, without any knowledge of blocks."""
    first = re.split(r"\n[ \t*]*-(?:\}|\s*\n)", text.replace("\r\n", "\n"), maxsplit=1)[0]
    return [found.strip() for found in re.findall(TAG.format(tag), first)]


@pytest.fixture(scope="session")
def samples(shared: Path) -> list[tuple[str, str, Message]]:
    """(type in the file name, text, what we read) of every public sample."""
    files = sorted((shared / "samples" / "mt").iterdir())
    assert files
    return [(f.name.split("__")[0], f.read_bytes().decode("utf-8"), read(f.read_bytes())) for f in files]


def test_every_public_sample_is_read_as_its_type(samples: list[tuple[str, str, Message]]) -> None:
    assert [(name, message.type) for name, _, message in samples if name != message.type] == []


def test_every_reference_of_a_public_sample_is_harvested(samples: list[tuple[str, str, Message]]) -> None:
    for _, text, message in samples:
        own = [value for value in stated(text, "20") if value not in FILLERS]
        related = [value for value in stated(text, "21") if value not in FILLERS]
        harvest = message.harvest

        assert message.message_id == (own[0] if own else None)
        found = {*harvest.message_id, *harvest.instruction_id, *harvest.end_to_end_id, *harvest.transaction_id}
        assert {*own, *related} <= found
        header = [value.lower() for value in re.findall(r"\{121:([^}]*)\}", text)]
        assert set(header) == set(harvest.uetr)


def test_every_amount_of_a_public_sample_is_harvested_exactly(samples: list[tuple[str, str, Message]]) -> None:
    for _, text, message in samples:
        expected = set()
        for value in stated(text, "(?:32A|32B|32C|32D|33B|71F|71G|60F|62F|64|65)"):
            amount = re.search(r"([A-Z]{3})([0-9]+),([0-9]*)$", value)
            assert amount
            expected.add((f"{amount[2]}.{amount[3]}" if amount[3] else amount[2], amount[1]))

        assert expected <= set(message.harvest.amounts)


def test_every_cancellation_request_among_the_samples_names_case_payment_and_reason(
    samples: list[tuple[str, str, Message]],
) -> None:
    requests = [(text, message) for _, text, message in samples if message.type in ("MT192", "MT292")]
    assert requests
    for text, message in requests:
        (request,) = message.transactions
        assert request.case_id == stated(text, "20")[0]
        assert request.original.instruction_id == stated(text, "21")[0]
        reason = re.search(r":79:/([A-Z0-9]{4})/", text)
        if reason:
            assert request.reasons == (reason[1],)


WHOLE = (
    "{1:F01WRENGB2LAXXX0000000000}{2:O1921030261116TULPNL2AAXXX00000000002611231030N}"
    "{3:{121:20ec1421-65e8-42d0-b319-e41c77789811}}{4:\n:20:TULP3\n:21:I20EC142165\n:11S:103\n261116\n"
    ":79:/CUST/PLS CANCEL\n//AND RETURN\n:32A:261116EUR4250,00\n:50K:/1\nA\n:59F:/2\n1/B\n:72:/RETN/99\n/AC04/\n-}"
)
TYPES = ("103", "190", "191", "192", "195", "196", "199", "202", "205", "900", "940", "000")
PIECES = (
    "{1:", "{2:", "{3:{121:", "{4:", "}", "-}", "\n", "\n-}", "\r", ":20:", "\n:21:", "\n:79:", "\n:76:/RJCR/",
    "\n:75:/3/", "\n:11S:", "\n:32A:", "\n:59F:", "\n:72:/RETN/", "//", "/UETR/", "EUR1,", "261116", "\x01", "\x00",
    "é", "\ud800", "٣", "{451:1}", "{177:", ":", "/", "$",
)  # fmt: skip


def never_a_traceback(data: bytes | str) -> None:
    refusal = "."
    try:
        assert read(data).standard == "mt"
    except UnreadableMessage as fault:
        refusal = str(fault)
    assert refusal.endswith(".")
    assert "\n" not in refusal


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=40).map("".join))
def test_any_text_is_a_message_or_a_clear_refusal(text: str) -> None:
    never_a_traceback(text)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_or_a_clear_refusal(data: bytes) -> None:
    never_a_traceback(data)


@given(
    number=st.sampled_from(TYPES),
    at=st.integers(0, len(WHOLE)),
    cut=st.integers(0, 30),
    put=st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=4).map("".join),
)
def test_any_damage_to_a_message_leaves_a_message_or_a_clear_refusal(number: str, at: int, cut: int, put: str) -> None:
    text = WHOLE.replace("O192", f"O{number}")

    never_a_traceback(text[:at] + put + text[at + cut :])

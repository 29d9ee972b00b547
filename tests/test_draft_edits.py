"""What approvers change in a draft is kept beside what stood there, shown word by word, and can be exported."""

import json
from pathlib import Path
from typing import Any

from agent.decision import Approve, Edit
from agent.draft_edits import counted, pairs
from tests.situations import AClock, a_payment, an_assistant, an_email
from tests.test_cli import Amends, amends  # noqa: F401 -- a fixture

PAID = a_payment("4250.00 EUR", "outbound", state="released")
WANTS_BACK = an_email("Please cancel my payment of 4250.00 EUR to Grebe Boats BV, reference E2E-7781.", PAID)


def a_case_with_an_edited_reply(folder: Path) -> tuple[Any, str, str]:
    """Anna mends the letter, Ben signs it."""
    assistant = an_assistant(folder, AClock())
    before = WANTS_BACK.put_to(assistant)["proposal"]["reply"]["text"]
    after = before.replace("Please do not send the payment again", "Please wait with a new payment")
    assistant.decide("MAIL-1", user="anna", role="approver", verdict=Edit(fields={"reply": after}))
    assistant.decide("MAIL-1", user="ben", role="approver", verdict=Approve())
    return assistant, before, after


def test_an_edit_is_kept_as_a_pair_and_shown_word_by_word(tmp_path: Path) -> None:
    assistant, before, after = a_case_with_an_edited_reply(tmp_path)

    [pair] = pairs(assistant.store)

    assert (pair.before, pair.after) == (before, after)
    assert (pair.field, pair.worded_by, pair.rule, pair.approved) == ("reply", "template", "CXO-8", True)
    assert "".join(words for kind, words in pair.changes if kind != "in") == before
    assert "".join(words for kind, words in pair.changes if kind != "out") == after
    assert ("in", "wait") in [(kind, words.strip().split(" ")[0]) for kind, words in pair.changes]
    assert counted(assistant.store) == {"decided": 1, "edited": 1}


def test_pairs_are_exported_one_a_line_and_under_pseudonyms_where_asked(tmp_path: Path, amends: Amends) -> None:  # noqa: F811
    amends("investigate", WANTS_BACK.written_to(tmp_path / "mail"), "--store", tmp_path / "store")
    [standing] = amends("cases", "--store", tmp_path / "store", "--json").documents
    shown = amends("show", standing["case_id"], "--store", tmp_path / "store", "--json").document
    before = json.loads(shown["proposals"][0]["body"])["reply"]["text"]
    edit = tmp_path / "edit.json"
    edit.write_text(json.dumps({"reply": before.replace("Please do not send the payment again", "Please wait")}))
    decide = ("decide", "MAIL-1", "--store", tmp_path / "store", "--role", "approver")
    assert amends(*decide, "--as", "anna", "--edit", edit).code == 0
    assert amends(*decide, "--as", "ben", "--approve").code == 0

    plain = amends("edits", "--store", tmp_path / "store", "--json").document
    said = amends("edits", "--store", tmp_path / "store", "--mask", "--out", tmp_path / "pairs.jsonl")

    assert "Grebe Boats BV" in plain["before"]
    assert "1 of 1 decided proposals were edited first (100%)" in said.out
    [line] = (tmp_path / "pairs.jsonl").read_text().splitlines()
    kept = json.loads(line)
    assert "Grebe" not in line
    assert "Heron" not in line
    assert "[NAME-1]" in kept["before"]
    assert "Please wait" in kept["after"]


def test_without_edits_there_is_nothing_to_learn(tmp_path: Path) -> None:
    assistant = an_assistant(tmp_path)
    WANTS_BACK.put_to(assistant)

    assert list(pairs(assistant.store)) == []
    assert counted(assistant.store) == {"decided": 0, "edited": 0}

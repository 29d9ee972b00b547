"""The command line keeps its contract: exit codes, one JSON document a line, and errors that say what to do.

Most calls run `main` in this process, which saves two seconds each; the first ones prove that a process does the same.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import orjson
import pytest

from agent.settings import model_settings
from app.cli import main
from app.parse import FILE_BYTES_MAX
from tests.situations import THEM, US, a_payment, a_recall_of, a_return_of, an_email
from tests.test_audit import tamper
from tools.bank.engine import open_engine

ROOT = Path(__file__).resolve().parents[1]
RECALL = a_recall_of(a_payment("4250.00 EUR")).and_the_creditor("yes")
HEAVY = ("chromadb", "onnxruntime", "langgraph", "schwifty", "holidays", "pyarrow", "sqlalchemy", "numpy", "pydantic")
"""What `--help` has no use for."""


class Said(NamedTuple):
    """What a call printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[Any]:
        """The JSON documents, one a line; anything else on stdout fails here."""
        return [orjson.loads(line) for line in self.out.splitlines()]

    @property
    def document(self) -> Any:
        [only] = self.documents
        return only

    @property
    def error(self) -> Any:
        """The error document; with it goes one sentence on stderr, the same one."""
        error = self.document["error"]
        assert set(error) == {"code", "message", "where"}
        assert self.err == f"amends: {error['message']}\n"
        return error


Amends = Callable[..., Said]


@pytest.fixture
def amends(capfd: pytest.CaptureFixture[str]) -> Amends:
    """Call the command line in this process."""

    def call(*args: object) -> Said:
        capfd.readouterr()
        with patch.object(sys, "argv", ["amends", *map(str, args)]), pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return Said(int(ended.value.code or 0), out, err)

    return call


def process(*args: object) -> Said:
    """Call it in a process of its own, as the desk does."""
    run = subprocess.run(
        [sys.executable, "-m", "app.cli", *map(str, args)], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    return Said(run.returncode, run.stdout, run.stderr)


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    return RECALL.written_to(tmp_path / "recall")


@pytest.fixture
def store(tmp_path: Path, amends: Amends, scenario: Path) -> Path:
    """A lasting store in which the recall waits for its two signatures."""
    folder = tmp_path / "store"
    assert amends("investigate", scenario, "--json", "--store", folder).code == 0
    return folder


def sign(amends: Amends, store: Path, person: str, *what: object, role: str = "approver") -> Said:
    verdict = what or ("--approve",)
    return amends("decide", "RECALL-1", "--store", store, "--as", person, "--role", role, *verdict, "--json")


# A process of its own.


def test_a_process_prints_one_result_and_nothing_else(scenario: Path, tmp_path: Path) -> None:
    said = process("investigate", scenario, "--json", "--out", tmp_path / "out")

    assert (said.code, said.err) == (0, "")
    assert said.document["schema"] == "amends/result/1"
    assert said.document["proposal"]["rule"] == "CXI-10"
    drafted = {message["file"] for message in said.document["proposal"]["messages"]}
    assert {path.name for path in (tmp_path / "out").iterdir()} == drafted


def test_a_process_ends_with_two_where_the_input_cannot_be_used(tmp_path: Path) -> None:
    said = process("investigate", tmp_path / "nowhere", "--json")

    assert said.code == 2
    assert "nowhere" in said.error["message"]


def test_help_loads_nothing_that_it_does_not_show() -> None:
    """A desk calls this a thousand times a day: what is heavy waits until a command needs it."""
    look = f"import sys, app.cli; print([name for name in {HEAVY[:7]!r} if name in sys.modules])"

    run = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert run.stdout.strip() == "[]", run.stderr


def noting_what_is_loaded(names: tuple[str, ...], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command in a process of its own; in the end it writes to stderr which of these modules it has loaded."""
    look = (
        f"import sys; sys.argv = {['amends', *arguments]!r}\n"
        "from app.cli import main\n"
        f"try:\n    main()\nfinally:\n    sys.stderr.write(str([n for n in {names!r} if n in sys.modules]))"
    )
    return subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("said", ["search recall-after-ten-days", "search --code AC03", "rules list"])
def test_a_look_into_the_rule_book_loads_nothing_of_the_assistant(said: str) -> None:
    names = ("langgraph", "langchain_core", "agent.assistant", "chromadb", "lightgbm")

    run = noting_what_is_loaded(names, *said.split())

    assert (run.returncode, run.stderr.strip().splitlines()[-1]) == (0, "[]")


def test_an_investigation_that_asks_for_no_score_loads_no_search_no_index_and_no_columns(scenario: Path) -> None:
    """Rules are cited by id: neither the embedding nor Chroma nor Parquet nor numpy is of use."""
    names = ("chromadb", "onnxruntime", "pyarrow", "numpy")

    run = noting_what_is_loaded(names, "investigate", str(scenario), "--json")

    assert (run.returncode, run.stderr.strip()) == (0, "[]")


def test_without_a_model_nothing_of_one_is_loaded(scenario: Path) -> None:
    names = ("agent.model", "langchain_openai", "openai", "boto3", "genai_prices", "tiktoken")

    run = noting_what_is_loaded(names, "investigate", str(scenario), "--json")

    assert (run.returncode, run.stderr.strip()) == (0, "[]")


# Investigate.


def test_a_model_without_a_key_leaves_the_result_as_it_is_and_says_so(
    amends: Amends, scenario: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    model_settings.cache_clear()

    said = amends("investigate", scenario, "--json", "--model", "openai:gpt-5-mini")

    assert said.code == 0
    assert said.document["proposal"] == amends("investigate", scenario, "--json").document["proposal"]
    [flag] = [g for g in said.document["guardrails"] if g["name"] == "model"]
    assert "set OPENAI_API_KEY" in flag["detail"]
    assert (said.document["model"]["provider"], said.document["model"]["calls"]) == ("none", 0)


def test_a_model_of_no_known_kind_is_refused(amends: Amends, scenario: Path) -> None:
    said = amends("investigate", scenario, "--json", "--model", "gpt-5-mini")

    assert said.code == 2
    assert said.error["code"] == "model_unavailable"
    assert "openai:NAME" in said.error["message"]


def test_the_result_has_every_field_of_the_contract(amends: Amends, scenario: Path) -> None:
    result = amends("investigate", scenario, "--json").document

    assert set(result) >= {
        *("schema", "case", "payment", "proposal", "evidence", "rules", "fraud", "guardrails", "model", "timings_ms"),
    }
    assert set(result["case"]) >= {"id", "type", "rail", "our_role", "state", "due"}
    assert set(result["payment"]) >= {"uetr", "matched_by", "candidates"}
    assert set(result["proposal"]) >= {
        *("disposition", "rule", "status", "reason", "summary", "claims", "messages", "actions", "reply"),
        *("approvals", "confidence", "hash"),
    }
    for message in result["proposal"]["messages"]:
        assert set(message) >= {"type", "to", "file", "violations"}
        assert "body" not in message
    assert result["model"] == {"provider": "none", "name": "", "calls": 0, "tokens_in": 0, "tokens_out": 0}


def test_the_same_scenario_gives_the_same_result_twice(amends: Amends, scenario: Path) -> None:
    """Apart from how long it took."""
    first, second = (amends("investigate", scenario, "--json").document for _ in range(2))

    assert {**first, "timings_ms": None} == {**second, "timings_ms": None}


def test_a_message_that_nobody_can_read_is_a_result_and_no_error(amends: Amends, scenario: Path) -> None:
    (scenario / "message.xml").write_bytes(b"<Document")

    said = amends("investigate", scenario, "--json")

    assert said.code == 0
    assert (said.document["case"]["type"], said.document["proposal"]["rule"]) == ("unknown", "GEN-1")


def _broken(folder: Path, file: str, old: str, new: str) -> Path:
    """The recall with one thing changed in one of its files."""
    RECALL.written_to(folder)
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    return folder


BROKEN = {
    "broken YAML": ("case.yaml", "as_of:", "as_of: ['", "case.yaml"),
    "no clock": ("case.yaml", "as_of:", "asof:", "asof"),
    "an unknown list": ("records.yaml", "accounts:", "acounts:", "acounts"),
    "an unknown field": ("records.yaml", "  balance:", "  balanse:", "balanse"),
    "no amount": ("records.yaml", "'4250.00'", "'a lot'", "amount"),
    "an agent that is none": ("case.yaml", "LARKGB2L", "LARK", "our_bics"),
    "a missing message": ("case.yaml", "message.xml", "other.xml", "other.xml"),
    "a message outside the folder": ("case.yaml", "message.xml", "../message.xml", "message"),
}


@pytest.mark.parametrize(("file", "old", "new", "named"), BROKEN.values(), ids=BROKEN)
def test_a_scenario_that_cannot_be_used_is_named_with_its_field(
    file: str, old: str, new: str, named: str, amends: Amends, tmp_path: Path
) -> None:
    said = amends("investigate", _broken(tmp_path / "broken", file, old, new), "--json")

    assert said.code == 2
    assert named in said.error["message"]
    assert "\n" not in said.error["message"]


def test_without_json_an_error_is_one_sentence_on_stderr(amends: Amends, tmp_path: Path) -> None:
    said = amends("investigate", tmp_path / "nowhere")

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("amends: ")
    assert said.err.count("\n") == 1


def test_an_empty_folder_holds_no_scenario(amends: Amends, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    said = amends("investigate", tmp_path / "empty", "--json")

    assert said.code == 2
    assert "no scenario" in said.error["message"]


# A batch.


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """Good and bad scenarios side by side; their names give the order."""
    folder = tmp_path / "batch"
    RECALL.written_to(folder / "a-good")
    for place, (name, (file, old, new, _)) in enumerate(BROKEN.items()):
        _broken(folder / f"b{place}-{name.replace(' ', '-')}", file, old, new)
    a_return_of(a_payment(direction="outbound", state="settled")).written_to(folder / "c-good")
    return folder


def test_a_batch_answers_each_scenario_in_order_and_a_bad_one_stops_nobody(amends: Amends, batch: Path) -> None:
    said = amends("investigate", batch, "--json")

    rules = [document["proposal"]["rule"] for document in said.documents if "proposal" in document]
    errors = [document["error"] for document in said.documents if "error" in document]
    assert (said.code, said.err) == (0, "")
    assert rules == ["CXI-10", "RTN-6"]
    assert ["proposal" in d for d in said.documents] == [True, *[False] * len(BROKEN), True]
    for error, (_, _, _, named) in zip(errors, BROKEN.values(), strict=True):
        assert named in error["message"]


def test_several_paths_are_answered_in_the_order_given(
    amends: Amends, batch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no folder is an error of its own line, and a message file wants a store."""
    file = tmp_path / "note.txt"
    file.write_text("Please send the money back.\n")
    monkeypatch.chdir(tmp_path)  # where no store lies

    said = amends("investigate", batch / "c-good", tmp_path / "nowhere", file, batch / "a-good", "--json")

    assert said.code == 0
    assert ["proposal" in d for d in said.documents] == [True, False, False, True]
    assert "nowhere" in said.documents[1]["error"]["message"]
    assert str(file) in said.documents[2]["error"]["where"]


def test_one_empty_folder_stops_no_other_scenario(amends: Amends, scenario: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    said = amends("investigate", scenario, tmp_path / "empty", "--json")

    assert ["proposal" in document for document in said.documents] == [True, False]


def test_a_fault_of_ours_shows_itself_and_the_others_still_get_their_answer(amends: Amends, batch: Path) -> None:
    """Exit code 1, a trace on stderr, and one line for each scenario all the same."""

    def fails(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    with patch("agent.graph.decide_case", fails):
        said = amends("investigate", batch, "--json")

    codes = [document["error"]["code"] for document in said.documents]
    assert said.code == 1
    assert (codes[0], codes[-1]) == ("fault", "fault")
    assert "RuntimeError: a fault of ours" in said.err


@pytest.mark.parametrize("store", [False, True])
def test_a_fault_in_one_scenario_stops_no_other_in_any_store(
    store: bool, amends: Amends, batch: Path, tmp_path: Path
) -> None:
    from agent.decide import decide_case

    def fails_for_recalls(case: Any) -> Any:
        if case.type == "cancellation_received":
            raise RuntimeError("a fault of ours")
        return decide_case(case)

    where = ("--store", tmp_path / "store") if store else ()
    with patch("agent.graph.decide_case", fails_for_recalls):
        said = amends("investigate", batch / "a-good", batch / "c-good", "--json", *where)

    assert said.code == 1
    assert ["proposal" in document for document in said.documents] == [False, True]


def test_the_drafts_of_a_batch_are_written_where_asked(amends: Amends, batch: Path, tmp_path: Path) -> None:
    said = amends("investigate", batch, "--json", "--out", tmp_path / "out")

    drafted = [m["file"] for d in said.documents if "proposal" in d for m in d["proposal"]["messages"]]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(drafted)
    for name in drafted:
        assert b"<Document" in (tmp_path / "out" / name).read_bytes()


# One message over the records of a store.


def test_a_message_file_is_investigated_over_the_records_of_a_store(amends: Amends, tmp_path: Path) -> None:
    scenario = RECALL.written_to(tmp_path / "recall")
    assert amends("load", "scenario", scenario, "--store", tmp_path / "store", "--json").document["payments"] == 1

    said = amends("investigate", scenario / "message.xml", "--store", tmp_path / "store", "--json")

    assert said.code == 0
    assert said.document["payment"]["uetr"] == str(a_payment().uetr)
    assert said.document["case"]["id"] == "message"


def test_several_message_files_become_cases_of_one_store(amends: Amends, tmp_path: Path) -> None:
    scenario = RECALL.written_to(tmp_path / "recall")
    amends("load", "scenario", scenario, "--store", tmp_path / "store", "--json")
    files = _files(tmp_path)

    said = amends(
        "investigate", files["recall"], files["empty"], files["return"], "--store", tmp_path / "store", "--json"
    )

    recall, unreadable, returned = said.documents
    assert (said.code, recall["case"]["id"], returned["case"]["id"]) == (0, "recall", "return")
    assert "AMENDS_OUR_BICS" in unreadable["error"]["message"]
    assert unreadable["error"]["where"].startswith(str(files["empty"]))


def test_a_message_file_without_a_store_says_what_to_do(amends: Amends, scenario: Path, tmp_path: Path) -> None:
    said = amends("investigate", scenario / "message.xml", "--store", tmp_path / "none", "--json")

    assert said.code == 2
    assert "no store" in said.error["message"]
    assert "load" in said.error["message"]


# Decide.


def test_a_case_goes_from_proposal_to_delivery_by_commands_alone(amends: Amends, store: Path, tmp_path: Path) -> None:
    first = sign(amends, store, "anna")
    second = sign(amends, store, "ben")

    assert (first.code, first.document["still_needed"]) == (0, ["approver"])
    assert (second.code, second.document["state"], len(second.document["released"])) == (0, "resolved", 2)

    assert len(amends("deliver", "--store", store, "--json").document["sent"]) == 2
    assert amends("deliver", "--store", store, "--json").document["sent"] == []
    assert len(list((store / "outbox").glob("*.xml"))) == 2

    assert amends("audit", "verify", "--store", store, "--json").document["whole"] is True
    assert amends("show", "RECALL-1", "--store", store, "--json").document["case"]["state"] == "resolved"
    exported = amends("audit", "export", "RECALL-1", "--store", store, "--out", tmp_path / "pack", "--json").document
    assert Path(exported["page"]).is_file()
    assert Path(exported["pack"]).is_file()


def test_a_page_for_people_tells_the_same(amends: Amends, store: Path) -> None:
    sign(amends, store, "anna")

    said = amends("show", "RECALL-1", "--store", store)

    assert said.code == 0
    for told in ("RECALL-1", "CXI-10", "anna", "pacs.004"):
        assert told in said.out


REFUSED = {
    "no verdict": (("--json",), "exactly one"),
    "two verdicts": (("--approve", "--reject", "no"), "exactly one"),
    "a refusal without a reason": (("--reject", " "), "reason"),
    "a question without words": (("--ask", ""), "want to know"),
    "an escalation to nobody": (("--escalate", "boss"), "boss"),
    "an edit that is not there": (("--edit", "nowhere.yaml"), "nowhere.yaml"),
}


@pytest.mark.parametrize(("what", "told"), REFUSED.values(), ids=REFUSED)
def test_a_decision_that_does_not_count_says_why(what: tuple[str, ...], told: str, amends: Amends, store: Path) -> None:
    said = sign(amends, store, "anna", *what)

    assert said.code == 2
    assert told in said.error["message"]


def test_a_role_a_case_and_a_person_must_be_known(amends: Amends, store: Path) -> None:
    role = sign(amends, store, "anna", role="boss")
    person = sign(amends, store, " ")
    case = amends("decide", "NOBODYS", "--store", store, "--as", "anna", "--role", "approver", "--approve", "--json")

    assert (role.code, person.code, case.code) == (2, 2, 2)
    assert "approver, fraud_specialist, compliance" in role.error["message"]
    assert "name of the person" in person.error["message"]
    assert "NOBODYS" in case.error["message"]


def test_nobody_signs_twice_or_after_the_end(amends: Amends, store: Path) -> None:
    sign(amends, store, "anna")
    twice = sign(amends, store, "Anna")
    sign(amends, store, "ben")
    late = sign(amends, store, "carla")

    assert (twice.code, late.code) == (2, 2)
    assert "has signed" in twice.error["message"]
    assert "nothing to decide" in late.error["message"]


def test_an_edit_makes_a_version_that_the_editor_may_not_sign(amends: Amends, store: Path, tmp_path: Path) -> None:
    change = tmp_path / "change.yaml"
    change.write_text("summary: The creditor agreed in writing.\nactions: []\n")

    edited = sign(amends, store, "anna", "--edit", change)
    own = sign(amends, store, "anna")

    assert (edited.code, edited.document["version"]) == (0, 2)
    assert "edited" in own.error["message"]


def test_an_edit_of_what_may_not_be_edited_is_refused(amends: Amends, store: Path, tmp_path: Path) -> None:
    change = tmp_path / "change.yaml"
    change.write_text("approvals: {required: 0, roles: []}\n")

    said = sign(amends, store, "anna", "--edit", change)

    assert said.code == 2
    assert "approvals" in said.error["message"]


def test_a_store_that_is_not_there_is_never_made_by_looking(amends: Amends, tmp_path: Path) -> None:
    for command in (("audit", "verify"), ("cases",), ("show", "X"), ("deliver",)):
        said = amends(*command, "--store", tmp_path / "none", "--json")
        assert said.code == 2
        assert "no store" in said.error["message"]
    assert not (tmp_path / "none").exists()


# Audit.


def test_a_changed_record_is_found_and_named(amends: Amends, store: Path) -> None:
    sign(amends, store, "anna")
    tamper(_opened(store), "UPDATE decisions SET person = 'eve' WHERE case_id = 'RECALL-1'")

    said = amends("audit", "verify", "--store", store, "--json")

    assert said.code == 2
    assert said.document["whole"] is False
    assert said.document["broken"]["case_id"] == "RECALL-1"
    assert "decision/1" in said.document["broken"]["why"]
    assert "broken" in amends("audit", "verify", "--store", store).out


def test_a_proposal_changed_behind_the_desk_cannot_be_signed(amends: Amends, store: Path) -> None:
    tamper(_opened(store), "UPDATE proposals SET body = replace(body, 'EUR', 'USD') WHERE case_id = 'RECALL-1'")

    said = sign(amends, store, "anna")

    assert said.code == 2
    assert "not what was recorded" in said.error["message"]


def _opened(store: Path) -> Any:
    from agent.store import Store

    return Store(open_engine(f"sqlite:///{store / 'amends.sqlite'}"))


# Parse.


def test_parse_gives_one_line_a_file_whatever_the_file_is(amends: Amends, tmp_path: Path) -> None:
    files = _files(tmp_path)

    said = amends("parse", *files.values(), "--json")

    assert (said.code, said.err) == (0, "")
    assert [document["file"] for document in said.documents] == [str(path) for path in files.values()]
    for document in said.documents:
        assert set(document) >= {
            *("file", "message_type", "case_type", "references", "amounts", "reasons", "parties", "error"),
        }
        assert set(document["references"]) == {
            *("uetr", "end_to_end_id", "instruction_id", "transaction_id", "message_id"),
        }
    found = dict(zip(files, said.documents, strict=True))
    assert {name for name, document in found.items() if document["error"] is None} >= {"recall", "return", "letter"}
    for name in ("empty", "cut off", "binary", "huge", "missing"):
        assert found[name]["error"], name
        assert found[name]["message_type"] is None


def test_parse_says_what_a_recall_says(amends: Amends, tmp_path: Path) -> None:
    said = amends("parse", _files(tmp_path)["recall"], "--json").document

    assert (said["message_type"], said["case_type"]) == ("camt.056.001.08", "cancellation_received")
    assert said["references"]["uetr"] == [str(a_payment().uetr)]
    assert said["references"]["end_to_end_id"] == ["E2E-7781"]
    assert said["amounts"] == [{"amount": "4250.00", "currency": "EUR"}]
    assert said["reasons"] == ["DUPL"]
    assert {str(THEM), str(US), "Grebe Boats BV"} <= set(said["parties"])


def _files(folder: Path) -> dict[str, Path]:
    contents = {
        "recall": ("recall.xml", RECALL.message),
        "return": ("return.xml", a_return_of(a_payment(direction="outbound", state="settled")).message),
        "letter": ("letter.eml", an_email("Where is the payment E2E-7781?").message),
        "empty": ("empty.xml", b""),
        "cut off": ("cut.xml", RECALL.message[:300]),
        "binary": ("binary.mt", bytes(range(256)) * 8),
    }
    paths = {name: folder / file for name, (file, _) in contents.items()}
    for name, (_, content) in contents.items():
        paths[name].write_bytes(content)
    huge = folder / "huge.xml"
    with huge.open("wb") as file:
        file.truncate(FILE_BYTES_MAX + 1)
    return paths | {"huge": huge, "missing": folder / "missing.xml"}

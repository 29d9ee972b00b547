"""One run of the graph over one case: what the steps work with, and the stages they have reached."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.notebook import Notebook
from agent.policy.facts import Limits
from agent.propose import Post
from agent.shelf import Shelf
from agent.state import Checked, Decided, Investigated, Opened, Proposed, Triaged
from agent.store import Store
from agent.suspicion import Scoring
from agent.transaction import Intake
from retrieval.rulebook import RuleBook

if TYPE_CHECKING:
    from agent.model import Voice


@dataclass(slots=True, kw_only=True)
class Run:
    """Handed to every step as the graph's context; it never enters a checkpoint.

    Stages are rich and typed here; the graph's own state keeps only ids. A run that dies is started again from the
    case's intake row, for nothing before the review has an effect outside the store.
    """

    opened: Opened
    notebook: Notebook
    book: RuleBook
    store: Store
    post: Post
    limits: Limits = field(default_factory=Limits)
    scoring: Scoring | None = None
    """The tool that scores a payee; None where no model may be asked."""
    intake: Intake | None = None
    """The case's own row, where it is written with the proposal instead of before (throw-away stores)."""
    voice: "Voice | None" = None
    """The language model's part in this case; None where none is asked."""
    day: str = ""
    """The day to which the model's money is counted."""
    triaged: Triaged | None = None
    shelf: Shelf | None = None
    investigated: Investigated | None = None
    decided: Decided | None = None
    proposed: Proposed | None = None
    checked: Checked | None = None
    result: dict[str, Any] | None = None
    started: float = field(default_factory=time.perf_counter)

    @property
    def milliseconds(self) -> float:
        """How long the run has taken so far."""
        return (time.perf_counter() - self.started) * 1000

"""A rule document: what it says, for which rails, from which day, on whose word."""

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Rail = Literal["CBPR", "SEPA_SCT", "SEPA_INST", "FPS", "CHAPS", "FEDWIRE", "FEDNOW", "T2"]
RAILS: tuple[Rail, ...] = get_args(Rail)

UNDATED = date(2000, 1, 1)
"""First day of a bank's own document that states none."""

Confidence = Literal["high", "medium", "low"]
"""high: two public sources agree, or it is our own house rule; medium: one source; low: from memory, or disputed."""


class Record(BaseModel):
    """A frozen record that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _one_line(text: str) -> str:
    if not text.strip() or "\n" in text:
        raise ValueError("must be one line of text")
    return text


Line = Annotated[str, AfterValidator(_one_line)]


class Source(Record):
    """Where a rule comes from, so that a reader can look it up."""

    name: Line
    edition: Line
    section: Line

    def __str__(self) -> str:
        return f"{self.name}, {self.edition}, {self.section}"


class Section(Record):
    """One heading with its text; it answers one question."""

    slug: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    heading: Line
    text: str
    """Paragraphs parted by a blank line, list items by a line break."""


class Rule(Record):
    """One version of one rule document; versions of an id never overlap in time."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)+$")
    """Kebab-case and lasting: decision rows cite it, e.g. "sepa-recall-answer"."""
    title: Line
    rails: tuple[Rail | Literal["any"], ...] = Field(min_length=1)
    messages: tuple[str, ...]
    """Messages it speaks of, e.g. "camt.056", "MT n92"."""
    codes: tuple[str, ...]
    """External codes it speaks of, e.g. "CUST"."""
    jurisdiction: Line
    effective_from: date
    effective_to: date | None
    """Last day on which this version holds; None while nothing replaces it."""
    version: Line
    source: Source
    confidence: Confidence
    last_checked: date
    asks: tuple[Line, ...] = ()
    """How the desk asks for it, in its own slang; found by search, never cited."""
    clocks: tuple[str, ...] = ()
    """Rows of the clock data whose figures it states, e.g. "sepa-recall-answer"; lint compares them."""
    figures: tuple[Line, ...] = ()
    """Durations it states that are no clock of ours, e.g. "180 calendar days" of a foreign law."""
    sections: tuple[Section, ...] = Field(min_length=1)
    private: bool = False
    """The bank's own: it may be shown and cited inside the house, and never leaves it."""
    replaces: tuple[str, ...] = ()
    """Ids of shipped documents that step aside for this one, on its rails and from its day on."""

    def holds_on(self, day: date) -> bool:
        """Say whether this version is in force on a day, both ends included."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    def holds_for(self, rail: str) -> bool:
        """Say whether this version speaks for a rail."""
        return "any" in self.rails or rail in self.rails

    def section(self, slug: str) -> Section | None:
        """The section of that slug, if there is one."""
        return next((section for section in self.sections if section.slug == slug), None)

    @property
    def undated(self) -> bool:
        """Whether nobody said from when it holds; it then holds on every day that a case may bear."""
        return self.effective_from == UNDATED

    @property
    def rail(self) -> str:
        """The rails as one word list for display, e.g. "SEPA_SCT, SEPA_INST"."""
        return ", ".join(self.rails)

    @property
    def text(self) -> str:
        """The whole document as a person reads it."""
        return "\n\n".join(f"{section.heading}\n{section.text}" for section in self.sections)


class Problem(Record):
    """A fault in a rule document: which one, where, and what to change."""

    rule_id: str
    place: str
    """A front-matter field, a section's slug, or "file"."""
    detail: str

    def __str__(self) -> str:
        return f"{self.rule_id} ({self.place}): {self.detail}"


class UnknownRule(LookupError):
    """No rule document bears this id."""

    def __init__(self, id: str) -> None:
        super().__init__(f"No rule document is called {id!r}; search the rule book for its subject.")


class UnknownRail(ValueError):
    """No rail bears this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"No rail is called {name!r}; use one of {', '.join(RAILS)}.")


class UnusableRules(ValueError):
    """A folder of rule documents, or a built rule book, cannot be used as it stands."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__("\n".join([message, *(f"  {problem}" for problem in problems)]))
        self.problems = problems

"""The notebook of one case: every answer of every read tool becomes an Evidence with an id."""

from datetime import datetime
from typing import Any, TypeVar

from tools.bank.bank import ReadRecords
from tools.bank.records import Account, PriorCase
from tools.errors import Record
from tools.evidence import Evidence, digest
from tools.payment import Payment
from tools.tool import Answer, Ask, ReadTool

Kept = TypeVar("Kept", bound=Record)


class Aside:
    """Records looked at on the way, without becoming evidence; kept, so that a replay needs no records."""

    def __init__(self, records: ReadRecords) -> None:
        self._records = records
        self.kept: list[dict[str, Any]] = []

    def accounts_of_customer(self, customer_id: str) -> list[Account]:
        return self._keep("accounts_of_customer", customer_id, self._records.accounts_of_customer(customer_id))

    def prior_cases(self, uetr: str) -> list[PriorCase]:
        return self._keep("prior_cases", uetr, self._records.prior_cases(uetr))

    def payment(self, uetr: str) -> Payment | None:
        found = self._records.payment(uetr)
        self._keep("payment", uetr, [found] if found is not None else [])
        return found

    def _keep(self, what: str, of: str, found: list[Kept]) -> list[Kept]:
        shown = [each.model_dump(mode="json", exclude_none=True) for each in found]
        self.kept.append({"what": what, "of": of, "found": shown})
        return found


class Notebook:
    """Asks read tools and keeps what they answered, in order: E1, E2, E3 …"""

    def __init__(self, records: ReadRecords, at: datetime, *, after: int = 0) -> None:
        """`after`: how many pieces of evidence an earlier investigation of the case left; numbers go on from there."""
        self.records = records
        self.aside = Aside(records)
        self.at = at
        self._at_text = at.isoformat()
        self.evidence: list[Evidence] = []
        self._after = after

    def ask(self, tool: ReadTool[Ask, Answer], ask: Ask) -> Answer:
        """Run a read tool and keep its answer as evidence."""
        answer = tool(self.records, ask)
        asked = ask.model_dump(mode="json", exclude_defaults=True)
        self.note(tool.name, asked, answer.model_dump(mode="json", exclude_none=True))
        return answer

    def note(self, tool: str, arguments: dict[str, Any], result: dict[str, Any]) -> Evidence:
        """Keep an answer that was found in another way, e.g. the reading of the message itself."""
        proven = {"tool": tool, "arguments": arguments, "result": result, "at": self._at_text}
        evidence = Evidence(
            id=f"E{self._after + len(self.evidence) + 1}",
            tool=tool,
            arguments=arguments,
            result=result,
            at=self.at,
            hash=digest(proven),
        )
        self.evidence.append(evidence)
        return evidence

    def as_it_stands(self) -> "Notebook":
        """A copy that what is found later does not enter."""
        copy = Notebook(self.records, self.at, after=self._after)
        copy.evidence = list(self.evidence)
        return copy

    def ids(self, *tools: str) -> tuple[str, ...]:
        """Ids of the evidence that these tools gave; of all evidence when none is named."""
        return tuple(e.id for e in self.evidence if not tools or e.tool in tools)

"""The notebook of one case: every answer of every read tool becomes an Evidence with an id."""

from datetime import datetime
from typing import Any

from tools.bank.bank import ReadRecords
from tools.evidence import Evidence, digest
from tools.tool import Answer, Ask, ReadTool


class Notebook:
    """Asks read tools and keeps what they answered, in order: E1, E2, E3 …"""

    def __init__(self, records: ReadRecords, at: datetime, *, after: int = 0) -> None:
        """`after`: how many pieces of evidence an earlier investigation of the case left; numbers go on from there."""
        self.records = records
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

    def ids(self, *tools: str) -> tuple[str, ...]:
        """Ids of the evidence that these tools gave; of all evidence when none is named."""
        return tuple(e.id for e in self.evidence if not tools or e.tool in tools)

"""Finding the payment that is meant: a message named as a whole means what it carried, and no more."""

from pathlib import Path

import pytest

from tests.situations import THEM, US, Situation, a_payment, a_recall_of, an_assistant
from tools.payment import Payment

WHOLE = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.056.001.08"><FIToFIPmtCxlReq>
<Assgnmt><Id>GROUP-1</Id><Assgnr><Agt><FinInstnId><BICFI>{them}</BICFI></FinInstnId></Agt></Assgnr>
<Assgne><Agt><FinInstnId><BICFI>{us}</BICFI></FinInstnId></Agt></Assgne><CreDtTm>2026-11-16T08:00:00Z</CreDtTm></Assgnmt>
<Undrlyg><OrgnlGrpInfAndCxl><OrgnlMsgId>{message_id}</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId>
<GrpCxl>true</GrpCxl><CxlRsnInf><Rsn><Cd>CUST</Cd></Rsn></CxlRsnInf></OrgnlGrpInfAndCxl></Undrlyg>
</FIToFIPmtCxlReq></Document>"""


def of_the_whole_message(message_id: str, *payments: Payment) -> Situation:
    body = WHOLE.format(them=THEM, us=US, message_id=message_id)
    alike = a_recall_of(payments[0])
    records = alike.records.model_copy(update={"payments": payments})
    return Situation("GROUP-1", body.encode(), ".xml", alike.sender, alike.channel, records)


@pytest.mark.parametrize(
    ("message_id", "count", "rule"),
    [("MSG-7781", 1, "CXI-15"), ("MSG-7781", 2, "GEN-3"), ("MSG-OTHER", 1, "CXI-1")],
)
def test_a_message_cancelled_as_a_whole_means_the_payments_that_it_carried(
    tmp_path: Path, message_id: str, count: int, rule: str
) -> None:
    payments = [
        a_payment(name=f"payment {n}", end_to_end_id=f"E2E-{n}", transaction_id=f"TX-{n}", instruction_id=f"INS-{n}")
        for n in range(count)
    ]

    result = of_the_whole_message(message_id, *payments).put_to(an_assistant(tmp_path))

    assert result["proposal"]["rule"] == rule


def test_a_message_id_beside_an_unknown_payment_of_it_is_no_match(tmp_path: Path) -> None:
    payment = a_payment()
    other = payment.model_copy(update={"uetr": a_payment(name="never sent").uetr, "transaction_id": "TX-UNKNOWN"})
    asked = a_recall_of(other)
    known = Situation(
        asked.id,
        asked.message,
        asked.suffix,
        asked.sender,
        asked.channel,
        a_recall_of(payment).records,
    )

    assert known.put_to(an_assistant(tmp_path))["proposal"]["rule"] == "CXI-1"

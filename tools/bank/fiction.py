"""Invented people, firms, banks and payments: every name is fiction, every checksum is right."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from tools.bank.records import Account, Customer
from tools.payment import Party, Payment

AS_OF = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
"""The morning on which the invented bank opens; it never moves, so the same seed is always the same bank."""
US = "WRENGB2L"


class Correspondent(NamedTuple):
    """Another bank, and what accounts there look like."""

    bic: str
    country: str
    bank_code: str
    currency: str


CORRESPONDENTS = (
    Correspondent("TULPNL2A", "NL", "TULP", "EUR"),
    Correspondent("EICHDEFF", "DE", "50099900", "EUR"),
    Correspondent("LYSAFRPP", "FR", "3009900794", "EUR"),
    Correspondent("OLMOESMM", "ES", "99900418", "EUR"),
    Correspondent("PUFFGB2L", "GB", "PUFF609242", "GBP"),
    Correspondent("HAZLUS33", "US", "", "USD"),
)

_FIRST = "Ada Bram Chidi Dalia Elif Farid Greta Hugo Imani Jonas Kaito Lena Mira Nils Oona Pavel Rosa Sanjay Tove Yara"
_LAST = "Ashdown Brook Castel Dunmore Eker Fennick Grange Holloway Iyengar Jarrow Kettle Lindqvist Marlow Norwood Osei"
_TRADE = "Bearings Boats Bricks Ceramics Clocks Fabrics Glass Joinery Lamps Optics Orchards Paper Pumps Seeds Tools"
_PLACE = "Alder Birch Curlew Dunlin Elm Fulmar Gorse Heron Juniper Kestrel Linnet Moorhen Osprey Plover Rowan Teal"
_FORMS = {"NL": "BV", "DE": "GmbH", "FR": "SARL", "ES": "SL", "GB": "Ltd", "US": "Inc"}
_BILLS = ("Brightwater Utilities", "Northmoor Council", "Lantern Energy", "Tern Telecom", "Harrier Insurance")


def iban(country: str, bban: str) -> str:
    """Return the IBAN of a country's account number, its check digits by ISO 7064 MOD 97-10 (ISO 13616)."""
    digits = "".join(str(int(ch, 36)) for ch in bban + country + "00")
    return f"{country}{98 - int(digits) % 97:02d}{bban}"


def french_key(bank_and_branch: str, account: str) -> str:
    """Return the two digits that end a French account number (clé RIB)."""
    bank, branch = int(bank_and_branch[:5]), int(bank_and_branch[5:])
    return f"{97 - (89 * bank + 15 * branch + 3 * int(account)) % 97:02d}"


class Maker:
    """Makes what it is asked for, the same from the same seed."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)  # noqa: S311 - invented data, nothing secret

    def number(self, digits: int) -> str:
        return "".join(self.random.choices("0123456789", k=digits))

    def uetr(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def amount(self, low: int, high: int) -> str:
        """Return an amount between two, small ones more often, as invoices are."""
        share = self.random.random() ** 2
        cents = int((low + (high - low) * share) * 100)
        return str(Decimal(cents).scaleb(-2))

    def day(self, days_back: int) -> date:
        """Return a weekday among the last days."""
        found = AS_OF.date() - timedelta(days=self.random.randint(1, days_back))
        return found - timedelta(days=max(0, found.weekday() - 4))

    def person(self) -> str:
        return f"{self.random.choice(_FIRST.split())} {self.random.choice(_LAST.split())}"

    def firm(self, country: str) -> str:
        return f"{self.random.choice(_PLACE.split())} {self.random.choice(_TRADE.split())} {_FORMS[country]}"

    def biller(self) -> str:
        return self.random.choice(_BILLS)

    def account_at(self, bank: Correspondent) -> str:
        match bank.country:
            case "NL" | "DE":
                return iban(bank.country, bank.bank_code + self.number(10))
            case "FR":
                account = self.number(11)
                return iban("FR", bank.bank_code + account + french_key(bank.bank_code, account))
            case "ES":
                return iban("ES", bank.bank_code + "00" + self.number(10))
            case "GB":
                return iban("GB", bank.bank_code + self.number(8))
            case _:
                return self.number(10)

    def our_account(self) -> str:
        return iban("GB", "WREN405010" + self.number(8))

    def customer(self, number: int, *, firm: bool) -> Customer:
        name = self.firm("GB") if firm else self.person()
        mailbox = "accounts" if firm else name.split()[0].lower()
        host = "".join(ch for ch in name.lower() if ch.isalnum())
        return Customer(
            customer_id=f"C-{number}",
            name=name,
            segment="corporate" if firm else self.random.choice(("retail", "retail", "micro-enterprise")),
            emails=(f"{mailbox}@{host}{number}.example",),
            vulnerable=not firm and self.random.random() < 0.05,
        )

    def account(self, of: Customer, currency: str, balance: str, **more: Any) -> Account:
        return Account(
            **{
                "account": self.our_account(),
                "holder": of.name,
                "customer_id": of.customer_id,
                "currency": currency,
                "balance": balance,
                "status": "open",
                "opened_at": date(2015 + self.random.randrange(10), 1 + self.random.randrange(12), 1),
                **more,
            }
        )

    def party(self, bank: Correspondent, *, person: bool = False) -> Party:
        name = self.person() if person else self.firm(bank.country)
        return Party(name=name, account=self.account_at(bank))

    def outbound(self, debtor: Account, creditor: Party, bank: str, rail: str, **more: Any) -> Payment:
        """Make a payment of a customer of ours to another bank."""
        ours = Party(name=debtor.holder, account=debtor.account)
        ways = {"direction": "outbound", "debtor": ours, "debtor_agent": US, "creditor": creditor}
        agents = {"creditor_agent": bank, "instructing_agent": US, "instructed_agent": bank}
        return self._payment({"rail": rail, "state": "settled", **ways, **agents, **more})

    def inbound(self, debtor: Party, creditor: Account, bank: str, rail: str, **more: Any) -> Payment:
        """Make a payment from another bank to a customer of ours."""
        ours = Party(name=creditor.holder, account=creditor.account)
        ways = {"direction": "inbound", "debtor": debtor, "debtor_agent": bank, "creditor": ours}
        agents = {"creditor_agent": US, "instructing_agent": bank, "instructed_agent": US}
        return self._payment({"rail": rail, "state": "credited", **ways, **agents, **more})

    def _payment(self, given: dict[str, Any]) -> Payment:
        uetr = given.pop("uetr", None) or self.uetr()
        mark = uetr.replace("-", "")[:10].upper()
        at = datetime.combine(given["settlement_date"], time(9 + self.random.randrange(8), 5), UTC)
        return Payment(
            **{
                "uetr": uetr,
                "message_type": "pacs.008.001.08",
                "message_id": f"M{mark}",
                "instruction_id": f"I{mark}",
                "end_to_end_id": f"E{mark}",
                "transaction_id": f"T{mark}",
                "charge_bearer": "SLEV" if str(given["rail"]).startswith("SEPA") else "SHAR",
                "state_at": at,
                "credited_at": at if given["state"] == "credited" else None,
                **given,
            }
        )


def rail_between(bank: Correspondent, maker: Maker) -> str:
    """Return a rail on which we reach that bank in its currency."""
    rails: Sequence[str] = {
        "EUR": ("CBPR", "SEPA_SCT", "SEPA_SCT", "SEPA_INST"),
        "GBP": ("FPS", "FPS", "FPS", "CHAPS"),
        "USD": ("CBPR",),
    }[bank.currency]
    return maker.random.choice(rails)

"""The wordings under evals/triage: families with choices and slots, their variants, and the held-out messages."""

import hashlib
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tools.text.model import LABELS, CaseType, Sender

DATA = Path(__file__).parent / "triage"
VARIANTS = 12
BORROWED_VARIANTS = 3

_BORROW: dict[Sender, dict[CaseType, CaseType]] = {
    "customer": {
        "cancellation_received": "recall",
        "non_receipt_received": "non_receipt_asked_by_customer",
        "modification": "modification",
        "status_enquiry": "status_enquiry",
        "charges_claim": "charges_claim",
        "value_date_claim": "value_date_claim",
    },
    "bank": {
        "recall": "cancellation_received",
        "non_receipt_asked_by_customer": "non_receipt_received",
        "fraud_report": "cancellation_received",
        "modification": "modification",
        "status_enquiry": "status_enquiry",
        "charges_claim": "charges_claim",
        "value_date_claim": "value_date_claim",
        "unknown": "unknown",
    },
}
"""Wordings of one kind of sender that mean the same from the other."""


class Family(NamedTuple):
    """One wording with its choices and slots."""

    sender: Sender
    type: CaseType
    language: str
    pattern: str


class Example(NamedTuple):
    """One concrete text and what it wants."""

    sender: Sender
    type: CaseType
    language: str
    text: str


def families() -> list[Family]:
    """Every wording of the training files, in file order."""
    found: list[Family] = []
    senders: tuple[Sender, ...] = ("customer", "bank")
    for sender in senders:
        type_, language = "unknown", "en"
        for line in (DATA / f"{sender}.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith("=="):
                type_, language = line.removeprefix("==").split()
            elif line and not line.startswith("#"):
                found.append(Family(sender, _case_type(sender, type_), language, line))
    return found


def _case_type(sender: Sender, name: str) -> CaseType:
    return next(label for label in LABELS[sender] if label == name)


def is_development(family: Family) -> bool:
    """One family in six measures while we build: by its own hash, so a new line never moves an old one."""
    return int(hashlib.sha256(family.pattern.encode()).hexdigest(), 16) % 6 == 0


def held_out(name: str = "test") -> list[Example]:
    """A test file: whole messages in wording of their own. "test2" speaks with another voice than "test"."""
    lines = (DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    senders: dict[str, Sender] = {"customer": "customer", "bank": "bank"}
    return [
        Example(senders[sender], _case_type(senders[sender], type_), language, text.replace("\\n", "\n"))
        for sender, type_, language, text in rows
    ]


_CHOICE = re.compile(r"\{([^{}]*)\}")
_SLOT = re.compile(r"<(\w+)>")
_NAMES = (
    *("Eichen Bau GmbH", "Acme Ltd", "Tulip Trading BV", "Dupont SARL", "Hernandez SL", "Rossi SRL", "Mrs Novak"),
    *("Blue Ocean Shipping", "John Miller", "Orchid Pvt Ltd", "Kramer AG", "Maria Silva", "Northwind Inc"),
    *("M. Lefebvre", "K. Tanaka"),
)
_IBANS = ("DE89370400440532013000", "NL91 ABNA 0417 1643 00", "FR1420041010050500013M02606", "GB29NWBK60161331926819")
_BICS = ("DEUTDEFF", "CITIUS33", "BNPAFRPP", "TULPNL2A", "BARCGB22")
_DATES = ("11 November", "3 Nov 2026", "2026-11-09", "09/11/2026", "12.11.2026", "121126", "last Monday", "10th Nov")
_SUFFIXES = (
    *("", "", "", "", "\n\nRegards,\nAnna Berg\nTreasury", "\nThanks", "\nBest regards", "\nMfG", "\nBRGDS"),
    *("\nRGDS PAYMENTS DEPT", "\n\nMit freundlichen Grüßen\nK. Maier", "\n\nCordialement", "\n\nUn saludo"),
    *("\n\nMet vriendelijke groet", "\nCordiali saluti"),
)
_PREFIXES = {
    "customer": (
        *("", "", "", "Hello, ", "Hi team, ", "Dear Sir or Madam,\n", "Good morning.\n", "Subject: payment\n\n"),
        "urgent: ",
    ),
    "bank": (
        *(
            "",
            "",
            "",
            "ATTN INVESTIGATIONS\n",
            "RE OUR MT103 <ref> VAL <date> <amt>.\n",
            "DEAR SIRS, ",
            "OUR REF <ref>\n",
        ),
        "UETR <uetr>. ",
    ),
}
_GREETING_BY_LANGUAGE = {
    "de": "Guten Tag, ",
    "fr": "Bonjour, ",
    "es": "Buenos días, ",
    "nl": "Beste, ",
    "it": "Buongiorno, ",
}
_DETAILS = (
    *("", "", "", "", " Amount <amt>, date <date>.", "\nReference: <ref>", " Beneficiary <name>, <iban>."),
    *("\n<amt> / <date> / <name>", " Ref <ref>."),
)


_ASIDES: dict[Sender, dict[str, tuple[str, ...]]] = {
    "customer": {
        "en": (
            *("I hope this finds you well.", "Thank you again for your help last month.", "I am boarding a flight."),
            *("I am afraid I have another favour to ask.", "We are a small family firm and bank with you since 1988."),
            *("Do not call back, I am in meetings all day.", "This is Edward, CEO.", "My colleague is on holiday."),
            *(
                "I understand that this may take some days.",
                "Please confirm by return of e-mail.",
                "It is rather urgent.",
            ),
            *("Our month end is near.", "I could not get through on the hotline.", "I am not good with computers."),
            *("Sorry for the trouble.", "Our customer number is <inv>.", "Please treat this with priority."),
        ),
        "de": ("Ich hoffe, es geht Ihnen gut.", "Bitte um kurze Rückmeldung.", "Es eilt.", "Danke für Ihre Mühe."),
        "fr": ("J'espère que vous allez bien.", "C'est assez urgent.", "Merci de votre retour rapide."),
        "es": ("Espero que estén bien.", "Es bastante urgente.", "Gracias por su ayuda de siempre."),
        "nl": ("Ik hoop dat het goed gaat.", "Het heeft haast.", "Graag een korte reactie."),
        "it": ("Spero stiate bene.", "È piuttosto urgente.", "Resto in attesa di un cortese riscontro."),
    },
    "bank": {
        "en": (
            *("PLS TREAT AS URGENT.", "KINDLY REVERT SOONEST.", "PLS QUOTE OUR REF IN YR REPLY.", "TKS IN ADVANCE."),
            *("THIS MSG IS SENT BY OUR BACK OFFICE.", "YR URGENT REPLY AWAITED.", "PLS REPLY BY SWIFT ONLY."),
        ),
    },
}
"""What people say beside the point; it must not hide what they want."""


def _with_asides(text: str, family: "Family", dice: random.Random) -> str:
    asides = _ASIDES[family.sender].get(family.language, ())
    if not asides or dice.random() > _ASIDE_SHARE:
        return text
    text = f"{dice.choice(asides)} {text}" if dice.random() < 0.6 else text
    for _ in range(dice.randint(0, 2)):
        text = f"{text} {dice.choice(asides)}"
    return text


_ASIDE_SHARE = 0.35


def _fill(pattern: str, dice: random.Random) -> str:
    """One variant: choices made, slots filled."""
    while _CHOICE.search(pattern):
        pattern = _CHOICE.sub(lambda match: dice.choice(match.group(1).split("|")), pattern, count=1)

    def slot(match: re.Match[str]) -> str:
        match match.group(1):
            case "amt":
                grouped = f"{dice.randint(1, 90)},{dice.randint(100, 999)}.50"
                number = dice.choice((f"{dice.randint(20, 9999)}", grouped))
                return dice.choice((f"EUR {number}", f"{number} euros", f"USD {number}", f"£{number}", f"{number} CHF"))
            case "ref":
                return dice.choice(("FT26", "E1A", "INV", "PAY", "TT")) + str(dice.randint(10000, 9999999))
            case "uetr":
                raw = f"{dice.getrandbits(128):032x}"
                return f"{raw[:8]}-{raw[8:12]}-4{raw[13:16]}-8{raw[17:20]}-{raw[20:]}"
            case "inv":
                return str(dice.randint(3, 9999))
            case "name":
                return dice.choice(_NAMES)
            case "iban":
                return dice.choice(_IBANS)
            case "bic":
                return dice.choice(_BICS)
            case _:
                return dice.choice(_DATES)

    return _SLOT.sub(slot, pattern)


def _roughen(text: str, dice: random.Random) -> str:
    """What mails suffer: capitals lost or everywhere, typing slips, words left out, lines wrapped."""
    roll = dice.random()
    if roll < 0.25:
        text = text.lower()
    elif roll < 0.35:
        text = text.upper()
    if dice.random() < 0.25 and len(text) > 20:
        place = dice.randrange(1, len(text) - 2)
        text = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if dice.random() < 0.3:
        words = text.split(" ")
        if len(words) > 14:
            del words[dice.randrange(len(words))]
        text = " ".join(words)
    if dice.random() < 0.15:
        text = re.sub(r"(.{25,45}?) ", r"\1\n", text)
    return text


def variants(family: Family, count: int, dice: random.Random) -> Iterator[Example]:
    """Concrete texts of one family."""
    for number in range(count):
        core = family.pattern
        if number:
            core = _with_asides(core, family, dice)
            prefix = dice.choice(_PREFIXES[family.sender])
            if family.language in _GREETING_BY_LANGUAGE and prefix:
                prefix = _GREETING_BY_LANGUAGE[family.language]
            core = prefix + core + (dice.choice(_DETAILS) if family.type != "unknown" else "") + dice.choice(_SUFFIXES)
        text = _fill(core, dice)
        yield Example(family.sender, family.type, family.language, _roughen(text, dice) if number > 1 else text)


def corpus(sender: Sender, chosen: Sequence[Family], seed: int) -> list[Example]:
    """Training texts for one kind of sender: its own wordings and those it shares with the other."""
    dice = random.Random(seed)  # noqa: S311  reproducible wording, not security
    examples: list[Example] = []
    for family in chosen:
        if family.sender == sender:
            examples += variants(family, VARIANTS, dice)
        elif family.type in _BORROW[sender]:
            examples += (
                example._replace(sender=sender, type=_BORROW[sender][family.type])
                for example in variants(family, BORROWED_VARIANTS, dice)
            )
    return examples

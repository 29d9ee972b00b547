"""What a piece of free text wants: the embedded model's view, corrected by the domain's rules of precedence."""

import re

import numpy as np
from numpy.typing import NDArray

from tools.errors import Record
from tools.text import cues, quoting
from tools.text.features import features
from tools.text.model import LABELS, CaseType, Sender, TextModel, load
from tools.text.words import Reading, read, word_list

TEXT_MAX = 20_000
"""Characters looked at; what a mail wants stands at its top."""
_FORWARDED_TRUST = 0.95
"""Someone else's words, passed on without one's own, count a little less."""
_AGREED = 0.97
"""Confidence when a high-precision cue and the model point the same way (measured by evals/triage_train.py)."""
_DOUBT = 0.45
"""Confidence when a cue of the safest type stands against a model that is sure of another: a person decides."""
_WEAK_CRIME = frozenset(word_list("weak_crime"))
"""Words that often, not always, speak of a crime."""
_DOUBT_LEFT = 0.6
"""Part of the model's doubt that stays when a plain cue points the same way."""
_SUPPORT_MIN = 0.04
"""Share the model must give a type before a cue alone may choose it with confidence."""

_STORY_SHARE = 0.25
"""Share of fraud in the model's view from which a tale of deception is one, whatever else is asked."""

_EVIDENCE: dict[str, tuple[str, ...]] = {
    "fraud_report": ("fraud", "unauthorised", "story_two", "story_three"),
    "recall": ("cancel_plain", "paid_twice", "wrong_target", "cancel_asked"),
    "cancellation_received": ("cancel_plain", "cancel_asked", "paid_twice"),
    "modification": ("change_asked",),
    "unable_to_apply": ("cannot_apply", "details_asked"),
    "non_receipt_asked_by_customer": ("absent",),
    "non_receipt_received": ("absent",),
    "missing_cover": ("cover_absent",),
    "status_enquiry": ("where", "confirm_asked"),
    "charges_claim": ("charges_asked",),
    "value_date_claim": ("interest_asked",),
    "compliance_request": ("compliance_asked",),
    "debit_authority": ("debit_asked",),
    "answer_received": ("answer_code", "they_refuse", "they_answer"),
    "return_received": ("we_return",),
    "unknown": (),
}


class Triage(Record):
    """The type of case a free text opens, and how sure that is."""

    type: CaseType
    confidence: float
    """0 to 1, calibrated; below `threshold` a person decides."""
    runner_up: CaseType
    evidence_spans: tuple[tuple[int, int], ...] = ()
    """Characters of the text, as written, that show the type."""
    threshold: float

    @property
    def sure(self) -> bool:
        return self.confidence >= self.threshold


def classify(text: str, *, sender: Sender) -> Triage:
    """Say what the text wants. Sentences that give the machine orders are not read (text is data)."""
    text = text[:TEXT_MAX]
    readable = quoting.without_farewell(quoting.without_smuggled(text))
    own = quoting.own_part(readable)
    passes_on = quoting.passes_on(readable, own)
    own, readable = quoting.without_prefixes(own), quoting.without_prefixes(readable)
    triage = _of(own, sender)
    known = triage.type != "unknown"
    if not passes_on or (known and triage.sure and _says_so(triage.type, own)):
        return triage
    whole = _of(readable, sender)  # "please see below": the history says what it is about
    trusted = whole.confidence * _FORWARDED_TRUST
    if known and (whole.confidence <= triage.confidence or (triage.sure and trusted <= triage.confidence)):
        return triage
    if known and triage.sure and whole.type == "unknown":
        return triage
    return whole.model_copy(update={"confidence": trusted})


def _says_so(type_: CaseType, own: str) -> bool:
    """True when a plain cue, and not only the tone, shows the type in the writer's own words."""
    found = cues.find(read(own))
    return any(cue in found for cue in _EVIDENCE[type_])


def _of(text: str, sender: Sender) -> Triage:
    reading = read(text)
    found = cues.find(reading)
    model = load(sender)
    seen = features(reading, found)
    shares = model.probabilities(seen)
    type_, confidence = _precedence(
        sender, text, reading, found, dict(zip(LABELS[sender], map(float, shares), strict=True))
    )
    ranked = [LABELS[sender][place] for place in np.argsort(-shares)]
    return Triage(
        type=type_,
        confidence=round(min(confidence, 1.0), 4),
        runner_up=ranked[0] if ranked[0] != type_ else ranked[1],
        evidence_spans=_evidence(type_, reading, found, model, seen[0], sender),
        threshold=model.threshold,
    )


_PAY_VERB = r"(?:execut\w*|send|release|process|carry\s+out|make|pay|go\s+ahead\s+with)"
_STAY = re.compile(
    rf"(?<!\bi )(?<!\bwe )(?<!\byou )(?<!\bthey )(?<!\bwho )\b(?:do\s+not|don['’]t)\s+{_PAY_VERB}\b[^.!?\n]{{0,60}}"
    r"\b(?:payments?|transfers?|wires?|orders?|invoices?)\b"
    r"|\b(?:f[üu]e?hren\s+sie\b[^.!?\n]{0,80}\bnicht\s+aus\b|nicht\s+(?:ausf[üu]e?hren|freigeben|absenden|durchf[üu]e?hren))"
    r"|\bne\s+(?:pas|surtout\s+pas)\s+(?:ex[ée]cuter|envoyer|effectuer)\b|\bn['’]ex[ée]cutez\s+(?:surtout\s+)?pas\b"
    r"|\bno\s+(?:ejecute[ns]?|env[íi]e[ns]?|realice[ns]?|tramite[ns]?)\b[^.!?\n]{0,40}\b(?:transferencia|pago)s?\b"
    r"|\bvoer\b[^.!?\n]{0,80}\bniet\s+uit\b|\bniet\s+(?:uitvoeren|versturen|uit\s+te\s+voeren)\b"
    r"|\bnon\s+(?:esegui\w*|inviate|inviare)\b[^.!?\n]{0,40}\b(?:bonific\w+|pagament\w+)\b",
    re.IGNORECASE,
)
"""An order to leave a payment undone. "We do not send" and "they did not pay" are tales, no orders."""
_AGAIN = re.compile(
    r"\b(?:again|twice|until|unless|before|nochmals?|erneut|zweimal|bevor|encore|nouveau|avant|otra\s+vez|hasta|opnieuw|"
    r"nogmaals|di\s+nuovo|prima)\b",
    re.IGNORECASE,
)


_WISHES_BACK = frozenset({"cancel_asked", "cancel_plain", "return_asked", "paid_twice", "wrong_target"})
"""Cues without which nothing is wanted back, however much the words sound like it."""


def _precedence(
    sender: Sender, text: str, reading: Reading, found: cues.Found, shares: dict[CaseType, float]
) -> tuple[CaseType, float]:
    """Correct the model where the domain has a rule: the safest of several wishes wins.

    Fraud report before recall, recall before modification, before unable to apply, before non-receipt, before
    status (decision tables, sections 13 and 15); anybody said not to have the money is non-receipt, not status.
    """
    first = max(shares, key=lambda name: shares[name])
    if sender == "customer":
        if first == "unknown" and "foreign_topic" in found and shares["fraud_report"] < _STORY_SHARE:
            return first, shares[first]  # a newsletter, a thesis, a job: words about crime, no crime
        if "fraud" in found or "unauthorised" in found:
            return "fraud_report", _fraud_confidence(reading, found, shares, first)
        if "fraud_denied" in found:
            shares = shares | {"fraud_report": 0.0}
            first = max(shares, key=lambda name: shares[name])
        elif "story_three" in found and shares["fraud_report"] >= _STORY_SHARE:
            return "fraud_report", _joint(shares, "fraud_report", first)
        if "story_two" not in found and _leaves_undone(text):
            return "recall", max(_AGREED, shares["recall"])
        recall: CaseType = "recall"
        absent: CaseType = "non_receipt_asked_by_customer"
    else:
        if "answer_code" in found:
            return "answer_received", max(_AGREED, shares["answer_received"])
        recall, absent = "cancellation_received", "non_receipt_received"
    lower: tuple[CaseType, ...] = ("modification", "unable_to_apply", absent, "status_enquiry")
    if first in lower and "cancel_plain" in found and shares[recall] >= _SUPPORT_MIN:
        return recall, shares[recall] + shares[first]
    if first == "unknown" and "foreign_topic" not in found:
        for wish, cue in ((recall, "cancel_plain"), (absent, "absent")):
            if cue in found and shares[wish] >= 2 * _SUPPORT_MIN and _speaks_of_payment(reading, found[cue]):
                return wish, shares[wish] + shares[first]
    if first == "status_enquiry" and "absent" in found:
        return absent, _joint(shares, absent, first)
    if first == recall and "absent" in found and _WISHES_BACK.isdisjoint(found):
        return absent, _joint(shares, absent, first)
    if first == "modification" and "their_value" in found and shares["value_date_claim"] >= _SUPPORT_MIN:
        return "value_date_claim", shares["value_date_claim"] + shares[first]  # a booked date is claimed, not amended
    cue = {absent: "absent", recall: "cancel_plain"}.get(first, "")
    if cue in found and _speaks_of_payment(reading, found[cue]):
        return first, 1 - (1 - shares[first]) * _DOUBT_LEFT
    return first, shares[first]


def _leaves_undone(text: str) -> bool:
    """True when a payment is not to be made at all; "not again" speaks of a second one."""
    order = _STAY.search(text)
    return order is not None and _AGAIN.search(text, order.start(), order.end() + 40) is None


def _speaks_of_payment(reading: Reading, place: tuple[int, int]) -> bool:
    """True when money or a reference is named beside the wish: a payment is cancelled, not a subscription."""
    near = reading.concepts[max(0, place[0] - 3) : place[1] + 6]
    return "M" in near or "0" in near


def _fraud_confidence(reading: Reading, found: cues.Found, shares: dict[CaseType, float], first: CaseType) -> float:
    """A plain word for a crime settles it; "fake" or "I never sent this" needs the model's support."""
    place = found["fraud"][0] if "fraud" in found else None
    if place is not None and reading.words[place] not in _WEAK_CRIME:
        return max(_AGREED, shares["fraud_report"])
    return _joint(shares, "fraud_report", first)


def _joint(shares: dict[CaseType, float], chosen: CaseType, first: CaseType) -> float:
    """Confidence of a type chosen by a cue: high where the model leaves room for it, else a doubt."""
    if chosen == first:
        return max(shares[chosen], _AGREED)
    if shares[chosen] >= _SUPPORT_MIN:
        return max(_AGREED * (shares[chosen] + shares[first]), shares[chosen])
    return _DOUBT


def _evidence(
    type_: CaseType, reading: Reading, found: cues.Found, model: TextModel, indices: NDArray[np.int64], sender: Sender
) -> tuple[tuple[int, int], ...]:
    """Spans that show the type: its cues, else the word that weighs most for it."""
    spans = {reading.span(*found[name]) for name in _EVIDENCE[type_] if name in found}
    if spans or not reading.words or type_ == "unknown":
        return tuple(sorted(spans))
    places = [place for place, concept in enumerate(reading.concepts) if concept not in ",|?"]
    if not places:
        return ()
    pull = model.weights[indices[: len(places)], LABELS[sender].index(type_)]
    return (reading.spans[places[int(np.argmax(pull))]],)

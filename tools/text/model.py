"""The embedded text model: one softmax layer a kind of sender over hashed features, shipped as one small file."""

from functools import cache
from importlib.resources import as_file, files
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.text.features import Features

Sender = Literal["customer", "bank"]
CaseType = Literal[
    "cancellation_received",
    "recall",
    "non_receipt_asked_by_customer",
    "non_receipt_received",
    "unable_to_apply",
    "modification",
    "missing_cover",
    "return_received",
    "status_enquiry",
    "charges_claim",
    "value_date_claim",
    "compliance_request",
    "debit_authority",
    "fraud_report",
    "answer_received",
    "unknown",
]
"""Types of the contract that free text can have; a reject (pacs.002) only comes structured."""

LABELS: dict[Sender, tuple[CaseType, ...]] = {
    "customer": (
        "fraud_report",
        "recall",
        "modification",
        "non_receipt_asked_by_customer",
        "status_enquiry",
        "charges_claim",
        "value_date_claim",
        "unknown",
    ),
    "bank": (
        "cancellation_received",
        "modification",
        "unable_to_apply",
        "non_receipt_received",
        "missing_cover",
        "status_enquiry",
        "charges_claim",
        "value_date_claim",
        "compliance_request",
        "debit_authority",
        "answer_received",
        "return_received",
        "unknown",
    ),
}
"""What each kind of sender can mean; a bank's word of fraud asks us to cancel, a customer's reports it."""


class TextModel(NamedTuple):
    """Weights of one kind of sender, and how far its probabilities may be trusted."""

    weights: NDArray[np.float32]
    """One row a feature, one column a label."""
    bias: NDArray[np.float32]
    temperature: float
    """Divides the scores so that a stated probability is the share that proves right (calibration)."""
    threshold: float
    """At or above this probability the type stands; below it a person is asked."""

    def probabilities(self, text: Features) -> NDArray[np.float64]:
        indices, values = text
        scores = (values @ self.weights[indices] + self.bias).astype(np.float64) / self.temperature
        odds = np.exp(scores - scores.max())
        shares: NDArray[np.float64] = odds / odds.sum()
        return shares


@cache
def load(sender: Sender) -> TextModel:
    """The shipped model of this kind of sender, read once."""
    with as_file(files("tools.text").joinpath("weights.npz")) as path, np.load(path, allow_pickle=False) as stored:
        weights = stored[f"{sender}_weights"].astype(np.float32) * stored[f"{sender}_scale"]
        temperature, threshold = stored[f"{sender}_trust"]
        return TextModel(weights, stored[f"{sender}_bias"], float(temperature), float(threshold))

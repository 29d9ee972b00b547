"""The read tool over the model: how suspect a payment's payee is, why, and what else hangs on the account."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tools.bank.bank import ReadRecords
from tools.fraud.said import PayeeScore, Related, Shadow, ToScore
from tools.payment import Payment
from tools.tool import ReadTool, read_tool

if TYPE_CHECKING:
    from tools.fraud.score import Scorer

RELATED_MAX = 10
"""How many other payments to the same account are shown, the newest."""

ScorerSource = Callable[[], "Scorer"]
ShadowSource = Callable[[], "Scorer | None"]


def scoring(source: ScorerSource, shadow: ShadowSource = lambda: None) -> ReadTool[ToScore, PayeeScore]:
    """Return the tool over a model; the model is loaded when it is first asked for.

    `shadow`: the challenger, whose word is noted beside the model's and changes nothing.
    """

    @read_tool
    def score_payment(records: ReadRecords, ask: ToScore) -> PayeeScore:
        """Score a payment for fraud: probability, band, reasons in words, other payments into the same account."""
        # Imported here: numpy and the model's features are for the cases whose row asks for a score.
        from tools.fraud.payment import payment_features
        from tools.fraud.trees import ModelUnavailable

        payment = records.payment(ask.uetr)
        if payment is None:
            return _without_model("the payment is not in our records", 0)
        related = _related(records, payment)
        reported = sum(any("fraud" in case or "FRAD" in case for case in r.cases) for r in related)
        try:
            scorer = source()
        except ModelUnavailable as wrong:
            said = _without_model(str(wrong), reported)
            return said.model_copy(update={"related": related, "related_reported": reported})
        row, warnings = payment_features(records, payment, scorer.described)
        found = scorer.score(row)
        return PayeeScore(
            scored=True,
            score=round(found.score, 6),
            band=found.band,
            model=found.model,
            feature_set=found.feature_set,
            reasons=found.reasons,
            warnings=(*warnings, *found.warnings),
            related=related,
            related_reported=reported,
            challenger=_shadowed(records, payment, shadow),
        )

    return score_payment


def _shadowed(records: ReadRecords, payment: Payment, shadow: ShadowSource) -> Shadow | None:
    """Ask the challenger, on the features it was trained on; one that cannot be used is said to be so."""
    from tools.fraud.payment import payment_features
    from tools.fraud.trees import ModelUnavailable

    try:
        scorer = shadow()
    except ModelUnavailable as wrong:
        return Shadow(model="none", warnings=(f"no score: {wrong}",))
    if scorer is None:
        return None
    row, _ = payment_features(records, payment, scorer.described)
    found = scorer.score(row)
    return Shadow(model=found.model, score=round(found.score, 6), band=found.band, warnings=found.warnings)


def _without_model(why: str, reported: int) -> PayeeScore:
    """The stated fallback: no score; the band rises to medium where other payments into the account were reported."""
    from tools.fraud.features import FEATURE_SET

    return PayeeScore(
        scored=False,
        score=0.0,
        band="medium" if reported else "low",
        model="none",
        feature_set=FEATURE_SET,
        reasons=(),
        warnings=(f"no score: {why}", "the band rests on reports about the same account alone"),
    )


def _related(records: ReadRecords, payment: Payment) -> tuple[Related, ...]:
    """Other payments into the payee's account, and the cases about them: the same mule, other victims."""
    others = records.payments_to_account(payment.creditor.account, limit=RELATED_MAX + 1)
    found = []
    for other in others:
        if other.uetr == payment.uetr:
            continue
        cases = tuple(
            f"{c.id} ({c.type}, {c.status}{', ' + c.reason if c.reason else ''})"
            for c in records.prior_cases(other.uetr)
        )
        found.append(
            Related(
                uetr=other.uetr, settlement_date=other.settlement_date.isoformat(), amount=str(other.money), cases=cases
            )
        )
    return tuple(found[:RELATED_MAX])

"""The windows of the features, and the whole numbers counted in them: what batch and store must both deliver.

Only whole numbers are counted (payments, minor units, times), so both ways of counting agree to the last bit. Windows
of a payment at t end strictly before t: payments of the same microsecond do not see each other. They begin on a full
hour or day, so that a store answers from hourly and daily sums.
"""

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from tools.fraud.grain import DAY as DAY
from tools.fraud.grain import HOUR as HOUR
from tools.fraud.grain import MAJOR_MAX as MAJOR_MAX

Ints: TypeAlias = npt.NDArray[np.int64]
Counted: TypeAlias = dict[str, Ints]
"""Name of a quantity, e.g. "debtor.n.7d", to its value for each payment asked about."""

NONE = -1
"""Stands for a time that there is not: no earlier payment, no report."""
COUNTED_MAX = 1000
"""Distinct counterparties are counted up to here: beyond it, more say nothing."""
SINCE_REPORTS_DAYS = 90
"""Recalls and returns older than this are history."""


class Window(NamedTuple):
    """A span that ends at the payment and begins `length` before the full hour or day."""

    name: str
    grain: int
    length: int

    def begins(self, at: Any) -> Any:
        return at // self.grain * self.grain - self.length


W1H = Window("1h", HOUR, HOUR)
W24H = Window("24h", HOUR, 24 * HOUR)
W7D = Window("7d", DAY, 7 * DAY)
W30D = Window("30d", DAY, 30 * DAY)
WINDOWS = (W1H, W24H, W7D, W30D)
FLOW_WINDOWS = (W24H, W7D)
"""Windows of the other direction: money into the payer, money out of the payee."""
NEW_WINDOWS = (W24H, W7D, W30D)
"""Windows in which first payments between two accounts are counted."""
REPORT_WINDOWS = (Window("1d", DAY, DAY), Window("3d", DAY, 3 * DAY), W7D, Window("14d", DAY, 14 * DAY), W30D)
"""Windows of reported fraud, by the time of the report; they end at the full hour before the payment."""


def major(minor: Any, unit: Any) -> Any:
    """Return whole units of the currency, cut at MAJOR_MAX: 12.99 is 12."""
    return np.minimum(minor // unit, MAJOR_MAX)


QUANTITIES: tuple[str, ...] = (
    *(f"{side}.{what}.{w.name}" for side in ("debtor", "creditor") for w in WINDOWS for what in ("n", "sum")),
    *(f"{side}.sq.30d" for side in ("debtor", "creditor")),
    *(f"{side}.{what}" for side in ("debtor", "creditor") for what in ("n", "sum", "sq", "max", "first", "last")),
    *(f"{side}.{what}.{w.name}" for side in ("inflow", "outflow") for w in FLOW_WINDOWS for what in ("n", "sum")),
    "inflow.last",
    "outflow.last",
    "pair.n",
    "pair.n.30d",
    "pair.sum.30d",
    "pair.last",
    *(f"{side}.new.{w.name}" for side in ("debtor", "creditor") for w in NEW_WINDOWS),
    "debtor.others",
    "creditor.others",
    "device.known",
    "country.known",
    *(
        f"{side}.{what}.{w.name}"
        for side in ("debtor", "creditor")
        for w in REPORT_WINDOWS
        for what in ("fraud", "ripe")
    ),
    *(f"{side}.{what}" for side in ("debtor", "creditor") for what in ("fraud", "fraud_last")),
    "creditor.recall",
    "creditor.return",
)
"""Every quantity that a way of counting must deliver, no more and no less."""

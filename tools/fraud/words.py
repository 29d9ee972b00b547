"""The catalogue of reasons: each feature has one code and one wording; nothing here is made up at run time."""

import math
from collections.abc import Mapping

from tools.fraud.features import Feature

_YES_NO = ("night", "weekend", "abroad", "new_device", "new_country", "pair_first")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TEXTS = ("channel", "purpose")


def code_of(name: str) -> str:
    """Return the code of a feature's reason, e.g. "PAYEE_FRAUD_7D"."""
    return name.upper()


def shown(name: str, value: float, vocabularies: Mapping[str, tuple[str, ...]]) -> str:
    """Return a feature's value as text."""
    if math.isnan(value):
        return "unknown"
    if name in _TEXTS:
        words = vocabularies.get(name, ())
        return words[int(value)] if 0 <= value < len(words) else "other"
    if name in _YES_NO:
        return "yes" if value > 0.5 else "no"
    if name == "weekday":
        return _DAYS[int(value)]
    if name == "time_of_day":
        return f"{int(value):02d}:{int(value % 1 * 60):02d} UTC"
    if name == "name_match":
        return {1.0: "match", 0.0: "no match"}.get(value, f"close match ({value:g})")
    if value == int(value):
        return str(int(value))
    return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"


def in_words(feature: Feature, value: float, vocabularies: Mapping[str, tuple[str, ...]]) -> str:
    """Return the reason as an analyst would say it."""
    said = shown(feature.name, value, vocabularies)
    if feature.name in _YES_NO:
        return feature.says if said == "yes" else f"not so: {feature.says}"
    if said == "unknown":
        return f"nothing is known of {feature.says}"
    return f"{feature.says}: {said}"

"""Codes that MT common group messages carry, with the field where each may stand."""

import re

N92_REASONS = frozenset({"AGNT", "AM09", "COVR", "CURR", "CUST", "CUTA", "DUPL", "FRAD", "TECH", "UPAY"})
"""MT n92, field 79, line 1: the cancellation reasons of the field's code list."""

INDEMNITY = "INDM"
"""MT n92, field 79: narrative after the reason; the sender is willing to consider an indemnity."""

CANCELLATION_ANSWERS = frozenset({"CNCL", "PDCR", "RJCR"})
"""MT n96, field 76: cancelled, pending, refused."""

PENDING_REASONS = frozenset({"ADAC", "ARPL", "PTNA", "RQDA"})
"""Reasons that may stand behind PDCR."""

REFUSAL_REASONS = frozenset(
    {"AC04", "AGNT", "AM04", "ARDT", "CUST", "FRNA", "IDMN", "INDM", "LEGL", "NARR", "NOAS", "NOOR", "PTNA", "RR04"}
)
"""Reasons that may stand behind RJCR."""

ANSWER_NUMBERS = frozenset({*range(1, 15), 17, 18, 19})
"""MT n96, field 76: predefined answers."""

QUERY_NUMBERS = frozenset({*range(1, 15), *range(16, 21)})
"""MT n95, field 75: predefined queries."""

ANSWER_STATUSES = CANCELLATION_ANSWERS | {
    "ACDA", "ACNR", "ACVA", "CHRG", "CONF", "CVAA", "CWFW", "FTNA", "ICOV", "IDUP", "INFO", "IPAY", "IPYI", "MCOV",
    "MODI", "MWFW", "NINF", "PDNG", "PECR", "PURP", "RJNR", "RJVA", "SMTC", "SMTI", "UWFW",
}  # fmt: skip
"""Outcomes of an investigation that an answer may open a line with (ISO investigation execution confirmation)."""

# Reasons without digits; those of two letters and two digits, and the tracker's letter and three digits, show by form.
_WORDS = frozenset(
    {
        "ADAC", "AGNT", "ARDT", "ARJT", "ARPL", "CNOR", "CNPC", "COVR", "CURR", "CUST", "CUTA", "DNOR", "DRTP", "DUPL",
        "ECAG", "ENUE", "ERIN", "FOCR", "FRAD", "FRNA", "FRTR", "IDMN", "INCR", "INDM", "LEGL", "MODT", "NARR", "NFNA",
        "NOAD", "NOAS", "NOCM", "NOOR", "PAID", "PINL", "PPRC", "PTNA", "RNPR", "RQDA", "RUTA", "SVNR", "SYAD", "TECH",
        "UAPA", "UCRD", "UPAY", "WNTB", "WSEQ",
    }
)  # fmt: skip
# XT99 of the reject guidelines only says "another reason follows".
_SHAPED = re.compile(r"(?!XT)[A-Z]{2}[0-9]{2}|[GSX][0-9]{3}")


def is_reason(code: str) -> bool:
    """True when four characters between slashes are a reason code and no line code such as /MREF/ or /TEXT/."""
    return code in _WORDS or _SHAPED.fullmatch(code) is not None


CHARGE_BEARERS = {"OUR": "DEBT", "BEN": "CRED", "SHA": "SHAR"}
"""Field 71A in the words of ISO 20022."""

NATIONAL_CLEARING = {
    "AT": "ATBLZ", "AU": "AUBSB", "BL": "DEBLZ", "CC": "CACPA", "CH": "USPID", "CN": "CNAPS", "CP": "USPID",
    "ES": "ESNCC", "FW": "USABA", "GR": "GRBIC", "HK": "HKNCC", "IE": "IENCC", "IN": "INFSC", "IT": "ITNCC",
    "NZ": "NZNCC", "PL": "PLKNR", "PT": "PTNCC", "RU": "RUCBC", "SC": "GBDSC", "SW": "CHSIC", "ZA": "ZANCC",
}  # fmt: skip
"""National clearing codes of fields 5xa (//SC123488) and the clearing system each belongs to."""

NO_REFERENCE = frozenset({"", "NONREF", "NOTPROVIDED", "NONE"})
"""What stands in a mandatory reference when there is nothing to refer to."""

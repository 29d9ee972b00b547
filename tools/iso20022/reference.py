"""Reference lists and check numbers: currencies (ISO 4217), countries (ISO 3166), IBAN (ISO 13616), LEI (ISO 17442)."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

_IN_FORCE = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
    CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL
    HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
    RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD
    USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XTS XUA XXX
    YER ZAR ZMW ZWG
    """
CURRENCIES = frozenset(_IN_FORCE.split())
"""Currencies in force."""

WITHDRAWN: Mapping[str, date] = {
    "ANG": date(2025, 7, 1),
    "BGN": date(2026, 1, 1),
    "CUC": date(2021, 1, 1),
    "HRK": date(2023, 1, 1),
    "SLL": date(2024, 4, 1),
    "ZWL": date(2024, 9, 1),
}
"""First day on which a currency of the last years was gone; before it, it was in force."""

_ASSIGNED = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
    CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
    GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
    KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
    MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
    SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY
    UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
    """
COUNTRIES = frozenset(_ASSIGNED.split())
"""Countries; XK (Kosovo) is user-assigned and in use in BIC and IBAN."""

_LENGTHS = """
    AD24 AE23 AL28 AO25 AT20 AX18 AZ28 BA20 BE16 BF28 BG22 BH22 BI27 BJ28 BL27 BR29 BY28 CF27 CG27 CH21 CI28 CM27 CR22
    CV25 CY28 CZ24 DE22 DJ27 DK18 DO28 DZ26 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GA27 GB22 GE22 GF27 GG22 GI23 GL18 GP27
    GQ27 GR27 GT28 GW25 HN28 HR21 HU28 IE22 IL23 IM22 IQ23 IR26 IS26 IT27 JE22 JO30 KM27 KW30 KZ20 LB28 LC32 LI21 LT20
    LU20 LV21 LY25 MA28 MC27 MD24 ME22 MF27 MG27 MK19 ML28 MN20 MQ27 MR27 MT31 MU30 MZ25 NC27 NE28 NI28 NL18 NO15 OM23
    PF27 PK24 PL28 PM27 PS29 PT25 QA29 RE27 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SN28 SO23 ST25 SV28 TD27
    TF27 TG28 TL23 TN24 TR26 UA29 VA22 VG24 WF27 XK20 YE30 YT27
"""
IBAN_LENGTHS: Mapping[str, int] = {entry[:2]: int(entry[2:]) for entry in _LENGTHS.split()}
"""Length of an IBAN by country (SWIFT IBAN registry)."""

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Za-z0-9]{1,30}")
_LEI = re.compile(r"[A-Z0-9]{18}[0-9]{2}")


def currency_fault(code: str, on: date) -> str | None:
    """Return why this is no currency on that date, or None."""
    if code in CURRENCIES:
        return None
    if gone := WITHDRAWN.get(code):
        return f"{code} was withdrawn on {gone}" if on >= gone else None
    return f"{code} is no currency of ISO 4217"


def is_country(code: str) -> bool:
    return code in COUNTRIES


@lru_cache(maxsize=8192)
def iban_fault(text: str) -> str | None:
    """Return what is wrong with an IBAN (form, length of its country, check number), or None."""
    if not _IBAN.fullmatch(text):
        return "no IBAN: two letters, two check digits, then letters and digits"
    length = IBAN_LENGTHS.get(text[:2])
    if length is None:
        return f"{text[:2]} has no IBAN"
    if len(text) != length:
        return f"an IBAN of {text[:2]} has {length} characters, this one {len(text)}"
    return None if _mod97(text[4:] + text[:4]) == 1 else "the check number does not fit (MOD 97-10)"


@lru_cache(maxsize=1024)
def lei_fault(text: str) -> str | None:
    """Return what is wrong with a legal entity identifier, or None."""
    if not _LEI.fullmatch(text):
        return "no LEI: 18 letters or digits and two check digits"
    return None if _mod97(text) == 1 else "the check number does not fit (MOD 97-10)"


def _mod97(text: str) -> int:
    return int("".join(str(int(character, 36)) for character in text)) % 97

"""Why a customer or bank wants a payment back, as a cancellation reason with the words that say so."""

import re
from decimal import Decimal
from typing import Literal

from tools.errors import Record
from tools.text import amounts, cues, quoting
from tools.text.words import Reading, fold, read, word_list

Code = Literal["DUPL", "FRAD", "TECH", "AC03", "AM09", "CURR", "AGNT", "CUST"]


class RecallReason(Record):
    """The reason stated in free text; none stated leaves code None (the table then takes CUST)."""

    code: Code | None = None
    span: tuple[int, int] | None = None
    """Characters of the text that say so."""
    underpaid: bool = False
    """Less was sent than meant: no recall, the difference is paid (decision table 2, CXO-5)."""


TEXT_MAX = 20_000
"""Characters looked at; a reason stands near the wish."""
_STATED = re.compile(
    r"/(DUPL|FRAD|TECH|AC03|AM09|CURR|AGNT|CUST)/"
    r"|\b(?:reason|code|rsn|grund|motif|motivo|reden)\b\W{0,3}(?:code\W{0,3})?(DUPL|FRAD|TECH|AC03|AM09|CURR|AGNT|CUST)\b"
    r"|(?<![\w/])(DUPL|FRAD|AC03|AM09|AGNT)(?![\w/])"
)
_G = r"[^|?]"
_WEAK_TWICE = frozenset(word_list("weak_twice"))
_PAYS_LATER = frozenset({"pay", "pays", "send", "sends", "make", "zahlen", "bezahlen", "uberweisen", "betalen"})
"""Verbs of a payment still to come: "recall it, we will pay again" tells of no payment made twice."""
_TWICE_AGAIN = re.compile(rf"S{_G}{{0,8}}D|D{_G}{{0,3}}(?:time|run)")
_AMOUNT_WORDS = frozenset(word_list("amount_words"))
_CURRENCY_WORDS = {
    word: code for word, code in (entry.split("=") for entry in word_list("currency_words")) if word.isalpha()
} | {"usd": "USD", "gbp": "GBP", "chf": "CHF"}
_CONTRAST = re.compile(
    r"\b(?:instead|rather than|should(?:'?ve)?|but (?:the )?(?:invoice|bill|order|contract)|meant|statt|"
    r"anstatt|sollte\w*|au lieu|devait|aurait du|en lugar|en vez|debia|in plaats|moest|invece|anziche|doveva|"
    r"not in|shld|ought to|needed to|needs to|is in|are in|was in|lautet auf|est en|esta en|esta en|staat in|e in)\b"
)
_INSTEAD = re.compile(
    r"\b(?:instead of|rather than|i/o|statt|anstatt|anstelle von|au lieu de|en lugar de|en vez de|"
    r"in plaats van|invece di|anziche)\b"
)
_MEANT = re.compile(
    r"\b(?:meant|wanted|intended|should'?ve been|should(?: have been| be| read)|shld(?: hv| have)? (?:been|be|bn|read)|"
    r"ought to (?:have been|be)|supposed to|had(?=[^?!\n]{0,30}moeten)|hatten?(?=[^?!\n]{0,30}sein)|"
    r"wollten?|sollten?|gemeint|voulai\w+|"
    r"devai\w+|queri\w+|debi\w+|wilden?|moest\w*|bedoeld|volev\w+|dovev\w+)\b"
)
_FIGURE = re.compile(r"(?<![\w.,])\d[\d.,' ]*\d(?![\w%])|(?<![\w.,])\d(?![\w%.,])")
_ACCOUNT_SLIP = re.compile(
    r"\b(?:fat[- ]fingered|mistyped|misspelt|miskeyed|mis-keyed|keyed|mix(?:ed)?[- ]up|muddled|jumbled|swapped|"
    r"transposed|inverted|vertippt|vertauscht|verdreht|verwechselt|interverti\w*|inverse\w*|confondu\w*|baile|"
    r"confundi\w*|equivoque|omgedraaid|verwisseld|verkeerd getypt|invertito|scambiato|sbagliato a digitare)\b"
    r"[^.?!\n]{0,40}?\b(?:ibans?|accounts?|acct|sort codes?|digits?|numbers?|suppliers?|vendors?|payees?|"
    r"beneficiar\w+|recipients?|templates?|names|ziffern?|zahlen|konto\w*|kontonummer|bankverbindung|lieferanten?|empfanger|"
    r"chiffres?|comptes?|rib|fournisseurs?|beneficiaires?|cuentas?|cifras|numeros|proveedor\w*|beneficiarios?|"
    r"rekening\w*|cijfers|leveranciers?|conti?|cifre|numeri|fornitori?)\b"
    r"|\b(?:digits?|numbers?|ziffern?|zahlen|chiffres?|cifras|cijfers|cifre|suppliers?|vendors?|payees?|beneficiar\w+|"
    r"lieferanten|fournisseurs|proveedores|leveranciers|fornitori|iban|account number)\b[^.?!\n]{0,40}?"
    r"\b(?:transposed|swapped|jumbled|mixed up|muddled|reversed|inverted|vertauscht|verdreht|verwechselt|intervertis?|"
    r"inverses?|confondus|cambiad[ao]s|confundid[ao]s|omgedraaid|verwisseld|invertit[ie]|scambiat[ie])\b"
    r"|\b(?:old|former|previous|outdated|closed|expired|inactive|alte[nrs]?|veraltete\w*|fruhere\w*|ancien\w*|"
    r"antigu[ao]|anterior|oude?|vecchi[ao])\s+(?:\w+\s+)?(?:ibans?|accounts?|acct|template|standing data|konto|"
    r"kontonummer|bankverbindung|comptes?|rib|cuentas?|rekening\w*|conto)\b"
    r"|\b(?:compte|rib|cuenta|conto)\s+(?:antigu[ao]|anterior|vecchio|precedente)\b|\bzahlendreher\b"
)
"""A slip in the account or the person without a word for wrong: mistyped, digits swapped, the old account used."""
_NOT_AN_ACCOUNT = re.compile(r"\b(?:amount|betrag|montant|importe|bedrag|importo|zero|nought|currency)\b")
_WHOLE_WISH = re.compile(
    r"\b(?:no longer|not needed|any ?more|changed (?:my|our|his|her) mind|fell through|deal is off|"
    r"order (?:was |has been |is )?cancel\w+|(?:contract|purchase|booking|trade|lease|"
    r"sale)\b[^.?!\n]{0,40}\b(?:cancel\w+|terminat\w+|ended|collapsed)|by order of our customer|customer(?:s'?|"
    r"'s)? request|remitters? (?:requests?|wishes)|nicht mehr (?:ben\w+|gebraucht|notig)|hinfallig|"
    r"kundenwunsch|auftrag (?:wurde )?(?:storniert|gekundigt)|bestellung (?:wurde )?storniert|plus necessaire|"
    r"plus besoin|commande (?:a ete |est )?annulee|vente est annulee|ya no (?:es necesari\w+|necesit\w+|"
    r"hace falta)|pedido cancelado|compra se cancelo|niet meer nodig|bestelling is geannuleerd|non serve piu|"
    r"ordine (?:e stato )?annullato|non (?:e )?piu necessari\w+|not required)\b"
)


def recall_reason(text: str) -> RecallReason:
    """The reason the text gives, aware of denial ("this is not a duplicate", "no fraud suspected").

    A code written as such decides. Else fraud first, since it is the most urgent; then in the order of decision
    table 2: duplicate, technical fault, wrong account or person, wrong amount, wrong currency, wrong bank, other wish.
    """
    text = text[:TEXT_MAX]
    own = quoting.without_farewell(quoting.without_smuggled(quoting.own_part(text)))
    text = own if own.strip() else text
    reading = read(text)
    found = cues.find(reading)
    for code, span in (
        _stated(text),
        ("FRAD", _span(reading, found, "fraud") or _span(reading, found, "unauthorised")),
        ("DUPL", _twice(reading)),
        ("TECH", _technical(reading)),
    ):
        if code and span:
            return RecallReason(code=code, span=span)
    figures = _wrong_figure(text, reading)
    if figures:
        return figures
    return _wrong_target(reading) or _account_slip(reading) or _other_wish(reading) or RecallReason()


def _stated(text: str) -> tuple[Code | None, tuple[int, int] | None]:
    match = _STATED.search(text)
    if match is None:
        return None, None
    stated = next(group for group in match.groups() if group)
    return next(code for code in _CODES if code == stated), match.span()


_CODES: tuple[Code, ...] = ("DUPL", "FRAD", "TECH", "AC03", "AM09", "CURR", "AGNT", "CUST")


def _span(reading: Reading, found: cues.Found, name: str) -> tuple[int, int] | None:
    return reading.span(*found[name]) if name in found else None


def _undenied(reading: Reading, concept: str) -> list[int]:
    return [
        place
        for place, letter in enumerate(reading.concepts)
        if letter == concept and not cues.denied(reading.concepts, place)
    ]


def _twice(reading: Reading) -> tuple[int, int] | None:
    """Paid twice: a plain word for it, or a weak one ("again", "the second") beside a payment made before."""
    denials = [place for place, letter in enumerate(reading.concepts) if letter == "D"]
    for place in _undenied(reading, "D"):
        if reading.words[place] not in _WEAK_TWICE:
            return reading.spans[place][0], reading.span(place, place + 1)[1]
    if any(cues.denied(reading.concepts, place) for place in denials):
        return None
    for match in _TWICE_AGAIN.finditer(reading.concepts):
        if reading.words[match.end() - 1] in {"again", "erneut", "nochmals", "nogmaals", "identical"}:
            verb = reading.concepts.rindex("S", match.start(), match.end())
            if reading.words[verb] in _PAYS_LATER:
                continue
            return reading.span(*match.span())
    return None


_FAULTS = frozenset(word_list("faults"))
"""Words that are a fault by themselves."""


def _technical(reading: Reading) -> tuple[int, int] | None:
    """A fault of a machine, not just its name: "system error", "the software sent it"."""
    for place in _undenied(reading, "t"):
        word = reading.words[place]
        near = reading.concepts[max(0, place - 4) : place + 6]
        if word in _FAULTS or any(letter in near for letter in "WeS"):
            return reading.spans[place]
    return None


def _wrong_figure(text: str, reading: Reading) -> RecallReason | None:
    """Wrong currency or amount, and whether more or less was sent than meant."""
    folded = reading.folded
    currency = _wrong_currency(folded, reading)
    if currency:
        return RecallReason(code="CURR", span=currency)
    compared = _sent_and_meant(text, folded)
    if compared:
        sent, meant, span = compared
        if sent != meant:
            return RecallReason(code="AM09", span=span, underpaid=sent < meant)
    for place in _undenied(reading, "m"):
        return RecallReason(code="AM09", span=reading.span(place, place + 1))
    for place in _undenied(reading, "l"):
        near = reading.concepts[max(0, place - 6) : place + 6]
        if ("S" in near or "M" in near) and "C" not in near and "R" not in near:
            return RecallReason(code="AM09", span=reading.span(place, place + 1), underpaid=True)
    return None


def _wrong_currency(folded: str, reading: Reading) -> tuple[int, int] | None:
    for place in _undenied(reading, "y"):
        near = reading.concepts[max(0, place - 5) : place + 6]
        if "W" in near or "N" in near or reading.words[place].startswith(("verkeerd", "fout")):
            return reading.spans[place]
    named = [(match.start(), match.end(), _CURRENCY_WORDS[match.group()]) for match in _CURRENCY.finditer(folded)]
    if len({code for _, _, code in named}) < 2:
        return None
    for contrast in _CONTRAST.finditer(folded):
        before = [one for one in named if one[1] <= contrast.start()]
        after = [one for one in named if one[0] >= contrast.end()]
        if before and after and before[-1][2] != after[0][2]:
            return before[-1][0], after[0][1]
    return None


_CURRENCY = re.compile(r"\b(?:" + "|".join(_CURRENCY_WORDS) + r")\b")


def _sent_and_meant(text: str, folded: str) -> tuple[Decimal, Decimal, tuple[int, int]] | None:
    """Two figures in contrast: "sent 100 instead of 1000", "meant 150 and sent 1500"."""
    figures = [(m.start(), m.end(), amounts.number(m.group().strip(" .,'"))) for m in _FIGURE.finditer(folded)]
    instead = _INSTEAD.search(folded)
    if instead:
        before = [one for one in figures if instead.start() - 60 <= one[0] and one[1] <= instead.start()]
        after = [one for one in figures if instead.end() <= one[0] <= instead.end() + 30]
        if after and not before:  # "statt 100 wurden 1000 gesendet", "instead of 100 we sent 1000"
            rest = [one for one in figures if after[0][1] <= one[0] <= after[0][1] + 50]
            return (rest[0][2], after[0][2], (instead.start(), rest[0][1])) if rest else None
        if before and after:
            return before[-1][2], after[0][2], (before[-1][0], after[0][1])
    meant = _MEANT.search(folded)
    if meant:
        wished = [one for one in figures if meant.end() <= one[0] <= meant.end() + 30]
        others = [one for one in figures if wished and one != wished[0] and abs(one[0] - wished[0][0]) < 80]
        if wished and others:
            start, end = min(wished[0][0], others[0][0]), max(wished[0][1], others[0][1])
            return others[0][2], wished[0][2], (start, end)
    return None


def _wrong_target(reading: Reading) -> RecallReason | None:
    """What the word for wrong stands by: account or person, bank, amount."""
    concepts = reading.concepts
    for place in _undenied(reading, "W"):
        after = concepts[place + 1 : place + 6]
        after = re.split(r"[|?]", after)[0]
        before = concepts[max(0, place - 5) : place]
        before = re.split(r"[|?]", before)[-1]
        targets = [place + 1 + offset for offset, letter in enumerate(after) if letter in "TPkMa"]
        targets += [place - 1 - offset for offset, letter in enumerate(reversed(before)) if letter in "TPkMa"]
        for target in targets:
            code = _target_code(reading, target)
            if code:
                span = reading.span(min(place, target), max(place, target) + 1)
                return RecallReason(code=code, span=span)
    return None


def _target_code(reading: Reading, place: int) -> Code | None:
    letter, word = reading.concepts[place], reading.words[place]
    if letter == "k":  # "the wrong bank account" is about the account
        return None if reading.concepts[place + 1 : place + 2] == "T" else "AGNT"
    if letter in "TP":
        return "AC03"
    return "AM09" if word in _AMOUNT_WORDS else None


def _account_slip(reading: Reading) -> RecallReason | None:
    match = _ACCOUNT_SLIP.search(reading.folded)
    if match is None or _NOT_AN_ACCOUNT.search(match.group()):
        return None
    return RecallReason(code="AC03", span=match.span())


def _other_wish(reading: Reading) -> RecallReason | None:
    match = _WHOLE_WISH.search(fold(reading.folded))
    return RecallReason(code="CUST", span=match.span()) if match else None

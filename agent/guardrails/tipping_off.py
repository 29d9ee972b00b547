"""Keeps outward words neutral where GEN-7 applies, and free of promises everywhere."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Literal

from agent.guardrails.outward import around, is_message, prose
from agent.plain_words import GEN7_CODES, GEN7_HOLDS
from tools.errors import Violation

Audience = Literal["customer", "bank"]

# English, German, French, Spanish: (stems, one of which must stand in the text; pattern tried then). A stem followed by
# \w* takes its endings along.
_HINTS = (
    (
        "sanc | sankt | embarg | watch | ofac | aml | launder | geldw | blanchim | blanque | lavado | terror",
        r"sanction\w*|sanktion\w*|sanci(?:o|ó)n\w*|embargo\w*|watch ?list\w*|ofac|aml|anti[- ]money[- ]laundering|"
        r"money[- ]laundering|geldwäsche\w*|geldwaesche\w*|blanchiment\w*|blanqueo|lavado de dinero|terror\w*",
    ),
    (
        "fraud | betr | estafa | scam | mule | phish | susp | verd | soup | sospech | unusual",
        r"fraud\w*|betrug\w*|betrüg\w*|frauduleu\w*|estafa\w*|scam\w*|mule account\w*|phishing|suspicio\w*|"
        r"suspect\w*|verdacht\w*|verdächtig\w*|soupçon\w*|sospech\w*|unusual activity",
    ),
    (
        "freez | froz | block | sperr | einfror | eingefror | gel | bloqu | seiz | sequest | attach | pfänd | saisi | "
        "confisc | hold | restrict",
        r"freez\w*|frozen|froze|block(?:ed|ing|s)?|gesperrt\w*|sperr(?:e|ung|t)\w*|eingefroren\w*|gel(?:é|ée|és|er)|"
        r"bloqu\w*|seiz\w*|sequestrat\w*|attach(?:ed|ment) order|gepfändet\w*|pfändung\w*|saisie?|confiscat\w*|"
        r"on hold|(?:under|place[ds]?|put|placing)(?: \w+){0,3} hold|restricted|restriction\w*",
    ),
    (
        "polic | poliz | prosecut | enforcement | court | gericht | tribunal | investiga | ermittl | enquête | "
        "author | legal | regulat",
        r"police|polizei\w*|policía|policia|prosecut\w*|law enforcement|court (?:order|case|ruling)|by (?:a|the) court|"
        r"gericht(?:s|lich)?\w*|tribunal|investigat\w*|ermittl\w*|enquête|investigaci\w*|"
        r"(?<!debit )authorit(?:y|ies) (?:order|request|asked)|legal(?:ly)?|regulator\w*",
    ),
    (
        "complian | conform | cumplim | diligence | screening | tip | activity report | sar filed",
        r"complian\w*|conformité|cumplimiento|due diligence|screening|tip(?:ping)?[- ]off|activity report|sar filed",
    ),
    (
        "deceas | died | dead | verstorb | tod | décéd | fallec | insolv | bankrupt | liquidat | konkurs | faillite | "
        "quiebra | insuffi | not enough | lack of | no funds | overdrawn | deckung | fondos",
        r"deceased|died|dead|verstorben\w*|tod(?:es)?fall\w*|décéd\w*|fallecid\w*|insolven\w*|bankrupt\w*|"
        r"liquidat\w*|konkurs\w*|faillite|quiebra|insufficient|not enough (?:money|funds)|lack of funds|no funds|"
        r"overdrawn|deckung fehlt|mangels deckung|provision insuffisante|fondos insuficientes",
    ),
)
_ACCOUNT_STATE = (
    (
        "account | konto | compte | cuenta | holder",
        r"account (?:is|was|has been|had been) (?:closed|blocked|frozen|dormant|empty|overdrawn|suspended|restricted)|"
        r"(?:closed|blocked|frozen|dormant|suspended) account|"
        r"konto (?:ist|wurde|war) (?:\w+ )?(?:geschlossen|gesperrt|aufgelöst|erloschen)|"
        r"compte (?:est |a été |était )?(?:clos|clôturé|fermé|bloqué|gelé)|"
        r"cuenta (?:está |fue |ha sido )?(?:cerrada|bloqueada|cancelada)",
    ),
    (
        "died | dead | deceas | verstorb | décéd | fallec | bankrupt | insolv",
        r"(?:payee|beneficiary|recipient|creditor|account holder|kontoinhaber|titulaire|titular)(?: \w+){0,3} "
        r"(?:died|is dead|deceased|verstorben|décédé|fallecido|bankrupt|insolvent)",
    ),
)
_MONEY = r"(?:money|funds?|payment|amount|sum|it|this|everything|loss)"
_PROMISES = (
    (
        "refund | return | reimburs | recover | repaid | back | retriev",
        rf"{_MONEY} (?:will|shall|is going to) (?:certainly |definitely |surely |soon |all )*be (?:fully )?"
        r"(?:refunded|returned|reimbursed|recovered|repaid|credited back|paid back|given back|sent back|retrieved)",
    ),
    (
        "you will | you'll | you shall",
        r"you(?:'ll| will| shall)(?: certainly| definitely| soon| surely)* (?:get|receive|have|see) (?:all |back )*"
        r"(?:of )?(?:your|the) (?:\w+ )?(?:money|funds?|payment|amount|refund)(?: back)?",
    ),
    (
        "refund | return | reimburs | recover | back | retriev | whole",
        r"(?:we|i|they|the bank)(?:'ll| will| shall| are going to)(?: certainly| definitely| surely| fully)* "
        r"(?:refund|reimburse|recover|get (?:it|your money|the money|the funds) back|"
        r"return (?:your|the) (?:money|funds?)|retrieve|give (?:it|your money) back|"
        r"pay (?:it|you) back|make (?:you|it) whole)",
    ),
    (
        "guarant | promise | assured | is safe | refund | no loss | without fail",
        r"guarant\w*|we promise|rest assured|(?:your|the) money is safe|entitled to a refund|no loss to you|"
        r"(?:your|the) refund (?:is|will)|full refund|without fail",
    ),
    (
        "erstatt | zurück | garantier | versprech | wir holen",
        r"(?:geld|betrag|zahlung|summe)(?: \w+){0,4} (?:wird|werden) (?:\w+ ){0,3}(?:erstattet|zurückerstattet|"
        r"zurückgezahlt|zurücküberwiesen|zurückgeholt)|"
        r"(?:(?:bekommen|erhalten|kriegen) sie|sie (?:bekommen|erhalten|kriegen)) (?:\w+ ){0,4}(?:zurück|erstattet)|"
        r"wir (?:erstatten|garantieren|versprechen|holen)|garantier\w*",
    ),
    (
        "rembours | garantiss | promett | récup",
        r"vous (?:serez|allez être) remboursé\w*|nous (?:vous )?(?:rembourserons|garantissons|promettons)|"
        r"sera remboursé\w*|récupérerez",
    ),
    (
        "devolv | devuel | reembols | garantiza | recuper | recibir",
        r"le (?:devolveremos|reembolsaremos|garantizamos)|será (?:reembolsad|devuelt)\w*|recuperará su dinero|"
        r"recibirá (?:su dinero|el reembolso)|se le (?:devolverá|reembolsará)|garantizamos",
    ),
)
# A negated sentence promises nothing: "we cannot guarantee", "we do not know whether it will be returned".
_NEGATED = re.compile(
    r"(?:\b(?:not|cannot|never|no|neither|nor|whether|nicht|kein\w*|nie|ob|ne|pas|aucun\w*|jamais|si|sin)\b|n't\b)"
    r"[^.!?\n]{0,40}$",
    re.IGNORECASE,
)


_Words = tuple[tuple[str, str], ...]


@cache
def _stems(stems: str) -> tuple[str, ...]:
    return tuple(stems.split(" | "))


@cache
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


@cache
def _codes(codes: frozenset[str]) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(sorted(codes)) + r")(?!\w)")


def applies(codes: Collection[str] = (), holds: Collection[str] = ()) -> bool:
    """Say whether GEN-7 governs the wording: one of its codes or holds is in play."""
    return not GEN7_CODES.isdisjoint(codes) or not GEN7_HOLDS.isdisjoint(holds)


def check(
    outward: Mapping[str, str],
    *,
    audience: Audience,
    codes: Collection[str] = (),
    holds: Collection[str] = (),
    names: Collection[str] = (),
) -> tuple[Violation, ...]:
    """Return every word that must not leave; texts by place, letters and whole messages alike.

    Decision tables GEN-7: with its codes or holds in play a customer gets a neutral sentence and a bank the code alone;
    the state of another person's account is never told to a customer; no text promises money back. `names` are those
    of the payment's parties, which the reader knows already: a "Police Mutual Ltd" among them hints at nothing.
    """
    found: list[Violation] = []
    neutral = applies(codes, holds)
    for place, text in outward.items():
        words = prose(text)
        for name in names:
            words = words.replace(name, " ") if name else words
        found += _hits("promise", place, words, _PROMISES, "Nothing outward promises that money comes back.")
        if audience == "customer":
            found += _hits("account-state", place, words, _ACCOUNT_STATE, "Tells a customer the state of an account.")
        if neutral:
            found += _hits("tipping-off", place, words, _HINTS, "Hints at what GEN-7 keeps back.")
            found += _beside_the_code(place, text, words, audience)
    return tuple(found)


def _beside_the_code(place: str, text: str, words: str, audience: Audience) -> Iterator[Violation]:
    """A customer is given no code; a bank is given nothing beside it."""
    if audience == "customer":
        for hit in _codes(GEN7_CODES).finditer(words):
            yield Violation(rule="tipping-off", place=place, value=hit[0], detail="Names the code to a customer.")
    elif is_message(text) and words.strip():
        yield Violation(
            rule="narrative-beside-code",
            place=place,
            value=around(words, 0, 60),
            detail="GEN-7 gives a bank the code alone; read this narrative before it leaves.",
            severity="flag",
        )


def _hits(rule: str, place: str, text: str, words: _Words, detail: str) -> Iterator[Violation]:
    lowered = text.casefold()
    for stems, pattern in words:
        if not any(stem in lowered for stem in _stems(stems)):
            continue
        for hit in _pattern(pattern).finditer(text):
            if rule == "promise" and _NEGATED.search(text, 0, hit.start()):
                continue
            yield Violation(rule=rule, place=place, value=around(text, hit.start(), hit.end()), detail=detail)

"""The phrases by which text from outside speaks to a machine: English, German, French, Spanish, and some others."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

_MACHINE = (
    r"(?:ai|a\.i\.|chat ?bots?|bots?|assistants?|language models?|llms?|gpt|chatgpt|copilot|claude|gemini|agents? mode|"
    r"automat(?:ed|ic) (?:system|agent|assistant|process(?:or|ing)?)|ki|assistent\w*|sprachmodell\w*|"
    r"assistant\w* (?:ia|virtuel)|modèle de langage|modelo de lenguaje|asistente\w*|intelligence artificielle|"
    r"inteligencia artificial|künstliche intelligenz)"
)
_RULES = (
    r"(?:instructions?|rules?|prompts?|guidelines?|guardrails?|polic(?:y|ies)|checks?|controls?|restrictions?|"
    r"safeguards?|training|directives?|programming|anweisung(?:en)?|regeln?|vorgaben|instruktionen|richtlinien|"
    r"consignes?|règles?|instrucciones|reglas|istruzioni|regole|instructies|regels|instruções|regras|instrukcje|zasady)"
)
_STEMS_MACHINE = (
    "=ai | =a | chatbot | =chat | =bot | =bots | assist | asistente | language | llm | =gpt | chatgpt | "
    "copilot | claude | gemini | =agent | =agents | automat | =ki | sprachmodell | modèle | modelo | "
    "intelligen"
)
_STEMS_RULES = (
    "instru | rule | prompt | guideline | guardrail | polic | check | control | restric | safeguard | "
    "training | directive | programming | anweisung | regel | vorgaben | richtlin | consigne | règle | "
    "regl | regol | istruzion | regras | zasady"
)


class _Phrase(NamedTuple):
    kind: str
    stems: tuple[str, ...]
    """One of each group must stand in the text before the pattern is tried; "=ai" means a whole word."""
    pattern: str


_PHRASES = (
    _Phrase(
        "override",
        (
            "ignor | disregard | forget | overr | bypass | neglect | drop | verg | missacht | umgeh | oubli | "
            "olvid | omet | negeer | diment | skip",
            _STEMS_RULES,
        ),
        rf"\b(?:ignor\w*|disregard\w*|forget\w*|override\w*|overrule\w*|bypass\w*|neglect|drop|vergiss|vergessen sie|"
        rf"missacht\w*|umgeh\w*|oublie\w*|olvid\w*|omet\w*|ignorier\w*|negeer|dimentica\w*|zignoruj\w*|skip)\b"
        rf"(?:\W+\w+){{0,5}}\W+{_RULES}\b",
    ),
    _Phrase(
        "override",
        (
            "new | updated | real | following | neue | nouvel | nuev",
            _STEMS_RULES,
        ),
        rf"\b(?:new|updated|real|following|neue|nouvelles?|nuevas?) {_RULES}\W{{0,3}}"
        r"(?:for (?:the |you\b)|\W*(?:you (?:must|are|will|now)|approve|accept|release|ignore|disregard)\b)",
    ),
    _Phrase(
        "override",
        (" mode | do anything now",),
        r"\b(?:developer|debug|admin(?:istrator)?|god|sudo|maintenance|jailbreak|test) mode\b|\bdo anything now\b",
    ),
    _Phrase(
        "override",
        ("forget | supersede | precedence | override",),
        rf"\bforget (?:everything|anything|all|what)\b|\b(?:supersede|overrule|replace|take precedence over)s?\b"
        rf"(?:\W+\w+){{0,3}}\W+(?:ones|{_RULES})\b|\b(?:admin|system|security|policy|manual|root) override\b",
    ),
    _Phrase(
        "role",
        ("as an ai | as a large | as a language | as your ai",),
        r"\bas (?:an?|your) (?:ai|large language|language model)\b",
    ),
    _Phrase(
        "markup",
        ("_ | call | execute | invoke",),
        r"\b(?:approve|accept|release|send|execute|transfer|refund|pay|close|escalate|set|mark|skip)_[a-z_]+\b|"
        r"\b(?:call|execute|invoke|run|use) (?:the )?(?:tool|function|command|api)\b",
    ),
    _Phrase(
        "role",
        ("you are ",),
        r"\byou are (?:now |no longer |an? |the )(?:\w+ ){0,3}(?:ai|assistant|system|bot|model|agent|admin\w*)\b",
    ),
    _Phrase(
        "role",
        (
            " as ",
            _STEMS_MACHINE,
        ),
        rf"\b(?:act|behave|respond|answer|pretend|roleplay) as (?:if |though |an? |the )?(?:\w+ ){{0,3}}{_MACHINE}\b",
    ),
    _Phrase(
        "role",
        (
            "system | developer | hidden | initial | secret | prompt",
            "prompt | message | instruction",
        ),
        r"\b(?:system|developer|hidden|initial|secret) (?:prompt|message|instructions?)\b|\bprompt injection\b",
    ),
    _Phrase(
        "address",
        (_STEMS_MACHINE,),
        rf"(?:^|[\n.!?:;>\"'(/*\[-]\s*)(?:dear |hey |hi |hello |attention,? |note (?:to|for) (?:the )?|to (?:the )?|"
        rf"message (?:to|for) (?:the )?|an (?:die |den |das )?|sehr geehrte[rs]? |cher |chère |estimad[oa] |"
        rf"instructions? (?:to|for) (?:the )?)?{_MACHINE}\b\s*[:,!]",
    ),
    _Phrase(
        "address",
        (
            "you are | you're | wenn | si ",
            _STEMS_MACHINE,
        ),
        rf"\b(?:if|wenn|si) (?:you are|you're|du|sie|vous êtes|eres) (?:\w+ ){{0,2}}{_MACHINE}\b",
    ),
    _Phrase(
        "address",
        (
            "to  | for  | instruct | tell ",
            _STEMS_MACHINE,
        ),
        rf"\b(?:to|for|note to|instruct\w*|tell) (?:the |any |all |an? |your )(?:\w+ )?{_MACHINE}\b",
    ),
    _Phrase(
        "command",
        ("system | =sys | admin | =root | assistant | developer",),
        r"(?:^|[\n.!?:;>\"'(/*\[-]\s*)(?:system|sys|admin(?:istrator)?|root|assistant|developer)\s*[:>\]]\s*\w+",
    ),
    _Phrase(
        "command",
        (
            "approve | authori | accept | release | confirm | sign | grant",
            "automatically | immediately | at once | right away | without | unconditionally | by default",
        ),
        r"\b(?:approve|authori[sz]e|release|sign|grant)\b(?:\W+\w+){0,5}\W+(?:immediately|at once|right away)\b|"
        r"\b(?:approve|authori[sz]e|accept|release|confirm|sign|grant)\b(?:\W+\w+){0,5}\W+"
        r"(?:automatically|without (?:\w+ ){0,3}(?:review|approval|check\w*|verif\w*|question\w*|signature|human)|"
        r"unconditionally|by default)\b",
    ),
    _Phrase(
        "command",
        ("automatically | immediately | auto",),
        r"\b(?:automatically|immediately|auto-?) ?(?:approve|accept|release|refund|close|authori[sz]e|genehmig\w*)\b",
    ),
    _Phrase(
        "command",
        (
            "case | request | claim | ticket | alert | proposal | disposition | transaction | recall | status | "
            "risk | score | payment",
            "approv | accept | safe | verified | =low | resolved | trusted | legitimate | clear | =0 | zero | cncl",
            "mark | =set | classif | treat | consider | flag | =tag | label | approve | accept | close | "
            "refund | release",
        ),
        r"\b(?:approve|accept|close|refund|release|mark|set|classify|treat|consider|flag|tag|label)\b(?:\W+\w+){0,3}\W+"
        r"(?:case|request|claim|ticket|alert|proposal|disposition|transaction|recall|status|risk|score|payment)\W+"
        r"(?:\w+\W+){0,3}(?:as|to|=|:)\W+(?:\w+\W+)?(?:approved|accepted|safe|verified|low|resolved|trusted|legitimate|"
        r"clear(?:ed)?|0|zero|cncl|accept)\b",
    ),
    _Phrase(
        "command",
        (
            "skip | bypass | circumvent | disable | turn off | switch off | suppress | omit | waive | avoid | "
            "überspring | deaktivier | désactiv | contourn | saut | salta",
        ),
        r"\b(?:skip|bypass|circumvent|disable|turn off|switch off|suppress|omit|waive|avoid|überspring\w*|"
        r"deaktivier\w*|désactiv\w*|contourn\w*|saut(?:e|ez)|omit(?:e|a|ir)|salta\w*)\b(?:\W+\w+){0,4}\W+(?:reviews?|approvals?|checks?|"
        r"verifications?|screening|validations?|call-?backs?|four.eyes|human|controls?|guardrails?|compliance|sanctions?|"
        r"prüfung\w*|freigabe\w*|genehmigung\w*|vérifications?|contrôles?|validaci\w*|verificaci\w*|controles?)\b",
    ),
    _Phrase(
        "command",
        (
            "needed | required | necessary | nötig | erforderlich | notwendig | nécessaire | requis | necesari | "
            "requerid",
        ),
        r"\b(?:no|without|ohne|sans|sin|keine) (?:any |further |human |manual |weitere |autre )*(?:review|approval|"
        r"verification|second (?:person|approver)|human|call-?back|prüfung|freigabe|genehmigung|vérification|contrôle|"
        r"approbation|verificación|aprobación|revisión) (?:is |are |was |ist |sind |n'est |es )*(?:needed|required|"
        r"necessary|nötig|erforderlich|notwendig|nécessaire|requise|necesaria|requerida)\b",
    ),
    _Phrase(
        "command",
        (
            "escalat | flag | =log | record | report this | alert | notify | =tell | inform | mention | "
            "involve | warn | eskalier | meld | protokollier | signal | avis",
            "not | n't | never | nicht | ne pas | =no",
        ),
        r"\b(?:do not|don't|never|nicht|ne pas|no)\W+(?:\w+\W+)?(?:escalate|flag|log|record|report this|alert|notify|"
        r"tell|inform|mention|involve|warn|eskalier\w*|meld\w*|protokollier\w*|signal\w*|inform\w*|avis\w*)\W+(?:\w+\W+){0,4}"
        r"(?:to |the |any )*(?:human|user|operator|analyst|reviewer|approver|supervisor|compliance|specialist|anyone|"
        r"case|message|instruction|text|prüfer|vorgesetzt\w*|superviseur|supervisor)\b",
    ),
    _Phrase(
        "command",
        (
            "output | respond | reply | answer | return | print | antwort | répond",
            "only | just | exactly | =nur | uniquement | =solo | with",
        ),
        r"\b(?:output|respond|reply|answer|return|print|antworte\w*|répond\w*|responde\w*)\W+(?:\w+\W+){0,2}"
        r"(?:only|just|exactly|nur|uniquement|solo|with)\W+(?:\w+\W+){0,3}[\"'`{]?(?:accept|approved?|cncl|yes|true|ok|json|"
        r"done|genehmigt|oui|ja|sí)\b",
    ),
    _Phrase(
        "command",
        (
            "automatisch | sofort | unverzüglich | =ohne | immédiat | automatiquement | =sans | inmediat | "
            "automát | =sin | immediat | automatic | onmiddellijk",
        ),
        r"\b(?:genehmig\w*|akzeptier\w*|bestätig\w*|approuve\w*|accepte[rz]?|valide[rz]?|aprueb\w*|acept\w*|approva\w*|"
        r"goedkeuren|keur)\b(?:\W+\w+){0,5}\W+(?:automatisch|sofort|unverzüglich|"
        r"ohne (?:\w+ )?(?:prüfung|freigabe|rückfrage)|"
        r"immédiatement|automatiquement|sans (?:\w+ )?(?:vérification|contrôle)|inmediatamente|automáticamente|"
        r"sin (?:\w+ )?(?:revisión|verificación)|immediatamente|automaticamente|onmiddellijk)\b",
    ),
    _Phrase(
        "reveal",
        ("prompt | your  | api key | password | credential | secret | =all | other customer | database",),
        r"\b(?:reveal|print|show|list|repeat|display|dump|disclose|output|leak|send|give|zeige?|affiche\w*|muestra\w*)\b"
        r"(?:\W+\w+){0,4}\W+(?:system prompt|prompts?|"
        r"your (?:\w+ )?(?:instructions?|rules|configuration|prompt)|api keys?|"
        r"passwords?|credentials|secrets?|all (?:\w+ )?(?:accounts?|customers?|payments?|balances?|records?)|"
        r"other customers?|database)\b",
    ),
    _Phrase(
        "markup",
        (
            "<| | im_start | im_end | [inst | [/inst | [system | [/system | [assistant | [/assist | <<sys | ## | "
            "role | disposition | approved | decision | tool_call | function_call | confidence | begin  | "
            "end of | ``` | javascript: | <script | {{ | ${ | <system | </system | <assist | </assist | <user | "
            "</user | <instr | </instr | <prompt | </prompt | <tool | </tool",
        ),
        r"<\|?/?(?:im_start|im_end|system|assistant|user|endoftext|eot_id|start_header_id|instructions?|prompt|tool\w*)\|?>|"
        r"\[/?(?:inst|system|assistant|system message)\]|<<sys>>|^#{2,}\s*(?:system|instructions?|assistant|prompt)|"
        r"[\"']role[\"']\s*:\s*[\"'](?:system|assistant|developer)|[\"'](?:disposition|approved|decision|tool_calls?|"
        r"function_call|confidence)[\"']\s*:|\bBEGIN (?:SYSTEM|INSTRUCTIONS?|PROMPT)\b|"
        r"\bEND OF (?:MESSAGE|PROMPT|DATA|INPUT)\b|"
        r"```\s*(?:system|json|tool)|javascript:|<script\b|\{\{.*?\}\}|\$\{.*?\}",
    ),
)

_WORD = re.compile(r"\w+")


def hits(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield (kind, hit) for every phrase in a text; ordinary bank text costs a few substring searches."""
    present = _present(text)
    for kind, needed, pattern in _phrases()[1]:
        if needed <= present:
            for hit in _regex(pattern).finditer(text):
                yield kind, hit


def may_hold(text: str) -> bool:
    """Say whether `hits` would have to look for any phrase, in this text or in a line of it."""
    present = _present(text)
    return any(needed <= present for _, needed, _ in _phrases()[1])


def _present(text: str) -> set[str]:
    """Return the groups of which at least one stem stands in the text."""
    lowered = text.casefold()
    words = frozenset(_WORD.findall(lowered))
    return {name for name, (stems, whole) in _phrases()[0].items() if _stands(lowered, words, stems, whole)}


def _stands(lowered: str, words: frozenset[str], stems: tuple[str, ...], whole: frozenset[str]) -> bool:
    for stem in stems:  # a plain loop: this runs some thirty times a text
        if stem in lowered:
            return True
    return not words.isdisjoint(whole)


_Groups = dict[str, tuple[tuple[str, ...], frozenset[str]]]


@cache
def _phrases() -> tuple[_Groups, tuple[tuple[str, frozenset[str], str], ...]]:
    groups = {group: _group(group) for phrase in _PHRASES for group in phrase.stems}
    return groups, tuple((phrase.kind, frozenset(phrase.stems), phrase.pattern) for phrase in _PHRASES)


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    """Compile at first need: most patterns never are."""
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)


def _group(stems: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Split a group into stems found anywhere and words found whole."""
    each = stems.split(" | ")
    anywhere = tuple(stem for stem in each if not stem.startswith("="))
    return anywhere, frozenset(stem[1:] for stem in each if stem.startswith("="))

"""The vault of one case: names, accounts, addresses leave as tokens and come back as themselves.

Tokens are stable within a case and mean nothing outside it. The vault lives in memory for the time of one
investigation; it is written nowhere. Two nets: known values of the records are replaced wherever they stand, and what
is shaped like an account, an e-mail address or a telephone number is replaced even if no record holds it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from agent.guardrails.privacy import ibans

Kind = Literal["NAME", "ACCOUNT", "BANK", "ADDRESS", "EMAIL", "PHONE", "TEXT"]

_TOKEN = re.compile(r"\[(?:NAME|ACCOUNT|BANK|ADDRESS|EMAIL|PHONE|TEXT)-\d+\]")
_EMAIL = re.compile(r"[\w.%+'-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.-])(?:\+|00)\d[\d ()/.-]{6,20}\d(?!\w)")
_GAPS = r"[\W_]{0,4}"
"""What may stand between the letters and figures of a value that was written in another way."""
_WORD_MIN = 4
_COMMON = frozenset(
    [
        "bank",
        "group",
        "holding",
        "limited",
        "trading",
        "services",
        "company",
        "international",
        "solutions",
        "systems",
        "global",
        "europe",
        "bakery",
        "house",
        "street",
        "road",
        "avenue",
        "lane",
        "customer",
        "payment",
        "payments",
        "account",
        "client",
        "office",
        "department",
        "support",
        "limited",
        "gmbh",
        "sarl",
        "holdings",
        "partners",
        "consulting",
        "design",
        "works",
        "studio",
        "foods",
        "energy",
        "logistics",
        "transport",
        "import",
        "export",
        "marine",
    ]
)
"""Parts of names that are ordinary words: replaced with the whole name, not alone."""


class Vault:
    """Gives every personal value of a case its token, and every token its value back."""

    def __init__(self) -> None:
        self._tokens: dict[tuple[str, str], str] = {}
        self._values: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._known: list[tuple[Kind, str, re.Pattern[str]]] = []

    def know(self, kind: Kind, values: Iterable[str | None], *, parts: bool = True) -> None:
        """Learn values of the records; they are found however they are spaced or capitalised.

        `parts`: the telling words of a name count as well; not for what only looks like a name.
        """
        for value in values:
            if value and _bare(value) and not any(_bare(known) == _bare(value) for _, known, _ in self._known):
                self._known.append((kind, value, anyhow(value)))
                if kind == "NAME" and parts:
                    self._known += [("NAME", part, _alone(part)) for part in _parts(value)]
        self._known.sort(key=lambda known: -len(known[1]))

    def mask(self, value: Any) -> Any:
        """Return a JSON-native value with every personal text in it replaced; keys are ours and stay."""
        if isinstance(value, str):
            return self._masked(value)
        if isinstance(value, dict):
            return {key: self.mask(item) for key, item in sorted(value.items())}
        if isinstance(value, list | tuple):
            return [self.mask(item) for item in value]
        return value

    def restore(self, value: Any) -> Any:
        """Return a JSON-native value with every token that this vault gave out replaced by what it stands for."""
        if isinstance(value, str):
            return _TOKEN.sub(lambda hit: self._values.get(hit[0], hit[0]), value)
        if isinstance(value, dict):
            return {key: self.restore(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.restore(item) for item in value]
        return value

    def leaks(self, text: str) -> tuple[str, ...]:
        """Return the kinds of personal values that still stand in a text: the last look before it leaves."""
        rest = _TOKEN.sub(" ", unicodedata.normalize("NFKC", text))
        found: list[str] = [kind for kind, _, pattern in self._known if pattern.search(rest)]
        found += ["EMAIL" for _ in _EMAIL.finditer(rest)] + ["PHONE" for _ in _PHONE.finditer(rest)]
        found += ["ACCOUNT" for _ in ibans(rest)]
        return tuple(dict.fromkeys(found))

    def _masked(self, text: str) -> str:
        text = unicodedata.normalize("NFKC", text)
        # A text that holds something like a token of ours gets one for it, so that it cannot be taken for a value.
        text = _TOKEN.sub(lambda hit: self._token("TEXT", hit[0]), text)
        text = self._shaped("EMAIL", _EMAIL, text)
        for kind, value, pattern in self._known:
            if pattern.search(text):
                text = _outside_tokens(pattern, text, self._token(kind, value))
        for iban in sorted(set(ibans(text)), key=len, reverse=True):
            text = _outside_tokens(anyhow(iban), text, self._token("ACCOUNT", iban))
        return self._shaped("PHONE", _PHONE, text)

    def _shaped(self, kind: Kind, pattern: re.Pattern[str], text: str) -> str:
        return "".join(
            piece if is_token else pattern.sub(lambda hit: self._token(kind, hit[0]), piece)
            for piece, is_token in _pieces(text)
        )

    def _token(self, kind: Kind, value: str) -> str:
        key = (kind, value)
        if key not in self._tokens:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            token = f"[{kind}-{self._counts[kind]}]"
            self._tokens[key], self._values[token] = token, value
        return self._tokens[key]


def _outside_tokens(pattern: re.Pattern[str], text: str, token: str) -> str:
    """Replace a pattern, but never inside a token: the name "Name" would break all of them."""
    return "".join(piece if is_token else pattern.sub(token, piece) for piece, is_token in _pieces(text))


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    end = 0
    for hit in _TOKEN.finditer(text):
        yield text[end : hit.start()], False
        yield hit[0], True
        end = hit.end()
    yield text[end:], False


def anyhow(value: str) -> re.Pattern[str]:
    """The value with any spacing and punctuation between its letters; short ones only as whole words."""
    letters = [re.escape(letter) for letter in unicodedata.normalize("NFKC", value) if letter.isalnum()]
    return re.compile(r"(?<![^\W_])" + _GAPS.join(letters) + r"(?![^\W_])", re.IGNORECASE)


def _alone(part: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){re.escape(part)}(?![^\W_])", re.IGNORECASE)


def _parts(name: str) -> tuple[str, ...]:
    """The words of a name that tell who it is: "Heron" of "Heron Chandlery Ltd"."""
    words = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", name))
    return tuple(w for w in dict.fromkeys(words) if len(w) >= _WORD_MIN and w.casefold() not in _COMMON)


def _bare(text: str) -> str:
    """A value without spacing and capitals; the spelling learned first, that of the records, is the one restored."""
    return "".join(letter for letter in text if letter.isalnum()).casefold()

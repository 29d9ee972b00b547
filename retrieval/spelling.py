"""Mends slips of the keyboard: the word of the book that was most likely meant, found without comparing with each."""

from collections.abc import Callable, Iterator, Mapping

LENGTH_MIN = 4
TWO_SLIPS_LENGTH_MIN = 8
"""A shorter word has too many neighbours at two slips."""


class Speller:
    """Words by what is left of them when one letter is taken away; two misspelt forms of a word meet there."""

    def __init__(self, counts: Mapping[str, int], *, is_word: Callable[[str], bool] = lambda word: False) -> None:
        self._counts = {word: count for word, count in counts.items() if len(word) >= LENGTH_MIN and word.isalpha()}
        self._is_word = is_word
        self._shortened: dict[str, list[str]] = {}
        for word in self._counts:
            for form in {word, *_shorter(word)}:
                self._shortened.setdefault(form, []).append(word)

    def meant(self, word: str) -> str | None:
        """Return the known word nearest to an unknown one; None when none is near or the word is a word by itself."""
        if len(word) < LENGTH_MIN or not word.isalpha() or word in self._counts or self._is_word(word):
            return None
        slips_max = 2 if len(word) >= TWO_SLIPS_LENGTH_MIN else 1
        forms = {word, *_shorter(word)}
        if slips_max == 2:
            forms.update(form for shorter in _shorter(word) for form in _shorter(shorter))
        near = {known for form in forms for known in self._shortened.get(form, ())}
        judged = [(slips(word, known), known[0] != word[0], -self._counts[known], known) for known in near]
        return min((one for one in judged if one[0] <= slips_max), default=(0, False, 0, None))[3]


def slips(one: str, other: str) -> int:
    """Count letters added, lost, changed or swapped with their neighbour between two words (optimal alignment)."""
    older: list[int] = []
    above = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, facing in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != facing))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == facing:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        older, above = above, row
    return above[-1]


def _shorter(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))

"""Elements by their local names: every version of a message, under whatever namespace, is read the same way."""

from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element

_NAMES_MAX = 20_000
"""The standard has some 6,000 element names; beyond this bound names are not kept."""


class _LocalNames(dict[str, str]):
    """Local name of a tag, split off once."""

    def __missing__(self, tag: str) -> str:
        name = tag.rpartition("}")[2]
        if len(self) < _NAMES_MAX and len(tag) < 200:
            self[tag] = name
        return name


NAMES = _LocalNames()


def local(element: Element) -> str:
    """Local name of an element."""
    return NAMES[element.tag]


def namespace(element: Element) -> str:
    """Namespace of an element, "" where it has none."""
    return element.tag.rpartition("}")[0][1:]


class Priced(str):
    """Text of an element that carries a Ccy attribute."""

    currency: str


class Fields(dict[str, "Fields | str"]):
    """Children of one element by local name: text of a leaf, trimmed, or the children of an inner element.

    Of children with the same name the first stands here and the others in `more`; `every` and `texts` give all.
    """

    # The element leads upwards, not another Fields: a ring of references would wait for the garbage collector.
    __slots__ = ("element", "more", "name")
    name: str
    element: Element | None
    more: list[tuple[str, "Fields | str"]] | None

    def text(self, name: str) -> str | None:
        """Text of this child; None where it is absent, blank or holds elements."""
        value = self.get(name)
        return value if value and isinstance(value, str) else None

    def first(self, *names: str) -> str | None:
        """Text of the first of these children that has any."""
        for name in names:
            value = self.get(name)
            if value and isinstance(value, str):
                return value
        return None

    def code(self, *names: str) -> str | None:
        """Code of the first of these choices: its Cd or Prtry, else that of its Tp; its text in old versions."""
        for name in names:
            value = self.get(name)
            if isinstance(value, Fields):
                return value.first("Cd", "Prtry") or value.code("Tp")
            if value:
                return value
        return None

    def into(self, *names: str) -> "Fields":
        """Children of the first of these that is there; empty where none is."""
        for name in names:
            value = self.get(name)
            if isinstance(value, Fields):
                return value
        return NOTHING

    def all_of(self, name: str) -> Iterator["Fields | str"]:
        """Every child of this name, in order."""
        if name in self:
            yield self[name]
            if self.more is not None:
                for other, value in self.more:
                    if other == name:
                        yield value

    def every(self, name: str) -> list["Fields"]:
        """Every inner element of this name, in order."""
        first = self.get(name)
        if first is None:
            return []
        if self.more is None:
            return [first] if isinstance(first, Fields) else []
        return [value for value in self.all_of(name) if isinstance(value, Fields)]

    def texts(self, *names: str) -> list[str]:
        """Text of every leaf of these names that has any, in order."""
        if self.more is None:
            return [value for name in names if (value := self.get(name)) and isinstance(value, str)]
        present = (name for name in names if name in self)
        return [value for name in present for value in self.all_of(name) if value and isinstance(value, str)]

    def codes(self, name: str) -> list[str]:
        """Code of every choice of this name, in order (see `code`)."""
        found = (v if isinstance(v, str) else v.first("Cd", "Prtry") or v.code("Tp") for v in self.all_of(name))
        return [code for code in found if code]


def new_fields(name: str, element: Element | None) -> Fields:
    """Fields of an element before its children are known."""
    made = Fields()
    made.name = name
    made.element = element
    made.more = None
    return made


NOTHING = new_fields("", None)
"""What an absent element holds."""


def place(holder: Fields, name: str) -> str:
    """Path of local names from the message element down, for a person to find it."""
    names = [name] if name else []
    element = holder.element
    while element is not None and (above := local(element)) != "Document":
        names.append(above)
        element = element.getparent()
    return "/".join(reversed(names))

"""Documents made from an official schema: every element that it knows, choices and repetitions by a seed."""

import random
from pathlib import Path

from lxml import etree

_SCHEMA = "{http://www.w3.org/2001/XMLSchema}"
_DEEP, _TOO_DEEP = 12, 16
_BY_BASE = {
    "xs:date": "2026-11-16",
    "xs:dateTime": "2026-11-16T08:30:00Z",
    "xs:time": "08:30:00Z",
    "xs:boolean": "true",
    "xs:base64Binary": "QUJD",
    "xs:gYear": "2026",
    "xs:gYearMonth": "2026-11",
}


class Instances:
    """What one schema allows, as documents. Values are short and differ; they need not satisfy every pattern."""

    def __init__(self, schema: Path, *, seed: int, fullness: float) -> None:
        self._schema = etree.parse(schema).getroot()
        self._space = self._schema.get("targetNamespace")
        self._types = {part.get("name"): part for part in self._schema if part.tag.endswith("Type")}
        self._random = random.Random(seed)
        self._fullness = fullness
        self._count = 0

    def document(self) -> etree._Element:
        top = next(part for part in self._schema if part.tag == f"{_SCHEMA}element")
        root = etree.Element(f"{{{self._space}}}{top.get('name')}", nsmap={None: self._space})
        self._fill(root, top.get("type"), 0)
        return root

    def _fill(self, element: etree._Element, type: str, depth: int) -> None:
        kind = self._types.get(type)
        if kind is None:
            element.text = _BY_BASE.get(type, "text")
        elif kind.tag == f"{_SCHEMA}simpleType":
            element.text = self._value(kind)
        elif (content := kind.find(f"{_SCHEMA}simpleContent/{_SCHEMA}extension")) is not None:
            element.text = self._value(self._types[content.get("base")])
            for attribute in content.iter(f"{_SCHEMA}attribute"):
                element.set(attribute.get("name"), self._value(self._types[attribute.get("type")]))
        else:
            for group in kind:
                self._group(group, element, depth)

    def _group(self, group: etree._Element, parent: etree._Element, depth: int) -> None:
        if group.tag == f"{_SCHEMA}choice":
            self._particle(self._random.choice(list(group)), parent, depth)
        elif group.tag == f"{_SCHEMA}sequence":
            for particle in group:
                self._particle(particle, parent, depth)

    def _particle(self, particle: etree._Element, parent: etree._Element, depth: int) -> None:
        optional = particle.get("minOccurs") == "0"
        if optional and (depth > _TOO_DEEP or self._random.random() > (self._fullness if depth < _DEEP else 0.2)):
            return
        if particle.tag != f"{_SCHEMA}element":  # "any" is left empty
            self._group(particle, parent, depth)
            return
        repeated = particle.get("maxOccurs") == "unbounded" and depth < 6 and self._random.random() < 0.4
        for _ in range(2 if repeated else 1):
            child = etree.SubElement(parent, f"{{{self._space}}}{particle.get('name')}")
            self._fill(child, particle.get("type"), depth + 1)

    def _value(self, type: etree._Element) -> str:
        restriction, name = type.find(f"{_SCHEMA}restriction"), type.get("name")
        if listed := [one.get("value") for one in restriction.iter(f"{_SCHEMA}enumeration")]:
            return str(self._random.choice(listed))
        self._count += 1
        if restriction.get("base") == "xs:decimal":
            return f"{self._random.randint(1, 99999)}.{self._random.randint(0, 99):02d}"
        if restriction.get("base") in _BY_BASE:
            return _BY_BASE[restriction.get("base")]
        if "UUID" in name:
            return f"{self._random.getrandbits(32):08x}-1234-4abc-8def-{self._count:012x}"
        if "CurrencyCode" in name:
            return self._random.choice(["EUR", "USD", "JPY"])
        if "BIC" in name or "BEI" in name:
            return self._random.choice(["TULPNL2A", "WRENGB2L", "MOSSDEFFXXX"])
        longest = restriction.find(f"{_SCHEMA}maxLength")
        return f"V{self._count}"[: int(longest.get("value")) if longest is not None else 12]

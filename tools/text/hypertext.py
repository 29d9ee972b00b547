"""The text of an HTML mail that a reader sees, and the text that somebody hid from him."""

import re

_UNSEEN_TAGS = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "object", "iframe", "svg", "meta"}
)
_BLOCK_TAGS = frozenset(
    {
        "p",
        "div",
        "br",
        "tr",
        "li",
        "ul",
        "ol",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "hr",
        "section",
    }
)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$|!)"
    r"|(?:max-)?(?:height|width)\s*:\s*0(?:px|pt|em)?\s*(?:;|$|!)|color\s*:\s*transparent"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_FONT_SIZE = re.compile(r"font-size\s*:\s*(\d*\.?\d+)\s*(px|pt|em|rem|%|)", re.IGNORECASE)
_COLOUR = re.compile(r"(?<![-\w])color\s*:\s*([^;!]+)", re.IGNORECASE)
_BACKGROUND = re.compile(r"background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_WHITE = re.compile(
    r"#f{3}(?:f{3})?\b|#f[c-f]f[c-f]f[c-f]\b|\bwhite\b|rgba?\(\s*25[0-5]\s*,\s*25[0-5]\s*,\s*25[0-5]", re.IGNORECASE
)
_CSS_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SELECTOR = re.compile(r"(?:[a-z][a-z0-9]*)?([.#])([\w-]+)", re.IGNORECASE)
"""Simple selectors by class or id; mails hide by these or by style attributes."""


def visible_text(source: str) -> tuple[str, tuple[str, ...]]:
    """Text as a reader sees it, with line ends at blocks, and every piece of hidden text."""
    from lxml import etree, html  # only mails with HTML pay for the parser

    try:
        root = html.document_fromstring(source.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, ValueError):  # no element at all
        return "", ()
    hiding = _hiding_selectors("".join(style.text or "" for style in root.iter("style")))
    seen: list[str] = []
    hidden: list[str] = []
    depth_hidden = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            (hidden if depth_hidden else seen).append(element.tail or "")
            continue
        tag = element.tag
        unseen = tag in _UNSEEN_TAGS
        concealed = unseen or _conceals(tag, element.get("style") or "", dict(element.attrib), hiding)
        if event == "start":
            if tag in _BLOCK_TAGS:
                seen.append("\n")
            depth_hidden += concealed
            if not unseen and element.text:
                (hidden if depth_hidden else seen).append(element.text)
        else:
            depth_hidden -= concealed
            if tag in _BLOCK_TAGS:
                seen.append("\n")
            if element.tail and element is not root:
                (hidden if depth_hidden else seen).append(element.tail)
    secrets = (re.sub(r"\s+", " ", piece).strip() for piece in hidden)
    return _tidy("".join(seen)), tuple(piece for piece in secrets if len(piece) > 1)


def _tidy(text: str) -> str:
    lines = (re.sub(r"[ \t\r\f\v\u00a0]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _hiding_selectors(css: str) -> frozenset[str]:
    """Classes and ids (".x", "#y") whose rule hides; rules inside @media queries do not count for the screen."""
    plain = re.sub(r"/\*.*?\*/", "", re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css), flags=re.DOTALL)
    found = set()
    for match in _CSS_RULE.finditer(plain):
        if hides(match.group(2)):
            for selector in match.group(1).split(","):
                simple = _SELECTOR.fullmatch(selector.strip())
                if simple:
                    found.add(simple.group(1) + simple.group(2))
    return frozenset(found)


def hides(style: str) -> bool:
    """True when a style makes its text unreadable: not displayed, of no size, transparent, white on white."""
    if not style:
        return False
    if _HIDING.search(style):
        return True
    size = _FONT_SIZE.search(style)
    if size and float(size.group(1)) <= (0.1 if size.group(2) in ("em", "rem") else 1):
        return True
    colour, background = _COLOUR.search(style), _BACKGROUND.search(style)
    white = colour is not None and _WHITE.search(colour.group(1)) is not None
    return white and (background is None or _WHITE.search(background.group(1)) is not None)


def _conceals(tag: object, style: str, attributes: dict[str, str], hiding: frozenset[str]) -> bool:
    if "hidden" in attributes or hides(style):
        return True
    if tag == "input":
        return True
    if tag == "font" and _WHITE.search(attributes.get("color", "")):
        return True
    if not hiding:
        return False
    names = {f".{name}" for name in attributes.get("class", "").split()} | {f"#{attributes.get('id', '')}"}
    return not names.isdisjoint(hiding)

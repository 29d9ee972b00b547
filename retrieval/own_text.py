"""The text of a bank's own document: Markdown, HTML, PDF or DOCX become headings with text, and nothing else.

What stands in a document is data: scripts, styles, links to elsewhere and pictures are left out, nothing is fetched.
"""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILE_BYTES_MAX = 50_000_000
UNPACKED_BYTES_MAX = 200_000_000
PAGES_MAX = 3_000
TEXT_CHARACTERS_MAX = 5_000_000
FRONT_CHARACTERS_MAX = 20_000

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)(.*)\Z", re.S)
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.+?)[ \t#]*$")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_SPACES = re.compile(r"[^\S\n]+")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


class UnreadableDocument(ValueError):
    """One sentence: why this file cannot be taken, and what to do."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a file says."""

    title: str | None
    front: dict[str, Any]
    """Fields of its front matter, if it has one."""
    sections: tuple[tuple[str, str], ...]
    """Heading and text; the heading of what stands before the first one is empty."""


def read_text(path: Path, data: bytes) -> Text:
    """Return the text of a file, by its suffix; a file that cannot be read raises one sentence."""
    if not data.strip():
        raise UnreadableDocument("is empty")
    if len(data) > FILE_BYTES_MAX:
        raise UnreadableDocument(f"has more than {FILE_BYTES_MAX // 1_000_000} MB; split it")
    found = READERS[path.suffix.lower()](data)
    if not any(text.strip() for _, text in found.sections):
        raise UnreadableDocument("holds no text")
    if sum(len(text) for _, text in found.sections) > TEXT_CHARACTERS_MAX:
        raise UnreadableDocument(f"holds more than {TEXT_CHARACTERS_MAX:,} characters; split it")
    return found


def _markdown(data: bytes) -> Text:
    return _of_markdown(_decoded(data))


def _html(data: bytes) -> Text:
    return _of_html(_decoded(data, declared=True))


def _docx(data: bytes) -> Text:
    import mammoth

    _check_unpacked(data)
    try:
        html = mammoth.convert_to_html(
            io.BytesIO(data), convert_image=mammoth.images.img_element(lambda image: {}), external_file_access=False
        ).value
    except Exception as fault:  # the library has no error of its own for a file that is none
        raise UnreadableDocument(f"is no DOCX that can be read ({type(fault).__name__}); save it again") from fault
    return _of_html(html)


def _pdf(data: bytes) -> Text:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableDocument("is encrypted; save it without a password")
        if len(reader.pages) > PAGES_MAX:
            raise UnreadableDocument(f"has more than {PAGES_MAX:,} pages; split it")
        pages = [(f"Page {number}", _tidy(page.extract_text())) for number, page in enumerate(reader.pages, 1)]
        title = reader.metadata.title if reader.metadata else None
    except UnreadableDocument:
        raise
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, OSError, RecursionError) as fault:
        raise UnreadableDocument(f"is no PDF that can be read ({type(fault).__name__}); print it anew") from fault
    except Exception as fault:
        if "cryptography" not in str(fault):
            raise
        raise UnreadableDocument("is encrypted; save it without a password") from fault
    if not any(text for _, text in pages):
        raise UnreadableDocument("has no text layer: it is a scan; run character recognition on it first")
    return Text(title=_line(title), front={}, sections=tuple(page for page in pages if page[1]))


READERS: dict[str, Callable[[bytes], Text]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _markdown,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
    ".docx": _docx,
}


def _of_markdown(text: str) -> Text:
    front, body = _front(text.replace("\r\n", "\n").replace("\r", "\n"))
    sections, title, fenced = [("", "")], None, False
    for line in body.split("\n"):
        fenced ^= _FENCE.match(line) is not None
        found = None if fenced else _HEADING.match(line)
        if found is None:
            heading, said = sections[-1]
            sections[-1] = (heading, f"{said}\n{line}")
            continue
        heading = _line(_plain(found[2])) or "Section"
        if found[1] == "#" and title is None:
            title = heading
        sections.append((heading, ""))
    told = tuple((heading, _tidy(_plain(said))) for heading, said in sections)
    return Text(title=title, front=front, sections=tuple(one for one in told if one[1]))


def _front(text: str) -> tuple[dict[str, Any], str]:
    found = _FRONT_MATTER.match(text)
    if found is None:
        return {}, text
    if len(found[1]) > FRONT_CHARACTERS_MAX:
        raise UnreadableDocument("has front matter of more than 20,000 characters")
    try:
        front = yaml.safe_load(found[1])
    except yaml.YAMLError as fault:
        raise UnreadableDocument(f"has front matter that is no YAML: {str(fault).splitlines()[0]}") from fault
    return (front if isinstance(front, dict) else {}), found[2]


def _of_html(html: str) -> Text:
    from bs4 import BeautifulSoup
    from markdownify import MarkdownConverter

    soup = BeautifulSoup(html, "lxml")
    title = soup.title.get_text() if soup.title else None
    for hidden in soup(["script", "style", "head", "nav", "footer", "template", "noscript", "iframe", "object", "img"]):
        hidden.decompose()
    markdown = MarkdownConverter(heading_style="ATX", strip=["a"], escape_misc=False).convert_soup(soup)
    found = _of_markdown(markdown.lstrip("-\n "))
    return Text(title=found.title or _line(title), front={}, sections=found.sections)


def _decoded(data: bytes, *, declared: bool = False) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        named = re.search(rb"charset=[\"']?([A-Za-z0-9_-]+)", data[:2000]) if declared else None
        encoding = named[1].decode() if named else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as fault:
        raise UnreadableDocument("is not UTF-8 text; save it as UTF-8") from fault
    if "\0" in text:
        raise UnreadableDocument("is no text file")
    return text


def _check_unpacked(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(one.file_size for one in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as fault:
        raise UnreadableDocument("is no DOCX; save it as DOCX anew") from fault
    if size > UNPACKED_BYTES_MAX:
        raise UnreadableDocument(f"unpacks to more than {UNPACKED_BYTES_MAX // 1_000_000} MB and was not opened")


def _plain(text: str) -> str:
    """Words without the marks of Markdown; of a link, what is read and not where it leads."""
    return re.sub(r"[*_]{2,}|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)|\\(?=[*_#.\-])", "", _LINK.sub(r"\1", text))


def _tidy(text: str) -> str:
    """Lines joined to paragraphs; list items and table rows keep lines of their own."""
    blocks = []
    for block in re.split(r"\n\s*\n", _SPACES.sub(" ", text)):
        joined = re.sub(r"\n(?! ?(?:[-*•|]|\d+[.)]) )(?!\|) *", " ", block.strip())
        blocks.append(re.sub(r"^ ?[*•] ", "- ", joined, flags=re.M))
    return "\n\n".join(block for block in blocks if block)


def _line(text: str | None) -> str | None:
    line = " ".join((text or "").split())
    return line[:200] or None

"""A bank's own documents as files of every kind, whole and broken, made by hand: no word processor is needed."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from pypdf import PdfReader, PdfWriter

from agent.book_room import index_place, rules_folder
from agent.settings import Settings
from retrieval.own import Added, OwnRules

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)

SOP = """# Recall desk procedure

## Who calls the counterparty

The zebra desk in Leeds calls the counterparty before noon on the first business day.

## Which form

Form ORX-17 is filled in by the person who took the call.
"""


def added(folder: Path, store: Path, *rails: str) -> Added:
    kept = rules_folder(store)
    own = OwnRules(kept)
    own.keep("", {})
    return own.add(
        folder,
        rails=rails,
        place=index_place(Settings(), kept),
        now=NOW,
        ready=lambda rules: None,  # the index is built by whoever searches first
        step=lambda *_: None,
    )


def a_file(folder: Path, name: str, text: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def a_pdf(*pages: str, password: str | None = None) -> bytes:
    """A PDF with one line of text a page; a page of no text is what a scanner leaves."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 40 700 Td ({text}) Tj ET" if text else ""
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    plain = _numbered(objects)
    if password is None:
        return plain
    writer, out = PdfWriter(clone_from=PdfReader(io.BytesIO(plain))), io.BytesIO()
    writer.encrypt(password, algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


def _numbered(objects: list[str]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"trailer << /Root 1 0 R /Size {len(objects) + 1} >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def a_docx(*paragraphs: tuple[str, str]) -> bytes:
    """A DOCX of (style, text) paragraphs, such as ("Heading1", "Fees")."""
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{n}"><w:name w:val="heading {n}"/></w:style>' for n in (1, 2)
    )
    word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    return _zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
            '.wordprocessingml.document.main+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="s1" '
            f'Type="{office}/styles" Target="styles.xml"/></Relationships>',
            "word/styles.xml": f"<w:styles {word}>{styles}</w:styles>",
            "word/document.xml": f"<w:document {word}><w:body>{body}</w:body></w:document>",
        }
    )


def a_bomb(megabytes: int = 210) -> bytes:
    """A DOCX of a few hundred kilobytes that unpacks to hundreds of megabytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed,
        packed.open("word/document.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(megabytes):
            part.write(bytes(1_000_000))
    return out.getvalue()


def _zipped(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return out.getvalue()


def a_folder(folder: Path) -> Path:
    """One whole document of each kind."""
    folder.mkdir()
    (folder / "recall.md").write_text(SOP)
    (folder / "tariff.html").write_text(
        "<html><head><title>Tariff sheet</title><script>steal()</script></head><body><h1>Tariff</h1>"
        "<p>An investigation older than ninety days costs the client <b>35 EUR</b>.</p>"
        "<h2>Waivers</h2><ul><li>The flamingo committee waives up to 100 EUR.</li></ul></body></html>"
    )
    (folder / "handbook.pdf").write_bytes(
        a_pdf("Chapter one: the walrus hotline is staffed at night.", "Chapter two: escalate to the duty manager.")
    )
    (folder / "limits.docx").write_bytes(
        a_docx(
            ("Heading1", "Limits of the desk"),
            ("Normal", "The desk may refund goodwill up to 250 EUR without asking."),
            ("Heading2", "Above the limit"),
            ("Normal", "The pelican board decides on goodwill above 250 EUR."),
        )
    )
    return folder

"""PDFs written by hand: each text at its place, so that a test decides in which order a page is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 612, 792


class Shown(NamedTuple):
    """A text, where its baseline begins, and the size of its letters."""

    text: str
    left: float
    bottom: float
    size: float = 10


def stack(*lines: str, left: float = 72, top: float = 720, size: float = 10) -> list[Shown]:
    """Put one line below the other; an empty one leaves a gap."""
    return [Shown(line, left, top - 1.2 * size * n, size) for n, line in enumerate(lines) if line]


def write_pdf(*pages: Sequence[Shown], unmapped: bool = False, rotate: int = 0, **fields: str) -> bytes:
    """Write a PDF in Helvetica, where the bytes 1 and 2 are the ligatures fi and ffi.

    With `unmapped`, glyphs have the numbers that TrueType fonts give them, and nothing says which letters they are.
    """
    kids = " ".join(f"{5 + 2 * page} 0 R" for page in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        _UNMAPPED if unmapped else _HELVETICA,
        _CID_FONT,
    ]
    for page in pages:
        stream = "".join(
            f"BT /F1 {shown.size} Tf {_turn(rotate, shown)} Tm {_write_string(shown.text, unmapped)} Tj ET\n"
            for shown in page
        )
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Rotate {rotate}"
            f" /Contents {len(objects) + 2} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects.append("<< " + " ".join(f"/{name} {_write_string(text)}" for name, text in fields.items()) + " >>")
    data, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\nstartxref\n"
    return (data + trailer + f"{data.index('xref')}\n%%EOF\n").encode("cp1252")


_HELVETICA = (
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica"
    " /Encoding << /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [1 /fi /ffi] >> >>"
)
_UNMAPPED = "<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Sub /Encoding /Identity-H /DescendantFonts [4 0 R] >>"
_CID_FONT = (
    "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Sub /DW 500"
    " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    " /FontDescriptor << /Type /FontDescriptor /FontName /ABCDEF+Sub /Flags 4 /FontBBox [0 0 1000 1000]"
    " /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >>"
)


def _turn(rotate: int, shown: Shown) -> str:
    """Return the matrix that draws a text upright on a page that is shown turned."""
    if rotate == 90:
        return f"0 1 -1 0 {WIDTH - shown.bottom} {shown.left}"
    if rotate == 180:
        return f"-1 0 0 -1 {WIDTH - shown.left} {HEIGHT - shown.bottom}"
    if rotate == 270:
        return f"0 -1 1 0 {shown.bottom} {HEIGHT - shown.left}"
    return f"1 0 0 1 {shown.left} {shown.bottom}"


def _write_string(text: str, unmapped: bool = False) -> str:
    if unmapped:
        return "<" + "".join(f"{ord(letter) - 29:04x}" for letter in text) + ">"
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"({escaped})"

"""A matplotlib figure as SVG inside a page: colours that follow the page's theme, ids of its own, no outside words."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.figure import Figure

INK, MUTED, LINE, ACCENT, SECOND, PAPER = "#010101", "#020202", "#030303", "#040404", "#050505", "#060606"
"""What figures are drawn with: placeholders, each of which becomes a colour of the page."""

_COLOURS = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    LINE: "var(--line)",
    ACCENT: "var(--accent)",
    SECOND: "var(--second)",
    PAPER: "var(--paper)",
}
_OUTSIDE = re.compile(r"<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>|<!--.*?-->", re.DOTALL)
_OPENING = re.compile(r"\A.*?<svg [^>]*?viewBox=\"([^\"]+)\"[^>]*>", re.DOTALL)
_ID = re.compile(r"(?<= id=\")|(?<=href=\"#)|(?<=url\(#)")
# matplotlib writes `font-size: 9px; font-family: 'DejaVu Sans', ...;`, before 3.11 `font: 9px 'DejaVu Sans', ...;`.
_FAMILY = re.compile(r"font-family: [^;\"]+;?\s*|(?<=font: \dpx) [^;\"]+|(?<=font: \d\dpx) [^;\"]+")
_SPACE = re.compile(r"\s*\n\s*")


def render_inline(figure: Figure, name: str, label: str) -> Markup:
    """Return a figure as an SVG element; `name` begins all of its ids, `label` says in words what it shows.

    The same figure gives the same text: matplotlib's ids are hashes, salted here, and no date is written.
    """
    import matplotlib as mpl
    from markupsafe import Markup, escape

    file = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(file, format="svg", metadata={"Date": None}, transparent=True)
    drawn = _OUTSIDE.sub("", file.getvalue())
    opening = _OPENING.match(drawn)
    if opening is None:
        raise ValueError("matplotlib wrote no viewBox.")
    drawn = _FAMILY.sub("", drawn[opening.end() :]).replace("font: ", "font-size: ").replace("xlink:href", "href")
    for placeholder, colour in _COLOURS.items():
        drawn = drawn.replace(placeholder, colour)
    drawn = _SPACE.sub("\n", _ID.sub(f"{name}-", drawn)).strip()
    return Markup(f'<svg class="plot" role="img" aria-label="{escape(label)}" viewBox="{opening[1]}">{drawn}')

"""A run as one HTML page that needs no network: figures, plots, and every question with what came of it.

    Run, Comparison -> page -> str

`page` puts it together; `rows`, `versus` and `questions` decide what is shown of figures, of a comparison and of an
outcome, `wording` how numbers read; `plots` draws, and `svg` makes drawings fit for a page. What the figures mean is
for `measures` and `comparison`.
"""

from bot.evaluation.report.page import render_page

__all__ = ["render_page"]

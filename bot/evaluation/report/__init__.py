"""Reports of an evaluation: a page, a terminal's view, and the lines that a failed test shows.

    Run, Comparison -> page -> one HTML page that needs no network

`page` fills the template; `figure_rows`, `comparison_view` and `question_cards` choose what it shows, `number_format`
writes numbers, and `plots` and `svg` draw. `terminal_report` and `explanation` write for a terminal. What the figures
mean is left to `bot.evaluation.metrics`.
"""

from bot.evaluation.report.page import render_page

__all__ = ["render_page"]

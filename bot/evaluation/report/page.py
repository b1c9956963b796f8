"""A run as one HTML page: figures, plots and questions put into the template, with style and script inside.

Everything that comes from a run is escaped by the template engine and freed of control characters; the page's policy
(CSP) lets it load nothing and run nothing but its own script.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.evaluation.metrics.curves import compute_reliability, compute_tradeoff
from bot.evaluation.metrics.measures import compute_figures, compute_slices, get_measure
from bot.evaluation.report import number_format, plots
from bot.evaluation.report.comparison_view import build_comparison_view, describe_flips
from bot.evaluation.report.figure_rows import SHOWN_BY_TAG, group_figures, list_cards, list_tag_rows
from bot.evaluation.report.question_cards import STATES, build_question_cards, identify
from bot.render.blocks import format_count
from bot.render.terminal_safe import clean, clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jinja2 import Environment

    from bot.evaluation.metrics.comparison import Comparison
    from bot.evaluation.report.question_cards import QuestionCard
    from bot.evaluation.results import Run

LONGEST_TITLE = 140
"""Characters of a question in a list of links."""


def render_page(run: Run, comparison: Comparison | None = None, *, baseline: Run | None = None) -> str:
    """Return the report of a run as an HTML page that needs nothing but itself.

    `comparison` is that of a former run with this one; `baseline` is the former run, whose answers are then shown
    beside those that flipped.
    """
    from markupsafe import Markup

    found = {figure.measure: figure for figure in compute_figures(run.outcomes)}
    before = {identify(outcome): outcome for outcome in baseline.outcomes} if baseline else {}
    shown = build_question_cards(run.outcomes, describe_flips(comparison) if comparison else {}, before)
    drawn = (
        plots.plot_hits(found),
        plots.plot_reliability(compute_reliability(run.outcomes)),
        plots.plot_tradeoff(compute_tradeoff(run.outcomes), _read_threshold(run)),
        plots.plot_times(run.outcomes),
    )
    tags = list(dict.fromkeys(tag for outcome in run.outcomes for tag in outcome.golden.tags))
    style, script = _read_asset("report.css"), _read_asset("report.js")
    return (
        _build_environment()
        .get_template("report.html.j2")
        .render(
            run=run,
            facts=list(_list_facts(run)),
            settings={**run.settings, "passages kept": str(run.k), "generation of the index": str(run.generation)},
            verdicts=_summarize_verdicts(shown),
            cards=list_cards(found, comparison),
            comparison=build_comparison_view(comparison, shown) if comparison else None,
            plots=[plot for plot in drawn if plot],
            groups=group_figures(found),
            slices={
                "titles": [title for _, title in SHOWN_BY_TAG],
                "rows": list_tag_rows(compute_slices(run.outcomes), run.outcomes),
            },
            filters=list(_list_filters(shown)),
            tags=tags,
            questions=shown,
            css=Markup(style),
            script=Markup(script),
            script_hash=f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}",
        )
    )


def _read_threshold(run: Run) -> float | None:
    """Return the confidence below which this run refused, where its settings say so."""
    try:
        threshold = float(run.settings.get("threshold", ""))
    except ValueError:
        return None
    return threshold if 0 <= threshold <= 1 else None


def _list_facts(run: Run) -> Iterator[str]:
    asked = [outcome.answer for outcome in run.outcomes if outcome.answer]
    yield number_format.format_time(run.at)
    yield format_count(len(run.outcomes), "question")
    yield format_count(run.articles, "article")
    yield format_count(run.passages, "passage")
    yield from sorted({answer.model or answer.answerer for answer in asked})
    if run.judge:
        yield f"judge {run.judge}"


def _summarize_verdicts(shown: Sequence[QuestionCard]) -> dict[str, Any]:
    """Say in one line how the run went, and in how many questions which way."""
    counts = Counter(question.verdict for question in shown)
    judged = counts["passed"] + counts["failed"] + counts["error"]
    words = {"passed": "passed", "failed": "failed", "error": "could not be asked", "unjudged": "not judged"}
    parts = [{"state": each, "count": counts[each], "word": word} for each, word in words.items() if counts[each]]
    if not shown:
        headline = "No question was asked"
    elif not judged:
        headline = "No question says what is expected"
    elif counts["passed"] == judged:
        headline = "The question passed" if judged == 1 else f"All {judged} questions passed"
    else:
        headline = f"{counts['passed']} of {format_count(judged, 'question')} passed"
    return {"headline": headline, "parts": parts}


def _list_filters(shown: Sequence[QuestionCard]) -> Iterator[tuple[str, str, int]]:
    """Yield state, word and count for the buttons, without those that would show nothing."""
    yield "", "All", len(shown)
    counts = Counter(state for question in shown for state in question.states)
    yield from ((state, word.capitalize(), counts[state]) for state, word in STATES.items() if counts[state])


@cache
def _build_environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("bot.evaluation.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean_value,
        auto_reload=False,
    )
    environment.filters |= {
        "seconds": number_format.format_seconds,
        "p_value": number_format.format_p_value,
        "measure": get_measure,
        "value": lambda value, name: number_format.format_value(get_measure(name), value),
        "difference": lambda value, name: number_format.format_difference(get_measure(name), value),
        "interval": lambda figure: number_format.format_interval(get_measure(figure.measure), figure.low, figure.high),
        "short": _shorten,
        "fragment": _quote_fragment,
    }
    return environment


def _clean_value(value: Any) -> Any:
    """Remove control characters from text of strangers; markup is the page's own."""
    return clean(value) if type(value) is str else value


def _quote_fragment(text: str) -> str:
    return quote(clean(text), safe="")


def _shorten(text: str) -> str:
    whole = clean_line(text)
    return whole if len(whole) <= LONGEST_TITLE else f"{whole[:LONGEST_TITLE].rstrip()} …"


@cache
def _read_asset(name: str) -> str:
    return resources.files("bot.evaluation.report").joinpath(name).read_text("utf-8")

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

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.evaluation.metrics.measures import figures, reliability, slices, tradeoff
from bot.evaluation.report import plots
from bot.evaluation.report.comparison_view import flips, versus
from bot.evaluation.report.figure_rows import SLICED, cards, groups, sliced
from bot.evaluation.report.number_format import day, seconds
from bot.evaluation.report.question_cards import STATES, key, questions
from bot.render.blocks import counted
from bot.render.terminal_safe import clean, line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.evaluation.metrics.comparison import Comparison
    from bot.evaluation.report.question_cards import Question
    from bot.evaluation.results import Run

LONGEST_TITLE = 140
"""Characters of a question in a list of links."""


def page(run: Run, comparison: Comparison | None = None, *, baseline: Run | None = None) -> str:
    """Return the report of a run as an HTML page that needs nothing but itself.

    `comparison` is that of a former run with this one; `baseline` is the former run, whose answers are then shown
    beside those that flipped.
    """
    found = {figure.measure: figure for figure in figures(run.outcomes)}
    before = {key(outcome): outcome for outcome in baseline.outcomes} if baseline else {}
    shown = questions(run.outcomes, flips(comparison) if comparison else {}, before)
    drawn = (
        plots.hits(found),
        plots.reliability(reliability(run.outcomes)),
        plots.tradeoff(tradeoff(run.outcomes), _threshold(run)),
        plots.times(run.outcomes),
    )
    tags = list(dict.fromkeys(tag for outcome in run.outcomes for tag in outcome.golden.tags))
    style, script = _asset("report.css"), _asset("report.js")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            run=run,
            facts=list(_facts(run)),
            settings={**run.settings, "passages kept": str(run.k), "generation of the index": str(run.generation)},
            verdicts=_verdicts(shown),
            cards=cards(found, comparison),
            versus=versus(comparison, shown) if comparison else None,
            plots=[plot for plot in drawn if plot],
            groups=groups(found),
            slices={"titles": [title for _, title in SLICED], "rows": sliced(slices(run.outcomes), run.outcomes)},
            filters=list(_filters(shown)),
            tags=tags,
            questions=shown,
            css=Markup(style),
            script=Markup(script),
            script_hash=f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}",
        )
    )


def _threshold(run: Run) -> float | None:
    """Return the confidence below which this run refused, where its settings say so."""
    try:
        threshold = float(run.settings.get("threshold", ""))
    except ValueError:
        return None
    return threshold if 0 <= threshold <= 1 else None


def _facts(run: Run) -> Iterator[str]:
    asked = [outcome.answer for outcome in run.outcomes if outcome.answer]
    yield day(run.at)
    yield counted(len(run.outcomes), "question")
    yield counted(run.articles, "article")
    yield counted(run.passages, "passage")
    yield from sorted({answer.model or answer.answerer for answer in asked})
    if run.judge:
        yield f"judge {run.judge}"


def _verdicts(shown: Sequence[Question]) -> dict[str, Any]:
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
        headline = f"{counts['passed']} of {counted(judged, 'question')} passed"
    return {"headline": headline, "parts": parts}


def _filters(shown: Sequence[Question]) -> Iterator[tuple[str, str, int]]:
    """Yield state, word and count for the buttons, without those that would show nothing."""
    yield "", "All", len(shown)
    counts = Counter(state for question in shown for state in question.states)
    yield from ((state, word.capitalize(), counts[state]) for state, word in STATES.items() if counts[state])


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("bot.evaluation.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_safe,
        auto_reload=False,
    )
    environment.filters |= {"seconds": seconds, "short": _short, "fragment": _fragment}
    return environment


def _safe(value: Any) -> Any:
    """Free strangers' text of what steers a display; markup is the page's own."""
    return clean(value) if type(value) is str else value


def _fragment(text: str) -> str:
    return quote(clean(text), safe="")


def _short(text: str) -> str:
    whole = line(text)
    return whole if len(whole) <= LONGEST_TITLE else f"{whole[:LONGEST_TITLE].rstrip()} …"


@cache
def _asset(name: str) -> str:
    return resources.files("bot.evaluation.report").joinpath(name).read_text("utf-8")

"""The results of an evaluation as a terminal shows them: measures with intervals, slices, what failed, what changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from bot.evaluation.metrics.measures import GROUPS, get_measure
from bot.evaluation.run.model_judge import count_verdicts
from bot.render.blocks import Block, format_count, indent
from bot.render.terminal_safe import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from bot.evaluation.metrics.comparison import Comparison, Difference
    from bot.evaluation.metrics.measures import Figure
    from bot.evaluation.metrics.thresholds import MissedThreshold
    from bot.evaluation.results import Outcome, Run

SHOWN_FAILURES = 20
"""Failed questions that are shown one by one."""
SMALLEST_DIFFERENCE = 0.0005
"""Difference below which a measure is said to be the same: it shows none of the three digits."""
MODEL_STEPS = {
    "standalone": "Rewriting follow-ups",
    "model": "Writing",
    "judge": "Judging claims",
    "repair": "Rewording claims",
}
"""Steps of an answer in which a chat model is asked, and what they are called."""
HEADLINES = re.findall(
    r"\S+",
    """
    passed
    hit@1 hit@5 recall@10 mrr@10 ndcg@10 article-hit@1 article-hit@5
    answer-found token-f1 citation-precision citation-recall exact-quotes grounded-claims
    refusal-precision refusal-recall refusal-f1 refused-answerable confidence-auc calibration-error
    seconds-p50 seconds-p95
    """,
)
"""Measures that a terminal shows."""
SHOWN_BY_TAG = ("passed", "hit@5", "answer-found", "citation-precision", "refusal-f1")
"""Measures that are shown for each tag; the report has all."""
COLOURS = {"better": "green", "worse": "red"}


@dataclass(frozen=True, slots=True)
class EvaluationResults:
    """All that an evaluation found; `below` are missed thresholds, `unwritten` names files not written.

    `calibrated` says what threshold the library got.
    """

    run: Run
    figures: Sequence[Figure]
    slices: Mapping[str, Sequence[Figure]]
    comparison: Comparison | None
    below: Sequence[MissedThreshold]
    unwritten: Sequence[str] = ()
    calibrated: Sequence[str] = ()


def render_results(found: EvaluationResults) -> RenderableType:
    """Lay out an evaluation."""
    parts = [
        _render_head(found.run),
        _render_measures(found.figures),
        *_render_slices(found.slices),
        *_render_failed(found.run),
    ]
    if found.comparison:
        parts += _render_comparison(found.comparison)
    parts += [Group(*(Text(clean_line(each)) for each in found.calibrated))] if found.calibrated else []
    amiss = [*(f"Below the threshold: {each}" for each in found.below), *found.unwritten]
    parts += [Group(*(Text(clean_line(each), style="bold red") for each in amiss))] if amiss else []
    return Group(parts[0], *(each for part in parts[1:] for each in (Text(), part)))


def _render_head(run: Run) -> RenderableType:
    """Say what was asked, of what, and who answered."""
    articles = f"{clean_line(run.library)}: {format_count(run.articles, 'article')}"
    questions = f"{format_count(len(run.outcomes), 'question')} · {articles}"
    head = Text.assemble(("Evaluation", "bold"), f"  {questions}, {format_count(run.passages, 'passage')}")
    return Group(
        head, Text(f"answered by {clean_line(run.settings['chat_model'])} · {run.at}", style="dim"), *_render_notes(run)
    )


def _render_notes(run: Run) -> Iterator[Text]:
    """Say what a reader of the figures has to know: what was not judged, not asked, or answered by somebody else."""
    if candidates := [each for each in run.outcomes if not each.golden.expects]:
        yield Text(
            f"{format_count(len(candidates), 'question')} without expectations: asked, not judged.", style="yellow"
        )
    notices = [each.answer.notice for each in run.outcomes if each.answer and each.answer.notice]
    if notices:
        yield Text(
            f"{format_count(len(notices), 'answer')} came with a notice, such as: {clean_line(notices[0])}",
            style="yellow",
        )
    if errors := [each.error for each in run.outcomes if each.error]:
        yield Text(
            f"{format_count(len(errors), 'question')} could not be asked, such as: {clean_line(errors[0])}",
            style="bold red",
        )
    verdicts = count_verdicts(each.judgement for each in run.outcomes)
    if counts := ", ".join(f"{count:,} {verdict}" for verdict, count in verdicts.items() if count):
        yield Text(f"The judge, {clean_line(run.judge)}, apart from all measures: {counts}.", style="cyan")
    failures = [each.judgement.error for each in run.outcomes if each.judgement and each.golden.expects and each.answer]
    if why := next(filter(None, failures), ""):
        yield Text(f"No verdict, for instance, since {clean_line(why)}.", style="yellow")
    yield from _render_costs(run)


def _render_costs(run: Run) -> Iterator[Text]:
    """Say what each call of a chat model took, on average over the answers for which it was made."""
    answers = [each.answer for each in run.outcomes if each.answer]
    for step, doing in MODEL_STEPS.items():
        made = [(each.steps.get(step, 0.0), each.tokens[step]) for each in answers if step in each.tokens]
        if made:
            seconds = fmean(taken for taken, _ in made)
            read, written = (
                fmean(count) for count in zip(*((u.input_tokens, u.output_tokens) for _, u in made), strict=True)
            )
            yield Text(
                f"{doing}: {format_count(len(made), 'answer')}, {_format_value(seconds, 'seconds')}, "
                f"{read:,.0f} tokens read and {written:,.0f} written each.",
                style="dim",
            )


def _render_measures(figures: Sequence[Figure]) -> RenderableType:
    """Lay out the measures that tell most, each with its interval, group by group; say how many others there are."""
    table = _create_table("measure", "value", "95 % interval", "questions")
    for group in GROUPS:
        shown = [each for each in figures if each.measure in HEADLINES and get_measure(each.measure).group == group]
        for place, figure in enumerate(shown):
            table.add_row(*_format_row(figure), end_section=place == len(shown) - 1)
    if not (others := len(figures) - table.row_count):
        return table
    return Group(
        table, Text(f"{format_count(others, 'more measure')} with --report FILE.html or --json FILE.", style="dim")
    )


def _format_row(figure: Figure) -> list[str]:
    known = get_measure(figure.measure)
    shown = [_format_value(value, known.unit) for value in (figure.value, figure.low, figure.high)]
    return [figure.measure, shown[0], f"{shown[1]} to {shown[2]}", f"{figure.count:,}"]


def _create_table(first: str, *others: str) -> Table:
    """Return an empty table with columns of these headings, the first to the left and the others to the right.

    What does not fit is wrapped: no figure and no word about one is ever cut.
    """
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), collapse_padding=True)
    table.add_column(first, overflow="fold")
    for heading in others:
        table.add_column(heading, justify="right" if heading else "left", overflow="fold")
    return table


def _format_value(value: float, unit: str = "") -> str:
    """Write a share with three digits, as in .859, and seconds as milliseconds up to ten."""
    if unit == "seconds":
        return f"{1_000 * value:,.0f} ms" if abs(value) < 10 else f"{value:,.1f} s"
    return f"{value:.3f}".removeprefix("0")


def _render_slices(slices: Mapping[str, Sequence[Figure]]) -> Iterator[RenderableType]:
    """Lay out the headline measures of each tag, where there are tags."""
    found = {tag: {each.measure: each for each in figures} for tag, figures in slices.items()}
    names = [name for name in SHOWN_BY_TAG if any(name in figures for figures in found.values())]
    if not names:
        return
    table = _create_table("tag", *(name.replace("-", "\n") for name in names))
    for tag, figures in found.items():
        cells = [
            f"{_format_value(figures[name].value)} of {figures[name].count}" if name in figures else ""
            for name in names
        ]
        table.add_row(clean_line(tag), *cells)
    yield table


def _render_failed(run: Run) -> Iterator[RenderableType]:
    """Say for each failed question what was expected and what came instead."""
    failed = [each for each in run.outcomes if each.passed is False]
    if not failed:
        return
    yield Text(f"{format_count(len(failed), 'question')} failed", style="bold")
    for each in failed[:SHOWN_FAILURES]:
        yield Group(*_render_failure(each))
    if len(failed) > SHOWN_FAILURES:
        yield Text(f"and {len(failed) - SHOWN_FAILURES:,} more: --report FILE.html shows them all.")


def _render_failure(outcome: Outcome) -> Iterator[RenderableType]:
    golden = outcome.golden
    yield Block(Text.assemble((clean_line(golden.question), "bold"), (f"  {golden.file}:{golden.line}", "dim")))
    if outcome.error:
        yield indent(Text(clean_line(outcome.error), style="red"))
    wanted = [check for check in outcome.checks if not check.passed]
    if any(check.field == "refuses" for check in wanted) and outcome.answer and outcome.answer.refused:
        expected = " · ".join(f"{each.field} {clean_line(each.expected)}" for each in wanted if each.field != "refuses")
        yield indent(Text.assemble(("refused ", "red"), (f"instead of {expected}" if expected else "", "dim")))
        return
    for place, check in enumerate(wanted):
        yield indent(Text.assemble((check.field, "red"), f": expected {clean_line(check.expected)}"))
        # What was found for several expectations, mostly the same, is shown after the last.
        if check.found and check.found not in {other.found for other in wanted[place + 1 :]}:
            yield indent(Text(f"found {clean_line(check.found)}", style="dim"))


def _render_comparison(found: Comparison) -> Iterator[RenderableType]:
    """Lay out how this run differs from the one before it: in words first, then the flipped questions."""
    heading: list[tuple[str, str] | str] = [("Against the run before", "bold")]
    heading += [f"  {format_count(len(found.pairs), 'question')} of both"]
    left = {"only here": found.only_after, "only before": found.only_before, "rewritten": found.changed}
    heading += [f", {len(questions):,} {what}" for what, questions in left.items() if questions]
    changes = [
        f"{each.name}: {clean_line(each.before) or 'unset'} -> {clean_line(each.after) or 'unset'}"
        for each in found.settings
    ]
    yield Group(Text.assemble(*heading), *(Text(change, style="dim") for change in changes))
    compared = [each for each in found.differences if ":" not in each.name]
    if moved := [each for each in compared if abs(each.difference) >= SMALLEST_DIFFERENCE]:
        table = _create_table("measure", "before", "after", "change", "95 % interval", "")
        for each in moved:
            table.add_row(*_format_difference_row(each))
        yield table
    if same := len(compared) - len(moved):
        yield Text(f"{format_count(same, 'measure')} without any change.", style="dim")
    for what, colour, pairs in (("broken", "red", found.broken), ("fixed", "green", found.fixed)):
        if pairs:
            lines = [indent(Text(clean_line(pair.question))) for pair in pairs[:SHOWN_FAILURES]]
            more = [indent(Text(f"and {len(pairs) - SHOWN_FAILURES:,} more"))] if len(pairs) > SHOWN_FAILURES else []
            yield Group(Text(f"{format_count(len(pairs), 'question')} {what}", style=f"bold {colour}"), *lines, *more)


def _format_difference_row(each: Difference) -> list[str | Text]:
    unit = get_measure(each.name).unit
    apart, low, high = (_format_signed(value, unit) for value in (each.difference, each.low, each.high))
    word = Text(each.verdict, style=COLOURS.get(each.verdict, "dim"))
    before, after = _format_value(each.before, unit), _format_value(each.after, unit)
    return [each.name, before, after, apart, f"{low} to {high}", word]


def _format_signed(value: float, unit: str) -> str:
    return f"{'-' if value < 0 else '+'}{_format_value(abs(value), unit)}"

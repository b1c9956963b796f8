"""The command that measures answers: eval."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import DONE, FAILED, NonEmptyPath, fail, print_result, require_extra

if TYPE_CHECKING:
    from bot.settings import Settings


NEEDED = {"ir-measures": "ir_measures", "matplotlib": "matplotlib", "jinja2": "jinja2"}
"""Packages of the extra `eval`, and the modules that they are imported as."""


ERROR_RATE = 0.1
"""The rate of wrong answers per question that --calibrate keeps where none is stated."""

FILE = NonEmptyPath(path_type=Path)


@click.command("eval")
@click.argument("files", nargs=-1, type=FILE, metavar="FILE...")
@click.option("--library", metavar="NAME", help="Ask this library, not the articles that the files name.")
@click.option("--articles", type=FILE, multiple=True, metavar="PATH", help="Ask the articles in this folder or file.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only questions with this tag. Can be repeated.")
@click.option("--report", type=FILE, metavar="FILE", help="Write an HTML report.")
@click.option(
    "--json", "to", type=FILE, metavar="FILE", help="Write all results as JSON, for --against and other programs."
)
@click.option(
    "--against", type=FILE, metavar="FILE", help="Compare with the JSON of an earlier run, question by question."
)
@click.option(
    "--fail-under",
    multiple=True,
    metavar="MEASURE=VALUE",
    help="Exit with 1 if a measure is worse than this value. Can be repeated.",
)
@click.option(
    "--judge",
    default="",
    metavar="MODEL",
    help="Let a chat model judge the answers as well. Its verdicts change no measure.",
)
@click.option(
    "--calibrate",
    is_flag=True,
    help="Choose the library's own threshold of confidence with these questions, and keep it.",
)
@click.option(
    "--error-rate",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="RATE",
    help="With --calibrate: how many of all questions may get a wrong answer. Without it: 0.1.",
)
@click.option("--uncalibrate", is_flag=True, help="Drop the library's own threshold: the default holds again.")
@click.option(
    "--from-feedback",
    type=FILE,
    metavar="FILE",
    help="Write the questions whose answers were voted down on Discord, for you to complete.",
)
@click.pass_context
def evaluate(
    context: click.Context,
    *,
    files: tuple[Path, ...],
    library: str | None,
    articles: tuple[Path, ...],
    tags: tuple[str, ...],
    report: Path | None,
    to: Path | None,
    against: Path | None,
    fail_under: tuple[str, ...],
    judge: str,
    calibrate: bool,
    error_rate: float | None,
    uncalibrate: bool,
    from_feedback: Path | None,
) -> int:
    """Measure the quality of answers with golden questions.

    A FILE holds questions and what a good answer to each must contain, cite or quote, or that the articles do not say.
    docs/golden.md describes the format. The questions are asked of --library, of --articles, or of the articles that
    the file names. Articles are read once and cached until they change.

    --calibrate writes a threshold into a library: the lowest confidence with which, on average, at most --error-rate of
    all questions like these get a wrong answer. docs/evaluating.md says what that keeps and what it does not.

    The exit status is 1 if a measure is worse than its threshold or a question could not be asked. docs/measures.md
    defines the measures.

    \b
    Examples:
      clippings eval news.yaml --report news.html --fail-under hit@5=0.9 --fail-under refusal-f1=0.8
      clippings eval news.yaml --json after.json --against before.json
      clippings eval news.yaml --library news --calibrate --error-rate 0.05
      clippings eval --from-feedback candidates.yaml
    """
    from bot.settings import load

    settings = load()
    chosen = library or context.obj
    if uncalibrate:
        if files or calibrate or error_rate is not None or from_feedback:
            raise click.UsageError("Give --uncalibrate alone, with --library NAME if it is not the default library.")
        return drop_threshold(settings, chosen or settings.library)
    if error_rate is not None and not calibrate:
        raise click.UsageError("--error-rate goes with --calibrate.")
    if calibrate and articles:
        raise click.UsageError("--calibrate writes into a library: give --library NAME instead of --articles.")
    if from_feedback and files:
        raise click.UsageError("Give either files of golden questions or --from-feedback FILE.")
    if from_feedback:
        return write_candidates(settings, from_feedback, chosen)
    if not files:
        raise click.UsageError("Name a file of golden questions, or --from-feedback FILE to begin one.")
    if chosen and articles:
        raise click.UsageError("Give either --library or --articles.")
    require_extra("eval", NEEDED)
    from bot.evaluation.report import terminal_report
    from bot.evaluation.run import evaluation_run
    from bot.front_end_errors import GoldenInvalid

    options = evaluation_run.EvaluationOptions(
        files,
        chosen or "",
        articles,
        tags,
        report,
        to,
        against,
        fail_under,
        judge,
        (error_rate or ERROR_RATE) if calibrate else None,
    )
    try:
        found, fine = evaluation_run.evaluate(settings, options)
    except GoldenInvalid as error:
        return max(fail(fault) for fault in str(error).splitlines())
    print_result(found, terminal_report.render_results, as_json=False)
    return DONE if fine else FAILED


def drop_threshold(settings: Settings, name: str) -> int:
    """Take a library's own threshold away, and say which one holds now."""
    from bot import wiring
    from retrieval.answering.confidence import THRESHOLD
    from retrieval.index.own_threshold import remove_own_threshold

    with wiring.open_library(settings, name) as library:
        had = remove_own_threshold(library.folder)
    said = "has no threshold of its own any more" if had else "had no threshold of its own"
    click.echo(f"The library {name} {said}: the default, {THRESHOLD:g}, holds.", err=True)
    return DONE


def write_candidates(settings: Settings, path: Path, library: str | None) -> int:
    """Write the answers that people on Discord voted down as questions without expectations."""
    from bot import wiring
    from bot.evaluation.golden import feedback
    from bot.output_files import create_file
    from bot.render.blocks import format_count

    to_stdout = str(path) == "-"
    rated = wiring.read_downvoted_answers(settings)
    found = feedback.collect_candidates(rated, settings, library, file="FILE" if to_stdout else str(path))
    if to_stdout:
        click.echo(found.text, nl=False)
        return DONE
    create_file(str(path), found.text)
    click.echo(f"{format_count(found.count, 'question')} to complete in {path}.", err=True)
    return DONE

"""The straight line of `clippings eval`: golden files in, outcomes, measures, and what is printed and written of them.

Each step is in another module. Everything that can be wrong with what was typed is found before the first question.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from importlib import metadata
from typing import TYPE_CHECKING

from bot import progress, wiring
from bot.evaluation.golden import golden_file
from bot.evaluation.golden.gold import locate_gold
from bot.evaluation.metrics.comparison import compare
from bot.evaluation.metrics.measures import compute_figures, compute_slices
from bot.evaluation.metrics.thresholds import find_missed, parse_thresholds
from bot.evaluation.report.terminal_report import EvaluationResults
from bot.evaluation.results import Run
from bot.evaluation.run import run_file
from bot.evaluation.run.archive_cache import open_archive
from bot.evaluation.run.calibration import calibrate, describe_calibration, require_enough
from bot.evaluation.run.model_judge import build_judge
from bot.evaluation.run.outcomes import K, ask_golden
from bot.output_files import check_writable, replace_file
from bot.render.terminal_safe import clean_line
from retrieval.answering.library_threshold import choose_threshold
from retrieval.errors import DISTRIBUTION, InputError, LibraryMissing
from retrieval.generation import prompt_templates
from retrieval.index.locking import Progress
from retrieval.index.own_threshold import read_own_threshold, write_own_threshold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from bot.answerer import Answerer
    from bot.evaluation.metrics.comparison import Comparison
    from bot.evaluation.results import Gold, Golden, Outcome
    from bot.evaluation.run.model_judge import Judge
    from bot.settings import Settings
    from retrieval.domain import Rejection
    from retrieval.index import Library

RECORDED_SETTINGS = (
    "model",
    "precision",
    "passage_tokens",
    "threshold",
    "chat_model",
    "chat_base_url",
    "context_tokens",
    "rerank_model",
    "judge_model",
    "verifier_model",
    "unverified",
)
"""Settings that can change answers; none of them is a secret."""


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """What was asked for on the command line; `error_rate` is None where nothing is to be calibrated."""

    files: tuple[Path, ...]
    library: str = ""
    articles: tuple[Path, ...] = ()
    tags: tuple[str, ...] = ()
    report: Path | None = None
    to: Path | None = None
    against: Path | None = None
    fail_under: tuple[str, ...] = ()
    judge: str = ""
    error_rate: float | None = None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions of one file that are asked, what is known of them, and the library and answerer they are put to.

    `name` is what people call that library.
    """

    name: str
    questions: Sequence[Golden]
    known: dict[str, Gold]
    library: Library
    answerer: Answerer


def evaluate(settings: Settings, options: EvaluationOptions) -> tuple[EvaluationResults, bool]:
    """Ask the questions of golden files, write what was asked for; return what to print, and whether all is well.

    It is not when a threshold was missed, a question could not be asked, or a file not written. Raises InputError for
    files, measures, tags and settings that can't be used, before anything is asked, and LibraryError.
    """
    demanded = parse_thresholds(options.fail_under)
    baseline = run_file.read_run(options.against) if options.against else None
    _check_outputs(options)
    judging = build_judge(settings, options.judge) if options.judge else None
    files, calibrated = _choose_questions(options), tuple[str, ...]()
    if options.error_rate is not None:
        _check_calibration(settings, options, files, options.error_rate)
    with ExitStack() as stack:
        opener = _LibraryOpener(settings, options, stack)
        asked = [opener.open(file) for file in files]
        outcomes = None
        if options.error_rate is not None:
            outcomes, calibrated = _calibrate(settings, asked, options.error_rate)
        run = _describe_run(settings, asked, judging)
        run = replace(run, outcomes=tuple(_judge_outcomes(outcomes or _ask_questions(asked), judging)))
    measured = compute_figures(run.outcomes)
    compared = compare(baseline, run) if baseline else None
    unwritten = []
    for path, content in _render_outputs(options, run, compared, baseline):
        try:
            replace_file(path, content)
        except InputError as error:  # which must not cost what was found
            unwritten.append(str(error))
    below = find_missed(measured, demanded)
    results = EvaluationResults(run, measured, compute_slices(run.outcomes), compared, below, unwritten, calibrated)
    return results, not below and not unwritten and not any(each.error for each in run.outcomes)


def _check_calibration(
    settings: Settings, options: EvaluationOptions, files: Sequence[golden_file.GoldenFile], rate: float
) -> None:
    """Raise InputError where no threshold can be chosen: there is nowhere to keep it, or too little to choose it by."""
    if own := next((file for file in files if file.articles and not options.library), None):
        raise InputError(f"{own.path} names its articles, and --calibrate writes into a library: give --library NAME.")
    if settings.uses_chat_model:
        raise InputError(
            "--calibrate chooses a threshold for answers made of quotes: set CLIPPINGS_CHAT_MODEL=extractive meanwhile."
        )
    require_enough([question for file in files for question in file.questions], rate)


def _calibrate(settings: Settings, asked: Sequence[QuestionSet], rate: float) -> tuple[list[Outcome], tuple[str, ...]]:
    """Choose the library's own threshold and keep it; return what came of each question at it, and what to say."""

    def ask(threshold: float) -> list[Outcome]:
        at = replace(settings, threshold=threshold)
        return list(_ask_questions([replace(e, answerer=wiring.build_answerer(at, e.library)) for e in asked]))

    library = asked[0].library
    found = calibrate(ask, rate=rate, fingerprint=library.encoder.fingerprint)
    write_own_threshold(library.folder, found.own)
    said = describe_calibration(found, library.name, is_overridden=settings.threshold is not None)
    return list(found.outcomes), tuple(said)


def _check_outputs(options: EvaluationOptions) -> None:
    """Raise InputError when a file can't be written, or what is in it is needed."""
    written = [path for path in (options.to, options.report) if path]
    for path in written:
        check_writable(path)
        if path.resolve() in [file.resolve() for file in options.files]:
            raise InputError(f"{path} holds the questions: name another file to write.")
    if len({path.resolve() for path in written}) < len(written):
        raise InputError(f"{options.report}: --report and --json need a file each.")


def _render_outputs(
    options: EvaluationOptions, run: Run, compared: Comparison | None, baseline: Run | None
) -> Iterator[tuple[Path, bytes]]:
    """Yield the files to write, and what goes in."""
    if options.to:
        yield options.to, run_file.serialize_run(run)
    if options.report:
        from bot.evaluation.report import render_page

        yield options.report, render_page(run, compared, baseline=baseline).encode()


def _choose_questions(options: EvaluationOptions) -> list[golden_file.GoldenFile]:
    """Read the files and keep the questions with one of the tags; ids that several files use get their file's name."""
    files = [golden_file.read_golden_file(path) for path in options.files]
    known = {tag for file in files for question in file.questions for tag in question.tags}
    if unknown := [tag for tag in options.tags if tag not in known]:
        raise InputError(f"no question has the tag {unknown[0]!r}; there are: {', '.join(sorted(known)) or 'none'}.")
    kept = [
        replace(file, questions=tuple(q for q in file.questions if not options.tags or set(q.tags) & set(options.tags)))
        for file in files
    ]
    return [replace(file, questions=tuple(_make_id_unique(q, file, kept) for q in file.questions)) for file in kept]


def _make_id_unique(question: Golden, file: golden_file.GoldenFile, files: Iterable[golden_file.GoldenFile]) -> Golden:
    others = {other.id for each in files if each is not file for other in each.questions}
    return replace(question, id=f"{file.path.name}/{question.id}") if question.id in others else question


@dataclass(frozen=True, slots=True)
class _LibraryOpener:
    """Opens the libraries that files are about, each once however many files name it; `stack` closes them."""

    settings: Settings
    options: EvaluationOptions
    stack: ExitStack
    opened: dict[tuple[Path, ...], tuple[Library, Answerer]] = field(default_factory=dict)

    def open(self, file: golden_file.GoldenFile) -> QuestionSet:
        """Return a file's questions with the library that was named, else with that of the file's own articles."""
        articles = self.options.articles or (() if self.options.library else file.articles)
        named = self.options.library or self.settings.library
        key = tuple(path.resolve() for path in articles)
        if key not in self.opened:
            try:
                library = self._open_library(articles, named)
            except InputError as error:
                own = articles and not self.options.articles
                raise InputError(f"{file.path}: articles: {error}" if own else str(error)) from None
            except LibraryMissing as error:
                raise LibraryMissing(f"{error}; or give --articles PATH, or `articles:` in {file.path}.") from None
            self.opened[key] = library, wiring.build_answerer(self.settings, library)
        library, answerer = self.opened[key]
        called = ", ".join(path.name or str(path) for path in articles) or named
        return QuestionSet(called, file.questions, locate_gold(file.questions, library), library, answerer)

    def _open_library(self, articles: Sequence[Path], named: str) -> Library:
        if articles:
            with progress.show_progress() as show:
                return self.stack.enter_context(
                    open_archive(articles, self.settings, left_out=_report_left_out, progress=show)
                )
        return self.stack.enter_context(wiring.open_library(self.settings, named))


def _report_left_out(rejected: Rejection) -> None:
    print(clean_line(f"left out: {rejected.source}: {rejected.reason}"), file=sys.stderr)


def _ask_questions(asked: Sequence[QuestionSet]) -> Iterator[Outcome]:
    """Yield what comes of each question, with a progress bar on stderr where that is a terminal."""
    every = [(question, each) for each in asked for question in each.questions]
    today = date.today()
    with progress.show_progress() as show:
        for done, (question, where) in enumerate(every):
            if show:
                show(Progress("Asking", done, len(every)))
            yield ask_golden(question, where.known[question.id], where.library, where.answerer, today=today)


def _judge_outcomes(outcomes: Iterable[Outcome], judging: Judge | None) -> Iterator[Outcome]:
    """Yield the outcomes, each with what the judge says of it where there is one."""
    for each in outcomes:
        yield replace(each, judgement=judging.judge_outcome(each)) if judging else each


def _describe_run(settings: Settings, asked: Sequence[QuestionSet], judging: Judge | None) -> Run:
    """Return the run without its outcomes: all that tells it from another."""
    libraries = list({each.library.folder: each.library for each in asked}.values())
    infos = [info for library in libraries for info in library.list_articles()]
    chosen = {name: str(getattr(settings, name) or "") for name in RECORDED_SETTINGS}
    own = {choose_threshold(each) for each in libraries if read_own_threshold(each.folder)}
    if settings.threshold is None and own:
        chosen["threshold"] = ", ".join(f"{each:g}" for each in sorted(own))
    return Run(
        at=datetime.now().astimezone().isoformat(timespec="seconds"),
        version=_read_version(),
        library=", ".join(dict.fromkeys(each.name for each in asked)),
        generation=sum(library.generation for library in libraries),
        articles=len(infos),
        passages=sum(info.passages for info in infos),
        settings={**chosen, "prompts": prompt_templates.hash_prompts(*prompt_templates.ANSWER_PROMPTS)},
        k=K,
        outcomes=(),
        judge=judging.name if judging else "",
    )


def _read_version() -> str:
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "unknown"

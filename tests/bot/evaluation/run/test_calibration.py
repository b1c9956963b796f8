"""Calibrating with answers made by hand, and as it is typed: a library, golden questions, the command."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot import wiring
from bot.cli import main
from bot.evaluation.results import Gold, Outcome
from bot.evaluation.run.calibration import calibrate, describe_calibration, require_enough
from bot.evaluation.run.run_file import read_run
from retrieval.encoder import SentenceEncoder
from retrieval.errors import InputError
from tests.bot.evaluation.sample_outcomes import make_outcome

TOWN = """The bakery on Pier Street opens at six. Mayor Tilde Oram cut the ribbon on Monday. \
The lighthouse is 31 metres high. Fishermen landed 40 tonnes of herring. The school has 212 pupils. \
The library closes on Fridays. Jon Ekdal won the rowing race."""
ASKED = {
    "When does the bakery on Pier Street open?": "six",
    "Who cut the ribbon on Monday?": "Tilde Oram",
    "How high is the lighthouse?": "31 metres",
    "How many tonnes of herring did fishermen land?": "40",
    "How many pupils has the school?": "212",
    "When does the library close?": "Fridays",
    "Who won the rowing race?": "Jon Ekdal",
}
UNKNOWN = ("Who composed the opera Carmen?", "What is the capital of Peru?", "How far is the moon?")

Eval = Callable[..., int]


def answer_by(scores: Sequence[tuple[float, bool]]) -> Callable[[float], list[Outcome]]:
    """Ask questions whose answers have this confidence and are right or wrong."""
    return lambda threshold: [
        make_outcome(f"q{n}", confidence=score, refused=score < threshold, passed=right and score >= threshold)
        for n, (score, right) in enumerate(scores)
    ]


def test_the_threshold_leaves_out_the_wrong_answers_that_the_rate_does_not_allow() -> None:
    scores = [(0.9, True)] * 10 + [(0.7, False)] * 3 + [(0.5, False)] * 4 + [(0.95, False)] * 2

    found = calibrate(answer_by(scores), rate=0.25, fingerprint="fake@1")

    assert (found.own.threshold, found.own.questions) == (0.71, 19)
    assert (found.own.answered, found.own.wrong) == (12, 2)
    said = list(describe_calibration(found, "town", is_overridden=True))
    assert "from a confidence of 0.71 on" in said[0]
    assert said[1] == "Of 19 golden questions it then answers 12, 2 of them wrongly (16.7 % of the answers)."
    assert "not the share of wrong ones among the answers" in said[2]
    assert said[-1] == "CLIPPINGS_THRESHOLD is set, and comes before the library's own."


def test_where_an_answer_is_given_at_the_threshold_that_neither_end_has_a_higher_one_is_chosen() -> None:
    scores = [(0.9, True)] * 10 + [(0.3, False)] * 2

    def ask(threshold: float) -> list[Outcome]:
        between = 0.3 < threshold < 0.8
        return [
            *answer_by(scores)(threshold),
            make_outcome("odd", confidence=0.3 if not between else threshold, refused=not between, passed=False),
        ]

    found = calibrate(ask, rate=0.1, fingerprint="fake@1")

    assert (found.own.threshold, found.own.wrong) == (0.8, 0)


def test_questions_back_refusals_and_candidates_are_no_wrong_answers() -> None:
    candidate = make_outcome("no expectation", confidence=0.99)

    found = calibrate(
        lambda t: [*answer_by([(0.9, True)] * 9 + [(0.0, False)] * 3)(max(t, 0.1)), candidate],
        rate=0.1,
        fingerprint="fake@1",
    )

    assert (found.own.threshold, found.own.questions, found.own.answered, found.own.wrong) == (0.0, 12, 9, 0)


def test_no_threshold_is_chosen_where_confident_answers_are_wrong() -> None:
    with pytest.raises(InputError, match=r"no threshold keeps wrong answers at 10 % .+ nothing was written"):
        calibrate(answer_by([(1.0, False)] * 8 + [(0.5, True)] * 12), rate=0.1, fingerprint="fake@1")


def test_a_question_that_cannot_be_asked_stops_it() -> None:
    with pytest.raises(InputError, match=r"could not be asked \(No store\): nothing was written"):
        calibrate(lambda _: [make_outcome(passed=True, error="No store.")], rate=0.9, fingerprint="fake@1")


def test_too_few_questions_are_told_how_many_are_needed() -> None:
    questions = [make_outcome(passed=True).golden] * 8 + [make_outcome(gold=Gold(None)).golden] * 30

    with pytest.raises(InputError, match=r"10 % needs at least 9 golden questions .+ here are 8: nothing was written"):
        require_enough(questions, 0.1)
    require_enough(questions, 0.2)


@pytest.fixture
def run(encoder: SentenceEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Eval:
    monkeypatch.setenv("CLIPPINGS_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(wiring, "build_encoder", lambda _: encoder)
    (tmp_path / "town.jsonl").write_text(json.dumps({"id": "town", "title": "The town", "text": TOWN}), "utf-8")
    lines = [f"  - question: {asked}\n    answer: {answer}\n" for asked, answer in ASKED.items()]
    lines += [f"  - question: {asked}\n    refuses: true\n" for asked in UNKNOWN]
    (tmp_path / "golden.yaml").write_text("questions:\n" + "".join(lines), "utf-8")
    return lambda *arguments: main.run([*map(str, arguments)])


def test_a_library_gets_a_threshold_shows_it_and_loses_it_again(run: Eval, capsys: pytest.CaptureFixture[str]) -> None:
    kept = Path("home/libraries/town/threshold.json")
    assert run("ingest", "town.jsonl", "--library", "town") == 0

    run("eval", "golden.yaml", "--library", "town", "--calibrate", "--error-rate", "0.2", "--json", "run.json")
    shown = " ".join(capsys.readouterr().out.split())
    own = json.loads(kept.read_text("utf-8"))
    assert f"answers from a confidence of {own['threshold']:g} on" in shown
    assert f"Of 10 golden questions it then answers {own['answered']}" in shown
    assert own["wrong"] <= 1
    assert read_run(Path("run.json")).settings["threshold"] == f"{own['threshold']:g}"

    run("doctor", "--library", "town")
    assert f"{own['threshold']:g} (its own: at most 20 % of all questions answered wrongly" in capsys.readouterr().out

    assert run("eval", "--uncalibrate", "--library", "town") == 0
    assert "has no threshold of its own any more: the default" in capsys.readouterr().err
    assert not kept.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("golden.yaml", "--calibrate", "--error-rate", "0.01"), "needs at least 99 golden questions"),
        (("own.yaml", "--calibrate"), "own.yaml names its articles, and --calibrate writes into a library"),
        (("golden.yaml", "--calibrate", "--articles", "town.jsonl"), "give --library NAME instead of --articles"),
        (("golden.yaml", "--error-rate", "0.1"), "--error-rate goes with --calibrate"),
        (("golden.yaml", "--uncalibrate"), "Give --uncalibrate alone"),
    ],
)
def test_what_cannot_be_calibrated_is_told_before_anything_is_asked(
    run: Eval, arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("own.yaml").write_text("articles: town.jsonl\n" + Path("golden.yaml").read_text("utf-8"), "utf-8")

    assert run("eval", *arguments) != 0

    assert message in " ".join(capsys.readouterr().err.split())


def test_a_chat_model_is_not_calibrated(
    run: Eval, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLIPPINGS_CHAT_MODEL", "ollama:tiny")

    assert run("eval", "golden.yaml", "--calibrate") == 1
    assert "set CLIPPINGS_CHAT_MODEL=extractive" in capsys.readouterr().err

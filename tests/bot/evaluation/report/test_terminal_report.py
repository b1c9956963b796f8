"""What an evaluation looks like in a terminal of 80 columns."""

from dataclasses import replace

from rich.console import Console

from bot.evaluation.metrics.comparison import compare
from bot.evaluation.metrics.measures import compute_figures, compute_slices
from bot.evaluation.metrics.thresholds import find_missed, parse_thresholds
from bot.evaluation.report.terminal_report import EvaluationResults, render_results
from bot.evaluation.results import Check, Judgement, Outcome, Run
from retrieval.domain import Usage
from tests.bot.evaluation.sample_runs import (
    make_answer,
    make_failed,
    make_golden,
    make_passed,
    make_run,
    make_sixty_outcomes,
)


def shown(made: Run, *, before: Run | None = None, below: tuple[str, ...] = (), width: int = 80) -> str:
    measured = compute_figures(made.outcomes, draws=50)
    compared = compare(before, made, draws=200) if before else None
    found = EvaluationResults(
        made,
        measured,
        compute_slices(made.outcomes, draws=50),
        compared,
        find_missed(measured, parse_thresholds(below)),
    )
    console = Console(width=width, highlight=False, markup=False, emoji=False)
    with console.capture() as drawn:
        console.print(render_results(found))
    return drawn.get()


def with_outcomes(*outcomes: Outcome) -> Run:
    return make_run(outcomes)


def failing(number: int, *checks: Check) -> Outcome:
    return replace(make_failed(number), checks=checks or (Check("answer", f"day {number}", False, "another day"),))


def test_no_line_is_wider_than_the_terminal_and_nothing_in_a_table_is_cut() -> None:
    text = shown(make_run(make_sixty_outcomes()), before=with_outcomes(*map(failing, range(1, 30))))

    assert max(map(len, text.splitlines())) <= 80
    assert not [line for line in text.splitlines() if "…" in line and " to " in line]


def test_the_word_that_judges_a_difference_is_never_cut() -> None:
    before = with_outcomes(failing(0), *map(make_passed, range(1, 8)))

    text = shown(with_outcomes(*map(make_passed, range(8))), before=before)

    # 18 columns of the longest name, 19 of these words: the edges of the table would not fit in.
    assert [line for line in text.splitlines() if line.startswith("passed") and line.endswith("no difference shown")]


def test_shares_have_three_digits_and_their_interval_beside_them() -> None:
    text = shown(with_outcomes(*map(make_passed, range(3)), failing(3)))

    assert any(line.split()[:2] == ["passed", ".750"] for line in text.splitlines())


def test_a_failure_shows_what_was_expected_and_what_came() -> None:
    text = shown(with_outcomes(failing(1)))

    assert "1 question failed" in text
    assert "What was said on day 1?  made.golden.yaml:4" in text
    assert "    answer: expected day 1\n    found another day" in text


def test_what_was_found_for_several_expectations_is_shown_once() -> None:
    found = [Check(field, field.upper(), False, "another day") for field in ("answer", "contains")]

    text = shown(with_outcomes(failing(1, *found)))

    assert "    answer: expected ANSWER\n    contains: expected CONTAINS\n    found another day" in text
    assert text.count("another day") == 1


def test_a_refusal_is_shown_once_and_not_for_each_expectation() -> None:
    checks = (
        Check("answer", "day 1", False, "refused"),
        Check("cites", "talks.txt", False, "refused"),
        Check("refuses", "an answer", False, "refused"),
    )
    refused = replace(failing(1, *checks), answer=make_answer(1, refused=True, citations=()))

    text = shown(with_outcomes(refused))

    assert "refused instead of answer day 1 · cites talks.txt" in " ".join(text.split())
    assert text.count("refused ") == 1


def test_of_many_failures_the_first_are_shown_and_the_others_counted() -> None:
    text = shown(with_outcomes(*map(failing, range(30))))

    assert "and 10 more: --report FILE.html shows them all." in text


def test_the_header_shows_what_the_figures_do_not_include() -> None:
    candidate = replace(make_passed(1), golden=replace(make_golden(1), answer=()), checks=())
    broken = Outcome(make_golden(2), make_passed(2).gold, None, error="the model is gone: set another")
    fallen = replace(make_passed(3), answer=make_answer(3, notice="The chat model m can't be reached: quotes."))
    judged = replace(make_passed(4), judgement=Judgement("wrong", "day 5 was meant"))

    text = " ".join(shown(replace(with_outcomes(candidate, broken, fallen, judged), judge="m with a prompt")).split())

    assert "1 question without expectations: asked, not judged." in text
    assert "1 question could not be asked, such as: the model is gone: set another" in text
    assert "1 answer came with a notice, such as: The chat model m can't be reached: quotes." in text
    assert "The judge, m with a prompt, apart from all measures: 1 wrong." in text


def test_flips_are_named_and_what_did_not_move_is_counted() -> None:
    before = with_outcomes(*map(make_passed, range(8)))

    text = shown(with_outcomes(failing(0), *map(make_passed, range(1, 8))), before=before)

    assert "1 question broken" in text
    assert "What was said on day 0?" in text
    assert "no difference shown" in text
    assert "without any change." in text


def test_a_missed_threshold_is_at_the_end() -> None:
    text = shown(with_outcomes(failing(1)), below=("passed=0.9",))

    assert text.splitlines()[-1] == "Below the threshold: passed is 0.000, below its threshold of 0.9"


def test_in_a_narrow_terminal_words_and_figures_are_wrapped_and_none_is_cut() -> None:
    before = with_outcomes(failing(0), *map(make_passed, range(1, 8)))

    text = shown(with_outcomes(*map(make_passed, range(8))), before=before, width=56)

    words = text[text.index("Against the run before") :]
    assert max(map(len, text.splitlines())) <= 56
    assert "…" not in words
    assert "difference" in words


def test_why_the_judge_came_to_no_verdict_is_shown() -> None:
    unreached = replace(make_passed(1), judgement=Judgement("", error="the judge can't be reached"))

    text = " ".join(shown(with_outcomes(unreached)).split())

    assert "1 no verdict. No verdict, for instance, since the judge can't be reached." in text


def test_what_the_calls_of_a_chat_model_took_is_said_step_by_step() -> None:
    answers = [
        replace(
            make_answer(1),
            steps={"model": 1.5, "judge": seconds},
            tokens={"model": Usage(1_800, 60), "judge": Usage(tokens, 20)},
        )
        for seconds, tokens in ((1.0, 900), (2.0, 1_100))
    ]
    drawn = shown(
        with_outcomes(*(replace(make_passed(number), answer=each) for number, each in enumerate(answers))), width=100
    )

    assert "Writing: 2 answers, 1,500 ms, 1,800 tokens read and 60 written each." in drawn
    assert "Judging claims: 2 answers, 1,500 ms, 1,000 tokens read and 20 written each." in drawn
    assert "Rewording" not in drawn

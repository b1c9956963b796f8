"""Comparing runs: pairs, flips, tests against hand-computed cases and scipy, words that chance alone rarely earns."""

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import permutation_test

from bot.evaluation.metrics.comparison import (
    BETTER,
    SAME,
    WORSE,
    Comparison,
    Difference,
    compare,
    compute_mcnemar,
)
from bot.evaluation.metrics.intervals import adjust_p_values, draw_swaps
from bot.evaluation.metrics.pairing import SettingChange
from bot.evaluation.results import Gold, Outcome, Run
from retrieval.errors import InputError
from tests.bot.evaluation.sample_outcomes import make_outcome, make_run

YES, NO = Gold(True), Gold(False)


def runs(before: Sequence[Outcome], after: Sequence[Outcome]) -> tuple[Run, Run]:
    return make_run(*before), make_run(*after)


def passes(values: Sequence[bool]) -> list[Outcome]:
    return [make_outcome(f"q{number}", passed=value) for number, value in enumerate(values)]


def grounded(values: Sequence[int], *, made: int = 10) -> list[Outcome]:
    return [make_outcome(f"q{number}", claims=(made, value)) for number, value in enumerate(values)]


def refusing(values: Sequence[bool]) -> list[Outcome]:
    """Questions of which every other one is unanswerable."""
    return [make_outcome(f"q{n}", gold=NO if n % 2 else YES, refused=value) for n, value in enumerate(values)]


def by_name(compared: Comparison) -> dict[str, Difference]:
    return {each.name: each for each in compared.differences}


def test_a_run_against_itself_shows_no_difference_anywhere() -> None:
    chance = random.Random(0)
    asked = [
        make_outcome(
            f"q{number}",
            passed=chance.random() < 0.7,
            gold=NO if number % 3 else YES,
            refused=chance.random() < 0.5,
            confidence=chance.random(),
            claims=(3, chance.randrange(4)),
            seconds={"answer": chance.random(), "search": chance.random()},
        )
        for number in range(40)
    ]

    compared = compare(*runs(asked, asked), draws=300)

    assert {each.p for each in compared.differences} == {1.0}
    assert {(each.difference, each.low, each.high, each.verdict) for each in compared.differences} == {(0, 0, 0, SAME)}
    assert {"passed", "refusal-f1", "confidence-auc", "seconds-p50:search"} <= by_name(compared).keys()
    assert (compared.fixed, compared.broken, compared.better, compared.worse) == ((), (), (), ())


def test_flipped_questions_are_named_and_tested_by_mcnemar() -> None:
    compared = compare(*runs(passes([True] * 4 + [False] * 6), passes([True] * 3 + [False] * 2 + [True] * 5)), draws=50)

    passed = by_name(compared)["passed"]
    assert [pair.id for pair in compared.broken] == ["q3"]
    assert [pair.id for pair in compared.fixed] == ["q5", "q6", "q7", "q8", "q9"]
    assert (passed.before, passed.after, passed.count) == (0.4, 0.8, 10)
    # Six flips, one of them down: 2 * (1 + 6) / 2 ** 6.
    assert passed.p == pytest.approx(14 / 64)
    assert passed.verdict == SAME


@pytest.mark.parametrize(("fixed", "broken", "expected"), [(0, 0, 1), (1, 1, 1), (5, 0, 2 / 32), (0, 10, 2 / 1024)])
def test_mcnemar_is_exact(fixed: int, broken: int, expected: float) -> None:
    assert compute_mcnemar(fixed, broken) == pytest.approx(expected)


def test_few_questions_are_swapped_in_every_way() -> None:
    # Claims supported of ten each: differences 1, 1, 1 and -1 of ten. Of 16 sums of signs, those of at least 2 in size
    # are 2 * (1 + 4).
    compared = by_name(compare(*runs(grounded([5, 5, 5, 5]), grounded([6, 6, 6, 4]))))

    assert compared["grounded-claims"].difference == pytest.approx(2 / 40)
    assert compared["grounded-claims"].p == 10 / 16


def test_swaps_are_each_way_once_where_there_are_few_and_fair_where_there_are_many() -> None:
    few = np.hstack(list(draw_swaps(3, 100, seed=0)))
    many = np.hstack(list(draw_swaps(50, 1_000, seed=0)))

    assert len({tuple(way) for way in few.T}) == few.shape[1] == 8
    assert many.shape == (50, 1_000)
    assert many.mean() == pytest.approx(0.5, abs=0.01)


def test_the_randomisation_test_is_that_of_scipy() -> None:
    chance = np.random.default_rng(3)
    before, after = chance.integers(0, 8, 60), chance.integers(1, 9, 60)

    mine = by_name(compare(*runs(grounded(before.tolist()), grounded(after.tolist()))))["grounded-claims"]
    theirs = permutation_test(
        (before / 10, after / 10),
        lambda x, y, axis: np.mean(y - x, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=5_000,
        rng=np.random.default_rng(0),
    )

    assert mine.p == pytest.approx(float(theirs.pvalue), abs=0.015)
    assert 0.001 < mine.p < 0.3


def test_a_real_improvement_is_better() -> None:
    chance = random.Random(2)
    before = [chance.random() < 0.6 for _ in range(150)]
    after = [value or chance.random() < 0.5 for value in before]

    compared = compare(*runs(passes(before), passes(after)), draws=500)

    assert [each.name for each in compared.better] == ["passed"]
    assert compared.better[0].low > 0


def test_more_refusals_of_answerable_questions_are_worse_though_the_number_is_higher() -> None:
    chance = random.Random(4)
    before = [bool(number % 2) for number in range(120)]
    after = [value or chance.random() < 0.5 for value in before]

    compared = by_name(compare(*runs(refusing(before), refusing(after)), draws=1_000))

    assert compared["refused-answerable"].difference > 0
    assert {compared[name].verdict for name in ("refused-answerable", "refusal-f1", "refusal-precision")} == {WORSE}
    assert compared["refusal-f1"].high < 0
    assert compared["refusal-recall"].verdict == SAME


def test_faster_answers_are_better() -> None:
    chance = random.Random(5)
    took = [chance.uniform(1, 2) for _ in range(60)]
    slow, fast = (
        [make_outcome(f"q{n}", seconds={"answer": share * each, "search": 0.1}) for n, each in enumerate(took)]
        for share in (1, 0.5)
    )

    compared = by_name(compare(*runs(slow, fast), draws=500))

    assert compared["seconds-p50"].verdict == BETTER
    assert compared["seconds-p50:search"].verdict == SAME
    assert "seconds-p95" not in compared


def test_seconds_that_a_busy_machine_explains_get_no_word() -> None:
    quick, busy = (
        [make_outcome(f"q{n}", seconds={"answer": each + n / 1_000}) for n in range(60)] for each in (1.0, 1.3)
    )

    (difference,) = (each for each in compare(*runs(quick, busy), draws=500).differences if each.name == "seconds-p50")

    assert difference.p < 0.05
    assert difference.verdict == SAME


def test_chance_alone_rarely_earns_a_word() -> None:
    chance, alarms = random.Random(6), 0
    for _ in range(40):
        before, after = ([chance.random() < 0.5 for _ in range(60)] for _ in range(2))
        compared = compare(*runs(refusing(before), refusing(after)), draws=200)
        alarms += bool(compared.better or compared.worse)

    # Of 40 comparisons of noise 2 may be expected; 7 or more happen once in 300 times at 5 %.
    assert alarms <= 6


@given(
    st.lists(
        st.tuples(*[st.tuples(st.booleans(), st.booleans(), st.floats(0, 1), st.integers(0, 3), st.booleans())] * 2),
        min_size=1,
        max_size=16,
    )
)
@settings(max_examples=25, deadline=None)
def test_a_comparison_the_other_way_round_is_its_mirror_image(
    drawn: list[tuple[tuple[bool, bool, float, int, bool], ...]],
) -> None:
    def came(number: int, drawn: tuple[bool, bool, float, int, bool]) -> Outcome:
        passed, refused, confidence, claims, failed = drawn
        return make_outcome(
            f"q{number}",
            passed=passed,
            refused=refused,
            confidence=confidence,
            claims=None if refused or failed else (3, claims),
            gold=NO if number % 3 == 0 else YES,
            error="no answer" if failed else "",
            seconds={} if failed else {"answer": 1 + confidence},
        )

    one, other = runs(*([came(number, pair[side]) for number, pair in enumerate(drawn)] for side in (0, 1)))
    there, back = compare(one, other, draws=300), compare(other, one, draws=300)

    turned = {BETTER: WORSE, WORSE: BETTER, SAME: SAME}
    assert [pair.id for pair in there.fixed] == [pair.id for pair in back.broken]
    assert [pair.id for pair in there.broken] == [pair.id for pair in back.fixed]
    for ahead, behind in zip(there.differences, back.differences, strict=True):
        assert (ahead.name, ahead.count, ahead.verdict) == (behind.name, behind.count, turned[behind.verdict])
        assert (ahead.difference, ahead.low, ahead.high, ahead.p, ahead.adjusted) == pytest.approx(
            (-behind.difference, -behind.high, -behind.low, behind.p, behind.adjusted), abs=1e-9
        )


def test_the_same_runs_give_the_same_comparison() -> None:
    given_ = runs(grounded([1, 5, 7, 2] * 5), grounded([2, 5, 6, 3] * 5))

    assert compare(*given_, draws=200) == compare(*given_, draws=200)


def test_questions_of_one_run_only_and_rewritten_ones_are_listed_and_not_compared() -> None:
    old, kept = make_outcome("old", passed=True), make_outcome("kept", passed=True)
    reworded = make_outcome("reworded", passed=True)
    looser = make_outcome("looser", passed=False)
    now = (
        make_outcome("new", passed=False),
        replace(reworded, golden=replace(reworded.golden, question="Otherwise?")),
        replace(make_outcome("looser", passed=True), golden=replace(looser.golden, answer=("Paris", "a city"))),
        replace(kept, golden=replace(kept.golden, tags=("facts",), note="Seen.", line=7)),
    )

    compared = compare(make_run(old, kept, reworded, looser), make_run(*now), draws=20)

    assert [pair.id for pair in compared.pairs] == ["kept"]
    assert [golden.id for golden in compared.only_before] == ["old"]
    assert [golden.id for golden in compared.only_after] == ["new"]
    assert [golden.id for golden in compared.changed] == ["reworded", "looser"]
    assert compared.fixed == ()


def test_the_same_question_in_two_files_is_paired_in_order() -> None:
    before, after = runs(
        [make_outcome("q", passed=True), make_outcome("q", passed=False)], [make_outcome("q", passed=True)] * 2
    )

    compared = compare(before, after, draws=20)

    assert [(pair.before.passed, pair.after.passed) for pair in compared.pairs] == [(True, True), (False, True)]


def test_runs_of_other_questions_cannot_be_compared() -> None:
    with pytest.raises(InputError, match=r"asked other questions: none of its 1 is among these 1"):
        compare(make_run(make_outcome("a", passed=True)), make_run(make_outcome("b", passed=True)))


def test_the_differences_between_the_runs_are_listed() -> None:
    asked = make_outcome("a", passed=True)
    before, after = make_run(asked, model="small", theme="x"), replace(make_run(asked, model="large"), generation=2)

    assert compare(before, after, draws=20).settings == (
        SettingChange("generation", "1", "2"),
        SettingChange("model", "small", "large"),
        SettingChange("theme", "x", ""),
    )


def test_a_measure_that_one_run_has_no_numbers_for_is_not_compared() -> None:
    before, after = runs([make_outcome("a", claims=(2, 1), passed=True)], [make_outcome("a", passed=True)])

    assert by_name(compare(before, after, draws=20)).keys() == {"passed"}


def test_measures_that_nothing_changed_in_do_not_make_others_stricter() -> None:
    seconds = [{"answer": float(number % 5)} for number in range(10)]
    before, after = (
        [make_outcome(f"q{n}", passed=True, claims=(10, value), seconds=took) for n, took in enumerate(seconds)]
        for value in (4, 5)
    )

    compared = by_name(compare(*runs(before, after)))

    # Of 1,024 ways of swapping, two go as far; of three measures, two cannot move.
    assert compared["grounded-claims"].p == compared["grounded-claims"].adjusted == 2 / 1024
    assert compared["grounded-claims"].verdict == BETTER
    assert compared["passed"].adjusted == compared["seconds-p50"].adjusted == 1


def test_measures_that_changed_share_the_chance_of_a_false_alarm() -> None:
    chance = random.Random(8)
    before, after = (
        [make_outcome(f"q{n}", claims=(10, value), seconds={"answer": chance.random()}) for n in range(10)]
        for value in (4, 5)
    )

    compared = by_name(compare(*runs(before, after)))

    assert compared["grounded-claims"].adjusted == 2 * compared["grounded-claims"].p


def test_holm_multiplies_the_smallest_most_and_keeps_the_order() -> None:
    # Sorted .01, .03, .04 times 3, 2, 1: .03, .06, .04, and none less than those before it.
    assert adjust_p_values([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert adjust_p_values([]) == []


@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_never_lowers_a_chance_and_never_passes_one(chances: list[float]) -> None:
    adjusted = adjust_p_values(chances)

    assert all(p <= each <= 1 for p, each in zip(chances, adjusted, strict=True))
    assert [each for _, each in sorted(zip(chances, adjusted, strict=True))] == sorted(adjusted)

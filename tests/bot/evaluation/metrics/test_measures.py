"""The measures, against cases computed by hand; their intervals, against laws and against scipy."""

import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import bootstrap, mannwhitneyu
from sklearn.metrics import roc_auc_score

from bot.evaluation.metrics.curves import ConfidenceBin, TradeoffPoint, compute_reliability, compute_tradeoff
from bot.evaluation.metrics.intervals import compute_bounds, draw_resamples
from bot.evaluation.metrics.measures import (
    GROUPS,
    MEASURES,
    Figure,
    compute_figures,
    compute_slices,
    get_measure,
)
from bot.evaluation.metrics.token_overlap import compute_token_f1
from bot.evaluation.metrics.weighted_statistics import compute_auc, compute_calibration_error, compute_quantiles
from bot.evaluation.results import EvidenceSpan, Gold, Outcome
from tests.bot.evaluation.sample_outcomes import make_evidence, make_outcome, make_passages

YES, NO = Gold(True), Gold(False)


def value(name: str, *outcomes: Outcome) -> float:
    return found(name, *outcomes).value


def found(name: str, *outcomes: Outcome) -> Figure:
    return {figure.measure: figure for figure in compute_figures(outcomes, draws=20)}[name]


def names(*outcomes: Outcome) -> set[str]:
    return {figure.measure for figure in compute_figures(outcomes, draws=20)}


def evidence(*pieces: tuple[EvidenceSpan, ...]) -> Gold:
    return Gold(True, evidence=pieces)


# Two questions: the evidence of the first is in the second passage, that of the other in none.
FOUND = make_outcome(
    passages=make_passages("x", "a", "y"), gold=Gold(True, evidence=(make_evidence("a"),), articles=(("a",),))
)
LOST = make_outcome(
    passages=make_passages("x", "y"), gold=Gold(True, evidence=(make_evidence("b"),), articles=(("b",),))
)


@pytest.mark.parametrize("prefix", ["", "article-"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hit@1", 0),
        ("hit@3", 1 / 2),
        ("hit@5", 1 / 2),
        ("hit@10", 1 / 2),
        ("recall@5", 1 / 2),
        ("recall@10", 1 / 2),
        ("mrr@10", (1 / 2 + 0) / 2),
        ("ndcg@10", (1 / math.log2(3) + 0) / 2),  # One piece at rank 2: 1/log2(2 + 1) against 1/log2(1 + 1) = 1.
    ],
)
def test_a_piece_at_rank_two_and_one_that_is_not_found(prefix: str, name: str, expected: float) -> None:
    assert value(prefix + name, FOUND, LOST) == pytest.approx(expected)


def test_pieces_that_are_not_found_lower_recall_and_gain() -> None:
    asked = make_outcome(
        passages=make_passages("a", "x", "b"),
        gold=evidence(make_evidence("a"), make_evidence("b"), make_evidence("c"), make_evidence("d")),
    )

    # Two of four pieces, at ranks 1 and 3; the best order has four, at ranks 1 to 4.
    gain, best = 1 + 1 / 2, 1 + 1 / math.log2(3) + 1 / 2 + 1 / math.log2(5)
    assert value("recall@5", asked) == 2 / 4
    assert value("ndcg@10", asked) == pytest.approx(gain / best)


def test_a_passage_must_cover_the_whole_piece() -> None:
    asked = make_outcome(passages=(("a", 0, 4), ("a", 3, 9), ("a", 2, 5)), gold=evidence(make_evidence("a", 2, 5)))

    assert value("mrr@10", asked) == pytest.approx(1 / 3)


def test_any_place_of_a_piece_will_do_and_the_first_passage_counts() -> None:
    asked = make_outcome(
        passages=make_passages("x", "b", "a"), gold=evidence((*make_evidence("a"), *make_evidence("b")))
    )

    assert value("mrr@10", asked) == 1 / 2
    assert value("recall@10", asked) == 1


def test_pieces_in_one_passage_count_as_one() -> None:
    asked = make_outcome(
        passages=make_passages("a"),
        gold=evidence(make_evidence("a", 1, 2), make_evidence("a", 3, 4), make_evidence("b")),
    )

    assert value("recall@10", asked) == 1 / 2


def test_articles_are_ranked_by_their_first_passages() -> None:
    asked = make_outcome(
        passages=make_passages("x", "x", "x", "b", "a"), gold=Gold(True, articles=(("a", "b"), ("c",)))
    )

    # Distinct articles x, b, a: one of the first group at rank 2; nothing of the second.
    assert value("article-mrr@10", asked) == 1 / 2
    assert value("article-recall@5", asked) == 1 / 2


def test_ten_passages_keep_their_order_though_their_numbers_sort_otherwise() -> None:
    asked = make_outcome(passages=make_passages(*"bcdefghija"), gold=evidence(make_evidence("a")))

    assert value("mrr@10", asked) == pytest.approx(1 / 10)
    assert value("hit@10", asked) == 1


def test_retrieval_is_measured_only_where_it_is_known_what_should_be_found() -> None:
    assert found("hit@5", FOUND, make_outcome(passages=make_passages("x"))).count == 1
    assert not {name for name in names(make_outcome(gold=YES)) if get_measure(name).group == "retrieval"}


PARIS = Gold(True, answers=("Paris", "the French capital"))


@pytest.mark.parametrize(
    ("text", "refused", "hit"),
    [
        ("It was in Paris [1].", False, 1),
        ("In the French  Capital, says [1].", False, 1),
        ("Two Parisians met.", False, 0),
        ("It was in Rome.", False, 0),
        ("Paris is not in these articles.", True, 0),
    ],
)
def test_an_answer_is_found_as_whole_words_of_what_is_not_a_refusal(text: str, refused: bool, hit: float) -> None:
    assert value("answer-found", make_outcome(text=text, refused=refused, gold=PARIS)) == hit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Paris [1].", 1.0),  # The marker is not one of the answer's own words.
        ("The Paris!", 1.0),  # "The" and the sign are dropped.
        ("French capital", 1.0),  # The better of both accepted answers.
        ("It was in Paris.", 2 * 1 / (4 + 1)),  # Precision 1/4, recall 1.
        ("Paris, Paris", 2 * 1 / (2 + 1)),  # A word is shared as often as both have it.
        ("Rome", 0.0),
        ("", 0.0),
    ],
)
def test_token_f1_is_that_of_squad(text: str, expected: float) -> None:
    assert value("token-f1", make_outcome(text=text, gold=PARIS)) == pytest.approx(expected)


def test_a_refusal_shares_no_words() -> None:
    assert value("token-f1", make_outcome(text="Paris", refused=True, gold=PARIS)) == 0


@given(st.text("aebt ., ", max_size=20), st.text("aebt ., ", max_size=20))
def test_token_f1_is_symmetric_and_one_with_itself(one: str, other: str) -> None:
    first, second = (make_outcome(text=text).answer for text in (one, other))
    assert first is not None
    assert second is not None

    assert compute_token_f1([other], first) == compute_token_f1([one], second)
    assert compute_token_f1([one], first) == 1


# Three citations, of which two overlap a gold sentence; one citation, which does not; a refusal.
TWO = Gold(True, sentences=(make_evidence("a", 0, 10), make_evidence("b", 0, 10), make_evidence("c", 0, 10)))
CITED = (
    make_outcome(cited=(("a", 9, 12), ("a", 10, 12), ("b", 0, 3)), gold=TWO),
    make_outcome(cited=(("x", 0, 3),), gold=Gold(True, sentences=(make_evidence("a"),))),
    make_outcome(refused=True, gold=Gold(True, sentences=(make_evidence("a"),))),
    make_outcome(cited=(("x", 0, 3),), gold=NO),
)


@pytest.mark.parametrize(
    ("name", "expected", "count"),
    [
        ("citation-precision", (2 + 0) / (3 + 1), 2),
        ("citation-recall", (1 + 0 + 0) / 3, 3),
        ("citation-coverage", (2 / 3 + 0 + 0) / 3, 3),
    ],
)
def test_citations_are_held_against_gold_sentences(name: str, expected: float, count: int) -> None:
    figure = found(name, *CITED)

    assert figure.value == pytest.approx(expected)
    assert figure.count == count


def test_citations_are_held_against_gold_articles_where_no_sentences_are_known() -> None:
    asked = make_outcome(cited=(("b", 0, 1), ("x", 0, 1)), gold=Gold(True, articles=(("a", "b"), ("c",))))

    assert value("citation-precision", asked) == 1 / 2
    assert value("citation-recall", asked) == 1
    assert value("citation-coverage", asked) == 1 / 2


def test_exact_quotes_and_grounded_claims_are_shares_of_all_of_them() -> None:
    asked = (
        make_outcome(exact=(True, True, False), claims=(3, 1)),
        make_outcome(exact=(True,), claims=(1, 1)),
        make_outcome(),
    )

    assert found("exact-quotes", *asked).value == 3 / 4
    assert found("grounded-claims", *asked).value == 2 / 4
    assert found("grounded-claims", *asked).count == 2


# Five answerable questions of which one is refused; three others of which two are.
REFUSALS = (
    *(make_outcome(gold=YES, refused=refused) for refused in (True, False, False, False, False)),
    *(make_outcome(gold=NO, refused=refused) for refused in (True, True, False)),
)


@pytest.mark.parametrize(
    ("name", "expected", "count"),
    [
        ("refusal-precision", 2 / 3, 3),
        ("refusal-recall", 2 / 3, 3),
        ("refusal-f1", 2 * 2 / (3 + 3), 8),
        ("refused-answerable", 1 / 5, 5),
    ],
)
def test_refusals(name: str, expected: float, count: int) -> None:
    figure = found(name, *REFUSALS)

    assert figure.value == pytest.approx(expected)
    assert figure.count == count


def test_where_every_question_is_answerable_refusals_are_not_called_imprecise() -> None:
    assert not names(*REFUSALS[:5]) & {"refusal-precision", "refusal-recall", "refusal-f1", "confidence-auc"}
    assert "refusal-precision" not in {f.measure for f in compute_slices(tagged("t", REFUSALS[:5]) + REFUSALS[5:])["t"]}


def tagged(tag: str, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    return tuple(
        make_outcome(gold=each.gold, refused=each.answer.refused, tags=(tag,)) for each in outcomes if each.answer
    )


# Answerable: .9 and .5; not: .5 and .1. Of four pairs three are in order and one is a tie.
SURE = (
    make_outcome(gold=YES, confidence=0.9),
    make_outcome(gold=YES, confidence=0.5),
    make_outcome(gold=NO, confidence=0.5),
    make_outcome(gold=NO, confidence=0.1),
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("confidence-auc", (3 + 1 / 2) / 4),
        ("brier", (0.1**2 + 0.5**2 + 0.5**2 + 0.1**2) / 4),
        # Bins: .1 alone, 0 answerable, gap .1; two at .5, half answerable, gap 0; .9 alone, answerable, gap .1.
        ("calibration-error", 1 / 4 * 0.1 + 2 / 4 * 0 + 1 / 4 * 0.1),
    ],
)
def test_confidence(name: str, expected: float) -> None:
    assert value(name, *SURE) == pytest.approx(expected)


def test_the_reliability_diagram_leaves_out_empty_bins_and_keeps_certainty() -> None:
    shown = compute_reliability([*SURE, make_outcome(gold=YES, confidence=1.0), make_outcome(confidence=0.2)])

    assert [(bin_.low, bin_.high, bin_.count) for bin_ in shown] == [(0.1, 0.2, 1), (0.5, 0.6, 2), (0.9, 1.0, 2)]
    assert shown[1] == ConfidenceBin(0.5, 0.6, 2, 0.5, 0.5)
    assert shown[2].confidence == pytest.approx(0.95)
    assert compute_reliability([]) == ()


def test_the_tradeoff_goes_from_refusing_nothing_to_refusing_everything() -> None:
    shown = compute_tradeoff(SURE)

    assert shown[:3] == (TradeoffPoint(0.0, 0.0, 1.0), TradeoffPoint(0.5, 0.0, 0.5), TradeoffPoint(0.9, 0.5, 0.0))
    assert (shown[3].refused_answerable, shown[3].answered_unanswerable) == (1.0, 0.0)
    assert compute_tradeoff(SURE[:2]) == ()


CONFIDENCES = st.lists(st.tuples(st.integers(0, 10).map(lambda tenth: tenth / 10), st.booleans()), max_size=30)


@given(CONFIDENCES)
def test_the_tradeoff_never_turns_back(given_: list[tuple[float, bool]]) -> None:
    shown = compute_tradeoff([make_outcome(gold=Gold(known), confidence=sure) for sure, known in given_])

    assert list(shown) == sorted(shown, key=lambda point: (point.refused_answerable, -point.answered_unanswerable))


@given(CONFIDENCES.filter(lambda given_: len({known for _, known in given_}) == 2))
def test_the_area_is_the_rank_sum_statistic(given_: list[tuple[float, bool]]) -> None:
    some, others = ([sure for sure, known in given_ if known is kind] for kind in (True, False))
    confidence, answerable = (np.array(column, dtype=np.float64) for column in zip(*given_, strict=True))

    mine = compute_auc(confidence, answerable, np.ones((len(given_), 1)))[0]

    assert mine == pytest.approx(mannwhitneyu(some, others).statistic / len(some) / len(others))


def test_the_area_under_weights_is_that_of_scikit_learn() -> None:
    drawn = np.random.default_rng(1)
    confidence, answerable = np.round(drawn.random(300), 2), (drawn.random(300) < 0.7).astype(np.float64)
    weights = drawn.integers(0, 4, size=(300, 5)).astype(np.float64)

    mine = compute_auc(confidence, answerable, weights)

    assert mine == pytest.approx([roc_auc_score(answerable, confidence, sample_weight=each) for each in weights.T])


def test_seconds_are_reported_by_step_and_interpolated() -> None:
    asked = [make_outcome(seconds={"answer": answer, "search": 0.1}) for answer in (4.0, 1.0, 2.0, 3.0)]

    assert value("seconds-p50", *asked) == pytest.approx(2.5)
    assert value("seconds-p95", *asked) == pytest.approx(3 + 0.95 * 3 - 2)
    assert value("seconds-p50:search", *asked) == pytest.approx(0.1)
    assert get_measure("seconds-p95:search").title == "Search, 95 %"


@given(st.lists(st.tuples(st.floats(0, 9), st.integers(0, 3)), min_size=1, max_size=20), st.sampled_from([0.5, 0.95]))
def test_a_weighted_quantile_is_that_of_repeated_values(given_: list[tuple[float, int]], share: float) -> None:
    values, weights = (np.array(column, dtype=np.float64) for column in zip(*given_, strict=True))
    repeated = np.repeat(values, weights.astype(int))

    mine = compute_quantiles(values, [share], weights[:, None])[0][0]

    assert (mine == pytest.approx(np.quantile(repeated, share))) if repeated.size else math.isnan(mine)


@given(CONFIDENCES.filter(bool), st.data())
def test_weights_are_repetitions(given_: list[tuple[float, bool]], data: st.DataObject) -> None:
    confidence, answerable = (np.array(column, dtype=np.float64) for column in zip(*given_, strict=True))
    times = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(given_), max_size=len(given_))))
    repeated = np.repeat(np.arange(len(given_)), times)
    ones = np.ones((len(repeated), 1))

    for each in (compute_auc, compute_calibration_error):
        weighted = each(confidence, answerable, times[:, None].astype(np.float64))
        assert weighted == pytest.approx(each(confidence[repeated], answerable[repeated], ones), nan_ok=True)


def test_questions_pass_by_their_expectations_and_errors_fail() -> None:
    asked = (
        make_outcome(passed=True),
        make_outcome(passed=False),
        make_outcome(passed=True, error="gone"),
        make_outcome(),
    )

    assert (found("passed", *asked).value, found("passed", *asked).count) == (1 / 3, 3)


def test_an_error_is_a_miss_but_neither_a_refusal_nor_an_answer() -> None:
    knows = Gold(True, ("Paris",), (make_evidence("a"),), (make_evidence("a"),), (("a",),))
    shown = {
        f.measure: f.value
        for f in compute_figures([make_outcome(gold=knows, error="gone"), make_outcome(gold=NO, error="gone")])
    }

    missed = {name for name, number in shown.items() if number == 0}
    assert shown.keys() == missed
    assert {"hit@10", "article-hit@10", "answer-found", "token-f1", "citation-recall", "refusal-recall"} <= missed
    assert not missed & {"refusal-precision", "refused-answerable", "brier", "citation-precision", "seconds-p50"}


def test_slices_are_the_figures_of_each_tag() -> None:
    one, other = (make_outcome(passed=True, tags=("facts", "dates")), make_outcome(passed=False, tags=("dates",)))

    shown = compute_slices([one, other, make_outcome(passed=True)])

    assert list(shown) == ["facts", "dates"]
    assert shown["facts"] == compute_figures([one])
    assert shown["dates"] == compute_figures([one, other])


def test_nothing_asked_gives_no_figures() -> None:
    assert compute_figures([]) == ()
    assert compute_slices([]) == {}


def test_figures_come_in_the_order_of_the_measures_and_are_the_same_each_time() -> None:
    asked = (*CITED, *REFUSALS, *SURE, FOUND, LOST)
    shown = compute_figures(asked)

    assert shown == compute_figures(asked)
    order = [list(MEASURES).index(figure.measure) for figure in shown]
    assert order == sorted(order)
    assert all(figure.low <= figure.value <= figure.high for figure in shown)


def test_the_interval_of_a_share_is_that_of_scipy() -> None:
    chance = random.Random(1)
    values = [chance.random() < 0.8 for _ in range(80)]

    mine = found_interval([make_outcome(passed=passed) for passed in values])
    theirs = bootstrap((values,), np.mean, method="percentile", n_resamples=4_000, rng=np.random.default_rng(2))

    assert mine == pytest.approx(tuple(theirs.confidence_interval), abs=0.02)


def found_interval(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    figure = next(figure for figure in compute_figures(outcomes, draws=4_000) if figure.measure == "passed")
    return figure.low, figure.high


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    chance, held = np.random.default_rng(0), 0
    for _ in range(200):
        values = chance.random(60) < 0.7
        drawn = np.concatenate([values @ weights / 60 for weights in draw_resamples(60, 250, seed=1)])
        low, high = compute_bounds(drawn)
        held += low <= 0.7 <= high

    assert 0.88 <= held / 200 <= 0.99


def test_one_question_has_an_interval_of_no_width() -> None:
    figure = found("passed", make_outcome(passed=True))

    assert (figure.low, figure.value, figure.high, figure.count) == (1, 1, 1, 1)


def test_resamples_draw_as_many_questions_as_there_are() -> None:
    drawn = np.hstack(list(draw_resamples(7, 600, seed=0)))

    assert drawn.shape == (7, 600)
    assert set(drawn.sum(axis=0)) == {7}
    assert drawn.mean(axis=1) == pytest.approx(np.ones(7), abs=0.2)


def test_every_measure_is_defined_in_the_docs() -> None:
    docs = (Path(__file__).parents[4] / "docs" / "measures.md").read_text("utf-8")

    for each in MEASURES.values():
        assert f"`{each.name}`" in docs, each.name
        assert each.group in GROUPS
        assert each.definition.endswith(".")


@pytest.mark.parametrize("name", ["", "hit@7", "seconds-p50:", "hit@5:search", "Hit@5"])
def test_what_is_no_measure_is_not_known(name: str) -> None:
    with pytest.raises(KeyError):
        get_measure(name)


def test_types_of_values_are_plain() -> None:
    shown: list[Any] = [*compute_figures([*SURE, FOUND]), *compute_reliability(SURE), *compute_tradeoff(SURE)]

    for each in shown:
        assert {type(getattr(each, name)) for name in each.__dataclass_fields__} <= {float, int, str}

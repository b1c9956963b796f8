from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from retrieval.encoder.cross_encoder import EntailmentScorer, Reranker
from retrieval.errors import ModelError
from tests.retrieval.encoder.tiny_models import tiny_cross_encoder

if TYPE_CHECKING:
    from pathlib import Path

NLI = ("contradiction", "EntailmentScorer", "neutral")
PAIRS = [("the ministers met in beijing .", "they met on sunday ."), ("peace and trade .", "where ?")]


@pytest.fixture(scope="module")
def ranking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_cross_encoder(tmp_path_factory.mktemp("ranking") / "model", labels=("relevance",))


@pytest.fixture(scope="module")
def inferring(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_cross_encoder(tmp_path_factory.mktemp("inferring") / "model", labels=NLI)


def test_every_passage_gets_a_score_that_depends_on_the_question(ranking: Path) -> None:
    rerank = Reranker(str(ranking))
    passages = ["the ministers met in beijing .", "peace and trade .", "on sunday ."]

    where, when = rerank("where ?", passages), rerank("peace ?", passages)

    assert len(where) == 3
    assert where != when
    assert rerank("where ?", passages) == where


def test_scores_are_those_of_the_library(ranking: Path) -> None:
    from sentence_transformers import CrossEncoder

    expected = CrossEncoder(str(ranking), device="cpu").predict([("where ?", "in beijing .")], show_progress_bar=False)

    (logit,) = Reranker(str(ranking))("where ?", ["in beijing ."])

    assert 1 / (1 + np.exp(-logit)) == pytest.approx(float(expected[0]), abs=1e-4)


def test_a_model_that_was_saved_in_bfloat16_computes_in_float32(tmp_path: Path) -> None:
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertForSequenceClassification

    folder = tiny_cross_encoder(tmp_path / "model", labels=("relevance",))
    model: Any = BertForSequenceClassification.from_pretrained(folder)
    model.to(torch.bfloat16).save_pretrained(folder)
    expected = CrossEncoder(str(folder), device="cpu").float().predict([("where ?", "in beijing .")])

    (logit,) = Reranker(str(folder))("where ?", ["in beijing ."])

    assert 1 / (1 + np.exp(-logit)) == pytest.approx(float(expected[0]), abs=1e-6)


def test_entailment_is_a_probability_taken_from_its_label(inferring: Path) -> None:
    from sentence_transformers import CrossEncoder

    shares = CrossEncoder(str(inferring), device="cpu").predict(PAIRS, apply_softmax=True, show_progress_bar=False)

    found = EntailmentScorer(str(inferring))(PAIRS)

    assert found == pytest.approx([float(row[1]) for row in shares], abs=1e-4)
    assert all(0 < share < 1 for share in found)


def test_nothing_to_compare_loads_nothing() -> None:
    assert Reranker("/nowhere/at/all")("where ?", []) == []
    assert EntailmentScorer("/nowhere/at/all")([]) == []


def test_a_model_without_entailment_says_which_labels_it_has(tmp_path: Path, ranking: Path) -> None:
    other = tiny_cross_encoder(tmp_path / "model", labels=("good", "bad"))

    with pytest.raises(ModelError, match=r"no label of entailment \(its labels: good, bad\)"):
        EntailmentScorer(str(other))(PAIRS)
    with pytest.raises(ModelError, match="no label of entailment"):
        EntailmentScorer(str(ranking))(PAIRS)


def test_a_model_of_entailment_does_not_rank(inferring: Path) -> None:
    with pytest.raises(ModelError, match="3 labels and no relevance"):
        Reranker(str(inferring))("where ?", ["in beijing ."])


def test_a_folder_without_a_model_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="can't be loaded as a cross-encoder") as caught:
        Reranker(str(tmp_path))("where ?", ["in beijing ."])

    assert "\n" not in str(caught.value)


def test_a_model_that_is_nowhere_is_a_clear_error() -> None:
    with pytest.raises(ModelError, match="no model folder"):
        Reranker("/nowhere/at/all")("where ?", ["in beijing ."])


def test_lone_surrogates_are_no_trouble(ranking: Path) -> None:
    assert len(Reranker(str(ranking))("where \ud800?", ["in \udfff."])) == 1

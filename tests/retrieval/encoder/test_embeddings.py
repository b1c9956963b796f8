from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from langchain_tests.integration_tests import EmbeddingsIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests

from retrieval.encoder.embeddings import ArticleEmbeddings

if TYPE_CHECKING:
    from retrieval.encoder import SentenceEncoder


class Standard:
    """Both of LangChain's suites build the class from these parameters."""

    @pytest.fixture(autouse=True)
    def _shared(self, encoder: SentenceEncoder) -> None:
        self.encoder = encoder

    @property
    def embeddings_class(self) -> type[ArticleEmbeddings]:
        return ArticleEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return {"encoder": self.encoder}


class TestUnit(Standard, EmbeddingsUnitTests): ...


class TestIntegration(Standard, EmbeddingsIntegrationTests): ...


def test_a_question_is_nearest_to_the_text_that_answers_it(encoder: SentenceEncoder) -> None:
    embeddings = ArticleEmbeddings(encoder)
    texts = ["The ministers met in Beijing.", "Apples ripen in autumn.", "The bridge was closed for repairs."]

    documents = np.array(embeddings.embed_documents(texts))

    assert np.argmax(documents @ embeddings.embed_query("Where did the meeting take place?")) == 0
    assert np.linalg.norm(documents, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_have_no_vectors(encoder: SentenceEncoder) -> None:
    assert ArticleEmbeddings(encoder).embed_documents([]) == []

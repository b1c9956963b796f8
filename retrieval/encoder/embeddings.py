"""The encoder behind LangChain's `Embeddings`, for chains and stores built elsewhere; the library does not need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings

if TYPE_CHECKING:
    from retrieval.encoder import SentenceEncoder


class ArticleEmbeddings(Embeddings):
    """Embeds texts and questions as the library does; vectors have unit length."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self.encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts, each cut at the encoder's window."""
        vectors: list[list[float]] = self.encoder.encode_texts(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Embed a question, cut at the encoder's window."""
        vector: list[float] = self.encoder.encode_question(text).tolist()
        return vector

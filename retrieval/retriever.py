"""The same search as a LangChain retriever: questions in, passages with their places in the articles out."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from retrieval.domain import Filter, Hit
from retrieval.library import Library
from retrieval.search import search


class ArticleRetriever(BaseRetriever):
    """Retrieve up to k passages from a library, best first; `ainvoke` searches in a thread.

    `k` and `where` can be given for one call: `retriever.invoke(question, k=3)`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    k: int = Field(default=10, ge=1)
    where: Filter = Filter()

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain passes it by name
        k: int | None = None,
        where: Filter | None = None,
    ) -> list[Document]:
        hits = search(self.library, query, k=self.k if k is None else k, where=self.where if where is None else where)
        return [document(hit) for hit in hits]


def document(hit: Hit) -> Document:
    """Return a hit as a document whose metadata says where it stands; dates are ISO 8601."""
    article = hit.article
    metadata: dict[str, Any] = {
        "article_id": article.id,
        "title": article.title,
        "author": article.author,
        "published": article.published.isoformat() if article.published else None,
        "url": article.url,
        "source": article.source,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "rank": hit.rank,
        "score": hit.score,
    }
    return Document(id=hit.passage.id, page_content=hit.passage.text, metadata=metadata)

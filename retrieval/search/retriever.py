"""The same search as a LangChain retriever: questions in, passages with their places in the articles out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field, InstanceOf

from retrieval.domain import Filter, Hit
from retrieval.index import Library
from retrieval.search.ranking import search

if TYPE_CHECKING:
    from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun


class ArticleRetriever(BaseRetriever):
    """Retrieve up to k passages from a library, best first; `ainvoke` searches in a thread.

    `k` and `where` can be given for one call: `retriever.invoke(question, k=3)`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    k: int = Field(default=10, ge=1)
    where: InstanceOf[Filter] = Filter()

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain passes it by name
        k: int | None = None,
        where: Filter | None = None,
    ) -> list[Document]:
        hits = search(self.library, query, k=self.k if k is None else k, where=self.where if where is None else where)
        return [build_document(hit) for hit in hits]

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,
        k: int | None = None,  # LangChain's own takes neither
        where: Filter | None = None,
    ) -> list[Document]:
        return await asyncio.to_thread(
            self._get_relevant_documents, query, run_manager=run_manager.get_sync(), k=k, where=where
        )


def build_document(hit: Hit) -> Document:
    """Return a hit as a document whose metadata says where it is; dates are ISO 8601."""
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

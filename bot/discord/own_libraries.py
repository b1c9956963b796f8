"""People's own libraries: what one holds, its deletion on request, and of those that nobody uses any more.

Which archive a person asks is people_store.py's, the names of libraries are library_names.py's.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.discord import logs
from retrieval.errors import LibraryMissing

if TYPE_CHECKING:
    from bot.discord.services import ServiceClient, Services
    from retrieval.index import Library


async def delete_own(services: Services, person_id: int) -> None:
    """Delete a person's own library with all that was made of it, and what they have chosen."""
    owner = -person_id
    # First, so that what waits for its turn does not make the library anew.
    await services.jobs.close_all(owner)
    await services.archives.changes.delete_libraries(owner)
    await asyncio.to_thread(services.presences.delete_server, owner, services.archives.name_own(owner))
    await asyncio.to_thread(services.people.drop, person_id)


async def delete_unused(client: ServiceClient) -> None:
    """Delete what people have not used for as long as the operator keeps it; what fails is logged, and tried again."""
    services = client.services
    before = datetime.now(UTC).date() - timedelta(days=services.settings.discord_own_days)
    for person_id in await asyncio.to_thread(services.people.list_unused, before):
        try:
            await delete_own(services, person_id)
        except Exception as error:
            logs.log_error("a person's unused library could not be deleted", error)
        else:
            logs.log_event("a person's unused library was deleted")


async def collect_articles(services: Services, person_id: int) -> list[dict[str, Any]]:
    """Return the articles of a person's own library with their texts, as /privacy gives them to that person."""
    name = services.archives.name_own(-person_id)

    def work(library: Library) -> list[dict[str, Any]]:
        try:
            listed = library.list_articles()
        except LibraryMissing:
            return []
        found = []
        for info in listed:
            article = library.get_article(info.id)
            known = {"id": info.id, "title": info.title, "author": info.author, "url": info.url}
            published = info.published.isoformat() if info.published else ""
            found.append({**known, "published": published, "source": info.source, "text": article.text})
        return found

    return await services.archives.read(-person_id, work, name=name)

"""Addresses, feeds and sites -> articles, and a library that is kept in step with them.

addresses         what an address is, how it is shown, and which machines it may lead to
fetching          one polite request after the other: robots.txt, pauses, redirects, limits
page_reading      addresses -> articles: `read_addresses`
feeds             feeds, sitemaps and front pages -> the pages that they list
following         what there is to be followed at an address
followed          the sources that a library follows, in a file beside its index
suspicion         what a site sends in an article's place
syncing           a library kept in step with its sources: `sync_library`
"""

from retrieval.web.addresses import is_address, show_address
from retrieval.web.fetching import Fetcher, Reply
from retrieval.web.page_reading import read_addresses

__all__ = ["Fetcher", "Reply", "is_address", "read_addresses", "show_address"]

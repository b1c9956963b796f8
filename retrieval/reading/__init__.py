"""Files, pages and records -> articles.

reader        paths -> files -> articles with id and source: `read_articles`
folders       paths -> files, and what of folders is left out: `find_files`
formats       which parser reads which file; the parsers are text_files, web_page, pdf, json_objects
hidden_html   removes what a web page hides from its readers
metadata      title, author, date and boilerplate lines in an article's text
encodings     bytes -> text
"""

from retrieval.reading.folders import find_files, resolve_source
from retrieval.reading.formats import SUFFIXES
from retrieval.reading.reader import LIMIT_BYTES, read_articles

__all__ = ["LIMIT_BYTES", "SUFFIXES", "find_files", "read_articles", "resolve_source"]

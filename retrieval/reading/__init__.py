"""Files, pages and records -> articles.

reader        paths -> files -> articles with id and source: `read_articles`, `find_files`
formats       which parser reads which file; the parsers are text_files, web_page, pdf, json_objects
hidden_html   removes what a web page hides from its readers
metadata      title, author, date and boilerplate lines in an article's text
encodings     bytes -> text
"""

from retrieval.reading.reader import LIMIT_BYTES, SUFFIXES, find_files, read_articles, resolve_source

__all__ = ["LIMIT_BYTES", "SUFFIXES", "find_files", "read_articles", "resolve_source"]

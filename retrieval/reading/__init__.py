"""Files, pages and records -> articles.

reader        paths -> files -> articles with id and source: `read_articles`
folders       paths -> files, and what of folders is left out: `find_files`
file_stamps   what tells that a file is as it was; told is what is said of it beside its articles
opened_file   a file -> what it holds: one article, or several with their places
formats       which parser reads which file: text_files, web_page, pdf, documents, mail, feed_files
json_files    JSON, JSON Lines -> articles, as json_objects understands them; table_files does so for CSV
web_archives  WARC -> pages
markup        HTML that is all article -> text
hidden_html   removes what a web page hides from its readers
page_text     the text of a page's article; page_lines, page_gaps, fact_checks and live_blogs find what belongs to it
page_titles   title, date and authors; page_dates and page_authors beside it, structured_data has what pages state
metadata      title, author, date and boilerplate lines in an article's text
encodings     bytes -> text
"""

from retrieval.reading.folders import find_files, resolve_source
from retrieval.reading.formats import JSON_LINES, SINGLE_SUFFIXES, SUFFIXES
from retrieval.reading.reader import LIMIT_BYTES, read_articles

__all__ = [
    "JSON_LINES",
    "LIMIT_BYTES",
    "SINGLE_SUFFIXES",
    "SUFFIXES",
    "find_files",
    "read_articles",
    "resolve_source",
]

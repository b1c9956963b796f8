"""An archive on disk: articles and passages, their vectors and terms, for any number of readers and one writer.

library         `Library`, the facade: open, read, ingest, remove, list, check
snapshot        `Snapshot`: the library at one moment, as a search sees it
ingest          articles -> an updated or a rebuilt library
intake          what is new, changed, moved, unchanged or gone
earlier_texts   what is kept of an article that changed
contents        the article that is in under another name
integrity       what is wrong with a library
repair          makes damaged stores again from the catalog
salvage         what can still be read of a damaged catalog
checksums       what each file was when it was published
small_files     small JSON files that know when they are garbled
store_errors    full disks, locks and rights, told apart from damage
writer          what goes into which store, in which order
own_threshold   a library's own threshold of confidence, in a file beside its index
versions        which version of the index answers, and that version held open
catalog         SQLite: what exists
selection       which articles a question may be answered from, as a condition in SQL
validity        when a text is its article's
catalog_scans   reads many of its passages: what is compared one by one, what other stores are made of
catalog_tables  its tables, and the formats that differ in them
article_rows    articles <-> rows
stored_passages passages with their vectors <-> rows
library_state   what a library was built with, and how far its stores are
catalog_file    its file, held open
catalog_errors  what an error of the catalog means
sqlite_files    a file of SQLite and its log, opened
spool           batches of a long article that are not in the catalog yet
register        names the articles, should the catalog be damaged
lexical         tantivy: BM25; `extract_terms`
vectors         Chroma: nearest neighbours
open_vectors    which of Chroma's indexes are open, over several libraries
publishing      when and how Chroma gets what has changed
newest          the passages that Chroma does not have yet
deletion        deletes whole libraries
quantization    vectors <-> bytes
day_numbers     days <-> integers
remembered      passages that were read a moment ago
locking         one writer at a time; errors of writing
"""

from retrieval.index.catalog_tables import FORMAT
from retrieval.index.deletion import delete_library, finish_deletions
from retrieval.index.library import Library
from retrieval.index.locking import Progress, hold_lock, report_write_errors, write_lock
from retrieval.index.open_vectors import OpenVectors
from retrieval.index.snapshot import Snapshot
from retrieval.index.stored_passages import StoredPassage

__all__ = [
    "FORMAT",
    "Library",
    "OpenVectors",
    "Progress",
    "Snapshot",
    "StoredPassage",
    "delete_library",
    "finish_deletions",
    "hold_lock",
    "report_write_errors",
    "write_lock",
]

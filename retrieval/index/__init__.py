"""An archive on disk: the library, its snapshots, and the stores behind them.

`Library` is the facade; a search reads a `Snapshot` of it. `extract_terms` in lexical.py splits texts into the terms
that the lexical index knows; versions.py, catalog.py and the other stores are for this package alone.
"""

from retrieval.index.catalog import FORMAT, StoredPassage
from retrieval.index.library import Library
from retrieval.index.locking import Progress, report_write_errors, write_lock
from retrieval.index.snapshot import Snapshot

__all__ = ["FORMAT", "Library", "Progress", "Snapshot", "StoredPassage", "report_write_errors", "write_lock"]

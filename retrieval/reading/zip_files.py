"""Zip files that documents are made of -> their parts, within bounds: a small file may unpack to any size."""

from __future__ import annotations

import io
import zipfile
import zlib

from retrieval.errors import UnreadableError

MOST_PARTS = 10_000
MOST_BYTES = 100_000_000
"""Bytes that the text of a document may unpack to; pictures and fonts are not unpacked."""
_UNREAD = (
    *(".jpeg", ".jpg", ".png", ".gif", ".webp", ".svg", ".emf", ".wmf", ".tif", ".tiff", ".bmp", ".ico", ".bin"),
    *(".mp3", ".mp4", ".m4a", ".ttf", ".otf", ".woff", ".woff2", ".odttf", ".css", ".pdf"),
)


def open_zip(data: bytes) -> zipfile.ZipFile:
    """Open a zip file whose texts are within bounds; raise UnreadableError for any other."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableError("is damaged or no document of this kind; export it again") from error
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        raise UnreadableError(f"has over {MOST_PARTS:,} parts; export it as text")
    # What a part says of its size is what zipfile unpacks of it at most.
    if sum(part.file_size for part in parts if not part.filename.lower().endswith(_UNREAD)) > MOST_BYTES:
        raise UnreadableError(f"unpacks to over {MOST_BYTES // 1_000_000} MB; split it, or export it as text")
    return archive


def read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a part of a zip file; raise UnreadableError where it is missing, locked or damaged."""
    try:
        return archive.read(name)
    except KeyError as error:
        raise UnreadableError(f"lacks its part {name[:100]}; it may be cut off, export it again") from error
    except RuntimeError as error:  # zipfile's word for a password
        raise UnreadableError("is encrypted; remove the password and ingest it again") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise UnreadableError(f"has a damaged part {name[:100]}; export it again") from error

"""How much of a web page's article is read, and how often its title, date and authors are right, beside trafilatura.

    python -m tests.benchmarks.pages [--gold FOLDER] [--show KIND]

Reads 70 synthetic pages: seven invented stories in each of ten kinds of pages (`page_templates/`). Text is F1 over runs
of four words, as in Scrapinghub's article-extraction-benchmark, of what passages are made of; titles, authors and dates
are right or not, and a date that the page leaves open is right where none is given. With `--gold` that benchmark's
folder (`ground-truth.json` and `html/`), or the folder `tests/data` of newspaper4k's source distribution, is read as
well, its texts alone.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from retrieval.domain import Article
from retrieval.reading import read_articles
from tests.benchmarks.page_templates.kept_kinds import KEPT_KINDS
from tests.benchmarks.page_templates.open_kinds import OPEN_KINDS
from tests.benchmarks.page_templates.story import Page, read_stories

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BARS = {"text": 0.95, "title": 0.98, "date": 0.98, "authors": 0.95}
Reader: TypeAlias = Callable[[Sequence[str]], list[Page]]
GOLD_WORDS = 100
"""Words of a text between blanks from which it is compared: Chinese, Japanese and Thai have none."""
RUN = 4
"""Words of the runs that texts are compared by."""


@dataclass(frozen=True, slots=True)
class PageScore:
    """How well one page was read, each in [0, 1]."""

    text: float
    title: float
    date: float
    authors: float


def main() -> None:
    """Read all pages with both readers, and print a row for each kind and each reader."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--gold", type=Path, help="a folder of article-extraction-benchmark, or newspaper4k's tests/data"
    )
    parser.add_argument("--show", choices=[kind.__name__ for kind in OPEN_KINDS], help="print what is wrong in a kind")
    given = parser.parse_args()
    print("| kind | reader | pages | text | title | date | authors |")
    print("|---|---|---|---|---|---|---|")
    readers = {"clippings": read_with_clippings, "trafilatura": read_with_trafilatura}
    for name, kinds in (("open", OPEN_KINDS), ("kept", KEPT_KINDS)):
        for reader, read in readers.items():
            scores = {kind.__name__: score_kind(kind, read, show=given.show) for kind in kinds}
            for kind, found in scores.items():
                print(describe(kind, reader, found), flush=True)
            print(describe(f"all {name} kinds", reader, [each for found in scores.values() for each in found]))
    print(", ".join(f"{measure} {bar:.2f}" for measure, bar in BARS.items()), "are the bars.")
    if given.gold:
        for reader, read in readers.items():
            texts = score_gold(given.gold, read)
            print(f"{reader} on {len(texts)} pages of {given.gold.name}: text {sum(texts) / len(texts):.3f}")


def score_kind(kind: Callable[..., Page], read: Reader, *, show: str | None = None) -> list[PageScore]:
    """Read the pages of one kind."""
    pages = [kind(story) for story in read_stories()]
    scores = []
    for page, found in zip(pages, read([page.html for page in pages]), strict=True):
        score = PageScore(
            text=compare_texts(found.text, page.text),
            title=float(_fold(found.title) == _fold(page.title)),
            date=float(found.days == page.days),
            authors=float(set(map(_fold, found.authors)) == set(map(_fold, page.authors))),
        )
        scores.append(score)
        if show == kind.__name__ and read is read_with_clippings:
            print(score, found.title, found.days, page.days, found.authors, page.authors, sep="\n  ")
            print("  " + "\n  ".join(found.text) if score.text < BARS["text"] else "")
    return scores


def read_with_clippings(pages: Sequence[str]) -> list[Page]:
    """Read pages as `clippings ingest` does."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.html" for number in range(len(pages))]
        for file, page in zip(files, pages, strict=True):
            file.write_text(page, "utf-8")
        articles = [each for each in read_articles(files) if isinstance(each, Article)]
        sources = [[each for each in articles if Path(each.source).name == file.name] for file in files]
    return [_join_articles(found) for found in sources]


def _join_articles(articles: Sequence[Article]) -> Page:
    """Return what was read of one page, which may have become several articles."""
    titles = {article.title for article in articles}
    author = articles[0].author if articles else ""
    return Page(
        "",
        title=titles.pop() if len(titles) == 1 else "",
        authors=tuple(author.split(", ")) if author else (),
        days=tuple(sorted(str(article.published) for article in articles if article.published)),
        text=tuple(article.prose for article in articles),
    )


def read_with_trafilatura(pages: Sequence[str]) -> list[Page]:
    """Read pages with trafilatura alone, as it comes."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    read = (bare_extraction(page, with_metadata=True, include_comments=False) for page in pages)
    documents = [document if isinstance(document, Document) else Document() for document in read]
    return [
        Page(
            "",
            title=document.title or "",
            authors=tuple((document.author or "").split("; ")) if document.author else (),
            days=(document.date,) if document.date else (),
            # The other reader leaves the title out of its passages.
            text=tuple(
                line for line in (document.text or "").split("\n") if _fold(line) != _fold(document.title or "")
            ),
        )
        for document in documents
    ]


def score_gold(folder: Path, read: Reader) -> list[float]:
    """Read the pages of a public collection, and compare each with its text."""
    gold = list(_read_gold(folder))
    found = read([page for page, _ in gold])
    return [compare_texts(page.text, [text]) for page, (_, text) in zip(found, gold, strict=True)]


def _read_gold(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield pages and their texts: of article-extraction-benchmark, or of newspaper4k's `tests/data`."""
    if (folder / "txt").is_dir():
        for text in sorted((folder / "txt").glob("*.txt")):
            page, written = folder / "html" / f"{text.stem}.html", text.read_text("utf-8")
            if page.exists() and len(written.split()) >= GOLD_WORDS:
                yield page.read_text("utf-8", "replace"), written
        return
    for name, each in json.loads((folder / "ground-truth.json").read_text("utf-8")).items():
        packed = (folder / "html" / f"{name}.html.gz").read_bytes()
        yield gzip.decompress(packed).decode("utf-8"), each["articleBody"]


def compare_texts(found: Iterable[str], gold: Iterable[str]) -> float:
    """Return F1 over runs of words."""
    first, second = _count_runs(found), _count_runs(gold)
    common = (first & second).total()
    return 2 * common / (first.total() + second.total()) if common else 0.0


def describe(kind: str, reader: str, scores: Sequence[PageScore]) -> str:
    """Lay out a row of the table."""
    means = [sum(getattr(score, measure) for score in scores) / len(scores) for measure in BARS]
    return f"| {kind} | {reader} | {len(scores)} | " + " | ".join(f"{mean:.3f}" for mean in means) + " |"


def _count_runs(texts: Iterable[str]) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", " ".join(texts).lower())
    return Counter(tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1))) if words else Counter()


def _fold(name: str) -> str:
    return " ".join(name.replace("’", "'").replace("“", '"').replace("”", '"').split())


if __name__ == "__main__":
    main()

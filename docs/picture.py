"""Draws docs/ask.svg: a real answer from the articles in seeds/, as a terminal shows it."""

import io
import re
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot import render, wiring
from bot.settings import Settings
from retrieval.domain import Answer, Ask
from retrieval.reading import read_articles

HERE = Path(__file__).parent
ROOT = HERE.parent
QUESTION = "Where did the talks take place?"


def ask(question: str) -> tuple[Answer, dict[int, render.QuoteExcerpt]]:
    """Answer from the seeds; sources are named from the checkout's root."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        library = wiring.open_library(settings, "seeds", create=True)
        library.ingest(read_articles([ROOT / "seeds"]))
        answer = wiring.build_answerer(settings, library).invoke(Ask(question))
        texts = {citation.number: library.get_article(citation.article_id).text for citation in answer.citations}
    cited = tuple(replace(c, source=str(Path(c.source).relative_to(ROOT))) for c in answer.citations)
    return replace(answer, citations=cited), {
        c.number: render.cut_excerpt(texts[c.number], c.start, c.end) for c in cited
    }


def draw(question: str) -> str:
    """Return the picture as SVG; it fetches no fonts from elsewhere."""
    console = Console(record=True, width=88, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.assemble(("$ ", "bold green"), f'clippings ask "{question}"'), end="\n\n")
    console.print(render.render_answer(*ask(question)))
    svg = console.export_svg(title="Clippings", unique_id="ask")
    return re.sub(r"@font-face\s*{.*?}\s*", "", svg, flags=re.DOTALL)


if __name__ == "__main__":
    (HERE / "ask.svg").write_text(draw(" ".join(sys.argv[1:]) or QUESTION), encoding="utf-8")

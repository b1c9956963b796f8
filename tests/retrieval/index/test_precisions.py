from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Article
from retrieval.encoder import SentenceEncoder
from retrieval.index import Library
from retrieval.search.ranking import search
from tests.fakes import FakeEncoder
from tests.retrieval.sample_archive import ARTICLES

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.domain import Hit
    from retrieval.encoder import Precision

QUESTIONS = ("Who opened the bridge in Halden?", "What destroyed the apple blossom?", "How often does the comet pass?")


def find(folder: Path, encoder: SentenceEncoder, *batches: tuple[Article, ...]) -> list[list[Hit]]:
    with Library.open(folder, encoder=encoder, create=True) as library:
        for batch in batches:
            library.ingest(batch)
        assert library.find_problems() == []
        return [search(library, question, k=3) for question in QUESTIONS]


@pytest.mark.parametrize(("made", "used"), [("float32", "bfloat16"), ("bfloat16", "float32")])
def test_a_library_made_on_one_processor_serves_on_another(
    encoder: SentenceEncoder, models: Path, tmp_path: Path, made: Precision, used: Precision
) -> None:
    maker, user = SentenceEncoder(cache=models, precision=made), SentenceEncoder(cache=models, precision=used)
    before = find(tmp_path / "moved", maker, ARTICLES[:4])

    with Library.open(tmp_path / "moved", encoder=user) as library:
        report = library.ingest(ARTICLES[:4])
    moved = find(tmp_path / "moved", user)
    grown = find(tmp_path / "moved", user, ARTICLES)
    alone = find(tmp_path / "alone", user, ARTICLES)

    assert maker.fingerprint == user.fingerprint
    assert report.unchanged == 4
    assert moved == before
    for mixed, pure in zip(grown, alone, strict=True):
        assert [hit.passage.id for hit in mixed] == [hit.passage.id for hit in pure]
        assert [hit.score for hit in mixed] == pytest.approx([hit.score for hit in pure], abs=0.05)


def test_a_library_knows_what_encoded_it(tmp_path: Path) -> None:
    first, second = (FakeEncoder(engine=name) for name in ("openvino bfloat16", "onnxruntime float32"))
    with Library.open(tmp_path / "library", encoder=first, create=True) as library:
        library.ingest([Article("one", "They met in Beijing.", "Talks")])
        library.ingest([Article("two", "They met again in Xi'an.", "Talks again")])
        assert library.engines == "openvino bfloat16"

    with Library.open(tmp_path / "library", encoder=second) as library:
        library.ingest([Article("three", "They parted in Shanghai.", "Farewell")])
        assert library.engines == "openvino bfloat16; onnxruntime float32"
        library.ingest([], rebuild=True)
        assert library.engines == "onnxruntime float32"

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from retrieval.answering.candidates import Candidate
from retrieval.answering.window_reading import MOST_SENTENCES, read_around, read_whole
from retrieval.domain import ArticleInfo, Hit, Passage, ScoredSentence, Sentence
from retrieval.encoder import WindowReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.encoder import Window


def make_hit(*texts: str, start: int = 100, title: str = "Harbour", speaker: str = "", context: str = "") -> Hit:
    """Make a hit on a passage of these sentences, which begins at `start`."""
    placed, text = [], ""
    for each in texts:
        place = start + len(text)
        placed.append(ScoredSentence(Sentence(place, place + len(each), each), 1.0, 0.5, 0.5, 0.0, context))
        text += f"{each} "
    passage = Passage(f"p{start}", "a", start, start + len(text) - 1, text[:-1], tuple(p.sentence for p in placed))
    return Hit(1, 1.0, passage, ArticleInfo("a", title), 0.4, 1.0, 0.6, 0.7, 0.8, tuple(placed), speaker)


def list_all(hit: Hit) -> list[Candidate]:
    return [Candidate(hit, each, each.score) for each in hit.sentences]


class Reader:
    """Remembers the windows, and gives a sentence its length as its log-odds."""

    def __init__(self) -> None:
        self.seen: list[Window] = []

    def read(self, windows: Sequence[Window]) -> list[WindowReading]:
        self.seen += windows
        return [WindowReading(tuple(float(b - a) for a, b in w.sentences), float(len(w.text))) for w in windows]

    def compare(self, text: str) -> float:
        return 0.5

    def liken(self, one: str, other: str) -> float:
        return 0.5


def test_a_candidate_is_read_with_the_sentences_beside_it() -> None:
    candidates, reader = list_all(make_hit("One.", "Twenty.", "Three.", "Four.")), Reader()

    found = read_around(candidates[1:2], candidates, reader)

    assert [window.text for window in reader.seen] == ["One. Twenty. Three."]
    assert [(c.scored.sentence.text, c.reads) for c in found] == [("One.", 4), ("Twenty.", 7), ("Three.", 6)]


def test_windows_that_touch_are_read_as_one() -> None:
    candidates, reader = list_all(make_hit(*"ABCDEF")), Reader()

    read_around([candidates[1], candidates[4]], candidates, reader)

    assert [window.text for window in reader.seen] == ["A B C D E F"]


def test_a_window_does_not_grow_beyond_what_can_be_read() -> None:
    candidates, reader = list_all(make_hit(*"ABCDEFGHIJKL")), Reader()

    found = read_around([candidates[n] for n in (1, 4, 7, 10)], candidates, reader)

    assert max(len(window.sentences) for window in reader.seen) <= MOST_SENTENCES
    assert len({c.scored.sentence for c in found}) == len(found) == len(candidates)


def test_sentences_of_other_passages_are_not_mixed_up() -> None:
    one, other, reader = list_all(make_hit("A.", "B.")), list_all(make_hit("Long.", "Longer.", start=0)), Reader()

    found = read_around([other[0], one[0]], [*one, *other], reader)

    assert [c.reads for c in found] == [2, 2, 5, 7]


def test_a_window_is_headed_by_title_speaker_and_what_its_rows_need() -> None:
    candidates, reader = (
        list_all(make_hit("- Adult: 12", title="Fares", speaker="Ana Reyes", context="Fares in crowns:")),
        Reader(),
    )

    read_around(candidates, candidates, reader)

    assert reader.seen[0].head == "Fares. Ana Reyes. Fares in crowns:"


def test_a_row_of_a_table_is_read_as_a_sentence_with_the_names_of_its_columns() -> None:
    candidates, reader = (
        list_all(make_hit("| Adult | 12 |", title="Fares", context="Fares: | Who | Crowns |")),
        Reader(),
    )

    read_around(candidates, candidates, reader)

    assert (reader.seen[0].head, reader.seen[0].text) == ("Fares", "Who: Adult, Crowns: 12.")


def test_a_row_that_holds_all_that_is_asked_answers_as_far_as_the_reader_can_tell() -> None:
    hit = make_hit("| Adult | 12 |", context="| Who | Crowns |")
    asked_for = Candidate(hit, replace(hit.sentences[0], coverage=1.0), 1.0)

    class ReadsNothing(Reader):
        def read(self, windows: Sequence[Window]) -> list[WindowReading]:
            return [WindowReading((-5.0,) * len(window.sentences), -4.0) for window in windows]

    (found,) = read_around([asked_for], [asked_for], ReadsNothing())

    assert (found.reads, found.window_reads) == (0, 0)


def test_a_sentence_is_read_together_with_the_neighbour_that_gives_its_time_or_place() -> None:
    hit, reader = make_hit("They met.", "It rained.", "It was in the Diaoyutai State Guest House."), Reader()
    met = Candidate(hit, hit.sentences[0], 1.0, nearby_answer=hit.sentences[2].sentence)

    (found,) = read_around([met], [met], reader)

    assert reader.seen[0].text.endswith("Guest House.")
    assert found.reads == len("It was in the Diaoyutai State Guest House.")


@pytest.mark.parametrize(("alone", "quoted_alone"), [(-1.0, True), (0.5, False)])
def test_a_neighbour_that_answers_alone_is_quoted_alone(alone: float, quoted_alone: bool) -> None:
    hit = make_hit("They met.", "It was in the Diaoyutai State Guest House.")
    met = Candidate(hit, hit.sentences[0], 1.0, nearby_answer=hit.sentences[1].sentence)

    class ReadsNeighbour(Reader):
        def read(self, windows: Sequence[Window]) -> list[WindowReading]:
            return [WindowReading((alone, 1.0), 1.0) for _ in windows]

    (found,) = read_around([met], [met], ReadsNeighbour())

    assert found.answered_beside is quoted_alone


def test_a_question_in_an_article_is_read_for_its_reply() -> None:
    hit = make_hit("How many?", "Twelve boats.")
    asks = Candidate(hit, hit.sentences[0], 1.0, reply=hit.sentences[1].sentence)

    assert read_around([asks], [asks], Reader())[0].reads == len("Twelve boats.")


def test_what_is_quoted_as_one_is_read_as_one() -> None:
    hit, reader = make_hit("One.", "Twenty.", "Three."), Reader()
    whole = Sentence(100, 112, "One. Twenty.")

    (found,) = read_whole([Candidate(hit, ScoredSentence(whole, 1.0, 0.5, 0.5, 0.0), 1.0)], reader)

    assert [window.text for window in reader.seen] == ["One. Twenty."]
    assert (found.reads, found.window_reads) == (7, 12)

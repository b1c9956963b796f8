from tests.benchmarks.key_sentences import find_missed


def test_a_marked_sentence_is_held_by_a_quote_that_contains_it() -> None:
    quotes = ["The *Petronella* sank.\nNobody was hurt.", "“Thanks,” said the cook."]

    assert find_missed(["The Petronella sank.", "nobody was hurt", '"Thanks," said the cook.'], quotes) == []


def test_a_marked_sentence_that_is_quoted_in_part_is_missed() -> None:
    assert find_missed(["The ship sank at noon."], ["The ship sank"]) == ["The ship sank at noon."]

from __future__ import annotations

import random
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.evaluation.results import EvidenceSpan
from retrieval.domain import ArticleInfo, Citation, Passage, Reference
from retrieval.verification.settling import VerifiedDraft
from tests.benchmarks import claim_false, claim_words
from tests.benchmarks.claim_facts import Around, find_names
from tests.benchmarks.claim_faithful import PARAPHRASES, QUOTES, Line
from tests.benchmarks.claim_false import FALSE
from tests.benchmarks.claim_making import Case, combine_into_drafts, is_usable, remarked
from tests.benchmarks.claim_questions import state
from tests.benchmarks.claims import cited, compute_interval, judge_draft

if TYPE_CHECKING:
    from collections.abc import Iterator

AROUND = Around(
    names=["Ada Stone", "Port Merrow", "Bert Fuller", "Marrow Bridge"],
    numbers=["77", "8.5", "31"],
    vocabulary=["harbour", "lantern", "painted", "walking"],
    other_names=["Carla Munk", "Lake Orrin"],
)


@pytest.mark.parametrize(
    ("name", "text", "claim"),
    [
        ("numbers", "The harbour has 12 cranes and 3,400 workers.", "The harbour has twelve cranes and 3400 workers"),
        ("numbers", "The town sold 2.5 million lamps.", "The town sold 2,500,000 lamps"),
        ("numbers", "About 40% of the cranes were new.", "About 40 percent of the cranes were new"),
        ("numbers", "The bridge has three arches.", "The bridge has 3 arches"),
        ("numbers", "He was one of the builders.", ""),
        ("abbreviations", "The US and France signed it.", "The United States and France signed it"),
        ("connective dropped", "However, the bridge fell.", "The bridge fell"),
        ("connective dropped", "The bridge, however, fell.", "The bridge fell"),
        ("parenthetical dropped", "The bridge (built of oak) fell.", "The bridge fell"),
        ("relative clause dropped", "The bridge, which was of oak, fell in May.", "The bridge fell in May"),
        ("clauses reordered", "In 1931, the bridge fell.", "The bridge fell in 1931"),
        ("clauses reordered", "In 1931, the bridge fell and it burned.", ""),
        ("date fronted", "The bridge fell in 1931.", "In 1931, the bridge fell"),
        ("active voice", "The bridge was designed by Ada Stone.", "Ada Stone designed the bridge"),
        ("passive voice", "Ada Stone designed the bridge in 1931.", "The bridge was designed by Ada Stone in 1931"),
        ("contraction", "The bridge did not fall.", "The bridge didn't fall"),
        ("shortened", "The old bridge fell into the river, making noise.", "The old bridge fell into the river"),
        ("shortened", "If the old bridge falls into the river, making noise.", ""),
        ("typography", "They called it “sound” – Ada’s word.", "They called it \"sound\" - Ada's word"),
    ],
)  # fmt: skip
def test_a_sentence_is_reworded_or_left_alone(name: str, text: str, claim: str) -> None:
    assert PARAPHRASES[name](Line(text, article=text), random.Random(0)) == claim


@pytest.mark.parametrize("seed", range(5))
def test_a_day_is_written_another_way(seed: int) -> None:
    claim = PARAPHRASES["dates"](Line("It fell on October 6, 1931."), random.Random(seed))

    assert claim in ("It fell on 6 October 1931", "It fell on Oct 6, 1931", "It fell on 1931-10-06")


def test_he_is_named_only_where_one_person_opens_the_sentence_before() -> None:
    resolve = PARAPHRASES["pronoun resolved"]
    chance = random.Random(0)

    assert resolve(Line("He built it.", before="Bert Fuller was a smith."), chance) == "Bert Fuller built it"
    assert resolve(Line("He built it.", before="Bert Fuller met Ada Stone."), chance) == ""
    assert resolve(Line("He built it.", before="The smith was old."), chance) == ""


def test_a_quote_keeps_the_sentences_words() -> None:
    line = Line("The old bridge over the river fell on a windy day.", title="Bridges", published=date(2020, 5, 1))

    for quote in QUOTES.values():
        claim = quote(line, random.Random(1))
        assert "old bridge over the river fell on" in claim.translate(str.maketrans("", "", '"“”'))


@pytest.mark.parametrize(
    ("question", "answer", "statement"),
    [
        ("Who designed the bridge?", "Ada Stone", "Ada Stone designed the bridge"),
        ("Who was the mayor of the town?", "Bert Fuller", "The mayor of the town was Bert Fuller"),
        ("When did the bridge fall?", "1931", "The bridge fell in 1931"),
        ("When did the bridge fall?", "May 3, 1931", "The bridge fell on May 3, 1931"),
        ("Where did the builders meet?", "Port Merrow", "The builders met in Port Merrow"),
        ("In what year was the bridge built?", "1931", "The bridge was built in 1931"),
        ("Why did the bridge fall?", "rust", ""),
        ("Who did Ada meet?", "Bert", ""),
    ],
)
def test_a_question_with_its_answer_becomes_a_statement(question: str, answer: str, statement: str) -> None:
    assert state(question, answer) == statement


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        ("number", "digits", "More than 300 people came."),
        ("number", "digits", "It fell in 1931."),
        ("number", "in words", "One of the builders left."),
        ("name", "of the article", "The bridge fell into the river."),
        ("negated", "not put in", "No bridge was safe."),
        ("negated", "not put in", "If the bridge was safe, they crossed."),
        ("negated", "antonym", "Prices rose and fell."),
        ("negated", "not taken away", "It was not only old."),
        ("speaker", "another", "The bridge fell."),
    ],
)
def test_a_change_that_might_leave_a_sentence_true_is_not_made(kind: str, name: str, text: str) -> None:
    assert FALSE[kind][name](Line(text, article=text), AROUND, random.Random(0)) == ""


@pytest.mark.parametrize(
    ("kind", "name", "text", "claims"),
    [
        ("number", "of the article", "It has 12 cranes.", ("It has 77 cranes", "It has 31 cranes")),
        ("number", "unit", "It cost 3 million crowns.", ("It cost 3 billion crowns",)),
        ("name", "of the article", "When Ada Stone fell.", tuple(f"When {name} fell" for name in AROUND.names[1:])),
        ("speaker", "roles swapped", "Ada Stone told Bert Fuller so.", ("Bert Fuller told Ada Stone so",)),
        ("negated", "did not", "The old bridge fell in May.", ("The old bridge did not fall in May",)),
        ("negated", "not taken away", "The bridge did not fall.", ("The bridge fell",)),
        ("negated", "antonym", "Prices increased.", ("Prices decreased",)),
    ],
)  # fmt: skip
def test_a_sentence_is_made_false_in_one_place(kind: str, name: str, text: str, claims: tuple[str, ...]) -> None:
    assert FALSE[kind][name](Line(text, article=text), AROUND, random.Random(0)) in claims


def test_names_open_no_sentence_unless_they_are_elsewhere_too() -> None:
    names = find_names("Bridges fell. Ada Stone left. We met Ada Stone, Bert Fuller and others.")

    assert names == ["Ada Stone", "Bert Fuller"]


def test_templates_are_filled_with_names_of_the_article_and_figures_from_nowhere() -> None:
    for template in (*claim_words.INVENTED, *claim_words.INVENTED_PLAIN, *claim_words.ADDED):
        claim = claim_false.fill_template(
            template, Line("It fell.", article="It fell in 1931."), AROUND, random.Random(2)
        )
        assert claim
        assert "{" not in claim


@pytest.mark.parametrize(
    "text",
    ["Too short.", "this sentence begins in the middle of what somebody else has said.",
     "A sentence with a note[3] in it is not to be used for any of the claims.",
     "Two sentences that were not parted. They are not one claim but two of them."],
)  # fmt: skip
def test_broken_sentences_make_no_claims(text: str) -> None:
    assert not is_usable(text)


def case(kind: str, claim: str, *, number: int = 1, truth: int = 1) -> Case:
    references = tuple(Reference(n, ArticleInfo(f"a{n}"), Passage(f"p{n}", f"a{n}", 0, 30, "x" * 30)) for n in (1, 2))
    wrong = "" if kind.startswith("faithful") else claim
    draft = f"{claim} [{number}]."
    place = EvidenceSpan(f"a{truth}", 5, 20)
    return Case(kind, "a way", not wrong, claim, wrong, draft, references, "What?", (place,), "set", "a1")


def citation(number: int, article: str) -> Citation:
    return Citation(number, article, "", "", None, "", "", "x" * 20, 0, 20)


def accept(draft: str, case: Case) -> VerifiedDraft:
    used = [ref for ref in case.references if f"[{ref.number}]" in draft]
    numbers = {ref.number: n for n, ref in enumerate(used, 1)}
    return VerifiedDraft(remarked(draft, numbers), tuple(citation(numbers[ref.number], ref.article.id) for ref in used))


def reject(draft: str, case: Case) -> VerifiedDraft:
    return VerifiedDraft("", (), ("no",))


HALVES = {("set", "a1"): "calibration"}


def test_whoever_accepts_everything_catches_nothing_and_loses_nothing() -> None:
    made = [case("number", "It has 3 legs"), case("faithful quote", "It has 4 legs")]

    assert [out.right for each in made for out in judge_draft(each.draft, [each], accept, HALVES)] == [False, True]


def test_whoever_rejects_everything_catches_all_and_loses_all() -> None:
    made = [case("number", "It has 3 legs"), case("faithful quote", "It has 4 legs")]

    assert [out.right for each in made for out in judge_draft(each.draft, [each], reject, HALVES)] == [True, False]


def test_a_marker_elsewhere_is_caught_when_the_claim_is_cited_again() -> None:
    astray = case("marker", "It has 4 legs", number=2, truth=1)

    def recite(draft: str, case: Case) -> VerifiedDraft:
        return VerifiedDraft("It has 4 legs [1].", (citation(1, "a1"),))

    assert [out.right for out in judge_draft(astray.draft, [astray], recite, HALVES)] == [True]
    assert [out.right for out in judge_draft(astray.draft, [astray], accept, HALVES)] == [False]


def test_a_faithful_claim_that_cites_another_article_is_lost() -> None:
    faithful = case("faithful quote", "It has 4 legs", number=2, truth=1)

    assert [out.right for out in judge_draft(faithful.draft, [faithful], accept, HALVES)] == [False]


def test_a_claim_is_found_whatever_its_quotation_marks_and_markers() -> None:
    result = VerifiedDraft(
        "First [1]. He said “it [2] stands” [1][3]. Last [2].", tuple(citation(n, "a") for n in (1, 2, 3))
    )

    present, citations = cited('he said "it stands"', result)

    assert present
    assert [each.number for each in citations] == [1, 2, 3]
    assert cited("it falls", result) == (False, [])


def claims_of_two_articles() -> Iterator[Case]:
    for n in range(9):
        yield case("number" if n % 2 else "faithful quote", f"It has {n} legs", number=1 + n % 2)


def test_claims_are_put_together_with_their_markers_still_right() -> None:
    made = list(claims_of_two_articles())

    drafts = combine_into_drafts(made, seed=0)

    assert sum(len(group) for _, group in drafts) == len(made)
    for draft, group in drafts:
        for each in group:
            _, citations = cited(each.claim, accept(draft, each))
            own = next(ref for ref in made[0].references if f"[{ref.number}]" in each.draft)
            assert own.article.id in {c.article_id for c in citations}


def test_an_interval_holds_its_rate() -> None:
    low, high = compute_interval(90, 100)

    assert 0.8 < low < 0.9 < high < 1

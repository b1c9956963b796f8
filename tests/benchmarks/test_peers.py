import math
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.evaluation.results import EvidenceSpan, Gold, Golden
from tests.benchmarks import growth_page
from tests.benchmarks.peers import systems, tables
from tests.benchmarks.peers.__main__ import installed
from tests.benchmarks.peers.measuring import Measured
from tests.benchmarks.peers.scoring import compare_retrieval, score_run
from tests.benchmarks.processes import run
from tests.benchmarks.report import render_table
from tests.benchmarks.sets import Question, QuestionSet

RIGHT, WRONG = ("rhine", 0, 40), ("rhine", 60, 90)
ASKED = tuple(
    Question(
        Golden(f"q{n}", "Which lake?"), Gold(True, evidence=((EvidenceSpan("rhine", 10, 18),),), articles=(("rhine",),))
    )
    for n in range(20)
)
SET = QuestionSet(Path("rivers"), {"rhine": "x" * 100}, ASKED)
OURS = Measured(
    system="clippings",
    passages=50,
    characters=10_000,
    ingest_seconds=5.0,
    ingest_processor=4.0,
    start_seconds=3.0,
    ingest_megabytes=800.0,
    disk_megabytes=1.5,
    cold_seconds=1.2,
    searching_megabytes=200.0,
    found=((RIGHT, WRONG),) * 20,
    seconds=tuple(n / 1_000 for n in range(1, 21)),
)
THEIRS = replace(OURS, system="tutorial", ingest_seconds=10.0, found=((WRONG, RIGHT),) * 19 + ((),))


def values(measured: Measured) -> dict[str, float]:
    return {figure.measure: figure.value for figure in score_run(measured, SET, ASKED).figures}


def test_a_passage_that_covers_the_evidence_is_a_hit_and_one_that_does_not_is_none() -> None:
    ours, theirs = values(OURS), values(THEIRS)

    assert (ours["hit@1"], ours["mrr@10"], ours["article-hit@1"]) == (1, 1, 1)
    assert theirs["hit@1"] == 0
    assert theirs["hit@5"] == pytest.approx(19 / 20)
    assert theirs["mrr@10"] == pytest.approx(19 / 40)
    assert not [name for name in ours if name.startswith(("passed", "refusal", "answer"))]


def test_a_peer_is_compared_question_by_question() -> None:
    differences = {
        each.name: each for each in compare_retrieval(score_run(THEIRS, SET, ASKED), score_run(OURS, SET, ASKED))
    }

    assert differences["hit@1"].verdict == "better"
    assert differences["hit@10"].verdict == "no difference shown"


def test_rates_are_of_the_whole_process_and_without_its_start() -> None:
    assert (OURS.passage_rate, OURS.character_rate, OURS.net_character_rate) == (10, 2_000, 5_000)
    assert math.isnan(replace(OURS, start_seconds=6.0).net_character_rate)


def test_half_of_the_questions_stay_within_the_median() -> None:
    assert (OURS.quantile(0.5), OURS.quantile(0.95)) == (0.011, 0.02)


def test_speed_is_beside_its_ratio_to_the_tutorial() -> None:
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in tables.render_speed([OURS, THEIRS]).splitlines()
    ]

    assert ["speed and size", "Clippings", "tutorial chain"] in rows
    assert ["passages", "50", "50"] in rows
    assert ["ingest, whole process", "5 s (0.5 x)", "10 s"] in rows
    assert ["the same, net of start-up", "5,000 /s (3.5 x)", "1,429 /s"] in rows


def test_quality_and_comparison_name_every_system_and_measure() -> None:
    ours, theirs = score_run(OURS, SET, ASKED), score_run(THEIRS, SET, ASKED)

    quality, compared = (
        tables.render_quality([ours, theirs]),
        tables.render_comparisons({"tutorial": compare_retrieval(theirs, ours)}),
    )

    assert "| hit@1 " in quality
    assert "1.000 (1.000 to 1.000) |" in quality
    assert "tutorial chain |" in quality
    assert "better (+1.000, +1.000 to +1.000)" in compared


def test_a_table_is_markdown() -> None:
    assert render_table([["a", "number"], ["row", "1"]]) == "| a   | number |\n| --- | -----: |\n| row |      1 |"


def test_an_unknown_system_is_refused_with_the_list() -> None:
    with pytest.raises(SystemExit, match="no such system: elastic; there are clippings, tutorial, bm25, txtai"):
        installed(["clippings", "elastic"])


def test_a_system_that_is_not_installed_is_skipped_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(systems.NEEDS, "txtai", ("json", "no_such_package"))

    assert systems.missing("txtai") == "txtai is skipped: no_such_package is not installed (pip install -e '.[txtai]')"
    assert installed(["clippings", "txtai"]) == ["clippings"]


def test_a_process_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(TimeoutError):
        run([sys.executable, "-c", "import time; time.sleep(60)"], home=tmp_path, limit=0.1)


def test_a_process_reports_what_it_printed_and_took(tmp_path: Path) -> None:
    finished = run([sys.executable, "-c", "print('{\"passages\": 3}')"], home=tmp_path, limit=60)

    assert finished.last == {"passages": 3}
    assert finished.megabytes > 1


def test_the_page_on_growth_has_every_number_from_the_measurement(tmp_path: Path) -> None:
    figure = [{"measure": "hit@1", "value": 0.875}, {"measure": "hit@5", "value": 1.0}]
    points = [
        {"briefs": 1_000, **replace(OURS, passages=1_000).fields, "retrieval": figure},
        {"briefs": 2_000, **replace(OURS, passages=2_000, ingest_seconds=8.0).fields, "retrieval": figure},
        {"briefs": 2_000, "system": "bm25", "stopped": "process 7 took too long"},
    ]
    machine = {"date": "2026-01-02", "processor": "P", "cores": 2, "gigabytes": 4, "bfloat16": False}
    results = {"machine": {**machine, "system": "Linux", "python": "3.11"}, "questions": 20, "points": points}

    page = growth_page.page(results, "growth.svg")
    growth_page.draw(points, tmp_path / "growth.svg")

    assert "Measured on 2026-01-02 on 2 cores, P, without bfloat16, 4 GiB" in page
    assert (
        "Clippings, from 1,000 to 2,000 passages: 500 to 400 passages ingested a second, 11 to 11 ms a search." in page
    )
    assert "At 2,000 passages BM25 did not come to its end: process 7 took too long." in page
    assert "|  .875 | 1.000 |" in page
    assert (tmp_path / "growth.svg").read_text("utf-8").count("<svg") == 1

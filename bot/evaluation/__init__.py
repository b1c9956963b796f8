"""Evaluating answers: golden questions, what comes of them, measures, comparisons, reports, and the pytest plugin.

    golden file -> [Golden] -> truth (Gold) -> running -> [Outcome] -> measures, comparison -> terminal, report

Each arrow hands over a frozen value of `values`. `command` puts the line together for `clippings eval`, `plugin` for
pytest.
"""

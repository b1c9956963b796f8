"""Evaluating answers with golden questions.

    golden file -> [Golden] -> Gold -> [Outcome] -> figures, comparison -> terminal, report

Each arrow hands over a frozen value of `results`. The packages follow the arrows: `golden`, `run`, `metrics`, `report`.
`run.evaluation_run` puts them together for `clippings eval`, `plugin` for pytest.
"""

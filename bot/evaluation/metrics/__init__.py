"""What a run is measured by, how certain the figures are, and how two runs compare.

`outcome_table` turns outcomes into numbers (`retrieval_metrics` and `token_overlap` compute some of them),
`weighted_statistics` computes measures from the table, and `intervals` draws questions from it. `measures` and
`comparison` put these together; `thresholds` holds what a run must reach, `curves` what the plots show.
"""

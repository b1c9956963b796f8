"""Golden questions: reading their files, checking answers against them, and finding what they expect in an archive.

`golden_file` reads and validates a file, by the fields in `schema` and the line numbers of `positions`. `gold` looks up
expected quotes and articles in a library. `expectations` checks an answer; `normalization` decides which texts are
equal. `feedback` turns answers that people voted down into candidates.
"""

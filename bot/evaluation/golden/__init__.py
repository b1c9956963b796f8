"""Golden questions: reading their files, checking answers against them, and finding what they expect in an archive.

`golden_file` reads and validates a file, by the fields in `schema` and the line numbers of `positions`. `gold` looks up
expected quotes and articles in a library. `expectations` checks an answer; `normalization` decides which texts are
equal. `feedback` turns answers that people voted down into candidates.
"""

from bot.evaluation.golden.expectations import check_expectations
from bot.evaluation.golden.gold import locate_gold
from bot.evaluation.golden.golden_file import GoldenFile, read_golden_file

__all__ = ["GoldenFile", "check_expectations", "locate_gold", "read_golden_file"]

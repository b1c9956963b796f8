"""Ten kinds of synthetic web pages, each a function from a story to a page with what should be read of it.

The markup is written after what real sites of each kind send, with what is untidy about it. `open_kinds` may be looked
at while reading is mended; of `kept_kinds` only the score is.
"""

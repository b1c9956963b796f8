"""Checking: verdicts by the words -> what may be shown of a draft, with the help of a model and of the archive.

judging         a reader's rulings on all claims in one call; second wordings of those that fell in one more
archive_check   what other articles say on the same points
relevance       which claims answer the question, and whether what is left is an answer
"""

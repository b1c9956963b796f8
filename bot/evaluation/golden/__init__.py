"""Golden questions: their files, what they expect, and where that stands in the articles."""

"""A question and what was said before it -> what is asked."""

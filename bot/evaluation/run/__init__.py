"""A run: golden questions asked, and what came of each."""

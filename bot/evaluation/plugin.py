"""The pytest plugin: golden questions as test items, and fixtures that answer from an archive."""

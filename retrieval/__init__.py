"""Articles, passages and models: reads an archive, finds passages, answers with quotes. Knows nothing of users."""

"""Text as such: sentences and passages, dates, keywords, sanitizing. Knows no models, files or stores."""

"""Files, pages and records -> articles."""

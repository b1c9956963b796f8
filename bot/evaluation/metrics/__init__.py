"""What a run is measured by, how sure the figures are, and how two runs compare."""

"""Step 6, weights."""

"""Step 4 and 8: how the indicators hang together, and what each does to the result."""

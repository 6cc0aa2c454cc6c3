"""Is a row of a file one that the register has under another code? A score, a person's word."""

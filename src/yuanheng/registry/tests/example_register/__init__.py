"""A made-up room with one register, as an example of a register in one file."""

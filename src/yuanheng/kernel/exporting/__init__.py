"""Rows of a register go out as a table that can be edited and imported again."""

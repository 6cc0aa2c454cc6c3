"""Supervision: what a meeting, a note or a plan asks for, from the list to the closed number."""

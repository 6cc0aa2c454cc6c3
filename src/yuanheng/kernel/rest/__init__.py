"""The REST endpoint of every register, from the same declaration as its pages.

Only the addresses import ``django-ninja``: a command that shows no page never loads it.
"""

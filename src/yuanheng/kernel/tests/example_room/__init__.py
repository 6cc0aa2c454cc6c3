"""A made-up room: the requests of enterprises, as an example of a case type in one file."""

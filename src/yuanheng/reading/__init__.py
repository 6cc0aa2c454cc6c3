"""Reading documents: figures, directives and parties, each with its place in the text.

Ground floor: imports nothing of the project, opens no file and no connection; texts and bytes
come in as arguments.
"""

from yuanheng.reading.document import read_file, read_text
from yuanheng.reading.faults import UnreadableDocument
from yuanheng.reading.lexicon import Lexicon, lexicon_with, shipped_lexicon
from yuanheng.reading.model import Directive, Fact, Party, Reading

__all__ = [
    "Directive",
    "Fact",
    "Lexicon",
    "Party",
    "Reading",
    "UnreadableDocument",
    "lexicon_with",
    "read_file",
    "read_text",
    "shipped_lexicon",
]

"""From a text to everything that is read from it."""

from __future__ import annotations

import datetime as dt

from yuanheng.reading.cleaning import clean
from yuanheng.reading.directives import DirectiveReader
from yuanheng.reading.facts import FactReader
from yuanheng.reading.lexicon import Lexicon, shipped_lexicon
from yuanheng.reading.loading import Loaded, load
from yuanheng.reading.mapping import MappedText, plain
from yuanheng.reading.model import Reading
from yuanheng.reading.parties import parties
from yuanheng.reading.scene import build_scene
from yuanheng.reading.tables import TableReader, tables
from yuanheng.reading.targets import set_aims


def read_text(original: str, today: dt.date, lexicon: Lexicon | None = None) -> Reading:
    """Read a text. ``today`` dates a document that doesn't date itself.

    All spans of the result are code points of ``original``, end exclusive.
    """
    return read_mapped(original, plain(original), today, lexicon)


def read_file(
    data: bytes, name: str, today: dt.date, lexicon: Lexicon | None = None
) -> tuple[Loaded, Reading]:
    """Read the bytes of a file; spans point into ``text`` of what was loaded.

    Raises UnreadableDocument where there is nothing to read.
    """
    loaded = load(data, name)
    return loaded, read_mapped(loaded.text, loaded.read, today, lexicon)


def read_mapped(
    original: str, seen: MappedText, today: dt.date, lexicon: Lexicon | None = None
) -> Reading:
    """Read the visible text ``seen`` of an original."""
    lexicon = lexicon or shipped_lexicon()
    cleaned = clean(seen, lexicon)
    scene = build_scene(cleaned, original, lexicon, today)
    readers = [TableReader(scene, table) for table in tables(scene.text)]
    figures = [(r.table.at, r.table.stop) for r in readers if not r.is_tasks() and r.facts()]
    tasks = [(r.table.at, r.table.stop) for r in readers if r.is_tasks()]
    facts = FactReader(scene, figures).read()
    for reader in readers:
        facts += reader.facts()
    facts.sort(key=lambda fact: fact.span)
    directives = DirectiveReader(scene, facts, [*figures, *tasks]).read()
    for reader in readers:
        directives += reader.directives(facts)
    directives.sort(key=lambda directive: directive.span)
    set_aims(scene, facts, directives)
    about = scene.about
    return Reading(
        about.title, about.publisher, about.published, about.place, facts, directives,
        parties(scene, directives, original, cleaned.heads),
        [{"span": list(span), "text": original[span[0] : span[1]][:200]} for span in cleaned.removed],
    )  # fmt: skip

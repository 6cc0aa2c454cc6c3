from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

from yuanheng.web.catalogue import app_directories, catalogue_of

_CALLS = {"gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "_"}


def _po(path: Path) -> list[dict[str, str]]:
    """The entries of a catalogue, as far as we use the format."""
    entries: list[dict[str, str]] = []
    for block in path.read_text("utf-8").split("\n\n"):
        entry: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if line.startswith("#~"):
                continue
            if line.startswith("#"):
                if line.startswith("#,") and "fuzzy" in line:
                    entry["fuzzy"] = "yes"
                continue
            word, _space, rest = line.partition(" ")
            if not line.startswith('"'):
                key, line = word, rest
                entry[key] = ""
            entry[key] += ast.literal_eval(line)
        if entry.get("msgid"):
            entries.append(entry)
    return entries


def _said_in_python(path: Path) -> set[str]:
    said = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _CALLS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                said.add(first.value)
    return said


def _said_in_template(path: Path) -> set[str]:
    source = templatize(path.read_text("utf-8"), origin=str(path))
    found = re.findall(r"""gettext\(u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""", source)
    found += re.findall(r"""_\(u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\)""", source)
    return {ast.literal_eval(text) for text in found}


@pytest.fixture(params=app_directories(), ids=lambda path: path.name)
def directory(request) -> Path:
    return request.param


@pytest.fixture(
    params=[one for one in app_directories() if catalogue_of(one).exists()],
    ids=lambda path: path.name,
)
def catalogue(request) -> Path:
    """Of each app that says anything."""
    return catalogue_of(request.param)


def test_every_text_of_the_sources_stands_in_the_catalogue(directory):
    said: set[str] = set()
    for path in directory.rglob("*.py"):
        if not {"tests", "migrations"} & set(path.relative_to(directory).parts):
            said |= _said_in_python(path)
    for path in directory.rglob("*.html"):
        said |= _said_in_template(path)
    catalogue = catalogue_of(directory)
    known = {entry["msgid"] for entry in _po(catalogue)} if catalogue.exists() else set()
    assert said - known == set()


def test_no_text_is_untranslated_or_uncertain(catalogue):
    for entry in _po(catalogue):
        assert "fuzzy" not in entry, entry["msgid"]
        translations = [text for key, text in entry.items() if key.startswith("msgstr")]
        assert translations, entry["msgid"]
        assert all(translations), entry["msgid"]


def test_chinese_is_punctuated_as_offices_do(catalogue):
    """No Western comma, semicolon, question or exclamation mark in the midst of Chinese."""
    texts = [text for entry in _po(catalogue) for key, text in entry.items() if "msgstr" in key]
    wrong = re.compile(r"[\u4e00-\u9fff”》），。][,;?!]|[,;?!][\u4e00-\u9fff]")
    assert [text for text in texts if wrong.search(text)] == []


def test_one_text_has_one_translation_in_all_rooms():
    """Django lays the rooms' catalogues together, so that one room's word would win in all."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for directory in app_directories():
        catalogue = catalogue_of(directory)
        for entry in _po(catalogue) if catalogue.exists() else ():
            if entry["msgid"]:
                key = (entry.get("msgctxt", ""), entry["msgid"])
                said = entry.get("msgstr") or entry.get("msgstr[0]", "")
                found.setdefault(key, {})[directory.name] = said
    assert {key: said for key, said in found.items() if len(set(said.values())) > 1} == {}


def test_a_translation_keeps_the_placeholders(catalogue):
    for entry in _po(catalogue):
        wanted = set(re.findall(r"%\(\w+\)[sd]", entry["msgid"]))
        for key, text in entry.items():
            if key.startswith("msgstr"):
                assert set(re.findall(r"%\(\w+\)[sd]", text)) == wanted, entry["msgid"]


def test_the_compiled_catalogue_is_current(catalogue):
    with catalogue.with_suffix(".mo").open("rb") as stream:
        compiled = gettext.GNUTranslations(stream)
    for entry in _po(catalogue):
        if "msgid_plural" in entry:
            said = compiled.ngettext(entry["msgid"], entry["msgid_plural"], 2)
            assert said == entry["msgstr[0]"]
        else:
            assert compiled.gettext(entry["msgid"]) == entry["msgstr"], entry["msgid"]

"""Every register has a contract test, and no page asks for rows of everybody."""

from __future__ import annotations

import re
from pathlib import Path

import yuanheng
from yuanheng.kernel.resources import all_resources

SOURCE = Path(yuanheng.__file__).parent
_SHOWING = ("views", "views.py", "resources.py", "resources", "rest", "exporting", "search")


def test_every_register_has_a_contract_test():
    tested = set()
    for path in SOURCE.glob("**/tests/test_*.py"):
        text = path.read_text("utf-8")
        if "ResourceContract" in text:
            tested |= set(re.findall(r'^    resource_name = "(\w+)"', text, re.M))
    missing = sorted({one.name for one in all_resources()} - tested)
    assert missing == [], "write a ResourceContract test (about ten lines) for each of these"


def test_what_shows_rows_asks_what_this_person_may_see():
    wrong = []
    for path in SOURCE.glob("**/*.py"):
        parts = set(path.relative_to(SOURCE).parts)
        if not parts & set(_SHOWING) or parts & {"tests", "testing", "migrations", "demo"}:
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if re.search(r"\bobjects\.all\(\)", line) and "visible_to" not in line:
                wrong.append(f"{path.relative_to(SOURCE)}:{number}: {line.strip()}")
    assert wrong == []

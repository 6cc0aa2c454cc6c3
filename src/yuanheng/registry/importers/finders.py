"""Finds the region that a file names."""

from __future__ import annotations

from yuanheng.kernel.importing import Finder


def division_code(text: str) -> str:
    """``430000`` → ``43``, ``431300`` → ``4313``, 12 digits → the digits that count."""
    code = text.strip()
    if not code.isdecimal():
        return code
    if len(code) == 12:
        code = code[:9] if code[6:9] != "000" else code[:6]
    if len(code) == 9 and code.endswith("000"):
        code = code[:6]
    if len(code) == 6:
        code = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
    return code


class RegionFinder(Finder):
    """By code in any of its lengths, or by a name that is the only one of its kind in the person's
    area. That there is a region somewhere is no secret."""

    hides_invisible = False

    def code_of(self, text: str) -> str:
        return division_code(text)

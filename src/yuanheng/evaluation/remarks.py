"""The remarks on a result, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from yuanheng.kernel.importing.reading import language
from yuanheng.kernel.tables import Badge

# Kinds by which a list can be narrowed: the beginning of the remark in the files.
KINDS = (
    "veto",
    "undecided",
    "missing",
    "zero",
    "negative",
    "no_benchmark",
    "imputed",
    "pulled",
    "zero_mean",
    "unrated",
    "moved",
    "merged",
)


def kind_words() -> dict[str, str]:
    """What each kind of remark is called."""
    return {
        "veto": _("Veto"),
        "undecided": _("Veto not to be decided"),
        "missing": _("Figure missing"),
        "zero": _("Figure zero"),
        "negative": _("Figure negative"),
        "no_benchmark": _("No usable benchmark"),
        "imputed": _("Figure put in"),
        "pulled": _("Extreme figure counted as the bound"),
        "zero_mean": _("A part at 0 made the level 0"),
        "unrated": _("Not ranked"),
        "moved": _("Grade moved"),
        "merged": _("Computed together"),
    }


def badges(flags: str, summary: dict[str, Any]) -> list[Badge]:
    """One badge a remark: ``missing:rd`` → 缺数:研发投入."""
    return [Badge(*_words(flag, summary)) for flag in flags.split(";") if flag]


def _words(flag: str, summary: dict[str, Any]) -> tuple[str, str]:
    kind, _colon, what = flag.partition(":")
    kinds = kind_words()
    if kind == "zero_mean":
        name = {**summary.get("dimensions", {}), **_groups(summary)}.get(what, what)
        return _("%(kind)s: %(item)s") % {"kind": kinds[kind], "item": name}, "orange"
    if kind in ("missing", "zero", "negative", "no_benchmark", "imputed", "pulled"):
        name = summary.get("items", {}).get(what, what)
        return _("%(kind)s: %(item)s") % {"kind": kinds[kind], "item": name}, "yellow"
    if kind in ("veto", "ineligible"):
        name = summary.get("events", {}).get(what, what)
        label = kinds["veto"] if kind == "veto" else _("Not eligible")
        return _("%(kind)s: %(item)s") % {"kind": label, "item": name}, "red"
    if kind == "undecided":
        name = summary.get("events", {}).get(what, what)
        if what.startswith(("exclude[", "include")):
            name = _("who takes part")
        return _("Not to be decided, figure missing: %(item)s") % {"item": name}, "yellow"
    if kind == "unrated":
        reason = summary.get("unrated", {}).get(what, {})
        return reason.get(language()) or kinds["unrated"], "secondary"
    if kind == "moved":
        return what, "orange"
    if kind == "merged":
        return _("%(kind)s: %(item)s") % {"kind": kinds["merged"], "item": what}, "secondary"
    if kind == "inherits":
        return _("Grade of the landlord %(code)s") % {"code": what}, "secondary"
    if kind == "no_landlord_grade":
        return _("The landlord has no grade"), "yellow"
    if kind == "false_data":
        return _("False figures: %(item)s") % {
            "item": summary.get("items", {}).get(what, what)
        }, "red"
    return flag, "secondary"


def _groups(summary: dict[str, Any]) -> dict[str, str]:
    return {one["code"]: one["name"] for one in summary.get("groups", ())}

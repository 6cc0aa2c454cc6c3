"""Tax and energy figures of enterprises, shown only to people whose role may see them.

Scores, points and ranks are never masked: they are what is published.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from yuanheng.calc.evaluation.explaining import SubjectExplainer
from yuanheng.evaluation.models import Result, Run
from yuanheng.kernel.masking import MASK
from yuanheng.kernel.policies import policy_for
from yuanheng.ledger.api import SubjectKind, is_named, sensitive_words


class Sensitive:
    """Which of some results' figures are hidden from one person."""

    def __init__(self, user: Any, run: Run, rows: list[Result]) -> None:
        # (words, subjects whose figures are shown all the same) for each group that hides any
        self.hidden: list[tuple[frozenset[str], set[str]]] = []
        if run.scheme_version.scheme.subject_kind != SubjectKind.ENTERPRISE:
            return
        policy: Any = policy_for(Result)
        chosen = Result.objects.filter(pk__in=[row.pk for row in rows])
        for group, words in sensitive_words().items():
            seen = policy.unmasked(user, group, chosen)
            if seen is True:
                continue
            subjects = set(seen.values_list("subject_id", flat=True)) if seen is not False else ()
            self.hidden.append((words, set(subjects)))

    def hides(self, subject_id: str, *names: str) -> bool:
        """Whether figures of these names are hidden for this subject."""
        return any(
            subject_id not in shown and is_named(names, words) for words, shown in self.hidden
        )


def mask_explanation(explained: dict[str, Any], row: Result, user: Any) -> None:
    """Write masks over the hidden figures of one subject's explanation."""
    sensitive = Sensitive(user, row.run, [row])
    if not sensitive.hidden:
        return
    for item in explained["items"]:
        names = [item["name"], *(source["name"] for source in item["sources"])]
        item["masked"] = sensitive.hides(row.subject_id, *names)
        if item["masked"]:
            item["value"] = None
            item["sentence"] = _("The figures of this item are not shown to you.")
            _mask_tree(item["tree"])
            _mask_sources(item["sources"], sensitive, row, everything=True)
    for one in explained["adjustments"]:
        _mask_sources(one["sources"], sensitive, row, everything=False)
        if one["tree"] and any(source["value"] == MASK for source in one["sources"]):
            _mask_tree(one["tree"])


def masked_items(built: Any, sensitive: Sensitive) -> dict[str, list[str]]:
    """By item's code, the names that decide whether it is hidden; only items that may be."""
    explainer = SubjectExplainer(built)
    found = {}
    for item in built.program.items:
        names = [item.name, *explainer.field_names(item)]
        if any(is_named(names, words) for words, _shown in sensitive.hidden):
            found[item.item] = names
    return found


def _mask_tree(node: dict[str, Any]) -> None:
    if not node["is_constant"]:
        node["value"] = MASK
    for child in node["children"]:
        _mask_tree(child)


def _mask_sources(
    sources: list[dict[str, Any]], sensitive: Sensitive, row: Result, *, everything: bool
) -> None:
    """An item's other figures are masked with it: value and land give away the tax."""
    for source in sources:
        if everything or sensitive.hides(row.subject_id, source["name"]):
            source["value"] = MASK

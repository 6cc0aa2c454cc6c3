"""The catalogue as a table: how an office that keeps it in Excel brings it in and takes it out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from yuanheng.kernel.actions import record_rows
from yuanheng.kernel.importing import Batch, Plan, TableImporter, register
from yuanheng.ledger.actions.indicators import add_versions, refuse_other_meaning
from yuanheng.ledger.formulas import formula_faults
from yuanheng.ledger.models import Indicator, IndicatorVersion
from yuanheng.ledger.models.indicator import DEFINED

_JUDGED = ("code", "name", "measure", "shown_measure", "formula", "over_subjects")


@register
class IndicatorImporter(TableImporter):
    """One row an indicator, known by its code; another definition is a new version of it."""

    code = "indicators"
    title = gettext_lazy("Catalogue of indicators")
    hint = gettext_lazy(
        "One row an indicator, known by its code. A row that counts otherwise than before makes a "
        "new version, from the day in “defined_from” on; figures keep the version of their time."
    )
    order = 44
    model = Indicator
    done_url_name = "indicator-list"
    key = "code"
    leave_out = ("archive_reason", "archived_at", "position")
    required = ("name", "definition")
    headings: Mapping[str, tuple[str, ...]] = {
        "code": ("指标代码",),
        "name": ("指标名称",),
        "synonyms": ("别名",),
        "definition": ("指标口径", "口径"),
        "formula": ("计算公式", "公式"),
        "measure": ("保存单位",),
        "shown_measure": ("计量单位", "显示单位"),
        "bureau": ("责任部门", "牵头部门"),
        "source": ("数据来源", "依据"),
        "alert_at": ("预警值",),
        "excellent_at": ("优秀值",),
        "defined_from": ("口径起始日", "生效日期"),
    }

    def derive(self, batch: Batch) -> None:
        """What the form of one indicator checks, for each row."""
        beside = {at: self._row(batch, at) for at in batch.places()}
        for at, row in beside.items():
            for column, text in self._faults(row, self._before(batch, at), beside.values()):
                batch.fault(at, column, text)

    def _row(self, batch: Batch, at: int) -> Indicator:
        values = {name: batch.value(name, at) for name in _JUDGED if name != "code"}
        default = {one.name: one.get_default() for one in Indicator._meta.concrete_fields}
        filled = {name: default[name] if one is None else one for name, one in values.items()}
        return Indicator(code=batch.keys[at] or "", **filled)

    def _before(self, batch: Batch, at: int) -> Indicator | None:
        if at not in batch.found:
            return None
        pk, place = batch.found[at]
        kept = {name: batch.known[name][place] for name in _JUDGED if name in batch.known}
        return Indicator(pk=pk, **kept)

    def _faults(
        self, row: Indicator, before: Indicator | None, beside: Collection[Indicator]
    ) -> Iterator[tuple[str, str]]:
        try:
            row.clean()
            if before is not None:
                refuse_other_meaning(before, row)
        except ValidationError as error:
            for column, said in error.message_dict.items():
                yield column, "".join(said)
        if row.formula:
            for text in formula_faults(row.formula, row.measure, {row.code, row.name}, beside):
                yield "formula", text

    def after_write(self, plan: Plan, places: Sequence[int], acting_user: Any, event: Any) -> None:
        """The versions of what is new, and of what is defined otherwise."""
        meant = [
            plan.pks[at]
            for at in places
            if at not in plan.changed or any(name in plan.changed[at] for name in DEFINED)
        ]
        made, ended = add_versions(list(Indicator.objects.filter(pk__in=meant)))
        record_rows(event, IndicatorVersion, ended)
        record_rows(event, IndicatorVersion, ((pk, None, None) for pk in made))

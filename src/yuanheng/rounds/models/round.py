from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.calc.periods import Period
from yuanheng.kernel.models import Case
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.rounds.choices import Purpose, Shows


class EvaluationRound(Case):
    """One evaluation on its way from the draft to the publication; or, before it, the list of
    evaluated areas on its way to being settled (``purpose``): that has no scheme and no run.

    ``table`` is what the sheets were made of, ``given`` how it was read, ``rule`` the procedure as
    it was when the round began. ``run`` is what the publicity shows, ``final_run`` what was
    computed after upheld objections; without any it stays empty.
    """

    purpose = models.CharField(
        _("purpose"),
        max_length=12,
        choices=Purpose,
        default=Purpose.EVALUATION,
        help_text=_("An area list needs the year only; it comes before the evaluation."),
    )
    scheme_version = models.ForeignKey(
        "evaluation.SchemeVersion",
        verbose_name=_("scheme version"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rounds",
    )
    table = models.ForeignKey(
        "ledger.Snapshot",
        verbose_name=_("frozen figures"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rounds",
    )
    period = models.CharField(_("period"), max_length=20)
    previous = models.ForeignKey(
        "evaluation.Run",
        verbose_name=_("compared with"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    shows = models.CharField(
        _("publicity shows"), max_length=10, choices=Shows, default=Shows.GRADES
    )
    public_note = models.TextField(
        _("text of the publicity"),
        blank=True,
        max_length=2000,
        help_text=_("Where and how to object, telephone, address."),
    )
    open_to_all = models.BooleanField(
        _("readable without signing in"),
        default=False,
        help_text=_("A page for everybody with the same columns, until the publicity ends."),
    )
    rule = models.JSONField(_("rule of procedure"), default=dict, editable=False)
    given = models.JSONField(_("how the figures were read"), default=dict, editable=False)
    run = models.ForeignKey(
        "evaluation.Run",
        verbose_name=_("result of the evaluation"),
        null=True,
        on_delete=models.PROTECT,
        related_name="rounds",
        editable=False,
    )
    final_run = models.ForeignKey(
        "evaluation.Run",
        verbose_name=_("evaluation after objections"),
        null=True,
        on_delete=models.PROTECT,
        related_name="rounds_final",
        editable=False,
    )
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("prepared by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    computed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("computed by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    job = models.UUIDField(_("job"), null=True, editable=False)
    sent_at = models.DateTimeField(_("sheets sent out at"), null=True, editable=False)
    shown_from = models.DateField(_("publicity from"), null=True, editable=False)
    shown_until = models.DateField(_("publicity until"), null=True, editable=False)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation round")
        verbose_name_plural = _("Evaluation rounds")

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, Any] = {}
        try:
            Period.parse(self.period)
        except ValueError:
            text = _("“%(found)s” is no period. Write 2024, 2024Q3, 2024-07 or 2024-01..07.")
            wrong["period"] = text % {"found": self.period[:20]}
        if self.is_area_list:
            if not (len(self.period) == 4 and self.period.isdecimal()):
                wrong["period"] = _("An area list is of a year, such as 2024.")
            for name in ("scheme_version", "table", "previous"):
                if getattr(self, f"{name}_id") is not None:
                    wrong[name] = _("An area list takes no scheme and no frozen figures.")
        else:
            for name in ("scheme_version", "table"):
                if getattr(self, f"{name}_id") is None:
                    wrong[name] = _("An evaluation needs its scheme and its frozen figures.")
        if wrong:
            raise ValidationError(wrong)

    @property
    def is_area_list(self) -> bool:
        return self.purpose == Purpose.AREAS

    @property
    def confirm_clock(self) -> str:
        """The clock that runs while the subjects look at their sheets."""
        return "areas" if self.is_area_list else "confirm"

    @property
    def kind(self) -> str:
        """What is evaluated: ``park``, ``enterprise`` …"""
        if self.scheme_version is None:
            return "enterprise"
        return str(self.scheme_version.scheme.subject_kind)

    @property
    def last_run(self) -> Any:
        """What counts now: the evaluation after objections, or the first."""
        return self.final_run or self.run

    @property
    def fields_given(self) -> list[dict[str, Any]]:
        """The columns of a sheet: code, name, unit, kind, where in the table."""
        return list(self.given.get("fields", ()))

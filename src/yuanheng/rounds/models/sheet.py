import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.rounds.choices import Answer, AnsweredAs
from yuanheng.rounds.models.round import EvaluationRound


class Sheet(models.Model):
    """一企一单: one subject's figures of a round as they were sent to it, and what it said.

    ``figures`` and ``before`` (the period before) are by the scheme's field codes and never
    change; what an upheld objection corrected stands with the objection. Twenty thousand of these
    are written at once, so a sheet is a row of its round and no case of its own; an objection is.
    """

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(
        EvaluationRound,
        verbose_name=_("evaluation round"),
        on_delete=models.PROTECT,
        related_name="sheets",
    )
    subject_code = models.CharField(_("code"), max_length=64)
    name = models.CharField(_("name"), max_length=200, blank=True)
    park = models.ForeignKey(
        "registry.Park",
        verbose_name=_("park"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    region = models.ForeignKey(
        "registry.Region",
        verbose_name=_("county"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("organisation"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    row_number = models.PositiveIntegerField(_("row in the table"))
    figures = models.JSONField(_("figures"), default=dict)
    before = models.JSONField(_("figures of the period before"), default=dict)
    # Of an area list each sheet has lines of its own; otherwise they are those of the round.
    fields = models.JSONField(_("lines"), default=list)
    answer = models.CharField(_("reply"), max_length=12, choices=Answer, default=Answer.WAITING)
    answered_as = models.CharField(
        _("on the word of"), max_length=8, choices=AnsweredAs, blank=True
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("replied by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("replied at"), null=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("sheet of figures")
        verbose_name_plural = _("Sheets of figures")
        ordering = ["-round", "row_number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "subject_code"], name="sheet_once_a_round")
        ]
        indexes = [
            models.Index(fields=["round", "answer"], name="sheet_answer"),
            models.Index(fields=["subject_code"], name="sheet_subject"),
        ]

    def __str__(self) -> str:
        return self.name or self.subject_code

    @property
    def fields_given(self) -> list[dict[str, Any]]:
        """What stands on it, line by line: code, name, unit, kind; ``fixed`` can't be objected
        to, ``basis`` is its source, ``zh`` and ``en`` say how it was reckoned."""
        return list(self.fields) or self.round.fields_given

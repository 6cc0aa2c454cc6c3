from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models import Case
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.rounds.choices import About, Outcome
from yuanheng.rounds.models.round import EvaluationRound
from yuanheng.rounds.models.sheet import Sheet


class Objection(Case):
    """What a subject objects to: figures on its sheet, or its result in publicity.

    ``claims`` is a list, one entry a figure: ``field``, ``shown``, ``claimed``, ``reason``; once
    decided also ``upheld`` and ``value``, the figure that counts from then on.
    """

    round = models.ForeignKey(
        EvaluationRound,
        verbose_name=_("evaluation round"),
        on_delete=models.PROTECT,
        related_name="objections",
    )
    sheet = models.ForeignKey(
        Sheet,
        verbose_name=_("sheet of figures"),
        on_delete=models.PROTECT,
        related_name="objections",
    )
    about = models.CharField(
        _("matter of the objection"), max_length=10, choices=About, default=About.FIGURES
    )
    claims = models.JSONField(_("figures objected to"), default=list, blank=True)
    grounds = models.TextField(_("grounds"), max_length=2000, blank=True)
    outcome = models.CharField(
        _("outcome of the objection"), max_length=10, choices=Outcome, blank=True, editable=False
    )
    decision = models.TextField(
        _("answer to the subject"),
        max_length=2000,
        blank=True,
        help_text=_("Upheld or not, and why; the subject reads it."),
    )

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("Objections")

    def clean(self) -> None:
        super().clean()
        if self.claims is None:  # how a form says that nothing was typed
            self.claims = []

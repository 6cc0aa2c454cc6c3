from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models.archive import Archivable
from yuanheng.kernel.models.companion import Companion
from yuanheng.kernel.policies import ScopedQuerySet


class Tone(models.TextChoices):
    """Colours of a tag."""

    BLUE = "blue", _("Blue")
    GREEN = "green", _("Green")
    ORANGE = "orange", _("Orange")
    RED = "red", _("Red")
    PURPLE = "purple", _("Purple")
    TEAL = "teal", _("Teal")
    GREY = "secondary", _("Grey")


class Tag(Archivable):
    """A coloured word of one organisation, for itself and everything under it."""

    name = models.CharField(_("tag"), max_length=20)
    tone = models.CharField(_("colour"), max_length=20, choices=Tone, default=Tone.BLUE)
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="tags",
    )
    meaning = models.CharField(_("meaning"), max_length=200, blank=True)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["org_unit", "name"],
                name="tag_once_an_organisation",
                violation_error_message=_("This organisation has a tag of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TagUse(Companion):
    """One tag on one record."""

    tag = models.ForeignKey(
        Tag, verbose_name=_("tag"), on_delete=models.PROTECT, related_name="uses"
    )

    class Meta:
        verbose_name = _("use of a tag")
        verbose_name_plural = _("uses of tags")
        ordering = ["tag__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_model", "subject_pk", "tag"], name="tag_once_a_record"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tag} · {self.subject_model} {self.subject_pk}"

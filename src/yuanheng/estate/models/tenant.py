import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import ScopedQuerySet


class TenantMerge(Archivable):
    """A tenant that is counted with who holds the land, from a day to a day, and why."""

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    tenant = models.ForeignKey(
        "registry.Enterprise",
        verbose_name=_("tenant"),
        on_delete=models.PROTECT,
        related_name="counted_with",
    )
    holder = models.ForeignKey(
        "registry.Enterprise",
        verbose_name=_("counted with"),
        on_delete=models.PROTECT,
        related_name="tenants_counted",
    )
    valid_from = models.DateField(_("from"), default=clock.today)
    valid_until = models.DateField(_("until (inclusive)"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge of a tenant")
        verbose_name_plural = _("Merges of tenants")
        ordering = ["tenant__credit_code", "-valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(tenant=F("holder")),
                name="merge_of_two",
                violation_error_message=_("An enterprise can't be merged with itself."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.tenant} → {self.holder}"

    def clean(self) -> None:
        super().clean()
        if self.valid_from is None or self.tenant_id is None:
            return
        if self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("It can't end before it begins.")})
        others = TenantMerge.objects.filter(tenant=self.tenant_id, archived_at__isnull=True)
        if self.valid_until:
            others = others.filter(valid_from__lte=self.valid_until)
        living = Q(valid_until__isnull=True) | Q(valid_until__gte=self.valid_from)
        other = others.filter(living).exclude(pk=self.pk).select_related("holder").first()
        if other is not None:
            text = _("On some of these days it is counted with “%(holder)s” already; end that.")
            raise ValidationError({"valid_from": text % {"holder": other.holder}})

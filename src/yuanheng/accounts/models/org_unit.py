from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from tree_queries.fields import TreeNodeForeignKey
from tree_queries.models import TreeNode
from tree_queries.query import TreeQuerySet

from yuanheng.accounts.choices import OrgKind
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.kernel.trees import rows_below


class OrgUnitQuerySet(TreeQuerySet, ScopedQuerySet):
    """Organisations, as a tree and by area."""

    def below(self, key: int, column: str) -> list[tuple[int, Any]]:
        """(number, value of ``column``) of an organisation and of everything under it.

        It walks down from this one by the index; ``descendants`` first lays out the whole tree,
        with every enterprise that has people of its own in it.
        """
        return rows_below(self.model, key, column)


class OrgUnit(TreeNode, Archivable):
    """One organisation: a government, a bureau, a park committee, an enterprise."""

    parent = TreeNodeForeignKey(
        "self",
        verbose_name=_("superior organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    code = models.CharField(
        _("organisation code"),
        max_length=32,
        unique=True,
        validators=[
            RegexValidator(r"^[0-9A-Za-z_-]+$", _("Use letters, digits, “-” and “_” only."))
        ],
    )
    name = models.CharField(_("organisation name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=OrgKind)
    division_code = models.CharField(
        _("division code of its area"),
        max_length=9,
        blank=True,
        validators=[RegexValidator(r"^(\d\d|\d{4}|\d{6}|\d{9})$", _("2, 4, 6 or 9 digits."))],
        help_text=_(
            "The territory this office answers for: 43 is a province, 4313 a city, 431381 a county"
            ". Empty for a committee, a bureau or an enterprise."
        ),
    )

    objects: Any = OrgUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

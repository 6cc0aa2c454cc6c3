import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.models.setting import NamedSetting
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.ledger.api import SubjectKind
from yuanheng.rounds.choices import Effect, Resource, Stacking, Tail


class DynamicRule(NamedSetting):
    """动态管理: so many of the latest evaluations among the last (first) of the class, or with a
    grade, and what follows from it."""

    subject_kind = models.CharField(
        _("subject"), max_length=20, choices=SubjectKind, default=SubjectKind.PARK
    )
    group_code = models.CharField(
        _("only this group"),
        max_length=60,
        blank=True,
        help_text=_("Empty: each group by itself."),
    )
    measure = models.CharField(
        _("an evaluation counts if it is"), max_length=8, choices=Tail, default=Tail.LAST
    )
    size = models.DecimalField(
        _("how many places"),
        max_digits=6,
        decimal_places=2,
        default=5,
        validators=[MinValueValidator(0)],
    )
    is_share = models.BooleanField(_("in percent of the ranked"), default=False)
    grades = models.CharField(
        _("grades that count"), max_length=60, blank=True, help_text=_("Separated by commas.")
    )
    times = models.PositiveSmallIntegerField(_("so many times"), default=2)
    within = models.PositiveSmallIntegerField(_("in the latest evaluations"), default=3)
    effect = models.CharField(_("what follows"), max_length=10, choices=Effect)

    class Meta:
        verbose_name = _("rule of dynamic management")
        verbose_name_plural = _("rules of dynamic management")
        ordering = ["subject_kind", "effect", "-valid_from", "pk"]

    @property
    def grade_list(self) -> tuple[str, ...]:
        parts = self.grades.replace("，", ",").replace("、", ",").split(",")
        return tuple(one.strip() for one in parts if one.strip())

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, Any] = {}
        if self.times is not None and self.within is not None:
            if not 1 <= self.times <= self.within:
                wrong["times"] = _("From 1 to the number of evaluations looked at.")
            if self.within > 10:
                wrong["within"] = _("At most 10 evaluations are looked at.")
        if self.measure == Tail.GRADE and not self.grade_list:
            wrong["grades"] = _("Name the grades that count.")
        if self.measure != Tail.GRADE and not self.size:
            wrong["size"] = _("Say how many places count.")
        if wrong:
            raise ValidationError(wrong)


class GradeMeasure(NamedSetting):
    """差别化政策: a surcharge (positive) or relief (negative) on a resource, by grade and the
    number of years in a row for which it has been held."""

    grade = models.CharField(_("grade"), max_length=20)
    from_year = models.PositiveSmallIntegerField(
        _("from the year in a row"), default=1, validators=[MinValueValidator(1)]
    )
    to_year = models.PositiveSmallIntegerField(_("to the year in a row"), null=True, blank=True)
    resource = models.CharField(_("resource"), max_length=10, choices=Resource)
    delta = models.DecimalField(_("surcharge or relief"), max_digits=12, decimal_places=4)
    measure = models.CharField(_("unit"), max_length=30)
    stacking = models.CharField(
        _("with others on the same resource"),
        max_length=8,
        choices=Stacking,
        default=Stacking.HIGHEST,
    )

    class Meta:
        verbose_name = _("measure by grade")
        verbose_name_plural = _("measures by grade")
        ordering = ["resource", "grade", "from_year", "pk"]

    def clean(self) -> None:
        super().clean()
        if self.to_year and self.from_year and self.to_year < self.from_year:
            raise ValidationError({"to_year": _("It can't end before it begins.")})


class UtilityAccount(models.Model):
    """An enterprise's account with a supplier, to which a measure is applied."""

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    enterprise = models.ForeignKey(
        "registry.Enterprise",
        verbose_name=_("enterprise"),
        on_delete=models.PROTECT,
        related_name="utility_accounts",
    )
    resource = models.CharField(_("resource"), max_length=10, choices=Resource)
    account = models.CharField(_("account number"), max_length=40)
    supplier = models.CharField(_("supplier"), max_length=100, blank=True)
    valid_from = models.DateField(_("from"), default=clock.today)
    valid_until = models.DateField(_("until (inclusive)"), null=True, blank=True)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("utility account")
        verbose_name_plural = _("utility accounts")
        ordering = ["enterprise", "resource", "account"]
        constraints = [
            models.UniqueConstraint(fields=["resource", "account"], name="utility_account_once")
        ]

    def __str__(self) -> str:
        return self.account

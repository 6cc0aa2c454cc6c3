"""标准厂房: the standard factory buildings of a park. One file: model, who may, pages."""

from django.db import models

from yuanheng.accounts.api import PlacePolicy
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import ScopedQuerySet, policy
from yuanheng.kernel.resources import Column, FlagFilter, RelationFilter, Resource, register
from yuanheng.registry.models import Park


class Building(Archivable):
    """One building."""

    code = models.CharField("厂房编号", max_length=20, unique=True)
    name = models.CharField("厂房名称", max_length=60)
    park = models.ForeignKey(Park, models.PROTECT, verbose_name="所在园区")
    floor_area_m2 = models.DecimalField("建筑面积（平方米）", max_digits=12, decimal_places=2)
    is_vacant = models.BooleanField("是否空置", default=True)
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "标准厂房"

    def __str__(self) -> str:
        return self.name


@policy(Building)
class BuildingPolicy(PlacePolicy):
    code_path, org_unit_path = "park__region__code", "park__committee"


@register
class BuildingResource(Resource):
    name, path, model, nav_order = "building", "buildings", Building, 46
    columns = [Column("code"), Column("name", link=True), Column("is_vacant", kind="flag"),
        Column("park__name"), Column("floor_area_m2", kind="figure", total=True)]  # fmt: skip
    filters, search = [RelationFilter("park", Park), FlagFilter("is_vacant")], ["name", "code"]
    form_fields = ["code", "name", "park", "floor_area_m2", "is_vacant"]

"""What begins with empty registers: the first tables, and the pages before them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.urls import reverse

from yuanheng.registry.api import import_file
from yuanheng.registry.models import Park, Region


def csv(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, "utf-8")
    return path


def test_divisions_come_in_with_their_tree(db, django_user_model, tmp_path):
    root = django_user_model.objects.create(username="root", is_superuser=True)
    table = csv(tmp_path, 'code,name\n431381,冷水江市\n43,"湖南省"\n4313,娄底市\n')
    report = import_file("regions", table, root)
    assert (report.committed, report.counts["new"]) == (True, 3)
    county = Region.objects.get(code="431381")
    assert (county.kind, county.parent.name, county.parent.parent.name) == (
        "county",
        "娄底市",
        "湖南省",
    )
    again = import_file("regions", table, root)
    assert again.counts["unchanged"] == sum(again.counts.values()) == 3


def test_a_division_without_the_one_above_is_told(db, django_user_model, tmp_path):
    root = django_user_model.objects.create(username="root", is_superuser=True)
    report = import_file("regions", csv(tmp_path, "code,name\n431300,娄底市\n"), root)
    assert not report.committed
    assert "上级区划 43 不在名录中" in report.faults[0][2]
    assert not Region.objects.exists()


def test_a_city_without_counties_has_its_townships_below_it(db, django_user_model, tmp_path):
    root = django_user_model.objects.create(username="root", is_superuser=True)
    table = csv(tmp_path, "code,name\n44,广东省\n4419,东莞市\n441900003,东城街道\n")
    assert import_file("regions", table, root).committed
    assert Region.objects.get(code="441900003").parent.code == "4419"


@pytest.mark.skipif(not os.environ.get("YUANHENG_SHARED"), reason="YUANHENG_SHARED isn't set")
def test_the_national_tables_of_divisions_and_parks(db, django_user_model):
    root = django_user_model.objects.create(username="root", is_superuser=True)
    folder = Path(os.environ["YUANHENG_SHARED"]) / "data"
    for kind, name in [
        ("regions", "cn_provinces_2023"),
        ("regions", "cn_cities_2023"),
        ("regions", "cn_counties_2023"),
        ("regions", "cn_townships_2023"),
        ("parks", "cn_parks_statistical_units_2023"),
    ]:
        report = import_file(kind, folder / f"{name}.csv", root)
        assert report.committed, report.faults[:5]
    assert Park.objects.count() == 876
    assert Region.objects.filter(kind="province").count() == 31


def test_an_empty_register_says_what_to_do_next(sign_in, django_user_model, db):
    root = django_user_model.objects.create(username="root", is_superuser=True)
    text = sign_in(root).get(reverse("park-list")).text
    assert "暂无数据" in text
    assert "请导入园区名录，或逐个新增园区。" in text
    home = sign_in(root).get(reverse("home")).text
    assert "开始使用" in home

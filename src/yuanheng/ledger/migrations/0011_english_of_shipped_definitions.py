"""The English of the definitions that come with the software, where a catalogue still has them."""

from importlib.resources import files

from django.db import migrations
from ruamel.yaml import YAML


def fill(apps, schema_editor):
    text = (files("yuanheng.ledger") / "data" / "indicators.yaml").read_text("utf-8")
    shipped = {
        one["code"]: one
        for entries in YAML(typ="safe", pure=True).load(text).values()
        for one in entries
    }
    rows = []
    for row in apps.get_model("ledger", "Indicator").objects.filter(definition_en=""):
        one = shipped.get(row.code, {})
        if one.get("definition") == row.definition:
            row.definition_en = one.get("definition_en", "")
            rows.append(row)
    apps.get_model("ledger", "Indicator").objects.bulk_update(rows, ["definition_en"])


class Migration(migrations.Migration):
    dependencies = [("ledger", "0010_english_definition")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

from django.db import migrations

# 规上 isn't here: it is a column of the register itself.
RUNGS = [
    ("high_tech", "高新技术企业"),
    ("tech_sme", "科技型中小企业"),
    ("innovative_sme", "创新型中小企业"),
    ("specialised", "专精特新"),
    ("little_giant", "专精特新“小巨人”"),
    ("single_champion", "制造业单项冠军"),
    ("chain_leader", "链主企业"),
    ("park_treasure", "镇园之宝"),
    ("one_billion", "十亿企业"),
    ("ten_billion", "百亿企业"),
    ("listed", "上市企业"),
]


def add(apps, schema_editor):
    rung = apps.get_model("registry", "LadderRung")
    rung.objects.bulk_create(
        rung(code=code, name=name, order=10 * at) for at, (code, name) in enumerate(RUNGS, 1)
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]

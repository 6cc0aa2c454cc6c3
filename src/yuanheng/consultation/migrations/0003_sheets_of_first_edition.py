"""Comments that were there before rounds are on the first edition."""

from django.db import migrations


def give_first_edition(apps, schema_editor):
    sheets = apps.get_model("consultation", "CommentSheet").objects.filter(edition=None)
    for edition in apps.get_model("consultation", "Edition").objects.filter(number=1):
        sheets.filter(draft=edition.draft_id).update(edition=edition.pk)


class Migration(migrations.Migration):
    dependencies = [("consultation", "0002_rounds")]
    operations = [migrations.RunPython(give_first_edition, migrations.RunPython.noop)]

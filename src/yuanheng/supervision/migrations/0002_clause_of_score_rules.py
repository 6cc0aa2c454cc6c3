from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_initial")]

    operations = [
        migrations.RenameField("scorerule", "source", "clause"),
        migrations.AlterField(
            "scorerule",
            "clause",
            models.CharField(blank=True, max_length=300, verbose_name="source"),
        ),
    ]

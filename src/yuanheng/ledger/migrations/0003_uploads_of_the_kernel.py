"""Tables of figures that wait, were frozen or discarded become uploads like any other.

They keep token and file: a waiting one is planned again when it is confirmed, the first time it
is asked to be.
"""

from django.db import migrations

_STAGES = {"previewed": "previewed", "committed": "committed", "discarded": "discarded"}


def carry_over(apps, schema_editor):
    FigureDraft = apps.get_model("ledger", "FigureDraft")
    Upload = apps.get_model("kernel", "Upload")
    rows = FigureDraft.objects.select_related("snapshot").order_by("pk")
    Upload.objects.bulk_create((_upload(Upload, row) for row in rows.iterator()), batch_size=500)


def _upload(Upload, row):
    reading, snapshot = row.reading, row.snapshot
    counts = dict.fromkeys(("new", "changed", "unchanged", "faulty", "asking", "skipped"), 0)
    counts |= {"new": reading.get("rows_usable", 0), "faulty": reading.get("rows_rejected", 0)}
    summary = {
        "counts": counts,
        "notes": [note["zh"] for note in reading.get("notes", ())],
        "about": reading,
    }
    if snapshot is not None:
        summary["made"] = {"snapshot": snapshot.code, "is_new": True}
    return Upload(
        token=row.token,
        importer_code="figures",
        file_name=row.file_name,
        sha256=row.sha256,
        byte_count=row.byte_count,
        stage=_STAGES[row.stage],
        options={"layout": row.layout_code, "title": row.title},
        summary=summary,
        uploaded_at=row.uploaded_at,
        uploaded_by_id=row.uploaded_by_id,
        committed_at=snapshot.committed_at if snapshot is not None else None,
        committed_by_id=row.uploaded_by_id if snapshot is not None else None,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_sensitive_words"),
        ("kernel", "0011_upload_options"),
    ]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.DeleteModel(name="FigureDraft"),
    ]

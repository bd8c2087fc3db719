"""The day on which a draft was saved, found by an index: a worklist asks who wrote something of late."""

from typing import ClassVar

from django.db import migrations, models

from stegvis.audit.days import day_of


class Migration(migrations.Migration):
    """Both kinds of draft; the tables are written anew once."""

    dependencies: ClassVar = [("programme", "0009_large_caseloads")]

    operations: ClassVar = [
        migrations.AddField("draft", "saved_on", day_of("saved_at")),
        migrations.AddField("worksheetdraft", "saved_on", day_of("saved_at")),
        migrations.AddIndex("draft", models.Index(fields=["course", "saved_on"], name="drafts_by_day")),
        migrations.AddIndex(
            "worksheetdraft", models.Index(fields=["course", "saved_on"], name="worksheet_drafts_by_day")
        ),
    ]

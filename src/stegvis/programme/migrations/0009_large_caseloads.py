"""Large caseloads: who is at the actor's sites is planned with each query, and what was sent and read lately is found by its day."""

from typing import ClassVar

from django.db import migrations, models

from stegvis.audit.rowsecurity import write_sites_out


class Migration(migrations.Migration):
    """After every wall of these rooms."""

    dependencies: ClassVar = [("programme", "0007_replies"), ("people", "0006_staff_telephone")]

    operations: ClassVar = [
        write_sites_out(["programme", "people"]),
        migrations.AddIndex(
            model_name="homework",
            index=models.Index(
                fields=["course", "sent_at"], include=["module", "number", "answered_at"], name="homework_by_day"
            ),
        ),
        migrations.AddIndex(
            model_name="partreading", index=models.Index(fields=["course", "finished_at"], name="parts_by_day")
        ),
    ]

"""A signature says the profession of whoever signed; one from before says none, and counts for none."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """After the walls: the table stays append-only."""

    dependencies: ClassVar = [("programme", "0003_guidance_key")]

    operations: ClassVar = [
        migrations.AddField(
            "review",
            "profession",
            models.CharField(
                choices=[("psychologist", "psychologist"), ("physiotherapist", "physiotherapist")],
                default="",
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "review",
            models.UniqueConstraint(fields=["release", "language", "profession", "reviewer"], name="signed_once"),
        ),
    ]

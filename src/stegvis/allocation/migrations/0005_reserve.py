"""The reserve: lists that somebody outside the sites reads out by telephone while the system is down."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

OF_VISIBLE_ALLOCATION = "EXISTS (SELECT FROM allocation_allocation a WHERE a.id = allocation_id)"


class Migration(migrations.Migration):
    """After what became known."""

    dependencies: ClassVar = [("allocation", "0004_what_became_known")]

    operations: ClassVar = [
        migrations.AddField("sequence", "is_reserve", models.BooleanField(default=False)),
        migrations.CreateModel(
            name="ReserveReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("read_by", models.CharField(max_length=120)),
                ("read_at", models.DateTimeField()),
                ("as_told", models.BooleanField()),
                (
                    "allocation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reserve_reading",
                        to="allocation.allocation",
                    ),
                ),
            ],
        ),
        append_only("allocation_reservereading"),
        protect("allocation_reservereading", using=OF_VISIBLE_ALLOCATION),
    ]

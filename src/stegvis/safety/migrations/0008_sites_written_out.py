"""Which participants are at the actor's sites is planned with each query, instead of asked for every row by a function."""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.rowsecurity import write_sites_out


class Migration(migrations.Migration):
    """After every wall of this room."""

    dependencies: ClassVar = [("safety", "0007_test_alerts"), ("people", "0006_staff_telephone")]

    operations: ClassVar = [write_sites_out(["safety"])]

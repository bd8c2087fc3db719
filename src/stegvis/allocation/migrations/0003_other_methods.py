"""Lists without blocks, and the arms that are computed when people come: one row a person, in order, concealed as places are."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from stegvis.audit.immutable import append_only

OWN = "coalesce((SELECT stegvis_setting('allocating')), '') = 'own'"
ALL = "coalesce((SELECT stegvis_setting('allocating')), '') = 'all'"

CONCEAL = f"""
ALTER TABLE allocation_draw ENABLE ROW LEVEL SECURITY;
ALTER TABLE allocation_draw FORCE ROW LEVEL SECURITY;
CREATE POLICY allocation_draw_concealed ON allocation_draw
    USING ({ALL} OR ({OWN} AND EXISTS (SELECT FROM allocation_allocation a WHERE a.id = allocation_id)))
    WITH CHECK ({ALL});
"""

IN_ORDER = """
CREATE FUNCTION allocation_draws_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number > 1 AND NOT EXISTS (SELECT FROM allocation_draw d WHERE d.number = NEW.number - 1) THEN
        RAISE EXCEPTION 'People are counted at the margins in their order: the one before is missing.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER allocation_draws_in_order BEFORE INSERT ON allocation_draw
    FOR EACH ROW EXECUTE FUNCTION allocation_draws_in_order();
"""

PLACE_OF = """
DROP FUNCTION allocation_place_of(bigint);
CREATE FUNCTION allocation_place_of(wanted bigint)
    RETURNS TABLE (sha256 varchar, stratum varchar, "position" integer, arm bytea{column}) LANGUAGE plpgsql AS $$
DECLARE before text := coalesce(stegvis_setting('allocating'), '');
BEGIN
    PERFORM set_config('stegvis.allocating', 'own', true);
    RETURN QUERY
        SELECT s.sha256, p.stratum, p.position, {arm}
        FROM allocation_allocation a
        JOIN allocation_place p ON p.id = a.place_id
        JOIN allocation_sequence s ON s.id = p.sequence_id
        {draw}
        WHERE a.participant_id = wanted;
    PERFORM set_config('stegvis.allocating', before, true);
END $$;
"""


class Migration(migrations.Migration):
    """After the walls."""

    dependencies: ClassVar = [("allocation", "0002_walls")]

    operations: ClassVar = [
        migrations.AddField("sequence", "method", models.CharField(max_length=20, default="permuted_blocks")),
        migrations.AddField("sequence", "head", models.BinaryField(null=True)),
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True)),
                ("levels", models.CharField(max_length=240)),
                ("arm", models.BinaryField()),
                ("margins", models.BinaryField()),
                (
                    "allocation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="draw", to="allocation.allocation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="draws_from_one"),
                ],
            },
        ),
        append_only("allocation_draw"),
        migrations.RunSQL(
            CONCEAL,
            "DROP POLICY allocation_draw_concealed ON allocation_draw;"
            "ALTER TABLE allocation_draw NO FORCE ROW LEVEL SECURITY;"
            "ALTER TABLE allocation_draw DISABLE ROW LEVEL SECURITY;",
        ),
        migrations.RunSQL(
            IN_ORDER, "DROP TRIGGER allocation_draws_in_order ON allocation_draw; DROP FUNCTION allocation_draws_in_order();"
        ),
        migrations.RunSQL(
            PLACE_OF.format(
                column=", is_drawn boolean", arm="coalesce(d.arm, p.arm), d.id IS NOT NULL",
                draw="LEFT JOIN allocation_draw d ON d.allocation_id = a.id",
            ),
            PLACE_OF.format(column="", arm="p.arm", draw=""),
        ),
    ]  # fmt: skip

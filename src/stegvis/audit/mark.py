"""The mark of a restored copy: while the database bears it, nothing is sent and only administrators come in.

It stands in the table `installation`, which the application's role reads and only the owner of the tables writes, so
that no fault of a page or a worker can take it away.
"""

RESTORED_COPY = "restored"
"""The name of the mark in the table `installation`."""


def is_restored_copy() -> bool:
    """Whether this database was restored from a backup and has not taken over as the live one."""
    from django.db import connection  # here, since the launcher reads the name before it needs Django

    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM installation WHERE name = %s)", [RESTORED_COPY])
        found: tuple[bool] = cursor.fetchone()
    return found[0]

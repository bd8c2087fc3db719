"""What the roles of the two stores may read: granted anew by every migration, from what the tables say of themselves.

The roles cannot sign in. Whoever keeps an archive of one store, or audits it, is made a member of its role
(docs/decisions/0054). Row-level security holds for them as for everybody: they say `SET stegvis.role = 'system'` first.
"""

import psycopg
from psycopg import sql

from stegvis.audit import stores


def granted() -> dict[str, list[str]]:
    """By role: the tables that it may read whole. Needs Django."""
    return {
        role: [each._meta.db_table for each in stores.tables_of(store, stores.HOUSE)]
        for store, role in stores.ROLES.items()
    }


def grant(owner: psycopg.Connection) -> list[str]:
    """As the tables' owner: give each role its store and nothing else. The roles that the server lacks are returned."""
    missing = []
    for role, tables in granted().items():
        if not owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            missing.append(role)
            continue
        name = sql.Identifier(role)
        with owner.transaction():
            owner.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(name))
            owner.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
            listed = sql.SQL(", ").join(map(sql.Identifier, tables))
            owner.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(listed, name))
            pseudonym, columns = stores.PSEUDONYM
            owner.execute(
                sql.SQL("GRANT SELECT ({}) ON {} TO {}").format(
                    sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(pseudonym), name
                )
            )
    return missing

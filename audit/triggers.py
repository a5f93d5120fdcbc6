"""Rows that are never changed: the database itself refuses, whatever the code does.

A migration that alters such a table must install its triggers anew on SQLite, where Django rebuilds the table.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP IN ('DELETE', 'TRUNCATE') AND current_setting('careerconv.removal', true) = 'on' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '{table}: rows are never changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER {table}_frozen_row BEFORE {events} ON {table}
  FOR EACH ROW EXECUTE FUNCTION {table}_frozen();
CREATE TRIGGER {table}_frozen_all BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION {table}_frozen();
"""


def freeze(table: str, *, deletes: bool = True) -> migrations.RunPython:
    """Forbid UPDATE, and DELETE unless `deletes` is false, on a table, on SQLite and PostgreSQL."""
    events = ["UPDATE", "DELETE"] if deletes else ["UPDATE"]

    def forwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(_POSTGRESQL.format(table=table, events=" OR ".join(events)))
            return
        for event in events:
            editor.execute(
                f"CREATE TRIGGER {table}_frozen_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table}: rows are never changed'); END"
            )

    def backwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP FUNCTION IF EXISTS {table}_frozen() CASCADE")
            return
        for event in events:
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen_{event.lower()}")

    return migrations.RunPython(forwards, backwards)

"""What people and departments are found by, folded once when they change instead of with every search.

On PostgreSQL an index of trigrams finds a word without reading everybody, where the extension may be had; without
it, and on SQLite, the same search reads the column.
"""

from django.db import migrations, models
from django.db.models.functions import Coalesce, Concat

from people.folding import Folded

INDEX = """
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX people_employee_searched_words ON people_employee USING gin (searched gin_trgm_ops);
  END IF;
EXCEPTION WHEN insufficient_privilege OR undefined_file OR undefined_object THEN
  RAISE NOTICE USING MESSAGE = 'People are searched without an index: ' || SQLERRM;
END $$
"""


def index_words(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(INDEX)


def searched(*names):
    parts = [part for name in names for part in (Coalesce(models.F(name), models.Value("")), models.Value(" "))]
    return models.GeneratedField(
        expression=Folded(Concat(*parts, output_field=models.CharField())),
        output_field=models.TextField(),
        db_persist=True,
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0003_guard_the_door")]
    operations = [
        migrations.AddField("department", "searched", searched("name")),
        migrations.AddField("employee", "searched", searched("first_name", "last_name", "job_title", "site")),
        # Removing the column removes its index.
        migrations.RunPython(index_words, migrations.RunPython.noop),
    ]

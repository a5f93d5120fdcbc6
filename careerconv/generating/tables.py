"""Rows on their way into the database by the thousand, without a model instance for each."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, models

# How SQLite keeps what PostgreSQL has a type for is the fields' own business.
ADAPTED = (models.UUIDField, models.DateTimeField, models.DateField, models.DecimalField)


def as_json(value: Any) -> str:
    """A text counts as JSON already: the same answers come back thousands of times."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class Table:
    """One model's table. Columns that are not named get their fields' defaults."""

    def __init__(self, model: type[models.Model], *names: str) -> None:
        fields = {field.attname: field for field in model._meta.concrete_fields if not field.generated}
        named = [fields.pop(name) for name in names]
        self.name, self.rows, self.written = model._meta.db_table, list[Sequence[Any]](), 0
        self.columns = [str(field.column) for field in [*named, *fields.values()]]
        self.rest = tuple(field.get_db_prep_save(field.get_default(), connection) for field in fields.values())
        self.adapters = [(n, adapt) for n, field in enumerate(named) if (adapt := _adapter(field))]

    def add(self, *values: Any) -> None:
        """Values in the order of the names."""
        self.rows.append(values)

    def flush(self) -> None:
        """COPY where there is one, else one INSERT for all."""
        if not self.rows:
            return
        columns = ", ".join(connection.ops.quote_name(column) for column in self.columns)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {self.name} ({columns}) FROM STDIN") as copy:
                    for row in self.rows:
                        copy.write_row(self._adapted(row))
            else:
                places = ", ".join(["%s"] * len(self.columns))
                insert = f"INSERT INTO {self.name} ({columns}) VALUES ({places})"  # noqa: S608 - names from models
                cursor.executemany(insert, [self._adapted(row) for row in self.rows])
        self.written += len(self.rows)
        self.rows.clear()

    def _adapted(self, row: Sequence[Any]) -> list[Any]:
        values = [*row, *self.rest]
        for place, adapt in self.adapters:
            if values[place] is not None:
                values[place] = adapt(values[place])
        return values


def _adapter(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    if isinstance(field, models.JSONField):
        return as_json
    kept = field.target_field if isinstance(field, models.ForeignKey) else field
    if connection.vendor == "postgresql" or not isinstance(kept, ADAPTED):
        return None
    return lambda value: kept.get_db_prep_save(value, connection)

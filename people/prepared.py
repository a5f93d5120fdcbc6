"""Queries that are built and compiled once per process; each reading only binds its values.

For a page of ten queries Django takes several times longer to put them into SQL than the database to answer them,
and the SQL is the same every time. `@prepared` goes on a function that makes a queryset from its arguments:

    @prepared
    def open_goals(user: Employee) -> QuerySet[Goal]:
        return Goal.objects.visible_to(user).filter(state=GoalState.OPEN)

    goals = open_goals(request.user)  # a list

Positional arguments are what is bound: ids, days, moments, texts, and people, of whom the query sees the id only.
Keyword arguments are what the query's shape depends on; each combination is compiled once.

`values_list()` gives tuples. `count()` and `aggregate()` would ask at once, so numbers are columns: see `Number`.
Several ids go in as `*padded(ids)`.
"""

import copy
import datetime
import functools
import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import Count, Subquery
from django.db.models.query import QuerySet
from django.db.models.sql.compiler import SQLCompiler

from people.models import Employee

P = ParamSpec("P")
Row = TypeVar("Row")


def prepared(build: Callable[P, QuerySet[Any, Row]]) -> Callable[P, list[Row]]:
    """The function gives back the rows themselves, read anew each time."""
    statements: dict[Any, _Statement] = {}

    @functools.wraps(build)
    def read(*values: Any, **shape: Any) -> list[Row]:
        key = (connection.vendor, *map(type, values), *sorted(shape.items()))
        if key not in statements:
            statements[key] = _compile(build, values, shape)
        return list(statements[key].bound_to(values))

    return read


class Number(Count):
    """How many rows of all there are: a query's only columns, or `number_of` in another one."""

    # Else Django would count for each row apart.
    contains_aggregate = False
    default_alias = "number"


def number_of(rows: QuerySet[Any, Any]) -> Subquery:
    return Subquery(rows.order_by().values_list(Number("pk")))


def rounded(number: int) -> int:
    """Up to a power of two. A limit belongs to the shape and each shape is compiled, so there should be few."""
    return 1 << (number - 1).bit_length()


def padded(ids: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """The last one again and again, so that there are few lengths: each is a shape, too."""
    found = list(ids)
    return found + found[-1:] * (rounded(len(found)) - len(found)) if found else found


class _Unasked(list[Any]):
    """Stands for what a prepared query may not look at: it would be compiled for one person and used for all."""

    def __iter__(self) -> Any:
        message = "A prepared query knows of a person only the id. Pass what it depends on as a keyword."
        raise TypeError(message)


def _mark(value: Any) -> Any:
    """A value of the same kind that occurs nowhere else in the query."""
    if isinstance(value, Employee):
        somebody = Employee(pk=uuid.uuid4())
        somebody.__dict__ |= {"_memberships": _Unasked(), "_superiors": _Unasked()}
        return somebody
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    chance = uuid.uuid4().int
    if isinstance(value, datetime.datetime):
        return datetime.datetime(1, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(microseconds=chance % 10**16)
    if isinstance(value, datetime.date):
        return datetime.date(1, 1, 1) + datetime.timedelta(days=chance % 500_000)
    if isinstance(value, str):
        return uuid.uuid4().hex
    message = f"A prepared query binds ids, people, days, moments and texts, not {type(value).__name__}."
    raise TypeError(message)


def _adapted(value: Any) -> Any:
    """As the compiler hands it to the database."""
    if isinstance(value, models.Model):
        value = value.pk
    if isinstance(value, uuid.UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, datetime.date) else value


def _compile(build: Callable[..., QuerySet[Any]], values: Sequence[Any], shape: dict[str, Any]) -> "_Statement":
    marks = [_mark(value) for value in values]
    queryset = build(*marks, **shape)
    compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return _Statement(queryset.none(), compiler, "", (), (), {})
    sought = [_adapted(mark) for mark in marks]
    places = tuple(sought.index(param) if param in sought else None for param in params)
    if missing := set(range(len(sought))) - set(places):
        message = f"{build.__qualname__}: the query does not bind its values {sorted(missing)} as they are."
        raise TypeError(message)
    converters = compiler.get_converters(column[0] for column in compiler.select[: compiler.col_count])
    if connection.vendor == "postgresql":
        sql, params, places = _spelled_out(sql, params, places)
    return _Statement(queryset, compiler, sql, tuple(params), places, converters)


def _spelled_out(
    sql: str, params: Sequence[Any], places: Sequence[int | None]
) -> tuple[str, list[Any], tuple[int, ...]]:
    """With what is never bound as part of the text: a server that plans once for all values should know those."""
    given = zip(params, places, strict=True)

    def literal(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        param, place = next(given)
        return "%s" if place is not None else cast(Any, connection.ops).compose_sql("%s", [param]).replace("%", "%%")

    bound = [(param, place) for param, place in zip(params, places, strict=True) if place is not None]
    return re.sub("%%|%s", literal, sql), [param for param, _place in bound], tuple(place for _param, place in bound)


@dataclass(frozen=True)
class _Statement:
    """A query as SQL, with the places at which the values of a reading go."""

    queryset: QuerySet[Any]
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]
    places: tuple[int | None, ...]
    converters: dict[int, Any]

    def bound_to(self, values: Sequence[Any]) -> QuerySet[Any]:
        if not self.sql:
            return self.queryset
        given = [_adapted(value) for value in values]
        params = tuple(
            param if place is None else given[place] for param, place in zip(self.params, self.places, strict=True)
        )
        # Not copy.copy: a queryset that is copied that way is read first.
        reading = object.__new__(type(self.queryset))
        reading.__dict__ |= self.queryset.__dict__ | {"_query": _Compiled(self, params)}
        return reading


class _Compiled:
    """Takes the place of a query whose SQL is there already. Whatever else it is asked, the query answers."""

    def __init__(self, statement: _Statement, params: tuple[Any, ...]) -> None:
        self._statement, self._params = statement, params

    def __getattr__(self, name: str) -> Any:
        return getattr(self._statement.queryset.query, name)

    def get_compiler(self, *args: Any, **kwargs: Any) -> SQLCompiler:
        statement, compiler = self._statement, copy.copy(self._statement.compiler)
        compiler.__dict__ |= {
            "connection": connections[DEFAULT_DB_ALIAS],
            "as_sql": lambda *_args, **_kwargs: (statement.sql, self._params),
            "get_converters": lambda _expressions: statement.converters,
        }
        return compiler

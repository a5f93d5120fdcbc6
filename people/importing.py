"""The HR export: read a CSV file and work out, row by row, what it would change. Nothing is written here.

People are found by `employee_number`, or, where an account has none yet (the first administrator), by address.
Language and time zone of the file hold until the person has signed in; from then on they are the person's own.
"""

import csv
import datetime
import io
import re
import unicodedata
import uuid
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from people.models import Department, Employee, Membership, MembershipRole, Organisation

COLUMNS = (
    "employee_number", "email", "first_name", "last_name", "job_title", "department", "site", "country",
    "manager_number", "hired_on", "left_on", "language", "timezone", "born_on",
)  # fmt: skip
REQUIRED = ("employee_number", "email", "first_name")
DATES = ("hired_on", "left_on", "born_on")
DELIMITERS = ",;\t"
LARGEST = 10 * 1024 * 1024
# What an import writes into a person's row.
WRITTEN = [
    "employee_number", "email", "first_name", "last_name", "job_title", "department", "site", "country", "manager",
    "led_since", "hired_on", "left_on", "born_on", "language", "timezone", "is_active",
]  # fmt: skip
OWN_AFTER_FIRST_SIGN_IN = ("language", "timezone")

# Control characters, line separators, and marks that turn the direction of text: in a name they only deceive.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST: dict[str, int] = {
    name: (Department._meta.get_field("name") if name == "department" else Employee._meta.get_field(name)).max_length  # type: ignore[union-attr, misc]
    for name in COLUMNS
    if name not in (*DATES, "manager_number")
}
_LONGEST["manager_number"] = _LONGEST["employee_number"]
_check_email = EmailValidator()


@dataclass(frozen=True)
class Problem:
    """Why a row can't be taken (or, as a warning, what to look at). `line` counts as an editor does."""

    line: int
    field: str
    message: str


@dataclass
class Row:
    """One person as the file has them. What could not be understood is missing from `values` and was reported."""

    line: int
    values: dict[str, Any]

    @property
    def number(self) -> str:
        return str(self.values.get("employee_number", ""))


@dataclass(frozen=True)
class Change:
    """What a row does to somebody who is here already: label → (before, after), for a person to read."""

    line: int
    person: Employee
    differences: list[tuple[str, str, str]]


@dataclass
class Plan:
    """What a file would do. With errors it does nothing at all."""

    added: list[Employee] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    deactivated: list[Change] = field(default_factory=list)
    unchanged: int = 0
    departments: list[Department] = field(default_factory=list)
    readdressed: dict[uuid.UUID, str] = field(default_factory=dict)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        bad = bool(self.errors)
        return {
            "added": 0 if bad else len(self.added),
            "changed": 0 if bad else len(self.changed),
            "unchanged": 0 if bad else self.unchanged,
            "deactivated": 0 if bad else len(self.deactivated),
            "errors": [vars(problem) for problem in self.errors],
            "warnings": [vars(problem) for problem in self.warnings],
        }


# ---------------------------------------------------------------- reading


@dataclass
class Sheet:
    """The rows of a file and what was wrong with them."""

    rows: list[Row] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def refuse(self, line: int, name: str, message: str) -> None:
        self.errors.append(Problem(line, name, message))


def read(content: bytes) -> Sheet:
    """Rows of the file with their values understood one by one; nothing is compared with anything yet."""
    sheet = Sheet()
    text = _decode(content, sheet)
    if text is None:
        return sheet
    header: list[str] = []
    for line, cells in _records(text, sheet):
        if not header:
            header = _header(line, cells, sheet)
            if sheet.errors:
                return sheet
            continue
        if len(cells) != len(header):
            sheet.refuse(
                line, "", _("The row has %(n)d values, the header has %(m)d.") % {"n": len(cells), "m": len(header)}
            )
            sheet.numbers.update(c.strip() for n, c in zip(header, cells, strict=False) if n == "employee_number")
            continue
        row = _understand(line, dict(zip(header, cells, strict=True)), sheet)
        sheet.rows.append(row)
        sheet.numbers.add(row.number)
    if not header:
        sheet.refuse(1, "", _("The file is empty."))
    return sheet


def _decode(content: bytes, sheet: Sheet) -> str | None:
    if len(content) > LARGEST:
        sheet.refuse(1, "", _("The file is larger than 10 MB."))
        return None
    encoding = "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as utf8:
        # A mark at the start promises UTF-8; without it, the usual export of a spreadsheet is meant.
        try:
            if content.startswith(b"\xef\xbb\xbf"):
                raise
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            line = content.count(b"\n", 0, utf8.start) + 1
            sheet.refuse(line, "", _("The text is neither UTF-8 nor Windows-1252. Save the file as “CSV UTF-8”."))
            return None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        sheet.refuse(line, "", _("The file holds NUL characters. Save it as “CSV UTF-8”."))
        return None
    return text


def _records(text: str, sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line on which it starts; empty rows are passed over."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(
        DELIMITERS, key=lambda mark: sum(name.strip(' "\r').lower() in COLUMNS for name in first.split(mark))
    )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            sheet.refuse(
                line, "", _("A quotation mark is missing or out of place. The rows from here on were not read.")
            )
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _header(line: int, cells: list[str], sheet: Sheet) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    for name in COLUMNS:
        if name not in header:
            sheet.refuse(line, name, _("The column %(name)s is missing.") % {"name": name})
        elif header.count(name) > 1:
            sheet.refuse(line, name, _("The column %(name)s is there twice.") % {"name": name})
    unknown = [name for name in header if name not in COLUMNS]
    if unknown and not sheet.errors:
        shown = ", ".join(_UNFIT.sub("", name)[:40] or "?" for name in unknown[:10])
        sheet.warnings.append(Problem(line, "", _("Columns that are not known were passed over: %s.") % shown))
    return header


def _understand(line: int, cells: dict[str, str], sheet: Sheet) -> Row:
    row = Row(line, {})
    for name in COLUMNS:
        value = unicodedata.normalize("NFC", cells[name].strip(" \t\r\n\xa0"))
        try:
            row.values[name] = _value(name, value)
        except ValidationError as error:
            sheet.refuse(line, name, error.messages[0])
    hired, left = row.values.get("hired_on"), row.values.get("left_on")
    if hired and left and left < hired:
        sheet.refuse(line, "left_on", _("Left before being hired."))
    return row


def _value(name: str, value: str) -> Any:
    if _UNFIT.search(value):
        raise ValidationError(_("Holds a control character."))
    if name in DATES:
        return _date(value) if value else None
    if len(value) > _LONGEST[name]:
        raise ValidationError(_("Longer than %d characters.") % _LONGEST[name])
    if not value:
        if name in REQUIRED:
            raise ValidationError(_("Is empty."))
        return value
    if check := _CHECKS.get(name):
        return check(value)
    return value


def _date(value: str) -> datetime.date:
    try:
        if _DATE.fullmatch(value):
            return datetime.date.fromisoformat(value)
    except ValueError:
        pass
    raise ValidationError(_("“%s” is not a date. Write it as 2026-12-31.") % value[:40])


def _email(value: str) -> str:
    try:
        _check_email(value)
    except ValidationError:
        raise ValidationError(_("“%s” is not an e-mail address.") % value) from None
    return value.lower()


def _country(value: str) -> str:
    if not re.fullmatch("[A-Za-z]{2}", value):
        raise ValidationError(_("“%s” is not a country of two letters.") % value)
    return value.upper()


def _language(value: str) -> str:
    if value.lower() not in dict(settings.LANGUAGES):
        known = ", ".join(code for code, _name in settings.LANGUAGES)
        raise ValidationError(
            _("“%(value)s” is not one of the languages %(known)s.") % {"value": value, "known": known}
        )
    return value.lower()


_ZONES = zoneinfo.available_timezones()


def _timezone(value: str) -> str:
    if value not in _ZONES:
        raise ValidationError(_("“%s” is not a time zone.") % value)
    return value


_CHECKS = {"email": _email, "country": _country, "language": _language, "timezone": _timezone}


# ---------------------------------------------------------------- comparing with what is here


def plan_import(*, content: bytes, by: Employee | None, now: datetime.datetime, lock: bool = False) -> Plan:
    """What this file would do now. `by` is None for the command; an HR partner's own file and line stay untouched."""
    sheet = read(content)
    if sheet.errors and not sheet.rows:
        return Plan(errors=sheet.errors, warnings=sheet.warnings)
    plan = _Planner(sheet, by=by, now=now, lock=lock).plan()
    plan.errors.sort(key=lambda problem: (problem.line, problem.field))
    plan.warnings.sort(key=lambda problem: (problem.line, problem.field))
    return plan


class _Planner:
    """Lays the rows of one sheet beside everybody who is here. Reads the database a fixed number of times."""

    def __init__(self, sheet: Sheet, *, by: Employee | None, now: datetime.datetime, lock: bool) -> None:
        people = Employee.objects.order_by("pk")
        if lock:
            people = people.select_for_update(of=("self",))
        self.now = now
        self.result = Plan(errors=list(sheet.errors), warnings=list(sheet.warnings))
        self.rows = sheet.rows
        self.here: dict[uuid.UUID, Employee] = {person.pk: person for person in people}
        self.line_above = {person.pk: person.manager_id for person in self.here.values()}
        self.by_number = {person.employee_number: person.pk for person in self.here.values() if person.employee_number}
        self.numberless = {p.email.lower(): p.pk for p in self.here.values() if not p.employee_number}
        self.departments = {d.name.casefold(): d for d in Department.objects.all()}
        self.department_names = {d.pk: d.name for d in self.departments.values()}
        self.organisation = Organisation.current()
        self.unread_numbers = sheet.numbers
        self.protected, self.administrators = self._protected(by)
        self.matched: list[tuple[Row, Employee, bool]] = []

    def plan(self) -> Plan:
        self._match()
        touched: list[tuple[Row, Employee]] = []
        compared: list[tuple[Row, Employee, dict[str, Any]]] = []
        for row, person, new in self.matched:
            wanted = self._wanted(row, person, new=new)
            if not new and self._is_protected(row, person, wanted):
                self.result.unchanged += 1
                continue
            before = {name: getattr(person, name) for name in wanted}
            for name, value in wanted.items():
                setattr(person, name, value)
            self.line_above[person.pk] = person.manager_id
            touched.append((row, person))
            if new:
                self.here[person.pk] = person
                self.result.added.append(person)
            else:
                compared.append((row, person, before))
        # Only now is every manager's name known.
        for row, person, before in compared:
            self._sort_in(row, person, before)
        self._check_addresses(touched)
        self._check_line(touched)
        self._warn_of_departed_managers(touched)
        return self.result

    def _protected(self, by: Employee | None) -> tuple[set[uuid.UUID], set[uuid.UUID]]:
        if by is None or by.is_administrator:
            return set(), set()
        administrators = Membership.objects.filter(role=MembershipRole.ADMINISTRATOR).values_list(
            "person_id", flat=True
        )
        return {by.pk, *by.superior_ids}, set(administrators)

    def _match(self) -> None:
        first_line: dict[str, int] = {}
        for row in self.rows:
            number = row.number
            if not number:
                continue
            if number in first_line:
                message = _("The employee number is already on line %d.") % first_line[number]
                self.result.errors.append(Problem(row.line, "employee_number", message))
                continue
            first_line[number] = row.line
            pk = self.by_number.get(number) or self.numberless.get(row.values.get("email", ""))
            if pk is None:
                person = Employee(employee_number=number, password="")
                self.by_number[number] = person.pk
                self.matched.append((row, person, True))
            else:
                self.by_number[number] = pk
                self.matched.append((row, self.here[pk], False))
        self.known_numbers = self.by_number.keys() | self.unread_numbers

    def _wanted(self, row: Row, person: Employee, *, new: bool) -> dict[str, Any]:
        values = {name: value for name, value in row.values.items() if name not in ("department", "manager_number")}
        values["language"] = values.get("language") or (person.language if not new else settings.LANGUAGE_CODE)
        values["timezone"] = values.get("timezone") or (person.timezone if not new else self.organisation.timezone)
        if not new and person.last_login is not None:
            for name in OWN_AFTER_FIRST_SIGN_IN:
                values.pop(name)
        values["department_id"] = self._department(row.values.get("department", ""))
        values["manager_id"] = self._manager(row)
        left = values.get("left_on")
        zone = zoneinfo.ZoneInfo(values.get("timezone") or person.timezone)
        today = self.now.astimezone(zone).date()
        values["is_active"] = left is None or left > today
        if not new and values["manager_id"] != person.manager_id:
            values["led_since"] = today
        return values

    def _department(self, name: str) -> uuid.UUID | None:
        if not name:
            return None
        department = self.departments.get(name.casefold())
        if department is None:
            department = self.departments[name.casefold()] = Department(name=name)
            self.department_names[department.pk] = name
            self.result.departments.append(department)
        return department.pk

    def _manager(self, row: Row) -> uuid.UUID | None:
        number = row.values.get("manager_number", "")
        if number and number not in self.known_numbers:
            message = _("Nobody has the employee number “%s”, neither in the file nor here.") % number
            self.result.errors.append(Problem(row.line, "manager_number", message))
        return self.by_number.get(number) if number else None

    def _is_protected(self, row: Row, person: Employee, wanted: dict[str, Any]) -> bool:
        """HR rights never reach one's own file nor one's superiors'; and who owns an administrator's address is one."""
        differs = {name for name, value in wanted.items() if getattr(person, name) != value}
        if differs and person.pk in self.protected:
            message = _("Left as it was: your own file or that of somebody above you. Another partner can import it.")
        elif "email" in differs and person.pk in self.administrators:
            message = _("Left as it was: only an administrator changes the address of an administrator.")
        else:
            return False
        self.result.warnings.append(Problem(row.line, "", message))
        return True

    def _sort_in(self, row: Row, person: Employee, before: dict[str, Any]) -> None:
        differing = [name for name, value in before.items() if getattr(person, name) != value]
        if not differing:
            self.result.unchanged += 1
            return
        if "email" in differing:
            self.result.readdressed[person.pk] = before["email"]
        told = [name for name in differing if name != "led_since"]  # it only follows from the manager
        texts = [(self._label(n), self._text(n, before[n]), self._text(n, getattr(person, n))) for n in told]
        change = Change(row.line, person, texts)
        closes = before["is_active"] and not person.is_active
        (self.result.deactivated if closes else self.result.changed).append(change)

    def _label(self, name: str) -> str:
        return str(Employee._meta.get_field(name).verbose_name)  # type: ignore[union-attr]

    def _text(self, name: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if name == "department_id":
            return self.department_names.get(value, "")
        if name == "manager_id":
            return self.here[value].get_full_name() if value in self.here else ""
        return str(value)

    def _check_addresses(self, touched: list[tuple[Row, Employee]]) -> None:
        pks = {person.pk for _row, person in touched}
        owner: dict[str, tuple[int, str | None]] = {
            p.email.lower(): (0, p.employee_number) for p in self.here.values() if p.pk not in pks
        }
        for row, _person in touched:
            email = row.values.get("email")
            if not email:
                continue
            line, number = owner.setdefault(email, (row.line, row.number))
            if line == 0:
                message = _("The address already belongs to somebody else (%s).") % (number or _("no employee number"))
                self.result.errors.append(Problem(row.line, "email", message))
            elif line != row.line:
                self.result.errors.append(Problem(row.line, "email", _("The address is already on line %d.") % line))

    def _check_line(self, touched: list[tuple[Row, Employee]]) -> None:
        """Report every row that stands in a loop of the hierarchy, file and database taken together."""
        settled: set[uuid.UUID] = set()
        loops: dict[uuid.UUID, list[uuid.UUID]] = {}
        for _row, person in touched:
            path: list[uuid.UUID] = []
            at: uuid.UUID | None = person.pk
            position: dict[uuid.UUID, int] = {}
            while at is not None and at not in settled and at not in position:
                position[at] = len(path)
                path.append(at)
                at = self.line_above.get(at)
            if at is not None and at in position:
                loop = path[position[at] :]
                loops.update(dict.fromkeys(loop, loop))
            settled.update(path)
        for row, person in touched:
            if found := loops.get(person.pk):
                names = [self.here[pk].employee_number or self.here[pk].email for pk in [*found, found[0]]]
                shown = names if len(names) < 10 else [*names[:8], "…", names[-1]]
                message = _("The line of managers runs in a circle: %s.") % " → ".join(shown)
                self.result.errors.append(Problem(row.line, "manager_number", message))

    def _warn_of_departed_managers(self, touched: list[tuple[Row, Employee]]) -> None:
        for row, person in touched:
            manager = self.here.get(person.manager_id) if person.manager_id else None
            if manager is not None and person.is_active and not manager.is_active:
                message = _("The manager %s has left.") % manager.employee_number
                self.result.warnings.append(Problem(row.line, "manager_number", message))

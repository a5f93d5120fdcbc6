"""Finding somebody by what a person writes down of them."""

from django.db.models import QuerySet

from people.folding import fold, folded_fields
from people.models import Employee
from people.queries import search_people

# More of the same name than this are told apart by a longer name, not by a list.
SEVERAL = 10


def found_people(user: Employee, text: str) -> list[Employee]:
    """Those who can be meant by a name or an address, at most one more than `SEVERAL`. One or two queries."""
    text = text.replace("\x00", " ").strip()
    if not text:
        return []
    others = Employee.objects.visible_to(user).exclude(pk=user.pk).select_related("department")
    if "@" in text:
        return list(others.filter(email__iexact=text)[:1])
    found = list(search_people(user, text).exclude(pk=user.pk)[: SEVERAL + 1])
    exact = [person for person in found if fold(str(person)) == fold(" ".join(text.split()))]
    return exact or found


def found_among(people: QuerySet[Employee], text: str) -> list[Employee]:
    """Those of these people who are called exactly that, or have this address. One query."""
    text = text.replace("\x00", " ").strip()
    if "@" in text:
        return list(people.filter(email__iexact=text)[:1])
    name = fold(" ".join(text.split()))
    called = folded_fields("first_name", "last_name")
    return list(people.alias(called=called).filter(called=f"{name} ")[: SEVERAL + 1]) if name else []

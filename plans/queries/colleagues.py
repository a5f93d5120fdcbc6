"""Finding a colleague by what one remembers of them: a name, part of it, or the address."""

from people.models import Employee
from people.queries import search_people

MOST = 8


def people_matching(text: str, *, reader: Employee) -> list[Employee]:
    """Active people whom the words fit, or whose address this is; a full name that fits exactly wins alone.

    One more than `MOST` means that too many fit. One query.
    """
    text = " ".join(text.replace("\x00", " ").split())
    if not text:
        return []
    if "@" in text:
        return list(Employee.objects.visible_to(reader).filter(email__iexact=text).select_related("department"))
    found = list(search_people(reader, text)[: MOST + 1])
    exact = [person for person in found if person.get_full_name().casefold() == text.casefold()]
    return exact if len(exact) == 1 else found

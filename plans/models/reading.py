"""Who reads what of a plan, as conditions of queries. They begin at the reader, so that no table is read whole."""

from django.db.models import F, Q, QuerySet

from people.models import Employee


def circle_of(user: Employee) -> QuerySet[Employee]:
    """Whose plans somebody shares: their own, and those of the people they lead."""
    return Employee.objects.filter(Q(pk=user.pk) | Q(manager=user)).order_by()


def debtors(user: Employee) -> QuerySet[Employee]:
    """For whom somebody owes: for themselves, and for people of their team who have left."""
    return Employee.objects.filter(Q(pk=user.pk) | Q(manager=user, is_active=False)).order_by()


def shared_with(user: Employee) -> Q:
    """Goals and promises: the employee, whoever agreed them, and the line manager unless that was somebody else."""
    line = Q(plan__employee__manager=user) & (Q(agreed_with__isnull=True) | Q(opened_at__isnull=False))
    return Q(plan__employee=user) | Q(agreed_with=user) | line


def known_to_line(user: Employee, *, ended: str, plan: str = "plan") -> Q:
    """What ended before the present manager began to lead is theirs only when the employee opens the past to them.

    `ended` names the day it ended; an ending without a day counts as one before.
    """
    return (
        Q(**{f"{plan}__employee__led_since__isnull": True})
        | Q(**{f"{ended}__gte": F(f"{plan}__employee__led_since")})
        | Q(**{f"{plan}__past_opened_to": user})
    )


def party_to(user: Employee, *, plan: str = "plan", agreed_with: str = "agreed_with") -> Q:
    """Those whose own it is, whenever it ended: the employee, and whoever agreed it."""
    return Q(**{f"{plan}__employee": user}) | Q(**{agreed_with: user})

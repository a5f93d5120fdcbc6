from people.models.access import ImportFile, Membership, MembershipRole, WelcomeLink
from people.models.employee import Department, Employee, Theme
from people.models.guarding import Attempt, Session
from people.models.organisation import Organisation

__all__ = [
    "Attempt",
    "Department",
    "Employee",
    "ImportFile",
    "Membership",
    "MembershipRole",
    "Organisation",
    "Session",
    "Theme",
    "WelcomeLink",
]

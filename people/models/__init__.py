from people.models.access import ImportFile, Membership, MembershipRole, WelcomeLink
from people.models.employee import Department, Employee, Theme
from people.models.organisation import Organisation

__all__ = [
    "Department",
    "Employee",
    "ImportFile",
    "Membership",
    "MembershipRole",
    "Organisation",
    "Theme",
    "WelcomeLink",
]

"""What people, HR partners and administrators do to accounts, offices and the organisation."""

from people.operations.accounts import (
    Welcomed,
    close_accounts_of_leavers,
    create_administrator,
    issue_welcome_link,
    send_welcome,
    set_leaving,
    set_mail_preferences,
    set_password,
    update_account,
    usable_link,
    use_welcome_link,
)
from people.operations.guarding import (
    confirm_password,
    drop_sessions,
    end_other_sessions,
    end_session,
    forget_what_is_over,
)
from people.operations.imports import apply_import, apply_upload, keep_upload, may_import
from people.operations.offices import grant_membership, revoke_membership
from people.operations.organisation import change_department_parent, change_settings
from people.operations.second_factor import (
    note_second_factor,
    remove_second_factor,
    remove_second_factor_of,
)

__all__ = [
    "Welcomed",
    "apply_import",
    "apply_upload",
    "change_department_parent",
    "change_settings",
    "close_accounts_of_leavers",
    "confirm_password",
    "create_administrator",
    "drop_sessions",
    "end_other_sessions",
    "end_session",
    "forget_what_is_over",
    "grant_membership",
    "issue_welcome_link",
    "keep_upload",
    "may_import",
    "note_second_factor",
    "remove_second_factor",
    "remove_second_factor_of",
    "revoke_membership",
    "send_welcome",
    "set_leaving",
    "set_mail_preferences",
    "set_password",
    "update_account",
    "usable_link",
    "use_welcome_link",
]

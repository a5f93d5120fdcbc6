"""What of django-allauth is open: sign-in, sign-out, passwords, the second factor. Sign-up and addresses are closed."""

from typing import Any

from allauth.account import views
from allauth.mfa.recovery_codes import views as codes
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.decorators.http import require_safe

from people.accounts import views as own


def page(view: Any) -> Any:
    """A view of a class. PUT and DELETE would go past what ours add to allauth's."""
    return view.as_view(http_method_names=["get", "head", "post"])


second_factor = [
    path("", page(own.SecondFactor), name="mfa_index"),
    path("code/", page(own.Code), name="mfa_authenticate"),
    path("again/", page(own.CodeAgain), name="mfa_reauthenticate"),
    path("app/add/", page(own.ActivateApp), name="mfa_activate_totp"),
    path("app/remove/", page(own.DeactivateApp), name="mfa_deactivate_totp"),
    path("recovery-codes/", require_safe(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("recovery-codes/file/", require_safe(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("recovery-codes/renew/", page(own.RenewCodes), name="mfa_generate_recovery_codes"),
    path("passkeys/add/", page(own.AddPasskey), name="mfa_add_webauthn"),
    path("passkeys/again/", page(own.PasskeyAgain), name="mfa_reauthenticate_webauthn"),
    path("passkeys/<uuid:handle>/", page(own.NamePasskey), name="mfa_edit_webauthn"),
    path("passkeys/<uuid:handle>/remove/", page(own.RemovePasskey), name="mfa_remove_webauthn"),
]

urlpatterns = [
    path("login/", page(own.SignIn), name="account_login"),
    path("login/passkey/", login_not_required(page(own.PasskeyAlone)), name="mfa_login_webauthn"),
    path("logout/", page(own.SignOut), name="account_logout"),
    path("second-factor/", include(second_factor)),
    path("signup/", views.signup, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", page(own.Reauthenticate), name="account_reauthenticate"),
    path("password/change/", page(own.ChangePassword), name="account_change_password"),
    path("password/reset/", page(own.AskForReset), name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    # An expression, because the key holds a hyphen itself.
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]

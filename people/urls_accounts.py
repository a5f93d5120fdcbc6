"""What of django-allauth is open: sign-in, sign-out, passwords. Sign-up and addresses are closed."""

from allauth.account import views
from django.urls import path, re_path

from people.accounts import views as own

urlpatterns = [
    path("login/", own.SignIn.as_view(), name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("signup/", views.signup, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", own.Reauthenticate.as_view(), name="account_reauthenticate"),
    path("password/change/", own.ChangePassword.as_view(), name="account_change_password"),
    path("password/reset/", own.AskForReset.as_view(), name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    # An expression, because the key holds a hyphen itself.
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]

"""`/accounts/`: signing in, one's own account, and those pages of allauth that staff need. The rest of allauth is not
here: nobody signs up, and a change of e-mail is an administrator's act."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes.views import view_recovery_codes
from django.urls import path, re_path
from django.views.generic import RedirectView

from accounts import views_second_step, views_staff

urlpatterns = [
    path("", views_staff.own_account, name="own_account"),
    path("language/", views_staff.own_language, name="own_language"),
    path("notices/", views_staff.own_notices, name="own_notices"),
    path("sessions/end/", views_staff.end_sign_ins, name="end_sign_ins"),
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("2fa/", RedirectView.as_view(pattern_name="own_account"), name="mfa_index"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", views_second_step.activate, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", views_second_step.deactivate, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", views_second_step.renew_codes, name="mfa_generate_recovery_codes"),
]

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Työntekijät ja yksiköt")

    def ready(self) -> None:
        from django.contrib.sessions.models import Session

        from accounts import checks  # noqa: F401 - registers itself
        from accounts.notices import register_letters
        from accounts.sessions import session_ended, signed_out

        register_letters()

        post_delete.connect(session_ended, sender=Session, dispatch_uid="accounts.session_ended")
        user_logged_out.connect(signed_out, dispatch_uid="accounts.signed_out")

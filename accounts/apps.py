from django.apps import AppConfig
from django.db.models.signals import post_delete


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from django.contrib.sessions.models import Session

        from accounts.sessions import session_ended

        post_delete.connect(session_ended, sender=Session, dispatch_uid="accounts.session_ended")

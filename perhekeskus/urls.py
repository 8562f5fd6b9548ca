"""Every address, in one place. `perhekeskus/` may put several apps on one screen; each app brings its own patterns."""

from typing import Any

from allauth.account import views as account_views
from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from catalogue.api import ServicesView, ServiceView
from chat.consumers import DeskConsumer
from chat.thread_socket import thread_socket
from core.permissions import public
from guidance.api import OpeningHoursView
from perhekeskus import health, views_crawlers, views_identification

# One way in for staff, with its limits on guessing: the admin has no sign-in of its own.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.logout = account_views.logout  # type: ignore[method-assign]
admin.site.password_change = account_views.password_change  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = _("Perhekeskuksen ylläpito")
admin.site.index_title = _("Mitä ylläpidetään")
admin.site.site_url = "/desk/"

handler500 = "perhekeskus.views_family.server_error"

urlpatterns = [
    path("healthz", health.healthz),
    path("robots.txt", views_crawlers.robots),
    path("sitemap.xml", views_crawlers.sitemap_index, name="sitemap_index"),
    path("sitemap-<slug:section>.xml", views_crawlers.sitemap, name="sitemap"),
    path("readyz", health.readyz),
    path("api/v1/", include("chat.urls_api")),
    path("api/v1/opening-hours/", OpeningHoursView.as_view()),
    path("api/v1/services/", ServicesView.as_view()),
    path("api/v1/services/<slug:slug>/", ServiceView.as_view()),
    path(
        "api/v1/schema/",
        public(SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[])),
        name="schema",
    ),
    path("api/v1/docs/", public(SpectacularSwaggerSplitView.as_view(authentication_classes=[], permission_classes=[]))),
    re_path(r"^api/", health.no_such_call),
    path("", include("accounts.urls_identification")),
    path("accounts/", include("accounts.urls")),
    path("identify/return/", views_identification.come_back, name="identification_return"),
    path("admin/", admin.site.urls),
    path("desk/", include("chat.urls_staff")),
    path("desk/", include("perhekeskus.urls_staff")),
    *i18n_patterns(
        path("", include("perhekeskus.urls_family")),
        path("me/", include("perhekeskus.urls_me")),
        path("identify/start/", views_identification.start, name="identification_start"),
        path("", include("chat.urls_family")),
        path("", include("catalogue.urls_family")),
        prefix_default_language=False,
    ),
]

# Sockets are ASGI applications where path() expects views; URLRouter takes them as they are.
socket_urlpatterns: list[Any] = [
    path("ws/v1/contacts/<uuid:contact_id>/", thread_socket),  # type: ignore[arg-type]
    path("ws/v1/desk/", DeskConsumer.as_asgi()),
]

from django.urls import path

from perhekeskus import (
    views_accessibility,
    views_family,
    views_me_data,
    views_me_looks,
    views_me_notices,
    views_receiver,
)

urlpatterns = [
    path("", views_family.start, name="start"),
    path("anonymity/", views_family.anonymity, name="anonymity"),
    path("safety/", views_family.safety, name="safety"),
    path("privacy/", views_family.privacy, name="privacy"),
    path("accessibility/", views_accessibility.accessibility, name="accessibility"),
    path("accessibility/feedback/", views_accessibility.accessibility_feedback, name="accessibility_feedback"),
    path("promise/", views_family.promise, name="promise"),
    path("received/", views_receiver.receiver_link, name="receiver_link"),
    path("me/looks/", views_me_looks.me_looks, name="me_looks"),
    path("me/looks/older/", views_me_looks.me_looks_older, name="me_looks_older"),
    path("me/notices/", views_me_notices.me_notices, name="me_notices"),
    path("me/notices/add/", views_me_notices.me_notices_add, name="me_notices_add"),
    path("me/notices/code/", views_me_notices.me_notices_code, name="me_notices_code"),
    path("me/notices/remove/", views_me_notices.me_notices_remove, name="me_notices_remove"),
    path("notices/stop/", views_me_notices.notices_stop, name="notices_stop"),
    path("me/data/", views_me_data.me_export, name="me_export"),
    path("me/erase/", views_me_data.me_erase, name="me_erase"),
    path("me/erase/withdraw/", views_me_data.me_erase_withdraw, name="me_erase_withdraw"),
]

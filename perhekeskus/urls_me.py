"""`/me/`: the family's own page."""

from django.urls import path

from perhekeskus import views_me

urlpatterns = [
    path("", views_me.me, name="me"),
    path("sign-out/", views_me.sign_out, name="me_sign_out"),
]

from django.urls import path

from accounts import views_identification

urlpatterns = [
    path("identify/keys/", views_identification.published_keys, name="identification_keys"),
]

from django.urls import path

from perhekeskus import views_family

urlpatterns = [
    path("", views_family.start, name="start"),
    path("anonymity/", views_family.anonymity, name="anonymity"),
    path("safety/", views_family.safety, name="safety"),
    path("privacy/", views_family.privacy, name="privacy"),
    path("accessibility/", views_family.accessibility, name="accessibility"),
    path("promise/", views_family.promise, name="promise"),
]

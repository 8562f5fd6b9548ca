from django.urls import path

from catalogue import views_family

urlpatterns = [
    path("services/", views_family.services, name="services"),
    path("services/<slug:slug>/", views_family.service, name="service"),
    path("situations/<slug:slug>/", views_family.situation, name="situation"),
    path("help-map/", views_family.help_map, name="help_map"),
    path("help-map/<slug:slug>/", views_family.situation_map, name="situation_map"),
]

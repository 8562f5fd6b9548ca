from django.urls import path

from catalogue import views_cards, views_family

urlpatterns = [
    path("services/", views_family.services, name="services"),
    path("services/<slug:slug>/", views_family.service, name="service"),
    path("services/<slug:slug>/card/", views_cards.service_card, name="service_card"),
    path("situations/<slug:slug>/", views_family.situation, name="situation"),
    path("help-map/", views_family.help_map, name="help_map"),
    path("help-map/<slug:slug>/", views_family.situation_map, name="situation_map"),
]

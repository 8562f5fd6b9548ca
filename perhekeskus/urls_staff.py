"""`/desk/`: what puts several apps on one screen."""

from django.urls import path

from perhekeskus import views_desk_requests

urlpatterns = [
    path("erasures/", views_desk_requests.desk_erasures, name="desk_erasures"),
    path("erasures/<int:erasure_id>/", views_desk_requests.desk_erasure, name="desk_erasure"),
    path("accessibility/", views_desk_requests.desk_accessibility, name="desk_accessibility"),
    path(
        "accessibility/<int:feedback_id>/",
        views_desk_requests.desk_accessibility_answer,
        name="desk_accessibility_answer",
    ),
]

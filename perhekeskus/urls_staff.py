"""`/desk/`: what puts several apps on one screen."""

from django.urls import path

from perhekeskus import views_desk_looks, views_desk_requests

urlpatterns = [
    path("looks/", views_desk_looks.desk_looks, name="desk_looks"),
    path("looks/review/", views_desk_looks.desk_looks_review, name="desk_looks_review"),
    path("looks/glass/<int:glass_id>/", views_desk_looks.desk_glass_review, name="desk_glass_review"),
    path("looks/older/<int:older_log_id>/", views_desk_looks.desk_older_log, name="desk_older_log"),
    path("break-glass/", views_desk_looks.desk_break_glass, name="desk_break_glass"),
    path("erasures/", views_desk_requests.desk_erasures, name="desk_erasures"),
    path("erasures/<int:erasure_id>/", views_desk_requests.desk_erasure, name="desk_erasure"),
    path("accessibility/", views_desk_requests.desk_accessibility, name="desk_accessibility"),
    path(
        "accessibility/<int:feedback_id>/",
        views_desk_requests.desk_accessibility_answer,
        name="desk_accessibility_answer",
    ),
]

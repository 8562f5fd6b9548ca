"""`/desk/`: what puts several apps on one screen."""

from django.urls import path

from perhekeskus import (
    views_desk_corrections,
    views_desk_link,
    views_desk_looks,
    views_desk_referral_answers,
    views_desk_referrals,
    views_desk_relationship,
    views_desk_requests,
)

urlpatterns = [
    path("families/", views_desk_relationship.desk_families, name="desk_families"),
    path("relationships/<int:relationship_id>/", views_desk_relationship.desk_relationship, name="desk_relationship"),
    path(
        "relationships/<int:relationship_id>/path/",
        views_desk_relationship.desk_relationship_path,
        name="desk_relationship_path",
    ),
    path(
        "relationships/<int:relationship_id>/responsible/",
        views_desk_relationship.desk_propose_responsible,
        name="desk_propose_responsible",
    ),
    path("responsible/<uuid:term_id>/", views_desk_relationship.desk_responsible, name="desk_responsible"),
    path("looks/", views_desk_looks.desk_looks, name="desk_looks"),
    path("looks/review/", views_desk_looks.desk_looks_review, name="desk_looks_review"),
    path("looks/glass/<int:glass_id>/", views_desk_looks.desk_glass_review, name="desk_glass_review"),
    path("looks/older/<int:older_log_id>/", views_desk_looks.desk_older_log, name="desk_older_log"),
    path("break-glass/", views_desk_looks.desk_break_glass, name="desk_break_glass"),
    path("referrals/<uuid:referral_id>/link/", views_desk_link.desk_link, name="desk_link"),
    path("erasures/", views_desk_requests.desk_erasures, name="desk_erasures"),
    path("erasures/<int:erasure_id>/", views_desk_requests.desk_erasure, name="desk_erasure"),
    path("corrections/", views_desk_corrections.desk_corrections, name="desk_corrections"),
    path(
        "corrections/<int:correction_id>/", views_desk_corrections.desk_correction_answer, name="desk_correction_answer"
    ),
    path("accessibility/", views_desk_requests.desk_accessibility, name="desk_accessibility"),
    path(
        "accessibility/<int:feedback_id>/",
        views_desk_requests.desk_accessibility_answer,
        name="desk_accessibility_answer",
    ),
    path("contacts/<uuid:contact_id>/refer/", views_desk_referrals.desk_refer, name="desk_refer"),
    path("referrals/", views_desk_referrals.desk_referrals, name="desk_referrals"),
    path("referrals/<uuid:referral_id>/", views_desk_referrals.desk_referral, name="desk_referral"),
    *(
        path(f"referrals/<uuid:referral_id>/{act}/", view, name=f"desk_referral_{act.replace('-', '_')}")
        for act, view in (
            ("edit", views_desk_referrals.desk_referral_edit),
            ("ask", views_desk_referrals.desk_referral_ask),
            ("consent", views_desk_referrals.desk_referral_consent),
            ("send", views_desk_referrals.desk_referral_send),
            ("end", views_desk_referrals.desk_referral_end),
            ("seen-to", views_desk_referrals.desk_referral_seen_to),
            ("handed-over", views_desk_referrals.desk_referral_handed_over),
            ("receive", views_desk_referral_answers.desk_referral_receive),
            ("answer", views_desk_referral_answers.desk_referral_answer),
            ("start", views_desk_referral_answers.desk_referral_start),
            ("complete", views_desk_referral_answers.desk_referral_complete),
        )
    ),
]

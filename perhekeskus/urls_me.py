"""`/me/`: the family's own page."""

from django.urls import path

from perhekeskus import views_me, views_me_assessment, views_me_corrections, views_me_referrals, views_me_shares

urlpatterns = [
    path("", views_me.me, name="me"),
    path("sign-out/", views_me.sign_out, name="me_sign_out"),
    path("referrals/<uuid:referral_id>/", views_me_referrals.me_referral, name="me_referral"),
    path("referrals/<uuid:referral_id>/end/", views_me_referrals.me_referral_end, name="me_referral_end"),
    path("referrals/<uuid:referral_id>/feeling/", views_me_referrals.me_referral_feeling, name="me_referral_feeling"),
    path("assessments/<uuid:assessment_id>/", views_me_assessment.me_assessment, name="me_assessment"),
    path("corrections/", views_me_corrections.me_corrections, name="me_corrections"),
    path(
        "corrections/<int:correction_id>/withdraw/",
        views_me_corrections.me_correction_withdraw,
        name="me_correction_withdraw",
    ),
    path("consents/<int:consent_id>/", views_me_referrals.me_consent, name="me_consent"),
    path("contacts/<uuid:contact_id>/share/", views_me_shares.share, name="me_share"),
    path("shares/redeem/", views_me_shares.redeem, name="me_redeem"),
    path("shares/<int:share_id>/revoke/", views_me_shares.revoke, name="me_revoke"),
    path("shared/<int:share_id>/", views_me_shares.shared, name="me_shared"),
]

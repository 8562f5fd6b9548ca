from django.urls import path

from chat import views_family, views_family_callback, views_opening, views_transcript

urlpatterns = [
    path("chat/", views_opening.chat_new, name="chat_new"),
    path("message/", views_opening.message_new, name="message_new"),
    path("callback/", views_family_callback.callback_new, name="callback_new"),
    path("return/", views_opening.return_code, name="return_code"),
    path("contacts/<uuid:contact_id>/", views_family.contact, name="contact"),
    path("contacts/<uuid:contact_id>/transcript/", views_transcript.contact_transcript, name="contact_transcript"),
    path("contacts/<uuid:contact_id>/send/", views_family.contact_send, name="contact_send"),
    path("contacts/<uuid:contact_id>/leave/", views_family.contact_leave, name="contact_leave"),
    path("contacts/<uuid:contact_id>/forget/", views_family.contact_forget, name="contact_forget"),
    path("contacts/<uuid:contact_id>/feedback/", views_family.contact_feedback, name="contact_feedback"),
    path("contacts/<uuid:contact_id>/topic/", views_family.contact_topic, name="contact_topic"),
    path("contacts/<uuid:contact_id>/decline/", views_family.contact_decline, name="contact_decline"),
    path("contacts/<uuid:contact_id>/code/", views_family.contact_code, name="contact_code"),
    path("contacts/<uuid:contact_id>/number/", views_family_callback.contact_number, name="contact_number"),
    path(
        "contacts/<uuid:contact_id>/to-callback/",
        views_family_callback.contact_to_callback,
        name="contact_to_callback",
    ),
    path("contacts/<uuid:contact_id>/to-message/", views_family.contact_to_message, name="contact_to_message"),
]

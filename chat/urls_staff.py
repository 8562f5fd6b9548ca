"""`/desk/`."""

from django.urls import path

from chat import (
    views_alarms,
    views_consultations,
    views_queue,
    views_staff,
    views_staff_callback,
    views_staff_identification,
    views_staff_log,
    views_staff_services,
)

urlpatterns = [
    path("", views_staff.desk, name="desk"),
    path("lists/", views_staff.desk_lists, name="desk_lists"),
    path("take-next/", views_queue.desk_take_next, name="desk_take_next"),
    path("alarms/", views_alarms.desk_alarms, name="desk_alarms"),
    path("alarms/<int:alarm_id>/seen/", views_alarms.desk_alarm_seen, name="desk_alarm_seen"),
    path("log/", views_staff_log.desk_log, name="desk_log"),
    path("contacts/<uuid:contact_id>/log/", views_staff_log.desk_log_beside, name="desk_log_beside"),
    path("presence/", views_staff.desk_presence, name="desk_presence"),
    path("contacts/<uuid:contact_id>/", views_staff.desk_contact, name="desk_contact"),
    path("contacts/<uuid:contact_id>/take/", views_queue.desk_take, name="desk_take"),
    path("contacts/<uuid:contact_id>/release/", views_staff.desk_release, name="desk_release"),
    path("contacts/<uuid:contact_id>/transfer/", views_staff.desk_transfer, name="desk_transfer"),
    path("contacts/<uuid:contact_id>/go-live/", views_staff.desk_go_live, name="desk_go_live"),
    path("contacts/<uuid:contact_id>/close/", views_staff.desk_close, name="desk_close"),
    path("contacts/<uuid:contact_id>/number/", views_staff_callback.desk_number, name="desk_number"),
    path("contacts/<uuid:contact_id>/attempt/", views_staff_callback.desk_attempt, name="desk_attempt"),
    path("contacts/<uuid:contact_id>/send/", views_staff.desk_send, name="desk_send"),
    path("contacts/<uuid:contact_id>/services/", views_staff_services.desk_services, name="desk_services"),
    path("contacts/<uuid:contact_id>/priority/", views_queue.desk_priority, name="desk_priority"),
    path("contacts/<uuid:contact_id>/note/", views_staff.desk_note, name="desk_note"),
    path("contacts/<uuid:contact_id>/ask/", views_staff_identification.desk_ask, name="desk_ask"),
    path("contacts/<uuid:contact_id>/withdraw/", views_staff_identification.desk_withdraw, name="desk_withdraw"),
    path("contacts/<uuid:contact_id>/undo/", views_staff_identification.desk_undo, name="desk_undo"),
    path("contacts/<uuid:contact_id>/child/", views_staff_identification.desk_child, name="desk_child"),
    path(
        "contacts/<uuid:contact_id>/identity-code/",
        views_staff_identification.desk_identity_code,
        name="desk_identity_code",
    ),
    path("rooms/", views_consultations.desk_room, name="desk_room"),
    path("consultations/new/", views_consultations.desk_consult, name="desk_consult"),
    path("consultations/<uuid:contact_id>/", views_consultations.desk_consultation, name="desk_consultation"),
    *(
        path(f"consultations/<uuid:contact_id>/{act}/", view, name=f"desk_consultation_{act}")
        for act, view in (
            ("take", views_consultations.desk_consultation_take),
            ("send", views_consultations.desk_consultation_send),
            ("invite", views_consultations.desk_consultation_invite),
            ("leave", views_consultations.desk_consultation_leave),
            ("close", views_consultations.desk_consultation_close),
            ("link", views_consultations.desk_consultation_link),
            ("unlink", views_consultations.desk_consultation_unlink),
        )
    ),
]

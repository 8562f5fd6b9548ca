"""`/api/v1/`: what chat serves of it."""

from django.urls import path

from chat import (
    api_callbacks_family,
    api_callbacks_staff,
    api_consultations,
    api_drafts,
    api_family,
    api_queue,
    api_services,
    api_staff,
)

urlpatterns = [
    path("doors/", api_family.DoorsView.as_view()),
    path("topics/", api_family.TopicsView.as_view()),
    path("contacts/", api_family.ContactsView.as_view()),
    path("contacts/<uuid:contact_id>/", api_family.ContactView.as_view()),
    path("contacts/<uuid:contact_id>/messages/", api_family.MessagesView.as_view()),
    path("contacts/<uuid:contact_id>/services/", api_services.HandOverView.as_view()),
    path("contacts/<uuid:contact_id>/leave/", api_family.LeaveView.as_view()),
    path("contacts/<uuid:contact_id>/feedback/", api_family.FeedbackView.as_view()),
    path("contacts/<uuid:contact_id>/draft/", api_drafts.DraftView.as_view()),
    path("contacts/<uuid:contact_id>/number/", api_callbacks_family.NumberView.as_view()),
    path("contacts/<uuid:contact_id>/show-number/", api_callbacks_staff.ShowNumberView.as_view()),
    path("contacts/<uuid:contact_id>/attempts/", api_callbacks_staff.AttemptsView.as_view()),
    path("contacts/<uuid:contact_id>/take/", api_staff.TakeView.as_view()),
    path("contacts/<uuid:contact_id>/release/", api_staff.ReleaseView.as_view()),
    path("contacts/<uuid:contact_id>/transfer/", api_staff.TransferView.as_view()),
    path("contacts/<uuid:contact_id>/go-live/", api_staff.GoLiveView.as_view()),
    path("contacts/<uuid:contact_id>/close/", api_staff.CloseView.as_view()),
    path("contacts/<uuid:contact_id>/ask-identification/", api_staff.AskIdentificationView.as_view()),
    path("contacts/<uuid:contact_id>/priority/", api_queue.PriorityView.as_view()),
    path("contacts/<uuid:contact_id>/consult/", api_consultations.ConsultView.as_view()),
    path("consultations/", api_consultations.ConsultationsView.as_view()),
    path("consultations/<uuid:contact_id>/invite/", api_consultations.InviteView.as_view()),
    path("consultations/<uuid:contact_id>/leave/", api_consultations.LeaveConsultationView.as_view()),
    path("consultations/<uuid:contact_id>/link/", api_consultations.LinkView.as_view()),
    path("consultations/<uuid:contact_id>/unlink/", api_consultations.UnlinkView.as_view()),
    path("desk/take-next/", api_queue.TakeNextView.as_view()),
    path("desk/contacts/", api_callbacks_staff.LogView.as_view()),
    path("desk/", api_staff.DeskView.as_view()),
]

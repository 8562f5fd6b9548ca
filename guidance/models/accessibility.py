from django.db import models
from django.db.models import Q

from accounts.models import Language, User

FEEDBACK_LIMIT = 4_000


class AccessibilityFeedback(models.Model):
    """Somebody tells that a page is hard to use. The law gives 14 days to answer (306/2019, section 8).

    Belongs to no relationship and to no contact. The address for the answer is optional and emptied with the answer.
    """

    text = models.TextField(max_length=FEEDBACK_LIMIT)
    page = models.CharField(max_length=200, blank=True, default="")
    reply_to = models.EmailField(blank=True, default="")
    language = models.CharField(max_length=2, choices=Language, default=Language.FI)
    nonce = models.UUIDField(unique=True)  # a form sent twice is one feedback
    made_at = models.DateTimeField()
    due_on = models.DateField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.TextField(max_length=FEEDBACK_LIMIT, blank=True, default="")

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(name="accessibility_feedback_not_empty", condition=~Q(text="")),
            models.CheckConstraint(
                name="accessibility_feedback_answer_agrees",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False, reply_to="") & ~Q(answer="")),
            ),
        ]

"""What a provider reads from us. The walk through an identification is in perhekeskus/, which knows conversations."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.identification import registry
from accounts.identification.oidc.own_keys import OwnKeys
from core.permissions import public


@public
@require_safe
@cache_control(public=True, max_age=300)
def published_keys(request: HttpRequest) -> HttpResponse:
    """Our public keys, in all their generations: how a provider learns of a rotation."""
    if not registry.is_available():
        raise Http404
    keys = OwnKeys(Path(settings.IDENTIFICATION_KEYS), make_if_missing=settings.DEMO_MODE)
    return JsonResponse(keys.published(), content_type="application/jwk-set+json")

"""What a provider reads from us. The walk through an identification is in perhekeskus/, which knows conversations."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.identification import registry
from core.permissions import public


@public
@require_safe
@cache_control(public=True, max_age=300)
def published_keys(request: HttpRequest) -> HttpResponse:
    """Our public keys, in all their generations: how a provider learns of a rotation."""
    if not registry.is_available():
        raise Http404
    keys = registry.backend_named(registry.default_backend()).published_keys()
    return JsonResponse(keys, content_type="application/jwk-set+json")

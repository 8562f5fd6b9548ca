"""From an ID token's claims to evidence of a person: with a Finnish identity code, or with a foreign identifier."""

import datetime as dt
from typing import Any

from accounts.identification.identity_code import InvalidIdentityCode, parse_identity_code
from accounts.identification.interface import Evidence, Failure, IdentificationFailed
from accounts.identification.oidc import profile

LONGEST_NAME = 200
LONGEST_IDENTIFIER = 256


def evidence_from(
    claims: dict[str, Any], *, provider: str, auth_time: dt.datetime, token_id: str, artificial_allowed: bool
) -> Evidence:
    """Raises IdentificationFailed when the claims name nobody, or a code that cannot be one."""
    identity_code: str | None = None
    birth_date: dt.date | None
    if profile.IDENTITY_CODE in claims:
        try:
            parsed = parse_identity_code(
                _text(claims, profile.IDENTITY_CODE, 11), artificial_allowed=artificial_allowed
            )
        except InvalidIdentityCode as error:
            raise IdentificationFailed(Failure.NO_IDENTITY, str(error)) from None
        identity_code = parsed.code
        subject = f"fi:{identity_code}"
        given_names = _text(claims, profile.GIVEN_NAMES, LONGEST_NAME)
        family_name = _text(claims, profile.FAMILY_NAME, LONGEST_NAME)
        birth_date = _date(claims, profile.BIRTH_DATE) or parsed.birth_date
    else:
        subject = f"eidas:{_text(claims, profile.EIDAS_IDENTIFIER, LONGEST_IDENTIFIER)}"
        given_names = _text(claims, profile.EIDAS_GIVEN_NAMES, LONGEST_NAME)
        family_name = _text(claims, profile.EIDAS_FAMILY_NAME, LONGEST_NAME)
        birth_date = _date(claims, profile.EIDAS_BIRTH_DATE)
    return Evidence(
        provider=provider,
        acr=str(claims["acr"]),
        auth_time=auth_time,
        subject=subject,
        identity_code=identity_code,
        given_names=given_names,
        family_name=family_name,
        birth_date=birth_date,
        non_disclosure=_is_set(claims.get(profile.NON_DISCLOSURE)),
        token_id=token_id,
    )


def _text(claims: dict[str, Any], name: str, longest: int) -> str:
    value = claims.get(name)
    text = value.strip() if isinstance(value, str) else ""
    if not text or len(text) > longest or not text.isprintable():
        raise IdentificationFailed(Failure.NO_IDENTITY, f"no usable {name}")
    return text


def _date(claims: dict[str, Any], name: str) -> dt.date | None:
    value = claims.get(name)
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _is_set(value: object) -> bool:
    """Turvakielto protects a life: whatever does not plainly say "no" is taken as "yes"."""
    return value not in (None, False, 0, "", "0", "false", "False")

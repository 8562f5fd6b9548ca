"""What a phone's app does: RFC 6238 codes of a secret; and staff who have one."""

import base64
import hashlib
import hmac
import struct
import time

from allauth.mfa.models import Authenticator

from accounts.models import User
from accounts.second_step import seals

SECRET = base64.b32encode(b"perhekeskus-12345678").decode()
RECOVERY = "recovery_codes"


def code_of(secret: str = SECRET, steps: int = 0) -> str:
    """The six digits of now; `steps` of 30 s later or earlier."""
    counter = int(time.time()) // 30 + steps
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number: int = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def give_second_step(user: User, secret: str = SECRET) -> None:
    """The user's app and ten recovery codes, as activating leaves them."""
    sealed = {"secret": seals().encrypt(secret.encode()).decode()}
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=sealed)
    seed = seals().encrypt(b"0123456789abcdef").decode()
    Authenticator.objects.create(user=user, type=RECOVERY, data={"seed": seed, "used_mask": 0})


def recovery_codes(user: User) -> list[str]:
    codes: list[str] = Authenticator.objects.get(user=user, type=RECOVERY).wrap().get_unused_codes()
    return codes

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """Hashes that a real sign-in accepts, without the work that makes real ones slow."""

    iterations = 1

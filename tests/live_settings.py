"""The site's own settings, for its server processes in tests: passwords are hashed without the slow work, and words
of danger that a test has just added are known at once."""

from perhekeskus.settings import *  # noqa: F403

DANGER_WORDS_KEPT = 0
PASSWORD_HASHERS = ["tests.quick_hasher.QuickHasher"]

"""The site's own settings, for its server processes in tests: only passwords are hashed without the slow work."""

from perhekeskus.settings import *  # noqa: F403

PASSWORD_HASHERS = ["tests.quick_hasher.QuickHasher"]

"""Argon2 as the shop uses it, with the least work it allows: tests sign in hundreds of times."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Same format, one pass over the smallest memory."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1

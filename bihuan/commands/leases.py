"""How long what is due belongs to one worker (租期), shared by those that take and those that start."""

from datetime import timedelta

LEASE = timedelta(minutes=2)
"""From being rung for, and again from the start of a handler or of a letter. Then it is given to another worker."""

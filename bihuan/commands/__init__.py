"""The write side: one file, one deed, each one transaction; `step` is the one motion they share."""

"""Rows in PostgreSQL: the tables, the unit of work, reads by key. It never decides."""

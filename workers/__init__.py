"""RQ on top of PostgreSQL's truth: the bell finds what is due, workers do it. Emptying Redis loses nothing."""

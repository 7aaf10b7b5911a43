"""What supervision (督办) finds cases and tasks by: conditions, each with the index that says it letter by letter."""

import sqlalchemy as sa

from bihuan.store.tables import OPEN, RUNS, case_file, task

SUPERVISED = case_file.c.involved.op("@>")(sa.literal_column("array['supervision_office']"))
"""The supervision office has a part in it: it took the case over, or does something else about it (责成重新办理)."""
HANDED_ON = case_file.c.handed_on > sa.literal_column("0")
"""It went from one handling unit to another (改派)."""
EXTENDS = task.c.extends
"""A signature is asked for on an application for more time (延期)."""

sa.Index("case_file_supervised", case_file.c.locality, case_file.c.id, postgresql_where=sa.and_(RUNS, SUPERVISED))
sa.Index("case_file_handed_on", case_file.c.locality, case_file.c.handed_on, postgresql_where=sa.and_(RUNS, HANDED_ON))
sa.Index("task_extension", task.c.locality, task.c.due_at, postgresql_where=sa.and_(OPEN, EXTENDS))
sa.Index("task_waiting", task.c.locality, task.c.opened_at, postgresql_where=OPEN)
"""How long a task has waited: the silent ones (久未办理) first."""

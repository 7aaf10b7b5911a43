"""Every table there is: who needs them all (migrations, backup, tests) takes them from here.

A table is described beside what reads it, in whichever module of the store; one that a list of modules forgot would be
in no backup. So there is no list.
"""

from importlib import import_module
from pkgutil import iter_modules

import bihuan.store
from bihuan.store.columns import metadata

__all__ = ["metadata"]

for _module in iter_modules(bihuan.store.__path__):
    import_module(f"bihuan.store.{_module.name}")

"""Mutants (变异): a locality's folder with one thing changed, as a slip of the pen or a bad idea would change it.

A rule that no scenario misses when it is gone is not shown. `catalogue` makes the mutants, `trial` plays against each
the scenarios that come by the changed place, and names every one that none of them noticed. Never deploys anything.
"""

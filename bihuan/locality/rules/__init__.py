"""The rules of `bihuan check` beyond the engine's: what a diagram needs from the rest of its folder, one function each.

A rule looks at a whole folder (`drawn.Drawn`) and yields what is wrong (`drawn.Fault`); `check.RULES` gives it its id.
"""

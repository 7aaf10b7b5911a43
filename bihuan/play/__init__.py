"""Cases played in virtual time: the real engine, database, commands and bell, on a clock that is moved by hand.

`drive`, `scenarios` and the demonstration data share it. It stands above `bootstrap`, beside nobody: entry points call
it, the core does not know it. A scratch database holds what is played, so that nothing played meets anything real.
"""

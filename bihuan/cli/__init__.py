"""The command line: one module a command, each with `add` (its arguments) and `run` (what it does, and the exit code).

An entry point like `web` and `workers`: it parses, calls the core, and prints. Chinese for the person, exit code 2 and
one line for bad input, JSON last for programs.
"""

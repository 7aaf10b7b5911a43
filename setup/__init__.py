"""What `./manage` does: make the environment, run the services, start the processes, run the tests.

Only `manage` imports it; bihuan, web and workers do not know that it exists, and it does not import them: it starts
them as processes and speaks to them through their environment. Everything here is standard library, because it runs
before anything is installed; `roles.py` alone runs inside the environment, as a process of its own.
"""

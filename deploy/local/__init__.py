"""Everything of Tasuki on one machine: real Kafka, real PostgreSQL, a trace viewer, the sandbox and the five services.

Reads: the environment (PORT_BASE, own servers), `.local/`. Owns: `.local/`, the cache of downloads, the processes it started.
Start reading at `__main__.py` (the commands), then `up.py` (the order of things) and `parts.py` (the table of processes).
"""

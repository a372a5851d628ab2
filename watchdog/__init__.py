"""Watchdog: pages whoever looks after the platform when the platform itself no longer pages; a process of its own.

HTTP: the receiver of its canaries, a status page, `/state`, `/metrics`.  Asks: the front door, and each service whether it is ready.
Says: alarms on paths of its own, and a heartbeat to an address outside.  Owns: one small file; neither Kafka nor PostgreSQL.
"""

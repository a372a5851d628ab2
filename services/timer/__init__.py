"""Timer: watches every clock that runs and says when one is near its end or past it.

Reads: tasuki.cases.  Writes: deadline.warned, deadline.breached, deadline.missing on tasuki.cases.
Owns: the deadlines that run, the cases for which one ought to run.  HTTP: what is due.
It only proposes: the log decides whether a breach came before the acknowledgement.
"""

"""Knowledge: archives every resolved case by itself and finds it again.

Reads: tasuki.cases.  Writes: knowledge.archived on tasuki.cases.
Owns: the archive, the search index (in memory, rebuilt from the archive).  HTTP: search, similar cases, one record.
"""

"""Knowledge: archives every resolved case by itself, makes articles of cases, and finds both again.

Reads: tasuki.cases.  Writes: knowledge.archived on tasuki.cases.
Owns: the archive, articles with their files, what use has taught, the search index (in memory, rebuilt from all of these).
HTTP: search, similar cases, records, articles.
"""

import os

# numpy asks once, when it is loaded: products of small matrices spread over cores take twice the time of one core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

"""Pure rules of the archive and its search: no I/O, time is an argument."""

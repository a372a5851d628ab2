"""The HTTP routes of the front door, a file for each kind of caller."""

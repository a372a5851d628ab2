"""The policy as data, what is wrong with it, and the plan it makes of a report."""

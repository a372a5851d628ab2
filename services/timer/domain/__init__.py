"""Which clocks run for a case, what time it is, and who is next: functions of values."""

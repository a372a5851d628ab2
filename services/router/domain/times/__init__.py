"""Time as an organisation counts it: durations, business calendars, deadlines."""

"""Who is there: rotations, schedules, and what people tell beside them."""

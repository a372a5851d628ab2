"""The texts of who is on duty, Japanese first."""

DUTY: dict[str, tuple[str, str]] = {
    "duty.title": ("当番", "On duty"),
}  # fmt: skip

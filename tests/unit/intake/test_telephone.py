"""Telephone numbers as people in Japan write them."""

import pytest

from services.intake.domain.telephone import as_written


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+819012345678", "090-1234-5678"),
        ("+815012345678", "050-1234-5678"),
        ("+81312345678", "03-1234-5678"),
        ("+81612345678", "06-1234-5678"),
        ("+81120123456", "0120-123-456"),
        ("+818001234567", "0800-123-4567"),
        ("+81570123456", "0570-123-456"),
        ("+81451234567", "0451234567"),
        ("+14155550101", "+14155550101"),
        ("+8190123", "+8190123"),
        ("+８１９０12345678", "+８１９０12345678"),
        ("sato@example.jp", "sato@example.jp"),
        ("", ""),
    ],
)
def test_a_number_of_japan_is_written_as_there(number: str, written: str) -> None:
    assert as_written(number) == written

"""Settings: from variables or files, everything that is wrong at once, and no secret in print."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.runtime.settings import BadSettings, Secret, ServiceSettings, read

pytestmark = pytest.mark.security


@dataclass(frozen=True, kw_only=True)
class Sample(ServiceSettings):
    link_key: Secret
    zone: str = "Asia/Tokyo"


GIVEN = {
    "TASUKI_DATABASE_URL": "postgresql://tasuki_timer:pw-1@127.0.0.1/tasuki",
    "TASUKI_KAFKA": "127.0.0.1:9092",
    "TASUKI_HTTP_PORT": "8702",
    "TASUKI_SERVICE_TOKEN": "token-1",
    "TASUKI_LINK_KEY": "key-1",
}


def test_variables_fill_the_fields_and_the_rest_has_defaults() -> None:
    settings = read(Sample, GIVEN)
    assert (settings.http_port, settings.http_host, settings.zone) == (8702, "127.0.0.1", "Asia/Tokyo")
    assert settings.link_key == "key-1"


def test_a_file_is_read_instead_and_its_last_line_end_dropped(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("鍵🔑\n")
    assert read(Sample, {**GIVEN, "TASUKI_LINK_KEY_FILE": str(file)}).link_key == "鍵🔑"


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    env = {"TASUKI_HTTP_PORT": "eight", "TASUKI_KAFKA": "k", "TASUKI_LINK_KEY_FILE": str(tmp_path / "none")}
    with pytest.raises(BadSettings) as problem:
        read(Sample, env)
    for name in ("TASUKI_DATABASE_URL", "TASUKI_HTTP_PORT", "TASUKI_SERVICE_TOKEN", "TASUKI_LINK_KEY"):
        assert name in str(problem.value)
    assert "TASUKI_KAFKA" not in str(problem.value)


def test_secrets_are_not_printed() -> None:
    printed = repr(read(Sample, GIVEN))
    assert "pw-1" not in printed
    assert "token-1" not in printed
    assert "key-1" not in printed
    assert f"{Secret('x')!r}" == "Secret(***)"

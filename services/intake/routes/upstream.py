"""What is said where a service behind gives no answer that can be handed on."""

import httpx

from services.intake import behind
from shared.runtime import transport
from shared.runtime.web import Problem

LARGEST_ANSWER = 4 * 1024 * 1024


def problem(method: str, broken: Exception) -> Problem:
    """The problem for what went wrong; of a change that may have been heard it is said that it may have been done."""
    if isinstance(broken, transport.TooLarge):
        most = LARGEST_ANSWER // 1024 // 1024
        status, code = 502, "upstream-too-large"
        ja = f"内部サービスの応答が大きすぎます（{most} MB まで）。"
        en = f"A service behind answered with more than {most} MB."
    elif isinstance(broken, httpx.TimeoutException):
        status, code = 504, "upstream-slow"
        ja, en = "内部サービスの応答が間に合いません。", "A service behind did not answer in time."
    else:
        status, code = 502, "upstream-away"
        ja, en = "内部サービスに接続できません。", "A service behind cannot be reached."
    if behind.is_unsure(method, broken):
        ja, en = ja + behind.UNSURE[0], f"{en} {behind.UNSURE[1]}"
    return Problem(status, code, ja, en)

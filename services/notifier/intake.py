"""What is asked of intake about one case, once: no answer is an answer too."""

from typing import TypeVar

import httpx
from opentelemetry.trace import SpanKind
from pydantic import BaseModel, ValidationError

from shared.runtime import telemetry

Told = TypeVar("Told", bound=BaseModel)


class Intake:
    """The road to intake, for questions that nobody waits for long."""

    def __init__(self, http: httpx.AsyncClient, url: str, token: str) -> None:
        self._http = http
        self._cases = f"{url.rstrip('/')}/v1/cases"
        self._token = token

    async def read(
        self,
        case_id: str,
        what: str,
        form: type[Told],
        seconds: float,
        language: str = "",
        parent: str = "",
        **asked: str,
    ) -> Told | str:
        """What intake says of a case under a name; or in a word why it does not, within so many seconds.

        `parent` is the traceparent of what has it asked, the other words go into the question.
        """
        headers = {"authorization": f"Bearer {self._token}"} | ({"accept-language": language} if language else {})
        try:
            with telemetry.span(f"GET {what}", SpanKind.CLIENT, parent, case_id=case_id):
                url = f"{self._cases}/{case_id}/{what}"
                response = await self._http.get(url, params=asked, headers=headers, timeout=seconds)
            if response.is_success:
                return form.model_validate_json(response.content)
            return f"http-{response.status_code}"
        except ValidationError:
            return "no-answer-of-intake"
        except httpx.HTTPError as error:
            return type(error).__name__

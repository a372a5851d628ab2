"""What the telephone says and waits for, in TwiML."""

from xml.sax.saxutils import escape, quoteattr

from services.notifier.domain.contact import Language

VOICES = {"ja": "ja-JP", "en": "en-US"}
ANSWER_SECONDS = 8
REPEATS = 3  # a prompt that nobody answers is said so often, then the call ends


def ask(text: str, action: str, language: Language) -> str:
    """Say a text and post the one digit pressed to `action`; silence is posted as well."""
    gather = f'<Gather numDigits="1" timeout="{ANSWER_SECONDS}" actionOnEmptyResult="true" method="POST" action={quoteattr(action)}>'
    return _document(f"{gather}{_say(text, language)}</Gather>")


def say(text: str, language: Language) -> str:
    """Say a text and hang up."""
    return _document(f"{_say(text, language)}<Hangup/>")


def reply(text: str) -> str:
    """Answer a text message; an empty text answers nothing."""
    return _document(f"<Message>{escape(text)}</Message>" if text else "")


def _say(text: str, language: Language) -> str:
    return f"<Say language={quoteattr(VOICES[language])}>{escape(text)}</Say>"


def _document(inside: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>'

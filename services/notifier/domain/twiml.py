"""What the telephone says and waits for, in TwiML."""

from xml.sax.saxutils import escape, quoteattr

from services.notifier.domain.contact import Language

VOICES = {"ja": "ja-JP", "en": "en-US"}
ANSWER_SECONDS = 8
REPEATS = 3  # a prompt that nobody answers is said so often, then the call ends
# Said while the database is away: whether the key was written down is not known, nor the language of who pressed it.
UNRECORDED: dict[Language, str] = {
    "ja": "ただいま、記録できたことを確認できませんでした。少し待ってから、もう一度押してください。",
    "en": "It could not be confirmed that this was recorded. Please wait a moment and press again.",
}


def ask(text: str, action: str, language: Language) -> str:
    """Say a text and post the one digit pressed to `action`; silence is posted as well."""
    return _document(_gather(_say(text, language), action))


def unrecorded(action: str) -> str:
    """Say in both languages that a key came to nothing, and ask for it again; without `action` hang up."""
    texts = "".join(_say(text, language) for language, text in UNRECORDED.items())
    return _document(_gather(texts, action) if action else f"{texts}<Hangup/>")


def part(text: str, action: str, language: Language) -> str:
    """Say a text and hang up; the one digit that is pressed meanwhile is posted to `action`."""
    return _document(f"{_gather(_say(text, language), action, seconds=1, silence=False)}<Hangup/>")


def say(text: str, language: Language) -> str:
    """Say a text and hang up."""
    return _document(f"{_say(text, language)}<Hangup/>")


def reply(text: str) -> str:
    """Answer a text message; an empty text answers nothing."""
    return _document(f"<Message>{escape(text)}</Message>" if text else "")


def _gather(prompt: str, action: str, seconds: int = ANSWER_SECONDS, silence: bool = True) -> str:
    how = f'numDigits="1" timeout="{seconds}" actionOnEmptyResult="{str(silence).lower()}" method="POST"'
    return f"<Gather {how} action={quoteattr(action)}>{prompt}</Gather>"


def _say(text: str, language: Language) -> str:
    return f"<Say language={quoteattr(VOICES[language])}>{escape(text)}</Say>"


def _document(inside: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>'

"""TwiML is read into verbs, and what is none is refused by name."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import twiml


def test_verbs() -> None:
    gather, say, hangup = twiml.parse(
        '<Response><Gather numDigits="1" timeout="8" actionOnEmptyResult="true" action="/a" method="post">'
        '<Say language="ja-JP" loop="2"> 髙﨑①㈱🔥\n 1 </Say><Pause/></Gather><Say>bye</Say><Hangup/></Response>'
    )
    prompts = (twiml.Say("髙﨑①㈱🔥 1", "ja-JP", 2), twiml.Pause(1))
    assert gather == twiml.Gather(prompts, "/a", "POST", 1, 8, "#", True)
    assert (say, hangup) == (twiml.Say("bye", "en-US", 1), twiml.Hangup())
    assert twiml.spoken((gather, say)) == "髙﨑①㈱🔥 1\nbye"


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("<Response>", "12100"),
        ("<Speak/>", "root"),
        ("<Response><Dial>1</Dial></Response>", "Dial"),
        ('<Response><Gather timeout="soon"/></Response>', "timeout"),
        ('<Response><Gather method="PUT"/></Response>', "method"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><Response>&a;</Response>', "entity"),
    ],
)
def test_refused(document: str, why: str) -> None:
    with pytest.raises(twiml.TwimlError, match=why):
        twiml.parse(document)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(twiml.TwimlError):
        twiml.parse(text)

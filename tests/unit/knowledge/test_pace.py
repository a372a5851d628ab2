"""Much work beside the questions that are asked."""

import asyncio
import threading

from services.knowledge.domain.likeness import groups, pairs
from services.knowledge.pace import Pace, apart


async def test_it_is_done_off_the_loop_whole_and_in_its_order() -> None:
    done = await apart((n, threading.get_ident()) for n in range(5))
    assert [n for n, _ in done] == list(range(5))
    assert threading.get_ident() not in {thread for _, thread in done}


async def test_the_loop_has_its_turns_meanwhile() -> None:
    begun, heard = threading.Event(), threading.Event()

    def answered() -> bool:
        begun.set()
        return heard.wait(10)

    async def hear() -> None:
        assert await asyncio.to_thread(begun.wait, 10)
        heard.set()

    done, _ = await asyncio.gather(apart(answered() for _ in range(1)), hear())
    assert done == [True]


def test_what_is_alike_is_the_same_at_any_pace() -> None:
    texts = {f"{n:02}": f"髙﨑①㈱🔥 の端末 {n % 7} 号機が止まる" for n in range(40)}
    assert list(pairs(texts, 0.5, Pace().through)) == list(pairs(texts, 0.5))
    assert groups(texts, 0.5, Pace().through) == groups(texts, 0.5)

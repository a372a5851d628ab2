"""SMTP itself: 250 when it is on disk and never before, what is too much, too large, too slow or smuggled, and the end."""

import asyncio
import smtplib
import socket
import ssl
import subprocess
from dataclasses import replace
from pathlib import Path

from services.intake.gate import Limits
from services.intake.mail_in import MailIn
from tests.integration.intake.desk import Desk
from tests.integration.intake.post import DOMAIN, Post, listening, mail, until


async def test_without_a_database_it_comes_again_and_is_one_case(post: Post) -> None:
    address = await post.source()
    whole = post.desk.door.db
    reader, writer = await asyncio.open_connection("127.0.0.1", post.mail_in.port)
    for line in (
        b"",
        b"EHLO x\r\n",
        b"MAIL FROM:<a@example.com>\r\n",
        f"RCPT TO:<{address}>\r\n".encode(),
        b"DATA\r\n",
    ):
        writer.write(line)
        while (await reader.readline())[3:4] == b"-":
            pass
    await post.desk.lose_the_database()
    writer.write(mail() + b"\r\n.\r\n")
    assert (await reader.readline()).startswith(b"451 ")
    writer.close()
    assert (await post.send(address, mail()))[0] == 451
    post.desk.door.db = whole
    post.desk.door.__post_init__()
    assert (await post.send(address, mail()))[0] == 250
    assert await post.desk.said() == ["case.submitted.v1"]


async def test_a_full_gate_says_come_again(post: Post) -> None:
    address = await post.source()
    post.desk.door.limits = Limits(deliveries=0)
    post.desk.door.__post_init__()
    assert (await post.send(address, mail()))[0] == 451
    post.desk.door.limits = Limits()
    post.desk.door.__post_init__()
    assert (await post.send(address, mail()))[0] == 250
    assert await post.desk.count("cases") == 1


async def test_too_large_is_said_before_and_after(desk: Desk) -> None:
    async with listening(desk, largest=20_000) as post:
        address = await post.source()
        assert (await post.send(address, mail(text="あ" * 20_000)))[0] == 552  # by SIZE, which the client announces
        line = b"x" * 900 + b"\r\n"
        told = await post.talk(
            b"HELO x\r\n", b"MAIL FROM:<a@example.com>\r\n", f"RCPT TO:<{address}>\r\n".encode(), b"DATA\r\n",
            line * 30 + b".\r\n", b"QUIT\r\n",
        )  # fmt: skip
        assert told[-2][:3] == "552"
        assert await desk.count("deliveries") == 0


async def test_no_second_mail_is_smuggled_in_a_first_one(post: Post) -> None:
    address = await post.source()
    second = b"MAIL FROM:<evil@example.com>\r\nRCPT TO:<" + address.encode() + b">\r\nDATA\r\nSubject: second\r\n\r\nx"
    for end in (b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r", b"\r\n\x00.\r\n"):
        told = await post.talk(
            b"EHLO x\r\n", b"MAIL FROM:<a@example.com>\r\n", f"RCPT TO:<{address}>\r\n".encode(), b"DATA\r\n",
            b"Subject: first\r\n\r\n" + end.hex().encode() + end + second + b"\r\n.\r\n", b"QUIT\r\n",
        )  # fmt: skip
        assert [line[:3] for line in told[-2:]] == ["250", "221"]
    assert await post.desk.count("cases") == 6


async def test_one_connection_too_many_and_one_that_is_silent_are_sent_away(desk: Desk) -> None:
    async with listening(desk, connections=1, silence=0.3) as post:
        reader, writer = await asyncio.open_connection("127.0.0.1", post.mail_in.port)
        assert (await reader.readline()).startswith(b"220 ")
        assert (await post.talk())[0].startswith("421 ")
        assert await reader.read() == b""
        writer.close()
        await until(lambda: not post.mail_in._open)
        assert (await post.talk())[0].startswith("220 ")


async def certified(desk: Desk, folder: Path) -> None:
    """Give the front door a certificate of its own."""
    command = "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost"
    await asyncio.to_thread(subprocess.run, command.split(), cwd=folder, check=True, capture_output=True)
    files = str(folder / "cert.pem"), str(folder / "key.pem")
    desk.door.settings = replace(desk.door.settings, mail_in_certificate=files[0], mail_in_key=files[1])


async def test_starttls_when_there_is_a_certificate(desk: Desk, tmp_path: Path) -> None:
    await certified(desk, tmp_path)
    async with listening(desk) as post:
        address = await post.source()

        def send() -> bytes:
            with smtplib.SMTP("127.0.0.1", post.mail_in.port, timeout=20) as smtp:
                smtp.starttls(context=ssl._create_unverified_context())
                smtp.ehlo()
                assert not smtp.has_extn("auth")
                smtp.sendmail("a@example.com", [address], mail())
                return smtp.quit()[1]

        assert await asyncio.to_thread(send) == b"Bye"
        assert await desk.count("cases") == 1


async def test_a_mail_under_way_is_taken_before_the_door_closes(desk: Desk) -> None:
    desk.door.settings = replace(desk.door.settings, mail_in_domain=DOMAIN, mail_in_port=0)
    listener = MailIn(desk.door)
    task = asyncio.create_task(listener.run())
    await until(lambda: listener.port > 0)
    post = Post(desk, listener)
    address = await post.source()
    async with desk.db.pool.acquire() as connection, connection.transaction():
        await connection.execute("LOCK TABLE externals IN ACCESS EXCLUSIVE MODE")
        sending = asyncio.create_task(post.send(address, mail()))
        await until(lambda: desk.door.gate._inside == 1)
        task.cancel()
        await asyncio.sleep(0)
    assert (await sending)[0] == 250
    await asyncio.wait([task], timeout=10)
    assert await desk.count("cases") == 1


async def test_what_was_said_before_the_encryption_counts_for_nothing_after_it(desk: Desk, tmp_path: Path) -> None:
    await certified(desk, tmp_path)
    async with listening(desk) as post:

        def pipelined() -> bytes:
            with socket.create_connection(("127.0.0.1", post.mail_in.port), timeout=20) as plain:
                plain.recv(1000)
                plain.sendall(b"HELO x\r\n")
                plain.recv(1000)
                plain.sendall(b"STARTTLS\r\nEHLO injected\r\nMAIL FROM:<evil@example.com>\r\n")
                assert plain.recv(1000).startswith(b"220 ")
                with ssl._create_unverified_context().wrap_socket(plain) as secure:
                    secure.sendall(b"VRFY x\r\n")
                    return secure.recv(1000)

        assert (await asyncio.to_thread(pipelined)).startswith(b"252 ")

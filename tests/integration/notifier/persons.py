"""What the tests of people's own settings do over and over."""

from typing import Any

from tests.integration.notifier.conftest import CONTACTS, SATO, World

NEW = "+819000000999"


async def as_new(world: World) -> None:
    """A directory in which nobody has decided anything, and nothing was tried."""
    await world.process.db.pool.execute("DELETE FROM contacts")
    await world.process.db.pool.execute("DELETE FROM notifications WHERE purpose = 'test'")
    (await world.http.put("/v1/contacts", json=CONTACTS)).raise_for_status()


async def put(world: World, what: str, body: dict[str, Any], who: str = SATO) -> dict[str, Any]:
    answer = await world.http.put(f"/v1/contacts/{who}/{what}", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def added(world: World, **address: str) -> str:
    answer = await world.http.post(f"/v1/contacts/{SATO}/addresses", json={"kind": "phone", "value": NEW, **address})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"].startswith(f"/v1/contacts/{SATO}/addresses/")
    return answer.headers["location"].rsplit("/", 1)[1]


async def address_of(world: World, id_: str) -> dict[str, Any]:
    found = (await world.http.get(f"/v1/contacts/{SATO}")).json()
    address: dict[str, Any] = next(a for a in found["addresses"] if a["id"] == id_)
    return address

"""The directory as one transaction of the notifier sees it, on real Postgres."""

from dataclasses import replace

from services.notifier import contacts
from services.notifier.domain.contact import Contact
from services.notifier.domain.preferences import Preferences
from tests.integration.log import Opened

SATO, ITO = Contact("sato.hanako", "佐藤 花子"), Contact("ito.sakura", "伊藤 さくら")


async def test_a_transaction_asks_for_each_contact_once_and_sees_what_it_has_changed_itself(database: Opened) -> None:
    db = await database("notifier")
    async with db.transaction() as tx:
        await contacts.replace(tx, [SATO], "", "")
        assert await contacts.known(tx, {SATO.id, ITO.id}) == {SATO.id: SATO}
        await tx.execute("UPDATE contacts SET name = 'asked for again'")
        assert await contacts.known(tx, {SATO.id}) == {SATO.id: SATO}
        assert await contacts.known(tx, {ITO.id}) == {}
        english = replace(SATO, language="en", preferences=Preferences(language="en"))
        await contacts.save(tx, english)
        assert (await contacts.known(tx, {SATO.id}))[SATO.id].language == "en"
        await contacts.replace(tx, [english, ITO], "", "")
        assert set(await contacts.known(tx, {SATO.id, ITO.id})) == {SATO.id, ITO.id}

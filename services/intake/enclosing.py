"""Files that came with a mail: attached to the case that it opened or answered; what could not be is noted there."""

from services.intake import acting, filing, safe
from services.intake.domain.commands import Note
from services.intake.domain.enclosed import Enclosed, left_out
from services.intake.domain.refusals import Refusal
from services.intake.domain.replies import is_automatic
from services.intake.senders.given import paragraph
from services.intake.senders.sender import Echo, Machine, Outcome, Reading, Request, Source, Trigger, Unmapped
from shared.contracts.envelope import event_id
from shared.contracts.events import Actor
from shared.runtime.db import Transaction

TOLD = {"opened", "noted", "replied", "repeated", "taken", "resolved"}  # what makes of a mail a part of its case

SHOWN = {"opened", "replied"}  # what the reporter reads


async def attach(
    tx: Transaction, source: Source, reading: Reading, outcome: Outcome, given: Request, most: int
) -> None:
    """Attach the files of a request to the case that it is about; one that came in an earlier mail is there already.

    `most` is the room for all files in bytes. Whoever reads what the mail says sees its files too.
    """
    if outcome.verdict not in TOLD or outcome.case_id is None or isinstance(reading, Unmapped | Echo):
        return
    by = Actor(kind="source", id=source.id, name=reading.by.name)
    thread = reading.thread if isinstance(reading, Trigger | Machine) else None
    hidden = thread is not None and (thread.automatic or is_automatic({}, thread.reply))
    internal = hidden or outcome.verdict not in SHOWN
    left: list[tuple[Enclosed, Refusal]] = []
    for one in given.files:
        done = one.file
        if isinstance(done, Refusal):
            filing.refused(done)
        else:
            content = (await safe.at(tx).keys()).digest("attachment", done.body).hex()
            id_ = event_id("attachment", outcome.case_id, source.id, "mail", content)
            kept = await filing.keep(tx, outcome.case_id, id_, done, internal, by, given.now, most)
            if not isinstance(kept, Refusal):
                continue
            done = kept
        left.append((one, done))
    if left:
        note = Note(paragraph(left_out(left)), internal=True)
        cause = (outcome.case_id, source.id, reading.delivery_id, "files")
        await acting.act(tx, outcome.case_id, note, by, given.now, cause)

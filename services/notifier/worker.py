"""The loops of the notifier: read the log, send what is due, take over what was interrupted, bring answers to intake."""

from services.notifier import maintenance, texts
from services.notifier.acknowledge import POLL_SECONDS as ACKNOWLEDGE_SECONDS
from services.notifier.acknowledge import Acknowledging
from services.notifier.channels import open_all, paced
from services.notifier.channels.channel import Surroundings
from services.notifier.channels.http import client
from services.notifier.desk import Desk
from services.notifier.dispatch import BUNDLE_SECONDS, SWEEP_SECONDS, Dispatch
from services.notifier.following import Following
from services.notifier.handlers import HANDLERS
from services.notifier.intake import Intake
from services.notifier.recording import Recording
from services.notifier.reporters import Reporters
from services.notifier.reporting import Reporting
from services.notifier.roads import Roads
from services.notifier.roll_call import RollCall
from services.notifier.settings import Settings
from services.notifier.sockets import Sockets
from services.notifier.sql import SQL
from services.notifier.talks import FORGET_SECONDS, Talks
from services.notifier.unheard import POLL_SECONDS as UNHEARD_SECONDS
from services.notifier.unheard import Unheard
from services.notifier.withdrawal import Withdrawal
from services.notifier.wording import Wording
from shared.contracts import topics
from shared.contracts.keys import first
from shared.runtime import loop, telemetry
from shared.runtime.service import Process


async def build(process: Process) -> None:
    """Add the loops."""
    settings = process.settings
    assert isinstance(settings, Settings)
    http, intake = client(), telemetry.http_client(5.0)
    process.closing.push_async_callback(http.aclose)
    process.closing.push_async_callback(intake.aclose)
    around = Surroundings(settings, http)
    roads = Roads(paced(settings.provider_rates), open_all(around), tuple(settings.provider_order.split(",")))
    wording = Wording(settings.zone, settings.public_url, settings.link_key, settings.unsafe)
    consumer = process.consume(HANDLERS, topics.CASES, topics.DUTY)
    acknowledging = Acknowledging(process.db, process.clock, intake, settings.intake_url, first(settings.service_token))
    asking = Intake(intake, settings.intake_url, first(settings.service_token))
    reporters = Reporters(process.clock, asking)
    overtaken = acknowledging.overtaken
    following = Following(process.db, process.clock, roads, asking)
    recording = Recording(process.db, process.clock, roads, following)
    dispatch = Dispatch(process.db, process.clock, roads, wording, overtaken, reporters, recording, consumer.caught_up)
    withdrawal = Withdrawal(process.db, process.clock, roads, wording)
    reporting = Reporting(settings, process.db, process.clock, intake)
    desk = Desk(settings, process.db, process.clock, wording, acknowledging, roads.open, reporting)
    sockets = Sockets(desk, around)
    process.forget_canaries(lambda tx, ids: tx.execute(SQL["forget_cases"], ids))
    process.loops["texts of the worker"] = texts.following(process.db, wording)
    process.loops["dispatch"] = dispatch.run
    process.loops["similar cases"] = following.run
    process.loops["sweep"] = lambda: loop.every(SWEEP_SECONDS, dispatch.sweep)
    process.loops["bundle"] = lambda: loop.every(BUNDLE_SECONDS, dispatch.bundle)
    process.loops["maintenance"] = lambda: loop.every(
        maintenance.SECONDS, lambda: maintenance.begin(process.db, process.clock)
    )
    process.loops["talks"] = lambda: loop.every(FORGET_SECONDS, Talks(reporting).forget)
    process.loops["withdraw"] = withdrawal.run
    process.loops["unheard"] = lambda: loop.every(UNHEARD_SECONDS, Unheard(process.db, process.clock, roads, desk).once)
    process.loops["acknowledge"] = lambda: loop.every(ACKNOWLEDGE_SECONDS, acknowledging.once)
    process.loops["roll call"] = RollCall(process.db, process.clock, roads, settings).run
    if sockets.set_up:
        process.loops["slack socket"] = sockets.run

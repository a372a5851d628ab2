"""Salesforce: the secret and the organization, each notification its own delivery, the exact acknowledgement, safe XML."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.alerts import Alert
from services.intake.senders.salesforce import SALESFORCE
from services.intake.senders.sender import Echo, Malformed, Outcome, Reading, Rejected, Request, Trusted, Unmapped
from tests.unit.intake.asked import NOON, verdict
from tests.unit.intake.senders.crms import cleared, opened, raw, read_all, said, taken

MESSAGE = raw("salesforce_outbound_message.xml")
PATH = {"x-tasuki-path-secret": "long and random"}
ALLOWED = {"organizations": "00D5g00000EXAMPLE1AAA, 00D000000000001"}
NAMESPACE = 'xmlns:sf="urn:sobject.enterprise.soap.sforce.com"'


def judged(message: bytes = MESSAGE, secret: str = "long and random", options: dict[str, str] | None = None) -> object:
    return verdict(SALESFORCE, message, {"x-tasuki-path-secret": secret}, ("old", "long and random"), options=options)


def message(*notifications: str) -> bytes:
    start, _, rest = MESSAGE.decode().partition("<Notification>")
    return (start + "".join(notifications) + rest.rpartition("</Notification>")[2]).encode()


def notification(id_: str = "04l5g00000AAAA1AAE", **fields: str) -> str:
    inner = "".join(f"<sf:{name}>{text}</sf:{name}>" for name, text in fields.items())
    return f"<Notification><Id>{id_}</Id><sObject {NAMESPACE}>{inner}</sObject></Notification>"


def case(options: dict[str, str] | None = None, **fields: str) -> Reading:
    given_fields = {"Id": "5005g00000BBBB1AAC", "Subject": "停止", **fields}
    (one,) = said(SALESFORCE, message(notification(**given_fields)), PATH, options)
    return one


def test_the_secret_of_the_path_lets_in() -> None:
    assert judged() == Trusted()
    assert SALESFORCE.in_path
    for secret in ("", "guess", "long and random ", "é"):
        assert judged(secret=secret) == Rejected("secret")
    assert verdict(SALESFORCE, MESSAGE, PATH, ()) == Rejected("secret")
    assert verdict(SALESFORCE, MESSAGE, {"x-tasuki-path-secret": ""}, ("",)) == Rejected("secret")


def test_only_messages_of_an_allowed_organization_are_believed() -> None:
    assert judged(options=ALLOWED) == Trusted()
    assert judged(options={"organizations": "00D5g00000OTHER"}) == Rejected("organization")
    assert judged(MESSAGE.replace(b"00D5g00000EXAMPLE1</Org", b"</Org"), options=ALLOWED) == Rejected("organization")
    assert judged(b"<a/>", options=ALLOWED) == Rejected("organization")


def test_each_notification_is_a_delivery() -> None:
    first, second = map(opened, said(SALESFORCE, MESSAGE))
    assert (first.delivery_id, second.delivery_id) == ("04l5g00000AAAA1AAE", "04l5g00000AAAA2AAE")
    assert (first.external.system, first.external.id) == ("salesforce", "5005g00000BBBB1AAC")
    assert first.external.url == "https://example.my.salesforce.com/5005g00000BBBB1AAC"
    assert (first.report.title, first.report.urgency) == ("基幹システム障害 <緊急> P&L影響あり", "high")
    assert first.alerts == {"ticket": Alert(datetime(2026, 11, 21, 11, 59, 57, tzinfo=UTC), firing=True)}
    assert (second.report.title, second.report.urgency) == ("Login loop on partner portal", "medium")


def test_names_are_told_apart_by_address_and_not_by_prefix() -> None:
    other = MESSAGE.replace(b"sf:", b"ns1:").replace(b":sf=", b":ns1=").replace(b"soapenv", b"S")
    assert said(SALESFORCE, other) == said(SALESFORCE, MESSAGE)
    foreign = MESSAGE.replace(b"http://soap.sforce.com/2005/09/outbound", b"http://example.com/outbound")
    (one,) = said(SALESFORCE, foreign)
    assert isinstance(one, Unmapped)
    partner = MESSAGE.replace(b"urn:sobject.enterprise", b"urn:sobject.partner")
    assert said(SALESFORCE, partner) == said(SALESFORCE, MESSAGE)
    for one in said(SALESFORCE, MESSAGE.replace(b"urn:sobject.enterprise", b"urn:other.enterprise")):
        assert isinstance(one, Unmapped)


def test_a_hundred_notifications_are_taken_and_of_more_none() -> None:
    many = [notification(f"04l5g0000000{n:06}", Id="5005g00000BBBB1AAC") for n in range(101)]
    assert len({one.delivery_id for one in said(SALESFORCE, message(*many[:100]))}) == 100
    assert said(SALESFORCE, message(*many)) == ()
    (none,) = said(SALESFORCE, message())
    assert isinstance(none, Unmapped)


def test_what_is_taken_is_acknowledged_to_the_byte_and_nothing_else() -> None:
    assert SALESFORCE.answer is not None
    request = Request(MESSAGE, PATH, NOON)
    for verdicts, file in (
        (("opened", "noted"), "salesforce_outbound_message_ack.xml"),
        (("quarantined",), "salesforce_outbound_message_ack.xml"),
        ((), "salesforce_outbound_message_nack.xml"),
    ):
        answer = SALESFORCE.answer(request, [Outcome(one) for one in verdicts])
        assert (answer.status, answer.type) == (200, "text/xml; charset=utf-8")
        assert answer.body == raw(file)


def test_a_closed_case_is_over_and_an_open_one_is_not() -> None:
    over = cleared(case(IsClosed="true", Status="完了", LastModifiedDate="2026-11-21T12:00:00.000Z"))
    assert over.alerts == {"ticket": Alert(datetime(2026, 11, 21, 12, tzinfo=UTC), firing=False)}
    cleared(case(Status="Closed"))
    opened(case(IsClosed="false", Status="Escalated"))
    opened(case(Status="Working"))
    cleared(case({"solved": "Working"}, Status="Working"))


def test_what_we_write_ourselves_is_no_news() -> None:
    assert isinstance(
        case({"ours": "0055g00000CCCC1AAG"}, LastModifiedById="0055g00000CCCC1AAG", Status="Closed"), Echo
    )
    assert isinstance(case(Latest_Comment__c="承知 [tasuki:0199e8f0-1111-7000-8000-000000000000]"), Echo)


def test_who_has_a_case_is_said_beside_what_it_asks_for() -> None:
    given_fields = {"Id": "5005g00000BBBB1AAC", "Subject": "停止", "Priority": "High", "Taker__c": "0055g00000CCCC1AAG"}
    options = {"field.taken_by": "Taker__c"}
    first, then = said(SALESFORCE, message(notification(**given_fields)), PATH, options)
    assert (opened(first).report.title, opened(first).report.urgency) == ("停止", "high")
    assert (taken(then).by.id, taken(then).standing, taken(then).moved) == ("0055g00000CCCC1AAG", True, False)
    assert taken(then).delivery_id == f"{opened(first).delivery_id}.taken"
    cleared(case(options, Status="Closed", Taker__c="0055g00000CCCC1AAG"))


def test_options_name_other_fields_and_a_case_without_subject_has_its_number() -> None:
    options = {"field.impact": "Reach__c", "field.organization": "Kaisha__c"}
    one = opened(case(options, Reach__c="全体", Kaisha__c="髙﨑㈱", Amount__c="1200000.0", Priority="高"))
    assert (one.report.impact, one.report.customer.company, one.report.urgency) == ("all", "髙﨑㈱", "high")
    (bare,) = said(SALESFORCE, message(notification(Id="5005g00000BBBB1AAC", CaseNumber="00012345")))
    assert opened(bare).report.title == "Salesforce ケース 00012345"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.security
@pytest.mark.parametrize(
    "bomb",
    [
        f'<!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]><a>&l9;</a>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>',
        "<!DOCTYPE a><a/>",
        "",
        "<a>",
        "&x;",
        "{}",
        '<?xml version="1.0" encoding="nonsense"?><a/>',
        '<?xml version="1.0" encoding="utf-7"?><a/>',
        '<?xml version="1.0" encoding="utf-32"?><a/>',
        '<?xml version="1.0" encoding="idna"?><a/>',
        '<?xml version="1.0" encoding="zlib"?><a/>',
        '<?xml version="1.0" encoding="undefined"?><a/>',
        '<?xml version="1.0" encoding="shift_jis"?><a>髙</a>',
    ],
)
def test_xml_that_is_none_or_does_what_it_must_not_is_refused(bomb: str) -> None:
    assert isinstance(read_all(SALESFORCE, bomb.encode()), Malformed)
    assert judged(bomb.encode(), options=ALLOWED) == Trusted()
    assert judged(bomb.encode(), "guess") == Rejected("secret")


@pytest.mark.security
def test_deep_xml_is_no_error() -> None:
    deep = b"<a>" * 50_000 + b"</a>" * 50_000
    assert isinstance(read_all(SALESFORCE, deep), tuple)
    inside = MESSAGE.replace(b"<sf:Subject>", b"<sf:Subject>" + deep)
    assert isinstance(read_all(SALESFORCE, inside), tuple)


@given(st.integers(0, len(MESSAGE)), st.integers(0, 60), st.binary(max_size=40))
def test_whatever_stands_in_an_example_is_read(at: int, less: int, more: bytes) -> None:
    spoilt = MESSAGE[:at] + more + MESSAGE[at + less :]
    found = read_all(SALESFORCE, spoilt)
    assert isinstance(found, tuple | Malformed)
    assert isinstance(judged(spoilt, options=ALLOWED), Trusted | Rejected)


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="<&>"), max_size=30)


@given(st.dictionaries(st.sampled_from(["Id", "Subject", "Status", "Priority", "IsClosed", "Amount__c", "X"]), WORDS))
def test_whatever_a_field_holds_is_read(fields: dict[str, str]) -> None:
    found = read_all(SALESFORCE, message(notification(**fields)))
    assert isinstance(found, tuple | Malformed)


@given(st.binary(max_size=200), st.text(max_size=40))
def test_whatever_comes_is_judged(given_bytes: bytes, secret: str) -> None:
    assert isinstance(judged(given_bytes, secret, ALLOWED), Rejected)
    assert isinstance(judged(given_bytes, options=ALLOWED), Trusted | Rejected)
    read_all(SALESFORCE, given_bytes)

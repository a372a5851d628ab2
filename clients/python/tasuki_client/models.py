"""The bodies and answers of the API. Made by `make contracts` from openapi/intake.json; a test keeps it true."""

from typing import Any, Literal, NotRequired, TypedDict


class AcknowledgeBody(TypedDict):
    by: NotRequired["By | None"]
    via: NotRequired[str]
    round: NotRequired["int | None"]
    track: NotRequired["Track | None"]


class Actor(TypedDict):
    kind: Literal["person", "source", "anonymous"]
    id: str
    name: NotRequired[str]


class AllCame(TypedDict):
    data: "list[Came]"


class AllGrants(TypedDict):
    data: "list[PersonGrants]"


class ArticleFile(TypedDict):
    id: str
    name: str
    kind: str
    size: int
    public: bool
    version: int


class Asked(TypedDict):
    asked: bool


class AttachmentView(TypedDict):
    id: str
    name: str
    kind: str
    size: int
    internal: bool
    by: "Actor"
    at: str


class Attachments(TypedDict):
    data: "list[AttachmentView]"


class AuditLine(TypedDict):
    id: int
    chain: int
    seq: int
    at: str
    action: str
    actor: str
    actor_kind: str
    object: str
    through: str
    trace_id: str
    detail: "dict[str, Any]"
    entry: str
    before: str
    hash: str


class AuditPage(TypedDict):
    data: "list[AuditLine]"


class By(TypedDict):
    id: str
    name: NotRequired[str]


class Came(TypedDict):
    place: str
    verdict: Literal["handled", "known", "refused"]
    reason: str


class CaseChange(TypedDict):
    type: str
    case: "CaseRow"
    version: str


class CaseIds(TypedDict):
    data: list[str]


class CasePage(TypedDict):
    data: "list[CaseRow]"
    next_cursor: "str | None"


class CaseRow(TypedDict):
    id: str
    number: int
    headline: str
    status: "Status"
    status_label: str
    waiting: str
    owner: "Person | None"
    priority: "Priority | None"
    level: int
    next_deadline: "DeadlineView | None"
    source: str
    created_at: str


class CaseView(TypedDict):
    id: str
    number: int
    headline: str
    status: "Status"
    status_label: str
    waiting: str
    owner: "Person | None"
    priority: "Priority | None"
    level: int
    next_deadline: "DeadlineView | None"
    source: str
    created_at: str
    report: "Report"
    reporter: str
    why: list[str]
    path: "Path | None"
    path_label: str
    load: "int | None"
    load_label: str
    plan: "PlanView | None"
    awaiting: bool
    exhausted: bool
    responders: "list[ResponderView]"
    tracks: "list[TrackView]"
    next: list[str]
    linked: "LinkedView | None"
    joined: "list[JoinedView]"
    channels: "list[Channel]"
    deadlines: "list[DeadlineView]"
    followers: "list[Person]"
    offered: "Person | None"
    external: "External | None"
    resolution: "ResolutionView | None"
    updated_at: str
    trace_id: str


Channel = Literal["phone", "sms", "push", "chat", "email", "webhook", "ticket"]


class ChannelHour(TypedDict):
    channel: str
    accepted: int
    delivered: int
    acknowledged: int
    failed: int
    p50: "float | None"
    p99: "float | None"


class CheckpointView(TypedDict):
    number: int
    body: str
    algorithm: str
    signature: str
    genuine: "bool | None"


class Checkpoints(TypedDict):
    data: "list[CheckpointView]"
    heads: "list[Head]"
    public_key: str
    public_keys: list[str]


class ClimbView(TypedDict):
    track: "Track"
    level: int
    at: str
    due: "str | None"
    late: bool


class Counted(TypedDict):
    of: str
    cases: int
    open: int
    linked: int
    reopened: int
    late: int
    climbs: int
    acknowledged: "Times"
    resolved: "Times"


class CoursePage(TypedDict):
    data: "list[CourseRow]"
    total: int


class CourseRow(TypedDict):
    id: str
    number: int
    headline: str
    status: "Status"
    status_label: str
    waiting: str
    owner: "Person | None"
    priority: "Priority | None"
    level: int
    next_deadline: "DeadlineView | None"
    source: str
    created_at: str
    acknowledged_in: "int | None"
    resolved_in: "int | None"
    reopened: int
    climbs: int
    late: bool
    linked: bool


class Courses(TypedDict):
    since: str
    until: str
    zone: str
    by: Literal["week", "month"]
    total: "Counted"
    before: "Counted"
    priorities: "list[Counted]"
    teams: "list[Counted]"
    kinds: "list[Counted]"
    volumes: "list[Volume]"
    disturbed: "list[Disturbed]"


class Customer(TypedDict):
    company: NotRequired[str]
    plan: NotRequired[str]
    name: NotRequired[str]


class DeadLetters(TypedDict):
    kept: int
    open: int
    holding: NotRequired[int]


DeadlineName = Literal["first_response", "authority_response", "first_handling", "next_update", "resolution"]

DeadlineState = Literal["running", "paused", "met", "breached", "dropped"]


class DeadlineView(TypedDict):
    name: "DeadlineName"
    label: str
    due: str
    span: str
    span_label: str
    state: "DeadlineState"
    state_label: str


class DeclineBody(TypedDict):
    by: NotRequired["By | None"]
    via: NotRequired[str]
    round: NotRequired["int | None"]
    reason: NotRequired[str]


class Deliveries(TypedDict):
    data: "list[DeliveryView]"


class DeliveryView(TypedDict):
    at: str
    verdict: str
    reason: str
    delivery_id: str
    case_id: "str | None"
    number: "int | None"
    quarantine: "int | None"
    bytes: int
    looks: "dict[str, str]"


class Disturbed(TypedDict):
    person: str
    name: str
    pages: int
    nights: int
    hours: int


class Done(TypedDict):
    at: str
    by: str
    verdict: Literal["handled", "known", "refused", "unanswered", "dismissed"]


class DrillRow(TypedDict):
    id: str
    team: str
    team_name: str
    title: str
    kind: "Kind"
    urgency: "Urgency"
    impact: "Impact"
    language: Literal["ja", "en"]
    announced: bool
    minutes: int
    starts_at: str
    started_at: "str | None"
    ended_at: "str | None"
    state: Literal["planned", "running", "ended", "cancelled", "missed"]
    state_label: str
    why: str
    waits: str
    by: "Person"
    case_id: str
    number: int


class DrillView(TypedDict):
    id: str
    team: str
    team_name: str
    title: str
    kind: "Kind"
    urgency: "Urgency"
    impact: "Impact"
    language: Literal["ja", "en"]
    announced: bool
    minutes: int
    starts_at: str
    started_at: "str | None"
    ended_at: "str | None"
    state: Literal["planned", "running", "ended", "cancelled", "missed"]
    state_label: str
    why: str
    waits: str
    by: "Person"
    case_id: str
    number: int
    facts: str
    verdict: str
    mend: list[str]
    asked: "list[services__intake__domain__drill_view__AskedView]"
    climbs: "list[ClimbView]"
    exhausted: bool


class Drills(TypedDict):
    data: "list[DrillRow]"


class Erasure(TypedDict):
    case_id: str
    originals: int


class ExtendBody(TypedDict):
    by: NotRequired["By | None"]
    via: NotRequired[str]
    round: NotRequired["int | None"]
    deadline: "DeadlineName"
    more: str
    reason: str


class External(TypedDict):
    system: Literal[
        "zendesk",
        "salesforce",
        "hubspot",
        "jira",
        "servicenow",
        "freshdesk",
        "kintone",
        "intercom",
        "dynamics365",
        "alertmanager",
        "grafana",
        "datadog",
        "sentry",
        "pagerduty",
        "opsgenie",
        "cloudevents",
        "standard_webhooks",
        "generic",
        "email",
    ]
    id: str
    url: NotRequired[str]


class FeedbackBody(TypedDict):
    by: NotRequired["By | None"]
    via: NotRequired[str]
    round: NotRequired["int | None"]
    text: str


class Finding(TypedDict):
    kind: str
    grade: Literal["bad", "warn"]
    values: "dict[str, str]"
    runbook: str
    href: str


class Flown(TypedDict):
    case_id: str
    sent_at: str


class FollowersBody(TypedDict):
    by: NotRequired["By | None"]
    via: NotRequired[str]
    round: NotRequired["int | None"]
    id: str
    name: str


class GrantBody(TypedDict):
    role: Literal["reporter", "responder", "leader", "manager", "admin", "auditor"]
    team: str


class GrantsBody(TypedDict):
    grants: "list[GrantBody]"


class HTTPValidationError(TypedDict):
    detail: NotRequired["list[ValidationError]"]


class Head(TypedDict):
    chain: int
    seq: int
    hash: str


Impact = Literal["all", "some", "one"]


class Import(TypedDict):
    dry_run: bool
    taken: int
    again: int
    would_be_taken: int
    refused: int
    data: "list[RowView]"


class ImportRow(TypedDict):
    kind: NotRequired["Kind"]
    urgency: NotRequired["Urgency"]
    urgency_reason: NotRequired[str]
    impact: NotRequired["Impact"]
    title: NotRequired[str]
    customer: NotRequired["Customer"]
    product: NotRequired[str]
    facts: str
    customer_said: NotRequired[str]
    done_already: NotRequired[str]
    difficulty: NotRequired[str]
    wanted: NotRequired[str]
    wanted_by: NotRequired["str | None"]
    amount: NotRequired["int | None"]
    personal_data: NotRequired[bool]
    estimate_minutes: NotRequired["int | None"]
    by: NotRequired["By | None"]
    external: NotRequired["Ticket | None"]
    external_id: str
    status: NotRequired[Literal["open", "done"]]


class JoinedView(TypedDict):
    id: str
    number: int


Kind = Literal["outage", "defect", "complaint", "refund", "harassment", "other"]


class KnowledgeAccepted(TypedDict):
    done: "KnowledgeShown"
    article: NotRequired["KnowledgeListed | None"]


class KnowledgeAnswers(TypedDict):
    data: "list[KnowledgeFound]"
    search_id: NotRequired["str | None"]
    instead: NotRequired["list[KnowledgeFound]"]


class KnowledgeApplied(TypedDict):
    by: NotRequired["KnowledgeBy | None"]
    publish: NotRequired[bool]


class KnowledgeArchived(TypedDict):
    case_id: str
    number: int
    version: int
    kind: "KnowledgeKind"
    priority: NotRequired["KnowledgePriority | None"]
    product: str
    title: str
    problem: str
    handling: str
    handler: NotRequired["KnowledgePerson | None"]
    result: str
    evaluation: str
    cause: str
    submitted_at: str
    resolved_at: str
    source_url: NotRequired[str]
    reopened_at: NotRequired["str | None"]


KnowledgeAudience = Literal["internal", "public"]


class KnowledgeBadRow(TypedDict):
    line: int
    name: str
    ja: str
    en: str


class KnowledgeBy(TypedDict):
    id: str
    name: NotRequired[str]


class KnowledgeCaseOf(TypedDict):
    case_id: str
    number: int
    title: str
    resolved_at: str


class KnowledgeContent(TypedDict):
    question: str
    phrasings: NotRequired[list[str]]
    unwanted: NotRequired[list[str]]
    kind: NotRequired["KnowledgeKind | None"]
    cause: NotRequired[str]
    answer: NotRequired[str]
    internal: NotRequired[str]
    audience: NotRequired["KnowledgeAudience"]
    language: NotRequired[Literal["ja", "en"]]
    product: NotRequired[str]
    cases: NotRequired[list[str]]
    owner: NotRequired["KnowledgePerson | None"]
    review_by: NotRequired["str | None"]
    expires_on: NotRequired["str | None"]


class KnowledgeCounted(TypedDict):
    click: NotRequired[int]
    solved: NotRequired[int]
    unsolved: NotRequired[int]
    deflected: NotRequired[int]


class KnowledgeDeflection(TypedDict):
    target: str
    search_id: NotRequired["str | None"]
    session: NotRequired[str]


class KnowledgeDoing(TypedDict):
    by: NotRequired["KnowledgeBy | None"]
    text: NotRequired[str]


class KnowledgeDone(TypedDict):
    by: NotRequired["KnowledgeBy | None"]


class KnowledgeDraft(TypedDict):
    content: "KnowledgeContent"
    near: "list[KnowledgeFound]"


class KnowledgeDrafting(TypedDict):
    by: NotRequired["KnowledgeBy | None"]
    cases: list[str]
    changes: NotRequired["dict[str, Any]"]
    publish: NotRequired[bool]
    dry_run: NotRequired[bool]


class KnowledgeDue(TypedDict):
    id: str
    question: str
    owner: "KnowledgePerson | None"
    review_by: "str | None"
    expires_on: "str | None"


class KnowledgeDuePage(TypedDict):
    data: "list[KnowledgeDue]"
    next_cursor: NotRequired["str | None"]


class KnowledgeFeedback(TypedDict):
    solved: bool
    search_id: NotRequired["str | None"]
    session: NotRequired[str]
    comment: NotRequired[str]


class KnowledgeFiguresShown(TypedDict):
    since: str
    until: str
    searches: int
    opened: "float | None"
    guessed: "float | None"
    solved: int
    unsolved: int
    deflected: int
    deflection: "float | None"
    cases: int
    covered: "float | None"
    minutes_per_case: float
    minutes_saved: float
    articles: "dict[str, int]"
    weeks: "list[KnowledgeWeekShown]"
    causes: "list[KnowledgeTrendShown]"


class KnowledgeFiles(TypedDict):
    data: "list[Knowledgeservices__knowledge__routes__moving__File]"
    next_cursor: NotRequired["str | None"]
    left_out: NotRequired[int]


class KnowledgeFound(TypedDict):
    record: NotRequired["KnowledgeArchived | None"]
    article: NotRequired["KnowledgeSummary | None"]
    reason: "Knowledgeservices__knowledge__domain__query__Reason"
    why: list[str]
    score: float
    close: NotRequired["bool | None"]


class KnowledgeFull(TypedDict):
    id: str
    version: int
    state: "KnowledgeState"
    live: "int | None"
    question: str
    audience: "KnowledgeAudience"
    language: Literal["ja", "en"]
    product: str
    owner: "KnowledgePerson | None"
    review_by: "str | None"
    expires_on: "str | None"
    changed_at: str
    changed_by: "KnowledgePerson"
    content: "KnowledgeContent"
    files: "list[Knowledgeservices__knowledge__domain__files__File]"
    shown: "KnowledgeContent | None"
    created_at: str
    external_id: "str | None"
    redirected_from: "str | None"
    merged_from: list[str]
    can: "list[KnowledgeVerb]"
    phrasings: "list[KnowledgePhrasing]"
    cases: "list[KnowledgeCaseOf]"
    near: "list[KnowledgeFound]"
    versions: "list[KnowledgePast]"
    history: "list[KnowledgePast]"
    use: "dict[str, int]"


class KnowledgeHelpedPage(TypedDict):
    data: "list[KnowledgeHelpedShown]"
    total: int


class KnowledgeHelpedShown(TypedDict):
    article: str
    question: str
    deflected: int
    solved: int
    unsolved: int
    last_at: str
    weeks: "list[int]"


KnowledgeKind = Literal["outage", "defect", "complaint", "refund", "harassment", "other"]


class KnowledgeListed(TypedDict):
    id: str
    version: int
    state: "KnowledgeState"
    live: "int | None"
    question: str
    audience: "KnowledgeAudience"
    language: Literal["ja", "en"]
    product: str
    owner: "KnowledgePerson | None"
    review_by: "str | None"
    expires_on: "str | None"
    changed_at: str
    changed_by: "KnowledgePerson"


class KnowledgeMarking(TypedDict):
    by: NotRequired["KnowledgeBy | None"]
    public: bool
    publish: NotRequired[bool]


class KnowledgeMerging(TypedDict):
    by: NotRequired["KnowledgeBy | None"]
    into: str


class KnowledgeNewArticle(TypedDict):
    by: NotRequired["KnowledgeBy | None"]
    content: "KnowledgeContent"
    publish: NotRequired[bool]
    why: NotRequired[str]
    id: NotRequired["str | None"]


class KnowledgeNewImport(TypedDict):
    by: NotRequired["KnowledgeBy | None"]
    format: Literal["csv", "json", "markdown", "html", "zendesk", "helpfeel"]
    dry_run: NotRequired[bool]
    publish: NotRequired[bool]


class KnowledgeOpening(TypedDict):
    target: str


class KnowledgePage(TypedDict):
    data: "list[KnowledgeListed]"
    states: "dict[str, int]"
    next_cursor: NotRequired["str | None"]


class KnowledgePast(TypedDict):
    version: int
    verb: str
    by: "KnowledgePerson"
    at: str
    text: str


KnowledgePath = Literal["functional", "hierarchical"]


class KnowledgePerson(TypedDict):
    id: str
    name: str


class KnowledgePhrasing(TypedDict):
    text: str
    origin: Literal["people", "learned", "rule"]


KnowledgePriority = Literal["P1", "P2", "P3", "P4"]


class KnowledgeProgress(TypedDict):
    id: str
    format: Literal["csv", "json", "markdown", "html", "zendesk", "helpfeel"]
    dry_run: bool
    publish: bool
    state: Literal["open", "running", "done"]
    created_at: str
    seen: int
    total: "int | None"
    added: int
    changed: int
    same: int
    unpublished: int
    bad_rows: int
    bad: "list[KnowledgeBadRow]"


class KnowledgeProposal(TypedDict):
    text: str
    id: str
    form: Literal["article", "case"]


class KnowledgeProposals(TypedDict):
    data: "list[KnowledgeProposal]"


class KnowledgeQuestion(TypedDict):
    q: NotRequired[str]
    limit: NotRequired[int]
    session: NotRequired[str]
    typing: NotRequired[bool]
    form: NotRequired["Literal['article', 'case'] | None"]
    kind: NotRequired["KnowledgeKind | None"]
    product: NotRequired[str]
    language: NotRequired[str]
    audience: NotRequired["KnowledgeAudience | None"]
    since: NotRequired["str | None"]


class KnowledgeQuestionShown(TypedDict):
    case_id: str
    title: str
    situation: str
    customer_said: str
    asked: "Knowledgeshared__contracts__plan__Reason"
    priority: "KnowledgePriority"
    path: "KnowledgePath"
    first_response: str
    first_handling: str
    asks: list[str]
    authority: bool
    reasons: "list[Knowledgeshared__contracts__plan__Reason]"
    handling: str
    result: str
    suppressed: "Knowledgeshared__contracts__plan__Reason | None"


class KnowledgeQuestions(TypedDict):
    data: "list[KnowledgeQuestionShown]"


class KnowledgeRead(TypedDict):
    id: str
    question: str
    answer: str
    cause: NotRequired[str]
    audience: "KnowledgeAudience"
    language: Literal["ja", "en"]
    product: str
    changed_at: str
    uses: NotRequired[int]
    files: "list[Knowledgeservices__knowledge__domain__files__File]"


class KnowledgeRepeated(TypedDict):
    cause: str
    cases: int


class KnowledgeReview(TypedDict):
    suggestions: "list[KnowledgeShown]"
    in_vain: "list[KnowledgeVain]"
    causes: "list[KnowledgeRepeated]"
    untold: "list[KnowledgeCaseOf]"
    waiting: "list[KnowledgeListed]"
    due: "list[KnowledgeListed]"
    drafts: "list[KnowledgeListed]"
    expired: "list[KnowledgeListed]"


class KnowledgeSaying(TypedDict):
    by: NotRequired["KnowledgeBy | None"]
    text: str


class KnowledgeShown(TypedDict):
    id: str
    type: "KnowledgeType"
    weight: int
    ja: str
    en: str
    cases: list[str]
    articles: list[str]
    words: list[str]


KnowledgeState = Literal["draft", "in_review", "published", "withdrawn", "expired"]


class KnowledgeSummary(TypedDict):
    id: str
    question: str
    answer: str
    cause: NotRequired[str]
    audience: "KnowledgeAudience"
    language: Literal["ja", "en"]
    product: str
    changed_at: str
    uses: NotRequired[int]


class KnowledgeTrendShown(TypedDict):
    cause: str
    cases: int
    weeks: "list[int]"


KnowledgeType = Literal[
    "draft-from-cases", "draft-from-searches", "add-phrasing", "add-synonym", "merge", "contradiction", "revise"
]


class KnowledgeVain(TypedDict):
    words: str
    searchers: int
    guesses: int
    reworded: str


KnowledgeVerb = Literal["submit", "return", "publish", "withdraw", "confirm"]


class KnowledgeVersion(TypedDict):
    version: int
    content: "KnowledgeContent"
    files: "list[Knowledgeservices__knowledge__domain__files__File]"


class KnowledgeWeekShown(TypedDict):
    monday: str
    cases: int
    searches: int
    deflected: int
    solved: int


class KnowledgeWriting(TypedDict):
    by: NotRequired["KnowledgeBy | None"]
    content: "KnowledgeContent"
    publish: NotRequired[bool]
    why: NotRequired[str]


class Knowledgeservices__knowledge__domain__files__File(TypedDict):
    id: str
    name: str
    kind: Literal["image/jpeg", "image/png", "image/webp", "application/pdf", "text/plain"]
    size: int
    public: bool
    by: "KnowledgePerson"
    at: str
    gone: NotRequired[bool]


Knowledgeservices__knowledge__domain__query__Reason = Literal["words", "synonyms", "readings", "letters", "recent"]


class Knowledgeservices__knowledge__routes__moving__File(TypedDict):
    name: str
    text: str


class Knowledgeshared__contracts__plan__Reason(TypedDict):
    ja: str
    en: str


class LastHour(TypedDict):
    data: "list[ChannelHour]"


class LetterRow(TypedDict):
    place: str
    at: str
    service: str
    topic: str
    partition: int
    offset: int
    type: str
    key: str
    reason: str
    settled: bool
    done: "list[Done]"


class LetterView(TypedDict):
    place: str
    at: str
    service: str
    topic: str
    partition: int
    offset: int
    type: str
    key: str
    reason: str
    settled: bool
    done: "list[Done]"
    headers: "dict[str, str]"
    body: "str | None"


class Letters(TypedDict):
    kept: int
    data: "list[LetterRow]"


class LevelView(TypedDict):
    level: int
    text: str
    channels: "list[Channel]"
    first_response: str
    acknowledge: Literal["any", "all"]


class Line(TypedDict):
    id: str
    at: str
    type: str
    text: str
    actor: "Actor | None"
    actor_name: str
    public: bool
    pending: bool


class LinkBody(TypedDict):
    by: NotRequired["By | None"]
    via: NotRequired[str]
    round: NotRequired["int | None"]
    lead: "int | str"
    reason: NotRequired[str]


class LinkedView(TypedDict):
    id: str
    number: int
    status: "Status"
    status_label: str
    owner: "Person | None"
    text: str


class Listed(TypedDict):
    data: "list[SourceView]"


class MadeKey(TypedDict):
    secret: str
    old_until: str


class MadeSecret(TypedDict):
    id: int
    secret: str
    secret_url: "str | None"
    old_until: str


class MadeSource(TypedDict):
    id: str
    sender: str
    name: str
    owner: str
    options: "dict[str, str]"
    enabled: bool
    version: int
    built_in: bool
    url: str
    guide: str
    secrets: "list[SecretView]"
    tokens: "list[SecretView]"
    looked_at: "str | None"
    problem: str
    secret: "str | None"
    secret_url: "str | None"


class MadeSubscription(TypedDict):
    id: str
    url: str
    name: str
    types: list[str]
    teams: list[str]
    language: Literal["ja", "en"]
    state: Literal["enabled", "disabled"]
    reason: str
    reason_label: str
    version: int
    made_by: str
    failing_since: "str | None"
    next_try_at: "str | None"
    created_at: str
    secret: str


class MadeToken(TypedDict):
    id: str
    name: str
    scopes: "list[Literal['read', 'submit', 'act', 'admin']]"
    grants: "list[GrantBody] | None"
    person: "Person | None"
    state: Literal["valid", "expired", "revoked"]
    state_label: str
    created_at: str
    created_by: str
    expires_at: "str | None"
    last_used_at: "str | None"
    revoked_at: "str | None"
    token: str


class Mailbox(TypedDict):
    address: str


class Named(TypedDict):
    id: str
    name: str


class NewDrill(TypedDict):
    team: str
    scenario: NotRequired[Literal["outage", "partial", "complaint", "single"]]
    kind: NotRequired["Kind | None"]
    urgency: NotRequired["Urgency | None"]
    impact: NotRequired["Impact | None"]
    title: NotRequired[str]
    facts: NotRequired[str]
    language: NotRequired[Literal["ja", "en"]]
    starts_at: NotRequired["str | None"]
    announced: NotRequired[bool]
    minutes: NotRequired[int]


class NewSecret(TypedDict):
    secret: NotRequired["str | None"]
    old_until: NotRequired["str | None"]
    purpose: NotRequired[Literal["proof", "api"]]


class NewSource(TypedDict):
    id: str
    sender: str
    name: NotRequired[str]
    owner: str
    options: NotRequired["dict[str, str]"]
    secret: NotRequired["str | None"]


class NewSubscription(TypedDict):
    url: str
    name: NotRequired[str]
    types: NotRequired[list[str]]
    teams: NotRequired[list[str]]
    language: NotRequired[Literal["ja", "en"]]


class NewToken(TypedDict):
    name: str
    scopes: "list[Literal['read', 'submit', 'act', 'admin']]"
    person: NotRequired["By | None"]
    expires_at: NotRequired["str | None"]
    grants: NotRequired["list[GrantBody] | None"]


class NotesBody(TypedDict):
    by: NotRequired["By | None"]
    via: NotRequired[str]
    round: NotRequired["int | None"]
    text: str
    internal: NotRequired[bool]


class NotifierAttempt(TypedDict):
    attempt: int
    started_at: str
    ended_at: "str | None"
    outcome: "str | None"
    result: str
    code: str
    provider: str
    provider_id: str


class NotifierBroken(TypedDict):
    line: int
    source: str
    code: str
    detail: str


class NotifierBundling(TypedDict):
    after: int


class NotifierBy(TypedDict):
    id: str
    name: NotRequired[str]


NotifierChannel = Literal["phone", "sms", "push", "chat", "email", "webhook", "ticket"]


class NotifierChannels(TypedDict):
    data: "list[NotifierState]"


class NotifierCode(TypedDict):
    code: str


class NotifierCodeSent(TypedDict):
    id: str
    location: str
    expires_at: str


class NotifierDeliveries(TypedDict):
    data: "list[NotifierDelivery]"


class NotifierDelivery(TypedDict):
    id: str
    case_id: str
    purpose: str
    channel: str
    provider: str
    recipient: str
    name: str
    address: str
    round: int
    level: int
    track: "NotifierTrack"
    state: str
    code: str
    repeat: bool
    created_at: str
    next_attempt_at: "str | None"
    carrier: "str | None"
    held_by: "str | None"
    why: str
    why_not: str
    sentence: str
    attempts: "list[NotifierAttempt]"


class NotifierDeviceLink(TypedDict):
    url: str


class NotifierDirectory(TypedDict):
    people: "list[NotifierEntry]"
    teams: NotRequired["list[NotifierEntry]"]
    catch_all: str
    platform_owner: NotRequired["str | None"]


class NotifierDoNotDisturb(TypedDict):
    zone: NotRequired[str]
    windows: NotRequired["list[NotifierWindow]"]


class NotifierEntry(TypedDict):
    id: str
    name: str
    language: NotRequired[Literal["ja", "en"]]
    phone: NotRequired["str | list[str]"]
    email: NotRequired["str | list[str]"]
    slack: NotRequired["str | list[str]"]
    teams: NotRequired["str | list[str]"]
    line_works: NotRequired["str | list[str]"]
    line: NotRequired["str | list[str]"]
    chatwork: NotRequired["str | list[str]"]
    google_chat: NotRequired["str | list[str]"]
    mattermost: NotRequired["str | list[str]"]
    discord: NotRequired["str | list[str]"]
    apprise: NotRequired["str | list[str]"]
    webhook: NotRequired["str | list[str]"]
    member_of: NotRequired[list[str]]


class NotifierEverybody(TypedDict):
    people: "list[NotifierEntry]"
    teams: "list[NotifierEntry]"
    catch_all: str
    platform_owner: str


class NotifierFull(TypedDict):
    language: Literal["ja", "en"]
    name: str
    changed: bool
    version: int
    changed_at: "str | None"
    changed_by: str
    changed_by_id: str
    why: str
    broken: "NotifierBroken | None"
    text: str
    standard: str
    variables: "list[NotifierVariable]"


class NotifierHistory(TypedDict):
    data: "list[NotifierPast]"
    next_cursor: "str | None"


class NotifierImported(TypedDict):
    done: bool
    people: int
    teams: int
    added: list[str]
    changed: list[str]
    removed: list[str]
    mistakes: "list[NotifierMistake]"


class NotifierMistake(TypedDict):
    line: int
    column: str
    detail: str


class NotifierNewAddress(TypedDict):
    kind: str
    value: str
    label: NotRequired[str]


class NotifierNewText(TypedDict):
    by: "NotifierBy"
    why: str
    text: str


NotifierNewWindow = TypedDict(
    "NotifierNewWindow",
    {
        "team": NotRequired[str],
        "product": NotRequired[str],
        "source": NotRequired[str],
        "from": str,
        "to": str,
        "reason": str,
        "by": "NotifierBy",
        "p1": NotRequired[bool],
    },
)


class NotifierOver(TypedDict):
    channel: NotRequired["NotifierChannel | None"]


class NotifierPage(TypedDict):
    data: "list[NotifierDelivery]"
    next_cursor: "str | None"


class NotifierPast(TypedDict):
    version: int
    text: "str | None"
    before: "str | None"
    changed_at: str
    changed_by: str
    changed_by_id: str
    why: str
    restores: "int | None"


NotifierPriority = Literal["P1", "P2", "P3", "P4"]


class NotifierPushKey(TypedDict):
    key: str


class NotifierReachability(TypedDict):
    ways: "list[NotifierWay]"
    loud: bool
    missing: list[str]


class NotifierReached(TypedDict):
    id: str
    name: str
    language: Literal["ja", "en"]
    own_language: "Literal['ja', 'en'] | None"
    member_of: list[str]
    addresses: "list[NotifierShownAddress]"
    rules: "dict[str, list[NotifierStep]]"
    do_not_disturb: "NotifierDoNotDisturb"
    reachability: "dict[str, NotifierReachability]"
    warnings: list[str]


class NotifierRestoration(TypedDict):
    by: "NotifierBy"
    why: str
    to: int


class NotifierRules(TypedDict):
    rules: NotRequired["dict[str, list[NotifierStep]]"]
    language: NotRequired["Literal['ja', 'en'] | None"]


class NotifierShownAddress(TypedDict):
    id: str
    kind: str
    value: str
    label: str
    origin: Literal["directory", "self"]
    trusted: bool
    verified_at: "str | None"
    broken: str


class NotifierStarted(TypedDict):
    id: str
    location: str


class NotifierState(TypedDict):
    provider: str
    channel: "NotifierChannel"
    kind: str
    set_up: bool
    best_effort: bool
    works: bool
    resting_until: "str | None"
    last_success_at: "str | None"
    last_failure_at: "str | None"
    last_failure: str


class NotifierStep(TypedDict):
    channel: "NotifierChannel"
    address: NotRequired[str]
    minutes: NotRequired[int]


class NotifierTestAttempt(TypedDict):
    started_at: str
    outcome: "str | None"
    code: str
    provider: str


class NotifierTestOutcome(TypedDict):
    id: str
    what: Literal["test", "code"]
    channel: "NotifierChannel"
    address: str
    state: str
    code: str
    said: str
    attempts: "list[NotifierTestAttempt]"


NotifierTrack = Literal["handling", "authority"]


class NotifierTrial(TypedDict):
    text: NotRequired["str | None"]
    sample: NotRequired["Literal['outage', 'refund', 'long', 'digest'] | None"]
    channel: NotRequired["NotifierChannel"]
    provider: NotRequired[str]
    segments: NotRequired[bool]


class NotifierTried(TypedDict):
    sample: Literal["outage", "refund", "long", "digest"]
    subject: str
    body: str
    speech: str
    masked: bool
    segments: "int | None"


class NotifierVariable(TypedDict):
    name: str
    about: str


class NotifierWay(TypedDict):
    channel: "NotifierChannel"
    address: str
    trusted: bool
    minutes: int


NotifierWindow = TypedDict(
    "NotifierWindow",
    {"days": NotRequired["list[Literal['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']]"], "from": str, "until": str},
)


class Notifierservices__notifier__routes__maintenance__All(TypedDict):
    data: "list[Notifierservices__notifier__routes__maintenance__Shown]"


Notifierservices__notifier__routes__maintenance__Shown = TypedDict(
    "Notifierservices__notifier__routes__maintenance__Shown",
    {
        "id": str,
        "team": str,
        "product": str,
        "source": str,
        "from": str,
        "to": str,
        "reason": str,
        "by": "NotifierBy",
        "p1": bool,
        "state": str,
        "ended_at": "str | None",
        "ended_by": str,
    },
)


class Notifierservices__notifier__routes__shown__All(TypedDict):
    data: "list[Notifierservices__notifier__routes__shown__Shown]"


class Notifierservices__notifier__routes__shown__Shown(TypedDict):
    language: Literal["ja", "en"]
    name: str
    changed: bool
    version: int
    changed_at: "str | None"
    changed_by: str
    changed_by_id: str
    why: str
    broken: "NotifierBroken | None"


class OfferBody(TypedDict):
    by: NotRequired["By | None"]
    via: NotRequired[str]
    round: NotRequired["int | None"]
    to: "Named"
    reason: NotRequired[str]


class Operations(TypedDict):
    findings: "list[Finding]"
    standing: "Standing"


class OriginalText(TypedDict):
    event_id: str
    at: str
    field: str
    text: str


class Originals(TypedDict):
    data: "list[OriginalText]"


Outcome = Literal["accepted", "delivered", "answered", "acknowledged", "retryable", "failed", "ambiguous", "skipped"]


class Paste(TypedDict):
    body: str
    headers: NotRequired["dict[str, str]"]
    options: NotRequired["dict[str, str] | None"]


Path = Literal["functional", "hierarchical"]


class Person(TypedDict):
    id: str
    name: str


class PersonGrants(TypedDict):
    person: str
    grants: "list[GrantBody]"


class PlanView(TypedDict):
    policy_version: int
    team: str
    rules: list[str]
    calendar: str
    words: list[str]
    levels: "list[LevelView]"
    authority: "list[LevelView]"
    first_handling: str
    next_update: str
    resolution: str
    repeat: int
    nobody_on_duty: Literal["catch_all", "hold"]
    suppressed: str
    faq: str


class Precedent(TypedDict):
    number: int
    title: str
    handling: str
    result: str
    evaluation: str


class Precedents(TypedDict):
    data: "list[Precedent] | None"


Priority = Literal["P1", "P2", "P3", "P4"]


class Problem(TypedDict):
    type: str
    title: str
    status: int
    code: str
    instance: NotRequired[str]
    trace_id: NotRequired[str]
    errors: NotRequired["list[dict[str, Any]]"]


class Provider(TypedDict):
    provider: str
    set_up: bool
    resting_until: "str | None"


class Providers(TypedDict):
    data: "list[Provider]"


class Punctuality(TypedDict):
    breaches: int
    worst: float
    late_since: "str | None"
    unattended: int


class PushView(TypedDict):
    event_id: str
    type: str
    status: "int | None"
    problem: str
    milliseconds: int
    at: str


class Pushes(TypedDict):
    data: "list[PushView]"


class Readiness(TypedDict):
    name: str
    problem: str


class ReassessBody(TypedDict):
    by: NotRequired["By | None"]
    via: NotRequired[str]
    round: NotRequired["int | None"]
    urgency: NotRequired["Urgency | None"]
    impact: NotRequired["Impact | None"]
    kind: NotRequired["Kind | None"]
    personal_data: NotRequired["bool | None"]
    reason: str


class ReassignBody(TypedDict):
    by: NotRequired["By | None"]
    via: NotRequired[str]
    round: NotRequired["int | None"]
    to: "Named"
    reason: NotRequired[str]


class Received(TypedDict):
    case_id: str
    number: int
    page: str
    again: bool


class RelatedCases(TypedDict):
    data: "list[RelatedRow]"


class RelatedRow(TypedDict):
    id: str
    number: int
    headline: str
    status: "Status"
    status_label: str
    waiting: str
    owner: "Person | None"
    priority: "Priority | None"
    level: int
    next_deadline: "DeadlineView | None"
    source: str
    created_at: str
    related_by: str
    related_at: str


class ReopenBody(TypedDict):
    by: NotRequired["By | None"]
    via: NotRequired[str]
    round: NotRequired["int | None"]
    reason: str


class RepliesBody(TypedDict):
    by: NotRequired["By | None"]
    via: NotRequired[str]
    round: NotRequired["int | None"]
    text: str
    automatic: NotRequired["bool | None"]
    headers: NotRequired["dict[str, str]"]


class Report(TypedDict):
    kind: NotRequired["Kind"]
    urgency: NotRequired["Urgency"]
    urgency_reason: NotRequired[str]
    impact: NotRequired["Impact"]
    title: NotRequired[str]
    customer: NotRequired["Customer"]
    product: NotRequired[str]
    facts: str
    customer_said: NotRequired[str]
    done_already: NotRequired[str]
    difficulty: NotRequired[str]
    wanted: NotRequired[str]
    wanted_by: NotRequired["str | None"]
    amount: NotRequired["int | None"]
    personal_data: NotRequired[bool]
    estimate_minutes: NotRequired["int | None"]


class ReportBody(TypedDict):
    kind: NotRequired["Kind"]
    urgency: NotRequired["Urgency"]
    urgency_reason: NotRequired[str]
    impact: NotRequired["Impact"]
    title: NotRequired[str]
    customer: NotRequired["Customer"]
    product: NotRequired[str]
    facts: str
    customer_said: NotRequired[str]
    done_already: NotRequired[str]
    difficulty: NotRequired[str]
    wanted: NotRequired[str]
    wanted_by: NotRequired["str | None"]
    amount: NotRequired["int | None"]
    personal_data: NotRequired[bool]
    estimate_minutes: NotRequired["int | None"]
    by: NotRequired["By | None"]
    external: NotRequired["Ticket | None"]


class ResolutionView(TypedDict):
    handling: str
    result: str
    evaluation: str
    cause: str
    by: "Actor"
    at: "str | None"


class ResolveBody(TypedDict):
    by: NotRequired["By | None"]
    via: NotRequired[str]
    round: NotRequired["int | None"]
    handling: str
    result: str
    evaluation: NotRequired[str]
    cause: NotRequired[str]


class ResponderView(TypedDict):
    id: str
    name: str
    path: "Path"
    reason: str


class ResumeBody(TypedDict):
    by: NotRequired["By | None"]
    via: NotRequired[str]
    round: NotRequired["int | None"]


class Rotation(TypedDict):
    old_until: NotRequired["str | None"]


class RouterAbsenceAnswer(TypedDict):
    consequences: NotRequired[list[str]]
    warnings: NotRequired[list[str]]
    absence: "RouterShownAbsence"


class RouterAbsences(TypedDict):
    next_cursor: "str | None"
    data: "list[RouterShownAbsence]"


class RouterAnswered(TypedDict):
    by: "RouterBy"


class RouterBy(TypedDict):
    id: str
    name: NotRequired[str]


class RouterCalendar(TypedDict):
    name: NotRequired[str]
    zone: NotRequired[str]
    always: NotRequired[bool]
    hours: NotRequired["dict[str, list[str]]"]
    holidays: NotRequired[Literal["japan", "none"]]
    closed: NotRequired["dict[str, str]"]
    open: NotRequired["dict[str, list[str]]"]


class RouterCell(TypedDict):
    at: str
    priority: "RouterPriority"
    people: "list[RouterPerson]"
    asked_at: str
    response_due: "str | None"
    digest: bool
    reason: "RouterReason | None"


class RouterChanged(TypedDict):
    case_id: str
    number: int
    headline: str
    submitted_at: str
    before: "RouterSideShown"
    after: "RouterSideShown"
    what: "list[RouterReason]"


RouterChannel = Literal["phone", "sms", "push", "chat", "email", "webhook", "ticket"]


class RouterClock(TypedDict):
    name: "RouterDeadlineName"
    label: str
    state: "RouterDeadlineState"
    state_label: str
    span: str
    span_label: str
    since: "str | None"
    due: str
    warn_at: "str | None"
    stopped_at: "str | None"
    calendar: "RouterCounting"
    used: "RouterCounted"
    used_before: "RouterCounted"
    remaining: "RouterCounted"
    explained: "list[RouterDay]"


class RouterClockFigures(TypedDict):
    priority: "RouterPriority"
    name: "RouterDeadlineName"
    cases: int
    breached: int


class RouterClocks(TypedDict):
    case_id: str
    waiting: str
    data: "list[RouterClock]"


class RouterCondition(TypedDict):
    kind: NotRequired["list[RouterKind] | None"]
    urgency: NotRequired["list[RouterUrgency] | None"]
    impact: NotRequired["list[RouterImpact] | None"]
    words: NotRequired["list[str] | None"]
    also: NotRequired["list[str] | None"]
    without: NotRequired["list[str] | None"]
    done: NotRequired["list[str] | None"]
    plan: NotRequired["list[str] | None"]
    product: NotRequired["list[str] | None"]
    source: NotRequired["list[str] | None"]
    amount_at_least: NotRequired["int | None"]
    estimate_over: NotRequired["int | None"]
    wanted_within: NotRequired["str | None"]
    personal_data: NotRequired["bool | None"]
    similar: NotRequired["RouterSimilar | None"]


class RouterCounted(TypedDict):
    ms: int
    text: str


class RouterCounting(TypedDict):
    id: str
    name: str
    zone: str


class RouterCustomer(TypedDict):
    company: NotRequired[str]
    plan: NotRequired[str]
    name: NotRequired[str]


class RouterDay(TypedDict):
    day: str
    counted: "RouterCounted"
    total: "RouterCounted"
    due: "str | None"
    left_out: int
    pieces: "list[RouterStretch]"
    text: str


RouterDeadlineName = Literal["first_response", "authority_response", "first_handling", "next_update", "resolution"]


class RouterDeadlineSet(TypedDict):
    name: "RouterDeadlineName"
    generation: int
    due: str
    warn_at: NotRequired["str | None"]
    span: NotRequired[str]
    since: NotRequired["str | None"]
    used_ms: NotRequired[int]


RouterDeadlineState = Literal["running", "paused", "met", "breached", "dropped"]


class RouterDeeds(TypedDict):
    after: str
    deed: Literal["acknowledge", "start", "update", "resolve"]
    person: NotRequired["RouterPerson | None"]


class RouterDifference(TypedDict):
    section: str
    id: str
    kind: str
    text: str


class RouterDifferences(TypedDict):
    old: int
    new: "int | None"
    changes: "list[RouterDifference]"


class RouterDigest(TypedDict):
    weekday: NotRequired[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]]
    at: NotRequired[str]


class RouterDraft(TypedDict):
    files: "dict[str, str]"
    limit: NotRequired[int]
    since: NotRequired["str | None"]
    worst: NotRequired[int]


class RouterDue(TypedDict):
    name: "RouterDeadlineName"
    due: str
    reason: "RouterReason"


class RouterEffect(TypedDict):
    priority: NotRequired["RouterPriority | None"]
    at_least: NotRequired["RouterPriority | None"]
    only: NotRequired["list[RouterRoleTarget] | None"]
    add: NotRequired["list[RouterRoleTarget] | None"]
    channels: NotRequired["list[RouterChannel] | None"]
    load: NotRequired["int | None"]
    gather: NotRequired[bool]
    restrict: NotRequired[bool]
    suppress: NotRequired[bool]
    faq: NotRequired[str]


class RouterEscalationAssigned(TypedDict):
    case_id: str
    round: int
    level: int
    path: "RouterPath"
    priority: "RouterPriority"
    cause: Literal[
        "submitted", "breached", "reassigned", "reopened", "unreachable", "shift", "reassessed", "missing", "undone"
    ]
    after: int
    track: NotRequired["RouterTrack"]
    acknowledge: NotRequired[Literal["any", "all"]]
    not_before: NotRequired["str | None"]
    responders: "list[RouterResponder]"
    channels: "list[RouterChannel]"
    deadlines: "list[RouterDeadlineSet]"
    reasons: "list[RouterReason]"


class RouterFiles(TypedDict):
    files: "dict[str, str]"


class RouterFound(TypedDict):
    severity: Literal["error", "warning", "info"]
    code: str
    file: str
    line: int
    column: int
    place: str
    reason: str
    remedy: str


class RouterFull(TypedDict):
    version: int
    published_at: str
    published_by: str
    published_by_id: str
    origin: Literal["files", "api"]
    why: str
    restores: "int | None"
    policy: "RouterPolicy | None"
    files: "dict[str, str] | None"


class RouterGap(TypedDict):
    schedule: str
    schedule_name: str
    since: str
    until: str
    then: "RouterReason"


class RouterHistory(TypedDict):
    data: "list[RouterShown]"
    next_cursor: "str | None"


class RouterHolder(TypedDict):
    schedule: NotRequired[str]
    person: NotRequired[str]


RouterImpact = Literal["all", "some", "one"]


class RouterImportAnswer(TypedDict):
    consequences: NotRequired[list[str]]
    warnings: NotRequired[list[str]]
    taken: "list[RouterSpan]"
    known: "list[RouterSpan]"
    left_out: "list[RouterLeftOut]"


class RouterInForce(TypedDict):
    version: int
    published_at: str
    published_by: str
    published_by_id: str
    origin: Literal["files", "api"]
    why: str
    restores: "int | None"
    policy: "RouterPolicy"


RouterKind = Literal["outage", "defect", "complaint", "refund", "harassment", "other"]


class RouterLeftOut(TypedDict):
    uid: str
    summary: str
    why: str


class RouterLevel(TypedDict):
    targets: "list[RouterTarget]"
    channels: "list[RouterChannel]"
    first_response: str
    acknowledge: NotRequired[Literal["any", "all"]]


class RouterLinted(TypedDict):
    ok: bool
    contacts_checked: bool
    findings: "list[RouterFound]"


class RouterListed(TypedDict):
    id: str
    name: str
    zone: str
    people: "list[RouterPerson]"


class RouterLoad(TypedDict):
    since: str
    until: str
    data: "list[RouterShare]"


class RouterNewAbsence(TypedDict):
    by: "RouterBy"
    id: NotRequired[str]
    since: str
    until: str
    person: str
    substitute: NotRequired["str | None"]
    reason: NotRequired[str]


class RouterNewOverride(TypedDict):
    by: "RouterBy"
    id: NotRequired[str]
    since: str
    until: str
    schedule: str
    person: str
    reason: NotRequired[str]


class RouterNewPresence(TypedDict):
    state: Literal["available", "telework", "busy", "off"]
    until: NotRequired["str | None"]
    note: NotRequired[str]
    by: NotRequired["RouterBy | None"]


class RouterNewSwap(TypedDict):
    by: "RouterBy"
    id: NotRequired[str]
    since: str
    until: str
    schedule: str
    other: str


class RouterNext(TypedDict):
    at: str
    person: "RouterPerson | None"
    reason: "RouterReason | None"


class RouterOnDuty(TypedDict):
    team: str
    team_name: str
    role: str
    role_name: "RouterReason"
    schedule: str
    schedule_name: str
    holder: "RouterPerson | None"
    person: "RouterPerson | None"
    reason: "RouterReason"
    presence: "RouterSaid | None"
    next: "RouterNext | None"


class RouterOverrideAnswer(TypedDict):
    consequences: NotRequired[list[str]]
    warnings: NotRequired[list[str]]
    override: "RouterShownOverride"


class RouterOverrides(TypedDict):
    next_cursor: "str | None"
    data: "list[RouterShownOverride]"


class RouterPair(TypedDict):
    before: NotRequired[int]
    after: NotRequired[int]


RouterPath = Literal["functional", "hierarchical"]


class RouterPerson(TypedDict):
    id: str
    name: str


class RouterPersonWoken(TypedDict):
    person: "RouterPerson"
    calls: "RouterPair"
    at_night: "RouterPair"


class RouterPlan(TypedDict):
    policy_version: int
    priority: "RouterPriority"
    path: "RouterPath"
    load: NotRequired[int]
    team: str
    levels: "list[RouterLevel]"
    authority: NotRequired["list[RouterLevel]"]
    first_handling: str
    next_update: NotRequired[str]
    resolution: str
    repeat: NotRequired[int]
    nobody_on_duty: NotRequired[Literal["catch_all", "hold"]]
    calendar: NotRequired[str]
    rules: NotRequired[list[str]]
    gather: NotRequired[bool]
    restricted: NotRequired[bool]
    reasons: "list[RouterReason]"
    suppressed: NotRequired["RouterReason | None"]
    faq: NotRequired[str]


class RouterPolicy(TypedDict):
    matrix: "dict[str, dict[str, RouterPriority]]"
    priorities: "dict[str, RouterPriorityRow]"
    rules: NotRequired["list[RouterRule]"]
    people: "list[RouterPerson]"
    teams: "dict[str, Any]"
    default_team: str
    schedules: NotRequired["dict[str, Any]"]
    calendars: NotRequired["dict[str, Any]"]
    calendar: NotRequired[str]
    catch_all: str
    owner: NotRequired[str]
    review_every: NotRequired[str]
    digest: NotRequired["RouterDigest"]


class RouterPresenceAnswer(TypedDict):
    consequences: NotRequired[list[str]]
    warnings: NotRequired[list[str]]
    presence: "RouterShownPresence"


RouterPriority = Literal["P1", "P2", "P3", "P4"]


class RouterPriorityRow(TypedDict):
    first_response: str
    first_handling: str
    next_update: NotRequired["str | None"]
    resolution: str
    path: "RouterPath"
    load: int
    channels: "list[RouterChannel]"
    levels: "list[Routerservices__router__domain__policies__policy__Step]"
    authority: NotRequired["list[Routerservices__router__domain__policies__policy__Step]"]
    repeat: NotRequired[int]
    nobody_on_duty: NotRequired[Literal["catch_all", "hold"]]


class RouterPublication(TypedDict):
    by: "RouterBy"
    why: str
    files: "dict[str, str]"


class RouterPublished(TypedDict):
    version: int
    published_at: str
    published_by: str
    published_by_id: str
    origin: Literal["files", "api"]
    why: str
    restores: "int | None"
    changed: bool
    changes: "list[RouterDifference]"
    findings: "list[RouterFound]"


class RouterQuestion(TypedDict):
    report: "RouterReport"
    source: NotRequired[str]
    reporter: NotRequired["str | Literal['']"]
    language: NotRequired[Literal["ja", "en"]]
    at: NotRequired["str | None"]
    similar: NotRequired[list[str]]
    files: NotRequired["dict[str, str] | None"]


class RouterReason(TypedDict):
    ja: str
    en: str


class RouterReplayed(TypedDict):
    zone: str
    cases: int
    passed_over: int
    changed: int
    calls: "RouterPair"
    at_night: "RouterPair"
    people: "list[RouterPersonWoken]"
    calls_by_priority: "dict[str, RouterPair]"
    avoided: "dict[str, int]"
    caused: "dict[str, int]"
    uncompared: int
    priority_changed: int
    team_changed: int
    suppressed_now: int
    no_longer_suppressed: int
    worst: "list[RouterChanged]"


class RouterReport(TypedDict):
    kind: NotRequired["RouterKind"]
    urgency: NotRequired["RouterUrgency"]
    urgency_reason: NotRequired[str]
    impact: NotRequired["RouterImpact"]
    title: NotRequired[str]
    customer: NotRequired["RouterCustomer"]
    product: NotRequired[str]
    facts: str
    customer_said: NotRequired[str]
    done_already: NotRequired[str]
    difficulty: NotRequired[str]
    wanted: NotRequired[str]
    wanted_by: NotRequired["str | None"]
    amount: NotRequired["int | None"]
    personal_data: NotRequired[bool]
    estimate_minutes: NotRequired["int | None"]


class RouterResponder(TypedDict):
    person: "RouterPerson"
    path: "RouterPath"
    reason: "RouterReason"
    schedule: NotRequired[str]
    paged_in: NotRequired[int]


class RouterRestoration(TypedDict):
    by: "RouterBy"
    why: str
    to: int


class RouterRestriction(TypedDict):
    weekdays: NotRequired["list[Literal['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']]"]
    hours: NotRequired[str]
    holidays: NotRequired[Literal["any", "only", "never"]]
    calendar: NotRequired[str]


class RouterReviewed(TypedDict):
    version: int
    since: str
    until: str
    cases: int
    rules: "list[RouterRuleFigures]"
    clocks: "list[RouterClockFigures]"
    reassessed: "dict[str, int]"
    catch_all_asked: int
    exhausted: int
    levels: "dict[str, int]"
    woken: "list[RouterWoken]"
    advice: "list[RouterReason]"


class RouterRoleTarget(TypedDict):
    role: Literal["first_line", "second_line", "leader", "manager", "responsible", "department"]
    path: "RouterPath"
    team: NotRequired["str | None"]


class RouterRotation(TypedDict):
    name: NotRequired[str]
    people: list[str]
    every: NotRequired[int]
    unit: NotRequired[Literal["hours", "days", "weeks", "months"]]
    start: str
    until: NotRequired["str | None"]
    zone: NotRequired["str | Literal['']"]
    only: NotRequired["list[RouterRestriction]"]


class RouterRule(TypedDict):
    id: str
    when: "list[RouterCondition]"
    then: "RouterEffect"
    reason: "RouterReason"


class RouterRuleFigures(TypedDict):
    id: str
    held: int
    reassessed: int
    superseded: int


class RouterSaid(TypedDict):
    state: Literal["available", "telework", "busy", "off"]
    note: str
    until: "str | None"


class RouterSchedule(TypedDict):
    name: NotRequired[str]
    zone: str
    layers: "list[RouterRotation]"


class RouterShare(TypedDict):
    person: "RouterPerson"
    hours: float
    night_hours: float
    free_hours: float
    shifts: int
    share: float


class RouterShown(TypedDict):
    version: int
    published_at: str
    published_by: str
    published_by_id: str
    origin: Literal["files", "api"]
    why: str
    restores: "int | None"


class RouterShownAbsence(TypedDict):
    id: str
    since: str
    until: str
    by: "RouterPerson"
    at: str
    person: "RouterPerson"
    substitute: "RouterPerson | None"
    reason: str
    cancelled_at: "str | None"
    cancelled_by: "RouterPerson | None"


class RouterShownOverride(TypedDict):
    id: str
    since: str
    until: str
    by: "RouterPerson"
    at: str
    schedule: str
    person: "RouterPerson"
    reason: str
    cancelled_at: "str | None"
    cancelled_by: "RouterPerson | None"


class RouterShownPresence(TypedDict):
    person: "RouterPerson"
    state: "Literal['available', 'telework', 'busy', 'off'] | None"
    note: str
    since: "str | None"
    until: "str | None"
    away: bool


class RouterShownSwap(TypedDict):
    id: str
    since: str
    until: str
    by: "RouterPerson"
    at: str
    schedule: str
    asker: "RouterPerson"
    other: "RouterPerson"
    state: Literal["offered", "accepted", "declined", "cancelled"]
    answered_at: "str | None"


class RouterSideShown(TypedDict):
    priority: "RouterPriority"
    team: str
    suppressed: bool
    load: int
    calls: "list[Routerservices__router__domain__trial__tally__Told]"
    breached: "list[RouterDeadlineName]"


class RouterSimilar(TypedDict):
    count: int
    within: str


class RouterSimulated(TypedDict):
    version: int
    zone: str
    plan: "RouterPlan"
    assigned: "list[RouterEscalationAssigned]"
    steps: NotRequired["list[Routerservices__router__domain__trial__story__Step] | None"]
    end: NotRequired["RouterReason | None"]


class RouterSimulation(TypedDict):
    report: "RouterReport"
    source: NotRequired[str]
    reporter: NotRequired["str | Literal['']"]
    language: NotRequired[Literal["ja", "en"]]
    at: NotRequired["str | None"]
    similar: NotRequired[list[str]]
    files: NotRequired["dict[str, str] | None"]
    case_id: NotRequired[str]
    acts: NotRequired["list[RouterDeeds]"]
    horizon: NotRequired["str | None"]


class RouterSpan(TypedDict):
    person: "RouterPerson"
    since: str
    until: str
    reason: str


RouterStatus = Literal["received", "in_progress", "done"]


class RouterStretch(TypedDict):
    start: str
    end: str
    counted: bool
    why: str


class RouterSwapAnswer(TypedDict):
    consequences: NotRequired[list[str]]
    warnings: NotRequired[list[str]]
    swap: "RouterShownSwap"


class RouterSwaps(TypedDict):
    next_cursor: "str | None"
    data: "list[RouterShownSwap]"


class RouterTarget(TypedDict):
    kind: Literal["schedule", "person"]
    id: str
    path: "RouterPath"
    name: NotRequired[str]


class RouterTeam(TypedDict):
    name: str
    products: NotRequired[list[str]]
    roles: "dict[str, RouterHolder]"
    calendar: NotRequired[str]


RouterTrack = Literal["handling", "authority"]


class RouterTurns(TypedDict):
    name: str
    shifts: "list[RouterWorked]"


RouterUrgency = Literal["critical", "high", "medium", "low"]


class RouterWeek(TypedDict):
    zone: str
    cells: "list[RouterCell]"


class RouterWoken(TypedDict):
    person: "RouterPerson"
    at_night: int
    calls: int


class RouterWorked(TypedDict):
    schedule: str
    since: str
    until: str
    person: "RouterPerson | None"
    reason: "RouterReason"
    gap: bool


class Routerservices__router__domain__policies__policy__Step(TypedDict):
    targets: "list[RouterRoleTarget]"
    first_response: NotRequired["str | None"]
    channels: NotRequired["list[RouterChannel] | None"]
    acknowledge: NotRequired[Literal["any", "all"]]


class Routerservices__router__domain__trial__story__Step(TypedDict):
    at: str
    what: "RouterReason"
    told: "list[Routerservices__router__domain__trial__story__Told]"
    deadlines: "list[RouterDue]"
    status: "RouterStatus"


class Routerservices__router__domain__trial__story__Told(TypedDict):
    person: "RouterPerson"
    track: "RouterTrack"
    level: int
    channels: "list[RouterChannel]"
    at: str
    held: bool
    again: bool
    digest: bool
    reason: "RouterReason"


class Routerservices__router__domain__trial__tally__Told(TypedDict):
    person: "RouterPerson"
    at: str
    night: bool


class RowError(TypedDict):
    pointer: str
    detail: str
    type: str


class RowView(TypedDict):
    line: int
    external_id: NotRequired["str | None"]
    result: Literal["taken", "again", "would-be-taken", "refused"]
    urgent: NotRequired[bool]
    case_id: NotRequired["str | None"]
    number: NotRequired["int | None"]
    errors: NotRequired["list[RowError]"]


class SecretView(TypedDict):
    id: int
    made_at: str
    ends_at: "str | None"
    in_force: bool


class SenderView(TypedDict):
    name: str
    own_secret: bool
    in_path: bool
    by_mail: bool
    can_be_tested: bool
    guide: str


class Senders(TypedDict):
    data: "list[SenderView]"


class Service(TypedDict):
    name: str
    vitals: "Vitals | None"
    behind: "Waiting | None"


class SessionView(TypedDict):
    id: str
    person: "Person"
    how: Literal["link", "oidc"]
    created_at: str
    last_seen_at: str


class Sessions(TypedDict):
    data: "list[SessionView]"


class SourceChange(TypedDict):
    name: NotRequired["str | None"]
    owner: NotRequired["str | None"]
    options: NotRequired["dict[str, str] | None"]
    enabled: NotRequired["bool | None"]


class SourceView(TypedDict):
    id: str
    sender: str
    name: str
    owner: str
    options: "dict[str, str]"
    enabled: bool
    version: int
    built_in: bool
    url: str
    guide: str
    secrets: "list[SecretView]"
    tokens: "list[SecretView]"
    looked_at: "str | None"
    problem: str


class SplitBody(TypedDict):
    by: NotRequired["By | None"]
    via: NotRequired[str]
    round: NotRequired["int | None"]
    reason: str


class Standing(TypedDict):
    at: str
    services: "list[Service]"
    punctuality: "Punctuality | None"
    channels: "LastHour | None"
    providers: "Providers | None"
    quarantine: int
    dead_letters: "DeadLetters | None"
    public_url: str
    watchdog_url: str
    watchdog: "Watchdog | None"
    canary: "list[Step]"


class StartBody(TypedDict):
    by: NotRequired["By | None"]
    via: NotRequired[str]
    round: NotRequired["int | None"]


Status = Literal["received", "in_progress", "done"]


class Step(TypedDict):
    name: Literal["submitted", "planned", "assigned", "paged"]
    at: "str | None"


class StepView(TypedDict):
    id: str
    text: str
    by: str
    at: str
    done_by: str
    done_at: "str | None"


class Steps(TypedDict):
    data: "list[StepView]"


class SubscriptionChange(TypedDict):
    url: NotRequired["str | None"]
    name: NotRequired["str | None"]
    types: NotRequired["list[str] | None"]
    teams: NotRequired["list[str] | None"]
    language: NotRequired["Literal['ja', 'en'] | None"]
    enabled: NotRequired["bool | None"]


class SubscriptionView(TypedDict):
    id: str
    url: str
    name: str
    types: list[str]
    teams: list[str]
    language: Literal["ja", "en"]
    state: Literal["enabled", "disabled"]
    reason: str
    reason_label: str
    version: int
    made_by: str
    failing_since: "str | None"
    next_try_at: "str | None"
    created_at: str


class Subscriptions(TypedDict):
    data: "list[SubscriptionView]"


class TestView(TypedDict):
    stage: Literal["verify", "read", "deliver", "done"]
    reason: str
    verdicts: list[str]
    readings: "list[dict[str, Any]]"
    would: "list[dict[str, Any]]"


class Ticket(TypedDict):
    system: Literal[
        "zendesk", "salesforce", "hubspot", "jira", "servicenow", "freshdesk", "kintone", "intercom", "dynamics365"
    ]
    id: str
    url: NotRequired[str]


class Timeline(TypedDict):
    data: "list[Line]"


class Times(TypedDict):
    cases: int
    p50: "int | None"
    p90: "int | None"


class TokenView(TypedDict):
    id: str
    name: str
    scopes: "list[Literal['read', 'submit', 'act', 'admin']]"
    grants: "list[GrantBody] | None"
    person: "Person | None"
    state: Literal["valid", "expired", "revoked"]
    state_label: str
    created_at: str
    created_by: str
    expires_at: "str | None"
    last_used_at: "str | None"
    revoked_at: "str | None"


class Tokens(TypedDict):
    data: "list[TokenView]"


Track = Literal["handling", "authority"]


class TrackView(TypedDict):
    track: "Track"
    label: str
    level: int
    awaiting: bool
    exhausted: bool
    acknowledge: Literal["any", "all"]
    responders: "list[services__intake__domain__view__AskedView]"


class Tried(TypedDict):
    delivered: bool
    status: "int | None"
    problem: str
    milliseconds: int


class TryView(TypedDict):
    readings: "list[dict[str, Any]]"


class UnacknowledgeBody(TypedDict):
    by: NotRequired["By | None"]
    via: NotRequired[str]
    round: NotRequired["int | None"]


Urgency = Literal["critical", "high", "medium", "low"]


class ValidationError(TypedDict):
    loc: "list[str | int]"
    msg: str
    type: str
    input: NotRequired[Any]
    ctx: NotRequired["dict[str, Any]"]


class Vitals(TypedDict):
    version: str
    schema_version: str
    checks: "list[Readiness]"
    outbox: "Waiting | None"
    clock_ahead: "float | None"
    unarchived: NotRequired["float | None"]


class Volume(TypedDict):
    starts: str
    kind: str
    cases: int


class WaitBody(TypedDict):
    by: NotRequired["By | None"]
    via: NotRequired[str]
    round: NotRequired["int | None"]
    reason: str


class Waiting(TypedDict):
    waiting: int
    oldest: "str | None"


class Watchdog(TypedDict):
    troubles: list[str]
    arrived_at: "str | None"
    took: "float | None"
    missed: int
    canaries: "list[Flown]"


class WayView(TypedDict):
    channel: "Channel"
    channel_label: str
    at: str
    outcome: "Outcome"
    code: str
    reached_at: "str | None"
    failed: bool
    text: str


class services__intake__domain__drill_view__AskedView(TypedDict):
    id: str
    name: str
    track: "Track"
    level: int
    asked_at: str
    reached_at: "str | None"
    answered_at: "str | None"
    seconds: "float | None"
    ways: "list[WayView]"


class services__intake__domain__view__AskedView(TypedDict):
    id: str
    name: str
    path: "Path"
    reason: str
    answered: bool

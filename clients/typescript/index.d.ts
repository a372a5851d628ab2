// Made by `make contracts` from openapi/intake.json; a test keeps it true.
export { Refused, Transport, type Options } from "./transport.js";
import { Transport } from "./transport.js";
export interface AcknowledgeBody {
  "by"?: By | null;
  "via"?: string;
  "round"?: number | null;
  "track"?: Track | null;
}
export interface Actor {
  "kind": "person" | "source" | "anonymous";
  "id": string;
  "name"?: string;
}
export interface AllCame {
  "data": Array<Came>;
}
export interface AllGrants {
  "data": Array<PersonGrants>;
}
export interface ArticleFile {
  "id": string;
  "name": string;
  "kind": string;
  "size": number;
  "public": boolean;
  "version": number;
}
export interface Asked {
  "asked": boolean;
}
export interface AttachmentView {
  "id": string;
  "name": string;
  "kind": string;
  "size": number;
  "internal": boolean;
  "by": Actor;
  "at": string;
}
export interface Attachments {
  "data": Array<AttachmentView>;
}
export interface AuditLine {
  "id": number;
  "chain": number;
  "seq": number;
  "at": string;
  "action": string;
  "actor": string;
  "actor_kind": string;
  "object": string;
  "through": string;
  "trace_id": string;
  "detail": { [name: string]: unknown };
  "entry": string;
  "before": string;
  "hash": string;
}
export interface AuditPage {
  "data": Array<AuditLine>;
}
export interface By {
  "id": string;
  "name"?: string;
}
export interface Came {
  "place": string;
  "verdict": "handled" | "known" | "refused";
  "reason": string;
}
export interface CaseChange {
  "type": string;
  "case": CaseRow;
  "version": string;
}
export interface CaseIds {
  "data": Array<string>;
}
export interface CasePage {
  "data": Array<CaseRow>;
  "next_cursor": string | null;
}
export interface CaseRow {
  "id": string;
  "number": number;
  "headline": string;
  "status": Status;
  "status_label": string;
  "waiting": string;
  "owner": Person | null;
  "priority": Priority | null;
  "level": number;
  "next_deadline": DeadlineView | null;
  "source": string;
  "created_at": string;
}
export interface CaseView {
  "id": string;
  "number": number;
  "headline": string;
  "status": Status;
  "status_label": string;
  "waiting": string;
  "owner": Person | null;
  "priority": Priority | null;
  "level": number;
  "next_deadline": DeadlineView | null;
  "source": string;
  "created_at": string;
  "report": Report;
  "reporter": string;
  "why": Array<string>;
  "path": Path | null;
  "path_label": string;
  "load": number | null;
  "load_label": string;
  "plan": PlanView | null;
  "awaiting": boolean;
  "exhausted": boolean;
  "responders": Array<ResponderView>;
  "tracks": Array<TrackView>;
  "next": Array<string>;
  "linked": LinkedView | null;
  "joined": Array<JoinedView>;
  "channels": Array<Channel>;
  "deadlines": Array<DeadlineView>;
  "followers": Array<Person>;
  "offered": Person | null;
  "external": External | null;
  "resolution": ResolutionView | null;
  "updated_at": string;
  "trace_id": string;
}
export type Channel = "phone" | "sms" | "push" | "chat" | "email" | "webhook" | "ticket";
export interface ChannelHour {
  "channel": string;
  "accepted": number;
  "delivered": number;
  "acknowledged": number;
  "failed": number;
  "p50": number | null;
  "p99": number | null;
}
export interface CheckpointView {
  "number": number;
  "body": string;
  "algorithm": string;
  "signature": string;
  "genuine": boolean | null;
}
export interface Checkpoints {
  "data": Array<CheckpointView>;
  "heads": Array<Head>;
  "public_key": string;
  "public_keys": Array<string>;
}
export interface ClimbView {
  "track": Track;
  "level": number;
  "at": string;
  "due": string | null;
  "late": boolean;
}
export interface Counted {
  "of": string;
  "cases": number;
  "open": number;
  "linked": number;
  "reopened": number;
  "late": number;
  "climbs": number;
  "acknowledged": Times;
  "resolved": Times;
}
export interface CoursePage {
  "data": Array<CourseRow>;
  "total": number;
}
export interface CourseRow {
  "id": string;
  "number": number;
  "headline": string;
  "status": Status;
  "status_label": string;
  "waiting": string;
  "owner": Person | null;
  "priority": Priority | null;
  "level": number;
  "next_deadline": DeadlineView | null;
  "source": string;
  "created_at": string;
  "acknowledged_in": number | null;
  "resolved_in": number | null;
  "reopened": number;
  "climbs": number;
  "late": boolean;
  "linked": boolean;
}
export interface Courses {
  "since": string;
  "until": string;
  "zone": string;
  "by": "week" | "month";
  "total": Counted;
  "before": Counted;
  "priorities": Array<Counted>;
  "teams": Array<Counted>;
  "kinds": Array<Counted>;
  "volumes": Array<Volume>;
  "disturbed": Array<Disturbed>;
}
export interface Customer {
  "company"?: string;
  "plan"?: string;
  "name"?: string;
}
export interface DeadLetters {
  "kept": number;
  "open": number;
  "holding"?: number;
}
export type DeadlineName = "first_response" | "authority_response" | "first_handling" | "next_update" | "resolution";
export type DeadlineState = "running" | "paused" | "met" | "breached" | "dropped";
export interface DeadlineView {
  "name": DeadlineName;
  "label": string;
  "due": string;
  "span": string;
  "span_label": string;
  "state": DeadlineState;
  "state_label": string;
}
export interface DeclineBody {
  "by"?: By | null;
  "via"?: string;
  "round"?: number | null;
  "reason"?: string;
}
export interface Deliveries {
  "data": Array<DeliveryView>;
}
export interface DeliveryView {
  "at": string;
  "verdict": string;
  "reason": string;
  "delivery_id": string;
  "case_id": string | null;
  "number": number | null;
  "quarantine": number | null;
  "bytes": number;
  "looks": { [name: string]: string };
}
export interface Disturbed {
  "person": string;
  "name": string;
  "pages": number;
  "nights": number;
  "hours": number;
}
export interface Done {
  "at": string;
  "by": string;
  "verdict": "handled" | "known" | "refused" | "unanswered" | "dismissed";
}
export interface DrillRow {
  "id": string;
  "team": string;
  "team_name": string;
  "title": string;
  "kind": Kind;
  "urgency": Urgency;
  "impact": Impact;
  "language": "ja" | "en";
  "announced": boolean;
  "minutes": number;
  "starts_at": string;
  "started_at": string | null;
  "ended_at": string | null;
  "state": "planned" | "running" | "ended" | "cancelled" | "missed";
  "state_label": string;
  "why": string;
  "waits": string;
  "by": Person;
  "case_id": string;
  "number": number;
}
export interface DrillView {
  "id": string;
  "team": string;
  "team_name": string;
  "title": string;
  "kind": Kind;
  "urgency": Urgency;
  "impact": Impact;
  "language": "ja" | "en";
  "announced": boolean;
  "minutes": number;
  "starts_at": string;
  "started_at": string | null;
  "ended_at": string | null;
  "state": "planned" | "running" | "ended" | "cancelled" | "missed";
  "state_label": string;
  "why": string;
  "waits": string;
  "by": Person;
  "case_id": string;
  "number": number;
  "facts": string;
  "verdict": string;
  "mend": Array<string>;
  "asked": Array<services__intake__domain__drill_view__AskedView>;
  "climbs": Array<ClimbView>;
  "exhausted": boolean;
}
export interface Drills {
  "data": Array<DrillRow>;
}
export interface Erasure {
  "case_id": string;
  "originals": number;
}
export interface ExtendBody {
  "by"?: By | null;
  "via"?: string;
  "round"?: number | null;
  "deadline": DeadlineName;
  "more": string;
  "reason": string;
}
export interface External {
  "system": "zendesk" | "salesforce" | "hubspot" | "jira" | "servicenow" | "freshdesk" | "kintone" | "intercom" | "dynamics365" | "alertmanager" | "grafana" | "datadog" | "sentry" | "pagerduty" | "opsgenie" | "cloudevents" | "standard_webhooks" | "generic" | "email";
  "id": string;
  "url"?: string;
}
export interface FeedbackBody {
  "by"?: By | null;
  "via"?: string;
  "round"?: number | null;
  "text": string;
}
export interface Finding {
  "kind": string;
  "grade": "bad" | "warn";
  "values": { [name: string]: string };
  "runbook": string;
  "href": string;
}
export interface Flown {
  "case_id": string;
  "sent_at": string;
}
export interface FollowersBody {
  "by"?: By | null;
  "via"?: string;
  "round"?: number | null;
  "id": string;
  "name": string;
}
export interface GrantBody {
  "role": "reporter" | "responder" | "leader" | "manager" | "admin" | "auditor";
  "team": string;
}
export interface GrantsBody {
  "grants": Array<GrantBody>;
}
export interface HTTPValidationError {
  "detail"?: Array<ValidationError>;
}
export interface Head {
  "chain": number;
  "seq": number;
  "hash": string;
}
export type Impact = "all" | "some" | "one";
export interface Import {
  "dry_run": boolean;
  "taken": number;
  "again": number;
  "would_be_taken": number;
  "refused": number;
  "data": Array<RowView>;
}
export interface ImportRow {
  "kind"?: Kind;
  "urgency"?: Urgency;
  "urgency_reason"?: string;
  "impact"?: Impact;
  "title"?: string;
  "customer"?: Customer;
  "product"?: string;
  "facts": string;
  "customer_said"?: string;
  "done_already"?: string;
  "difficulty"?: string;
  "wanted"?: string;
  "wanted_by"?: string | null;
  "amount"?: number | null;
  "personal_data"?: boolean;
  "estimate_minutes"?: number | null;
  "by"?: By | null;
  "external"?: Ticket | null;
  "external_id": string;
  "status"?: "open" | "done";
}
export interface JoinedView {
  "id": string;
  "number": number;
}
export type Kind = "outage" | "defect" | "complaint" | "refund" | "harassment" | "other";
export interface KnowledgeAccepted {
  "done": KnowledgeShown;
  "article"?: KnowledgeListed | null;
}
export interface KnowledgeAnswers {
  "data": Array<KnowledgeFound>;
  "search_id"?: string | null;
  "instead"?: Array<KnowledgeFound>;
}
export interface KnowledgeApplied {
  "by"?: KnowledgeBy | null;
  "publish"?: boolean;
}
export interface KnowledgeArchived {
  "case_id": string;
  "number": number;
  "version": number;
  "kind": KnowledgeKind;
  "priority"?: KnowledgePriority | null;
  "product": string;
  "title": string;
  "problem": string;
  "handling": string;
  "handler"?: KnowledgePerson | null;
  "result": string;
  "evaluation": string;
  "cause": string;
  "submitted_at": string;
  "resolved_at": string;
  "source_url"?: string;
  "reopened_at"?: string | null;
}
export type KnowledgeAudience = "internal" | "public";
export interface KnowledgeBadRow {
  "line": number;
  "name": string;
  "ja": string;
  "en": string;
}
export interface KnowledgeBy {
  "id": string;
  "name"?: string;
}
export interface KnowledgeCaseOf {
  "case_id": string;
  "number": number;
  "title": string;
  "resolved_at": string;
}
export interface KnowledgeContent {
  "question": string;
  "phrasings"?: Array<string>;
  "unwanted"?: Array<string>;
  "kind"?: KnowledgeKind | null;
  "cause"?: string;
  "answer"?: string;
  "internal"?: string;
  "audience"?: KnowledgeAudience;
  "language"?: "ja" | "en";
  "product"?: string;
  "cases"?: Array<string>;
  "owner"?: KnowledgePerson | null;
  "review_by"?: string | null;
  "expires_on"?: string | null;
}
export interface KnowledgeCounted {
  "click"?: number;
  "solved"?: number;
  "unsolved"?: number;
  "deflected"?: number;
}
export interface KnowledgeDeflection {
  "target": string;
  "search_id"?: string | null;
  "session"?: string;
}
export interface KnowledgeDoing {
  "by"?: KnowledgeBy | null;
  "text"?: string;
}
export interface KnowledgeDone {
  "by"?: KnowledgeBy | null;
}
export interface KnowledgeDraft {
  "content": KnowledgeContent;
  "near": Array<KnowledgeFound>;
}
export interface KnowledgeDrafting {
  "by"?: KnowledgeBy | null;
  "cases": Array<string>;
  "changes"?: { [name: string]: unknown };
  "publish"?: boolean;
  "dry_run"?: boolean;
}
export interface KnowledgeDue {
  "id": string;
  "question": string;
  "owner": KnowledgePerson | null;
  "review_by": string | null;
  "expires_on": string | null;
}
export interface KnowledgeDuePage {
  "data": Array<KnowledgeDue>;
  "next_cursor"?: string | null;
}
export interface KnowledgeFeedback {
  "solved": boolean;
  "search_id"?: string | null;
  "session"?: string;
  "comment"?: string;
}
export interface KnowledgeFiguresShown {
  "since": string;
  "until": string;
  "searches": number;
  "opened": number | null;
  "guessed": number | null;
  "solved": number;
  "unsolved": number;
  "deflected": number;
  "deflection": number | null;
  "cases": number;
  "covered": number | null;
  "minutes_per_case": number;
  "minutes_saved": number;
  "articles": { [name: string]: number };
  "weeks": Array<KnowledgeWeekShown>;
  "causes": Array<KnowledgeTrendShown>;
}
export interface KnowledgeFiles {
  "data": Array<Knowledgeservices__knowledge__routes__moving__File>;
  "next_cursor"?: string | null;
  "left_out"?: number;
}
export interface KnowledgeFound {
  "record"?: KnowledgeArchived | null;
  "article"?: KnowledgeSummary | null;
  "reason": Knowledgeservices__knowledge__domain__query__Reason;
  "why": Array<string>;
  "score": number;
  "close"?: boolean | null;
}
export interface KnowledgeFull {
  "id": string;
  "version": number;
  "state": KnowledgeState;
  "live": number | null;
  "question": string;
  "audience": KnowledgeAudience;
  "language": "ja" | "en";
  "product": string;
  "owner": KnowledgePerson | null;
  "review_by": string | null;
  "expires_on": string | null;
  "changed_at": string;
  "changed_by": KnowledgePerson;
  "content": KnowledgeContent;
  "files": Array<Knowledgeservices__knowledge__domain__files__File>;
  "shown": KnowledgeContent | null;
  "created_at": string;
  "external_id": string | null;
  "redirected_from": string | null;
  "merged_from": Array<string>;
  "can": Array<KnowledgeVerb>;
  "phrasings": Array<KnowledgePhrasing>;
  "cases": Array<KnowledgeCaseOf>;
  "near": Array<KnowledgeFound>;
  "versions": Array<KnowledgePast>;
  "history": Array<KnowledgePast>;
  "use": { [name: string]: number };
}
export interface KnowledgeHelpedPage {
  "data": Array<KnowledgeHelpedShown>;
  "total": number;
}
export interface KnowledgeHelpedShown {
  "article": string;
  "question": string;
  "deflected": number;
  "solved": number;
  "unsolved": number;
  "last_at": string;
  "weeks": Array<number>;
}
export type KnowledgeKind = "outage" | "defect" | "complaint" | "refund" | "harassment" | "other";
export interface KnowledgeListed {
  "id": string;
  "version": number;
  "state": KnowledgeState;
  "live": number | null;
  "question": string;
  "audience": KnowledgeAudience;
  "language": "ja" | "en";
  "product": string;
  "owner": KnowledgePerson | null;
  "review_by": string | null;
  "expires_on": string | null;
  "changed_at": string;
  "changed_by": KnowledgePerson;
}
export interface KnowledgeMarking {
  "by"?: KnowledgeBy | null;
  "public": boolean;
  "publish"?: boolean;
}
export interface KnowledgeMerging {
  "by"?: KnowledgeBy | null;
  "into": string;
}
export interface KnowledgeNewArticle {
  "by"?: KnowledgeBy | null;
  "content": KnowledgeContent;
  "publish"?: boolean;
  "why"?: string;
  "id"?: string | null;
}
export interface KnowledgeNewImport {
  "by"?: KnowledgeBy | null;
  "format": "csv" | "json" | "markdown" | "html" | "zendesk" | "helpfeel";
  "dry_run"?: boolean;
  "publish"?: boolean;
}
export interface KnowledgeOpening {
  "target": string;
}
export interface KnowledgePage {
  "data": Array<KnowledgeListed>;
  "states": { [name: string]: number };
  "next_cursor"?: string | null;
}
export interface KnowledgePast {
  "version": number;
  "verb": string;
  "by": KnowledgePerson;
  "at": string;
  "text": string;
}
export type KnowledgePath = "functional" | "hierarchical";
export interface KnowledgePerson {
  "id": string;
  "name": string;
}
export interface KnowledgePhrasing {
  "text": string;
  "origin": "people" | "learned" | "rule";
}
export type KnowledgePriority = "P1" | "P2" | "P3" | "P4";
export interface KnowledgeProgress {
  "id": string;
  "format": "csv" | "json" | "markdown" | "html" | "zendesk" | "helpfeel";
  "dry_run": boolean;
  "publish": boolean;
  "state": "open" | "running" | "done";
  "created_at": string;
  "seen": number;
  "total": number | null;
  "added": number;
  "changed": number;
  "same": number;
  "unpublished": number;
  "bad_rows": number;
  "bad": Array<KnowledgeBadRow>;
}
export interface KnowledgeProposal {
  "text": string;
  "id": string;
  "form": "article" | "case";
}
export interface KnowledgeProposals {
  "data": Array<KnowledgeProposal>;
}
export interface KnowledgeQuestion {
  "q"?: string;
  "limit"?: number;
  "session"?: string;
  "typing"?: boolean;
  "form"?: "article" | "case" | null;
  "kind"?: KnowledgeKind | null;
  "product"?: string;
  "language"?: string;
  "audience"?: KnowledgeAudience | null;
  "since"?: string | null;
}
export interface KnowledgeQuestionShown {
  "case_id": string;
  "title": string;
  "situation": string;
  "customer_said": string;
  "asked": Knowledgeshared__contracts__plan__Reason;
  "priority": KnowledgePriority;
  "path": KnowledgePath;
  "first_response": string;
  "first_handling": string;
  "asks": Array<string>;
  "authority": boolean;
  "reasons": Array<Knowledgeshared__contracts__plan__Reason>;
  "handling": string;
  "result": string;
  "suppressed": Knowledgeshared__contracts__plan__Reason | null;
}
export interface KnowledgeQuestions {
  "data": Array<KnowledgeQuestionShown>;
}
export interface KnowledgeRead {
  "id": string;
  "question": string;
  "answer": string;
  "cause"?: string;
  "audience": KnowledgeAudience;
  "language": "ja" | "en";
  "product": string;
  "changed_at": string;
  "uses"?: number;
  "files": Array<Knowledgeservices__knowledge__domain__files__File>;
}
export interface KnowledgeRepeated {
  "cause": string;
  "cases": number;
}
export interface KnowledgeReview {
  "suggestions": Array<KnowledgeShown>;
  "in_vain": Array<KnowledgeVain>;
  "causes": Array<KnowledgeRepeated>;
  "untold": Array<KnowledgeCaseOf>;
  "waiting": Array<KnowledgeListed>;
  "due": Array<KnowledgeListed>;
  "drafts": Array<KnowledgeListed>;
  "expired": Array<KnowledgeListed>;
}
export interface KnowledgeSaying {
  "by"?: KnowledgeBy | null;
  "text": string;
}
export interface KnowledgeShown {
  "id": string;
  "type": KnowledgeType;
  "weight": number;
  "ja": string;
  "en": string;
  "cases": Array<string>;
  "articles": Array<string>;
  "words": Array<string>;
}
export type KnowledgeState = "draft" | "in_review" | "published" | "withdrawn" | "expired";
export interface KnowledgeSummary {
  "id": string;
  "question": string;
  "answer": string;
  "cause"?: string;
  "audience": KnowledgeAudience;
  "language": "ja" | "en";
  "product": string;
  "changed_at": string;
  "uses"?: number;
}
export interface KnowledgeTrendShown {
  "cause": string;
  "cases": number;
  "weeks": Array<number>;
}
export type KnowledgeType = "draft-from-cases" | "draft-from-searches" | "add-phrasing" | "add-synonym" | "merge" | "contradiction" | "revise";
export interface KnowledgeVain {
  "words": string;
  "searchers": number;
  "guesses": number;
  "reworded": string;
}
export type KnowledgeVerb = "submit" | "return" | "publish" | "withdraw" | "confirm";
export interface KnowledgeVersion {
  "version": number;
  "content": KnowledgeContent;
  "files": Array<Knowledgeservices__knowledge__domain__files__File>;
}
export interface KnowledgeWeekShown {
  "monday": string;
  "cases": number;
  "searches": number;
  "deflected": number;
  "solved": number;
}
export interface KnowledgeWriting {
  "by"?: KnowledgeBy | null;
  "content": KnowledgeContent;
  "publish"?: boolean;
  "why"?: string;
}
export interface Knowledgeservices__knowledge__domain__files__File {
  "id": string;
  "name": string;
  "kind": "image/jpeg" | "image/png" | "image/webp" | "application/pdf" | "text/plain";
  "size": number;
  "public": boolean;
  "by": KnowledgePerson;
  "at": string;
  "gone"?: boolean;
}
export type Knowledgeservices__knowledge__domain__query__Reason = "words" | "synonyms" | "readings" | "letters" | "recent";
export interface Knowledgeservices__knowledge__routes__moving__File {
  "name": string;
  "text": string;
}
export interface Knowledgeshared__contracts__plan__Reason {
  "ja": string;
  "en": string;
}
export interface LastHour {
  "data": Array<ChannelHour>;
}
export interface LetterRow {
  "place": string;
  "at": string;
  "service": string;
  "topic": string;
  "partition": number;
  "offset": number;
  "type": string;
  "key": string;
  "reason": string;
  "settled": boolean;
  "done": Array<Done>;
}
export interface LetterView {
  "place": string;
  "at": string;
  "service": string;
  "topic": string;
  "partition": number;
  "offset": number;
  "type": string;
  "key": string;
  "reason": string;
  "settled": boolean;
  "done": Array<Done>;
  "headers": { [name: string]: string };
  "body": string | null;
}
export interface Letters {
  "kept": number;
  "data": Array<LetterRow>;
}
export interface LevelView {
  "level": number;
  "text": string;
  "channels": Array<Channel>;
  "first_response": string;
  "acknowledge": "any" | "all";
}
export interface Line {
  "id": string;
  "at": string;
  "type": string;
  "text": string;
  "actor": Actor | null;
  "actor_name": string;
  "public": boolean;
  "pending": boolean;
}
export interface LinkBody {
  "by"?: By | null;
  "via"?: string;
  "round"?: number | null;
  "lead": number | string;
  "reason"?: string;
}
export interface LinkedView {
  "id": string;
  "number": number;
  "status": Status;
  "status_label": string;
  "owner": Person | null;
  "text": string;
}
export interface Listed {
  "data": Array<SourceView>;
}
export interface MadeKey {
  "secret": string;
  "old_until": string;
}
export interface MadeSecret {
  "id": number;
  "secret": string;
  "secret_url": string | null;
  "old_until": string;
}
export interface MadeSource {
  "id": string;
  "sender": string;
  "name": string;
  "owner": string;
  "options": { [name: string]: string };
  "enabled": boolean;
  "version": number;
  "built_in": boolean;
  "url": string;
  "guide": string;
  "secrets": Array<SecretView>;
  "tokens": Array<SecretView>;
  "looked_at": string | null;
  "problem": string;
  "secret": string | null;
  "secret_url": string | null;
}
export interface MadeSubscription {
  "id": string;
  "url": string;
  "name": string;
  "types": Array<string>;
  "teams": Array<string>;
  "language": "ja" | "en";
  "state": "enabled" | "disabled";
  "reason": string;
  "reason_label": string;
  "version": number;
  "made_by": string;
  "failing_since": string | null;
  "next_try_at": string | null;
  "created_at": string;
  "secret": string;
}
export interface MadeToken {
  "id": string;
  "name": string;
  "scopes": Array<"read" | "submit" | "act" | "admin">;
  "grants": Array<GrantBody> | null;
  "person": Person | null;
  "state": "valid" | "expired" | "revoked";
  "state_label": string;
  "created_at": string;
  "created_by": string;
  "expires_at": string | null;
  "last_used_at": string | null;
  "revoked_at": string | null;
  "token": string;
}
export interface Mailbox {
  "address": string;
}
export interface Named {
  "id": string;
  "name": string;
}
export interface NewDrill {
  "team": string;
  "scenario"?: "outage" | "partial" | "complaint" | "single";
  "kind"?: Kind | null;
  "urgency"?: Urgency | null;
  "impact"?: Impact | null;
  "title"?: string;
  "facts"?: string;
  "language"?: "ja" | "en";
  "starts_at"?: string | null;
  "announced"?: boolean;
  "minutes"?: number;
}
export interface NewSecret {
  "secret"?: string | null;
  "old_until"?: string | null;
  "purpose"?: "proof" | "api";
}
export interface NewSource {
  "id": string;
  "sender": string;
  "name"?: string;
  "owner": string;
  "options"?: { [name: string]: string };
  "secret"?: string | null;
}
export interface NewSubscription {
  "url": string;
  "name"?: string;
  "types"?: Array<string>;
  "teams"?: Array<string>;
  "language"?: "ja" | "en";
}
export interface NewToken {
  "name": string;
  "scopes": Array<"read" | "submit" | "act" | "admin">;
  "person"?: By | null;
  "expires_at"?: string | null;
  "grants"?: Array<GrantBody> | null;
}
export interface NotesBody {
  "by"?: By | null;
  "via"?: string;
  "round"?: number | null;
  "text": string;
  "internal"?: boolean;
}
export interface NotifierAttempt {
  "attempt": number;
  "started_at": string;
  "ended_at": string | null;
  "outcome": string | null;
  "result": string;
  "code": string;
  "provider": string;
  "provider_id": string;
}
export interface NotifierBroken {
  "line": number;
  "source": string;
  "code": string;
  "detail": string;
}
export interface NotifierBundling {
  "after": number;
}
export interface NotifierBy {
  "id": string;
  "name"?: string;
}
export type NotifierChannel = "phone" | "sms" | "push" | "chat" | "email" | "webhook" | "ticket";
export interface NotifierChannels {
  "data": Array<NotifierState>;
}
export interface NotifierCode {
  "code": string;
}
export interface NotifierCodeSent {
  "id": string;
  "location": string;
  "expires_at": string;
}
export interface NotifierDeliveries {
  "data": Array<NotifierDelivery>;
}
export interface NotifierDelivery {
  "id": string;
  "case_id": string;
  "purpose": string;
  "channel": string;
  "provider": string;
  "recipient": string;
  "name": string;
  "address": string;
  "round": number;
  "level": number;
  "track": NotifierTrack;
  "state": string;
  "code": string;
  "repeat": boolean;
  "created_at": string;
  "next_attempt_at": string | null;
  "carrier": string | null;
  "held_by": string | null;
  "why": string;
  "why_not": string;
  "sentence": string;
  "attempts": Array<NotifierAttempt>;
}
export interface NotifierDeviceLink {
  "url": string;
}
export interface NotifierDirectory {
  "people": Array<NotifierEntry>;
  "teams"?: Array<NotifierEntry>;
  "catch_all": string;
  "platform_owner"?: string | null;
}
export interface NotifierDoNotDisturb {
  "zone"?: string;
  "windows"?: Array<NotifierWindow>;
}
export interface NotifierEntry {
  "id": string;
  "name": string;
  "language"?: "ja" | "en";
  "phone"?: string | Array<string>;
  "email"?: string | Array<string>;
  "slack"?: string | Array<string>;
  "teams"?: string | Array<string>;
  "line_works"?: string | Array<string>;
  "line"?: string | Array<string>;
  "chatwork"?: string | Array<string>;
  "google_chat"?: string | Array<string>;
  "mattermost"?: string | Array<string>;
  "discord"?: string | Array<string>;
  "apprise"?: string | Array<string>;
  "webhook"?: string | Array<string>;
  "member_of"?: Array<string>;
}
export interface NotifierEverybody {
  "people": Array<NotifierEntry>;
  "teams": Array<NotifierEntry>;
  "catch_all": string;
  "platform_owner": string;
}
export interface NotifierFull {
  "language": "ja" | "en";
  "name": string;
  "changed": boolean;
  "version": number;
  "changed_at": string | null;
  "changed_by": string;
  "changed_by_id": string;
  "why": string;
  "broken": NotifierBroken | null;
  "text": string;
  "standard": string;
  "variables": Array<NotifierVariable>;
}
export interface NotifierHistory {
  "data": Array<NotifierPast>;
  "next_cursor": string | null;
}
export interface NotifierImported {
  "done": boolean;
  "people": number;
  "teams": number;
  "added": Array<string>;
  "changed": Array<string>;
  "removed": Array<string>;
  "mistakes": Array<NotifierMistake>;
}
export interface NotifierMistake {
  "line": number;
  "column": string;
  "detail": string;
}
export interface NotifierNewAddress {
  "kind": string;
  "value": string;
  "label"?: string;
}
export interface NotifierNewText {
  "by": NotifierBy;
  "why": string;
  "text": string;
}
export interface NotifierNewWindow {
  "team"?: string;
  "product"?: string;
  "source"?: string;
  "from": string;
  "to": string;
  "reason": string;
  "by": NotifierBy;
  "p1"?: boolean;
}
export interface NotifierOver {
  "channel"?: NotifierChannel | null;
}
export interface NotifierPage {
  "data": Array<NotifierDelivery>;
  "next_cursor": string | null;
}
export interface NotifierPast {
  "version": number;
  "text": string | null;
  "before": string | null;
  "changed_at": string;
  "changed_by": string;
  "changed_by_id": string;
  "why": string;
  "restores": number | null;
}
export type NotifierPriority = "P1" | "P2" | "P3" | "P4";
export interface NotifierPushKey {
  "key": string;
}
export interface NotifierReachability {
  "ways": Array<NotifierWay>;
  "loud": boolean;
  "missing": Array<string>;
}
export interface NotifierReached {
  "id": string;
  "name": string;
  "language": "ja" | "en";
  "own_language": "ja" | "en" | null;
  "member_of": Array<string>;
  "addresses": Array<NotifierShownAddress>;
  "rules": { [name: string]: Array<NotifierStep> };
  "do_not_disturb": NotifierDoNotDisturb;
  "reachability": { [name: string]: NotifierReachability };
  "warnings": Array<string>;
}
export interface NotifierRestoration {
  "by": NotifierBy;
  "why": string;
  "to": number;
}
export interface NotifierRules {
  "rules"?: { [name: string]: Array<NotifierStep> };
  "language"?: "ja" | "en" | null;
}
export interface NotifierShownAddress {
  "id": string;
  "kind": string;
  "value": string;
  "label": string;
  "origin": "directory" | "self";
  "trusted": boolean;
  "verified_at": string | null;
  "broken": string;
}
export interface NotifierStarted {
  "id": string;
  "location": string;
}
export interface NotifierState {
  "provider": string;
  "channel": NotifierChannel;
  "kind": string;
  "set_up": boolean;
  "best_effort": boolean;
  "works": boolean;
  "resting_until": string | null;
  "last_success_at": string | null;
  "last_failure_at": string | null;
  "last_failure": string;
}
export interface NotifierStep {
  "channel": NotifierChannel;
  "address"?: string;
  "minutes"?: number;
}
export interface NotifierTestAttempt {
  "started_at": string;
  "outcome": string | null;
  "code": string;
  "provider": string;
}
export interface NotifierTestOutcome {
  "id": string;
  "what": "test" | "code";
  "channel": NotifierChannel;
  "address": string;
  "state": string;
  "code": string;
  "said": string;
  "attempts": Array<NotifierTestAttempt>;
}
export type NotifierTrack = "handling" | "authority";
export interface NotifierTrial {
  "text"?: string | null;
  "sample"?: "outage" | "refund" | "long" | "digest" | null;
  "channel"?: NotifierChannel;
  "provider"?: string;
  "segments"?: boolean;
}
export interface NotifierTried {
  "sample": "outage" | "refund" | "long" | "digest";
  "subject": string;
  "body": string;
  "speech": string;
  "masked": boolean;
  "segments": number | null;
}
export interface NotifierVariable {
  "name": string;
  "about": string;
}
export interface NotifierWay {
  "channel": NotifierChannel;
  "address": string;
  "trusted": boolean;
  "minutes": number;
}
export interface NotifierWindow {
  "days"?: Array<"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun">;
  "from": string;
  "until": string;
}
export interface Notifierservices__notifier__routes__maintenance__All {
  "data": Array<Notifierservices__notifier__routes__maintenance__Shown>;
}
export interface Notifierservices__notifier__routes__maintenance__Shown {
  "id": string;
  "team": string;
  "product": string;
  "source": string;
  "from": string;
  "to": string;
  "reason": string;
  "by": NotifierBy;
  "p1": boolean;
  "state": string;
  "ended_at": string | null;
  "ended_by": string;
}
export interface Notifierservices__notifier__routes__shown__All {
  "data": Array<Notifierservices__notifier__routes__shown__Shown>;
}
export interface Notifierservices__notifier__routes__shown__Shown {
  "language": "ja" | "en";
  "name": string;
  "changed": boolean;
  "version": number;
  "changed_at": string | null;
  "changed_by": string;
  "changed_by_id": string;
  "why": string;
  "broken": NotifierBroken | null;
}
export interface OfferBody {
  "by"?: By | null;
  "via"?: string;
  "round"?: number | null;
  "to": Named;
  "reason"?: string;
}
export interface Operations {
  "findings": Array<Finding>;
  "standing": Standing;
}
export interface OriginalText {
  "event_id": string;
  "at": string;
  "field": string;
  "text": string;
}
export interface Originals {
  "data": Array<OriginalText>;
}
export type Outcome = "accepted" | "delivered" | "answered" | "acknowledged" | "retryable" | "failed" | "ambiguous" | "skipped";
export interface Paste {
  "body": string;
  "headers"?: { [name: string]: string };
  "options"?: { [name: string]: string } | null;
}
export type Path = "functional" | "hierarchical";
export interface Person {
  "id": string;
  "name": string;
}
export interface PersonGrants {
  "person": string;
  "grants": Array<GrantBody>;
}
export interface PlanView {
  "policy_version": number;
  "team": string;
  "rules": Array<string>;
  "calendar": string;
  "words": Array<string>;
  "levels": Array<LevelView>;
  "authority": Array<LevelView>;
  "first_handling": string;
  "next_update": string;
  "resolution": string;
  "repeat": number;
  "nobody_on_duty": "catch_all" | "hold";
  "suppressed": string;
  "faq": string;
}
export interface Precedent {
  "number": number;
  "title": string;
  "handling": string;
  "result": string;
  "evaluation": string;
}
export interface Precedents {
  "data": Array<Precedent> | null;
}
export type Priority = "P1" | "P2" | "P3" | "P4";
export interface Problem {
  "type": string;
  "title": string;
  "status": number;
  "code": string;
  "instance"?: string;
  "trace_id"?: string;
  "errors"?: Array<{ [name: string]: unknown }>;
}
export interface Provider {
  "provider": string;
  "set_up": boolean;
  "resting_until": string | null;
}
export interface Providers {
  "data": Array<Provider>;
}
export interface Punctuality {
  "breaches": number;
  "worst": number;
  "late_since": string | null;
  "unattended": number;
}
export interface PushView {
  "event_id": string;
  "type": string;
  "status": number | null;
  "problem": string;
  "milliseconds": number;
  "at": string;
}
export interface Pushes {
  "data": Array<PushView>;
}
export interface Readiness {
  "name": string;
  "problem": string;
}
export interface ReassessBody {
  "by"?: By | null;
  "via"?: string;
  "round"?: number | null;
  "urgency"?: Urgency | null;
  "impact"?: Impact | null;
  "kind"?: Kind | null;
  "personal_data"?: boolean | null;
  "reason": string;
}
export interface ReassignBody {
  "by"?: By | null;
  "via"?: string;
  "round"?: number | null;
  "to": Named;
  "reason"?: string;
}
export interface Received {
  "case_id": string;
  "number": number;
  "page": string;
  "again": boolean;
}
export interface RelatedCases {
  "data": Array<RelatedRow>;
}
export interface RelatedRow {
  "id": string;
  "number": number;
  "headline": string;
  "status": Status;
  "status_label": string;
  "waiting": string;
  "owner": Person | null;
  "priority": Priority | null;
  "level": number;
  "next_deadline": DeadlineView | null;
  "source": string;
  "created_at": string;
  "related_by": string;
  "related_at": string;
}
export interface ReopenBody {
  "by"?: By | null;
  "via"?: string;
  "round"?: number | null;
  "reason": string;
}
export interface RepliesBody {
  "by"?: By | null;
  "via"?: string;
  "round"?: number | null;
  "text": string;
  "automatic"?: boolean | null;
  "headers"?: { [name: string]: string };
}
export interface Report {
  "kind"?: Kind;
  "urgency"?: Urgency;
  "urgency_reason"?: string;
  "impact"?: Impact;
  "title"?: string;
  "customer"?: Customer;
  "product"?: string;
  "facts": string;
  "customer_said"?: string;
  "done_already"?: string;
  "difficulty"?: string;
  "wanted"?: string;
  "wanted_by"?: string | null;
  "amount"?: number | null;
  "personal_data"?: boolean;
  "estimate_minutes"?: number | null;
}
export interface ReportBody {
  "kind"?: Kind;
  "urgency"?: Urgency;
  "urgency_reason"?: string;
  "impact"?: Impact;
  "title"?: string;
  "customer"?: Customer;
  "product"?: string;
  "facts": string;
  "customer_said"?: string;
  "done_already"?: string;
  "difficulty"?: string;
  "wanted"?: string;
  "wanted_by"?: string | null;
  "amount"?: number | null;
  "personal_data"?: boolean;
  "estimate_minutes"?: number | null;
  "by"?: By | null;
  "external"?: Ticket | null;
}
export interface ResolutionView {
  "handling": string;
  "result": string;
  "evaluation": string;
  "cause": string;
  "by": Actor;
  "at": string | null;
}
export interface ResolveBody {
  "by"?: By | null;
  "via"?: string;
  "round"?: number | null;
  "handling": string;
  "result": string;
  "evaluation"?: string;
  "cause"?: string;
}
export interface ResponderView {
  "id": string;
  "name": string;
  "path": Path;
  "reason": string;
}
export interface ResumeBody {
  "by"?: By | null;
  "via"?: string;
  "round"?: number | null;
}
export interface Rotation {
  "old_until"?: string | null;
}
export interface RouterAbsenceAnswer {
  "consequences"?: Array<string>;
  "warnings"?: Array<string>;
  "absence": RouterShownAbsence;
}
export interface RouterAbsences {
  "next_cursor": string | null;
  "data": Array<RouterShownAbsence>;
}
export interface RouterAnswered {
  "by": RouterBy;
}
export interface RouterBy {
  "id": string;
  "name"?: string;
}
export interface RouterCalendar {
  "name"?: string;
  "zone"?: string;
  "always"?: boolean;
  "hours"?: { [name: string]: Array<string> };
  "holidays"?: "japan" | "none";
  "closed"?: { [name: string]: string };
  "open"?: { [name: string]: Array<string> };
}
export interface RouterCell {
  "at": string;
  "priority": RouterPriority;
  "people": Array<RouterPerson>;
  "asked_at": string;
  "response_due": string | null;
  "digest": boolean;
  "reason": RouterReason | null;
}
export interface RouterChanged {
  "case_id": string;
  "number": number;
  "headline": string;
  "submitted_at": string;
  "before": RouterSideShown;
  "after": RouterSideShown;
  "what": Array<RouterReason>;
}
export type RouterChannel = "phone" | "sms" | "push" | "chat" | "email" | "webhook" | "ticket";
export interface RouterClock {
  "name": RouterDeadlineName;
  "label": string;
  "state": RouterDeadlineState;
  "state_label": string;
  "span": string;
  "span_label": string;
  "since": string | null;
  "due": string;
  "warn_at": string | null;
  "stopped_at": string | null;
  "calendar": RouterCounting;
  "used": RouterCounted;
  "used_before": RouterCounted;
  "remaining": RouterCounted;
  "explained": Array<RouterDay>;
}
export interface RouterClockFigures {
  "priority": RouterPriority;
  "name": RouterDeadlineName;
  "cases": number;
  "breached": number;
}
export interface RouterClocks {
  "case_id": string;
  "waiting": string;
  "data": Array<RouterClock>;
}
export interface RouterCondition {
  "kind"?: Array<RouterKind> | null;
  "urgency"?: Array<RouterUrgency> | null;
  "impact"?: Array<RouterImpact> | null;
  "words"?: Array<string> | null;
  "also"?: Array<string> | null;
  "without"?: Array<string> | null;
  "done"?: Array<string> | null;
  "plan"?: Array<string> | null;
  "product"?: Array<string> | null;
  "source"?: Array<string> | null;
  "amount_at_least"?: number | null;
  "estimate_over"?: number | null;
  "wanted_within"?: string | null;
  "personal_data"?: boolean | null;
  "similar"?: RouterSimilar | null;
}
export interface RouterCounted {
  "ms": number;
  "text": string;
}
export interface RouterCounting {
  "id": string;
  "name": string;
  "zone": string;
}
export interface RouterCustomer {
  "company"?: string;
  "plan"?: string;
  "name"?: string;
}
export interface RouterDay {
  "day": string;
  "counted": RouterCounted;
  "total": RouterCounted;
  "due": string | null;
  "left_out": number;
  "pieces": Array<RouterStretch>;
  "text": string;
}
export type RouterDeadlineName = "first_response" | "authority_response" | "first_handling" | "next_update" | "resolution";
export interface RouterDeadlineSet {
  "name": RouterDeadlineName;
  "generation": number;
  "due": string;
  "warn_at"?: string | null;
  "span"?: string;
  "since"?: string | null;
  "used_ms"?: number;
}
export type RouterDeadlineState = "running" | "paused" | "met" | "breached" | "dropped";
export interface RouterDeeds {
  "after": string;
  "deed": "acknowledge" | "start" | "update" | "resolve";
  "person"?: RouterPerson | null;
}
export interface RouterDifference {
  "section": string;
  "id": string;
  "kind": string;
  "text": string;
}
export interface RouterDifferences {
  "old": number;
  "new": number | null;
  "changes": Array<RouterDifference>;
}
export interface RouterDigest {
  "weekday"?: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
  "at"?: string;
}
export interface RouterDraft {
  "files": { [name: string]: string };
  "limit"?: number;
  "since"?: string | null;
  "worst"?: number;
}
export interface RouterDue {
  "name": RouterDeadlineName;
  "due": string;
  "reason": RouterReason;
}
export interface RouterEffect {
  "priority"?: RouterPriority | null;
  "at_least"?: RouterPriority | null;
  "only"?: Array<RouterRoleTarget> | null;
  "add"?: Array<RouterRoleTarget> | null;
  "channels"?: Array<RouterChannel> | null;
  "load"?: number | null;
  "gather"?: boolean;
  "restrict"?: boolean;
  "suppress"?: boolean;
  "faq"?: string;
}
export interface RouterEscalationAssigned {
  "case_id": string;
  "round": number;
  "level": number;
  "path": RouterPath;
  "priority": RouterPriority;
  "cause": "submitted" | "breached" | "reassigned" | "reopened" | "unreachable" | "shift" | "reassessed" | "missing" | "undone";
  "after": number;
  "track"?: RouterTrack;
  "acknowledge"?: "any" | "all";
  "not_before"?: string | null;
  "responders": Array<RouterResponder>;
  "channels": Array<RouterChannel>;
  "deadlines": Array<RouterDeadlineSet>;
  "reasons": Array<RouterReason>;
}
export interface RouterFiles {
  "files": { [name: string]: string };
}
export interface RouterFound {
  "severity": "error" | "warning" | "info";
  "code": string;
  "file": string;
  "line": number;
  "column": number;
  "place": string;
  "reason": string;
  "remedy": string;
}
export interface RouterFull {
  "version": number;
  "published_at": string;
  "published_by": string;
  "published_by_id": string;
  "origin": "files" | "api";
  "why": string;
  "restores": number | null;
  "policy": RouterPolicy | null;
  "files": { [name: string]: string } | null;
}
export interface RouterGap {
  "schedule": string;
  "schedule_name": string;
  "since": string;
  "until": string;
  "then": RouterReason;
}
export interface RouterHistory {
  "data": Array<RouterShown>;
  "next_cursor": string | null;
}
export interface RouterHolder {
  "schedule"?: string;
  "person"?: string;
}
export type RouterImpact = "all" | "some" | "one";
export interface RouterImportAnswer {
  "consequences"?: Array<string>;
  "warnings"?: Array<string>;
  "taken": Array<RouterSpan>;
  "known": Array<RouterSpan>;
  "left_out": Array<RouterLeftOut>;
}
export interface RouterInForce {
  "version": number;
  "published_at": string;
  "published_by": string;
  "published_by_id": string;
  "origin": "files" | "api";
  "why": string;
  "restores": number | null;
  "policy": RouterPolicy;
}
export type RouterKind = "outage" | "defect" | "complaint" | "refund" | "harassment" | "other";
export interface RouterLeftOut {
  "uid": string;
  "summary": string;
  "why": string;
}
export interface RouterLevel {
  "targets": Array<RouterTarget>;
  "channels": Array<RouterChannel>;
  "first_response": string;
  "acknowledge"?: "any" | "all";
}
export interface RouterLinted {
  "ok": boolean;
  "contacts_checked": boolean;
  "findings": Array<RouterFound>;
}
export interface RouterListed {
  "id": string;
  "name": string;
  "zone": string;
  "people": Array<RouterPerson>;
}
export interface RouterLoad {
  "since": string;
  "until": string;
  "data": Array<RouterShare>;
}
export interface RouterNewAbsence {
  "by": RouterBy;
  "id"?: string;
  "since": string;
  "until": string;
  "person": string;
  "substitute"?: string | null;
  "reason"?: string;
}
export interface RouterNewOverride {
  "by": RouterBy;
  "id"?: string;
  "since": string;
  "until": string;
  "schedule": string;
  "person": string;
  "reason"?: string;
}
export interface RouterNewPresence {
  "state": "available" | "telework" | "busy" | "off";
  "until"?: string | null;
  "note"?: string;
  "by"?: RouterBy | null;
}
export interface RouterNewSwap {
  "by": RouterBy;
  "id"?: string;
  "since": string;
  "until": string;
  "schedule": string;
  "other": string;
}
export interface RouterNext {
  "at": string;
  "person": RouterPerson | null;
  "reason": RouterReason | null;
}
export interface RouterOnDuty {
  "team": string;
  "team_name": string;
  "role": string;
  "role_name": RouterReason;
  "schedule": string;
  "schedule_name": string;
  "holder": RouterPerson | null;
  "person": RouterPerson | null;
  "reason": RouterReason;
  "presence": RouterSaid | null;
  "next": RouterNext | null;
}
export interface RouterOverrideAnswer {
  "consequences"?: Array<string>;
  "warnings"?: Array<string>;
  "override": RouterShownOverride;
}
export interface RouterOverrides {
  "next_cursor": string | null;
  "data": Array<RouterShownOverride>;
}
export interface RouterPair {
  "before"?: number;
  "after"?: number;
}
export type RouterPath = "functional" | "hierarchical";
export interface RouterPerson {
  "id": string;
  "name": string;
}
export interface RouterPersonWoken {
  "person": RouterPerson;
  "calls": RouterPair;
  "at_night": RouterPair;
}
export interface RouterPlan {
  "policy_version": number;
  "priority": RouterPriority;
  "path": RouterPath;
  "load"?: number;
  "team": string;
  "levels": Array<RouterLevel>;
  "authority"?: Array<RouterLevel>;
  "first_handling": string;
  "next_update"?: string;
  "resolution": string;
  "repeat"?: number;
  "nobody_on_duty"?: "catch_all" | "hold";
  "calendar"?: string;
  "rules"?: Array<string>;
  "gather"?: boolean;
  "restricted"?: boolean;
  "reasons": Array<RouterReason>;
  "suppressed"?: RouterReason | null;
  "faq"?: string;
}
export interface RouterPolicy {
  "matrix": { [name: string]: { [name: string]: RouterPriority } };
  "priorities": { [name: string]: RouterPriorityRow };
  "rules"?: Array<RouterRule>;
  "people": Array<RouterPerson>;
  "teams": { [name: string]: unknown };
  "default_team": string;
  "schedules"?: { [name: string]: unknown };
  "calendars"?: { [name: string]: unknown };
  "calendar"?: string;
  "catch_all": string;
  "owner"?: string;
  "review_every"?: string;
  "digest"?: RouterDigest;
}
export interface RouterPresenceAnswer {
  "consequences"?: Array<string>;
  "warnings"?: Array<string>;
  "presence": RouterShownPresence;
}
export type RouterPriority = "P1" | "P2" | "P3" | "P4";
export interface RouterPriorityRow {
  "first_response": string;
  "first_handling": string;
  "next_update"?: string | null;
  "resolution": string;
  "path": RouterPath;
  "load": number;
  "channels": Array<RouterChannel>;
  "levels": Array<Routerservices__router__domain__policies__policy__Step>;
  "authority"?: Array<Routerservices__router__domain__policies__policy__Step>;
  "repeat"?: number;
  "nobody_on_duty"?: "catch_all" | "hold";
}
export interface RouterPublication {
  "by": RouterBy;
  "why": string;
  "files": { [name: string]: string };
}
export interface RouterPublished {
  "version": number;
  "published_at": string;
  "published_by": string;
  "published_by_id": string;
  "origin": "files" | "api";
  "why": string;
  "restores": number | null;
  "changed": boolean;
  "changes": Array<RouterDifference>;
  "findings": Array<RouterFound>;
}
export interface RouterQuestion {
  "report": RouterReport;
  "source"?: string;
  "reporter"?: string | "";
  "language"?: "ja" | "en";
  "at"?: string | null;
  "similar"?: Array<string>;
  "files"?: { [name: string]: string } | null;
}
export interface RouterReason {
  "ja": string;
  "en": string;
}
export interface RouterReplayed {
  "zone": string;
  "cases": number;
  "passed_over": number;
  "changed": number;
  "calls": RouterPair;
  "at_night": RouterPair;
  "people": Array<RouterPersonWoken>;
  "calls_by_priority": { [name: string]: RouterPair };
  "avoided": { [name: string]: number };
  "caused": { [name: string]: number };
  "uncompared": number;
  "priority_changed": number;
  "team_changed": number;
  "suppressed_now": number;
  "no_longer_suppressed": number;
  "worst": Array<RouterChanged>;
}
export interface RouterReport {
  "kind"?: RouterKind;
  "urgency"?: RouterUrgency;
  "urgency_reason"?: string;
  "impact"?: RouterImpact;
  "title"?: string;
  "customer"?: RouterCustomer;
  "product"?: string;
  "facts": string;
  "customer_said"?: string;
  "done_already"?: string;
  "difficulty"?: string;
  "wanted"?: string;
  "wanted_by"?: string | null;
  "amount"?: number | null;
  "personal_data"?: boolean;
  "estimate_minutes"?: number | null;
}
export interface RouterResponder {
  "person": RouterPerson;
  "path": RouterPath;
  "reason": RouterReason;
  "schedule"?: string;
  "paged_in"?: number;
}
export interface RouterRestoration {
  "by": RouterBy;
  "why": string;
  "to": number;
}
export interface RouterRestriction {
  "weekdays"?: Array<"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun">;
  "hours"?: string;
  "holidays"?: "any" | "only" | "never";
  "calendar"?: string;
}
export interface RouterReviewed {
  "version": number;
  "since": string;
  "until": string;
  "cases": number;
  "rules": Array<RouterRuleFigures>;
  "clocks": Array<RouterClockFigures>;
  "reassessed": { [name: string]: number };
  "catch_all_asked": number;
  "exhausted": number;
  "levels": { [name: string]: number };
  "woken": Array<RouterWoken>;
  "advice": Array<RouterReason>;
}
export interface RouterRoleTarget {
  "role": "first_line" | "second_line" | "leader" | "manager" | "responsible" | "department";
  "path": RouterPath;
  "team"?: string | null;
}
export interface RouterRotation {
  "name"?: string;
  "people": Array<string>;
  "every"?: number;
  "unit"?: "hours" | "days" | "weeks" | "months";
  "start": string;
  "until"?: string | null;
  "zone"?: string | "";
  "only"?: Array<RouterRestriction>;
}
export interface RouterRule {
  "id": string;
  "when": Array<RouterCondition>;
  "then": RouterEffect;
  "reason": RouterReason;
}
export interface RouterRuleFigures {
  "id": string;
  "held": number;
  "reassessed": number;
  "superseded": number;
}
export interface RouterSaid {
  "state": "available" | "telework" | "busy" | "off";
  "note": string;
  "until": string | null;
}
export interface RouterSchedule {
  "name"?: string;
  "zone": string;
  "layers": Array<RouterRotation>;
}
export interface RouterShare {
  "person": RouterPerson;
  "hours": number;
  "night_hours": number;
  "free_hours": number;
  "shifts": number;
  "share": number;
}
export interface RouterShown {
  "version": number;
  "published_at": string;
  "published_by": string;
  "published_by_id": string;
  "origin": "files" | "api";
  "why": string;
  "restores": number | null;
}
export interface RouterShownAbsence {
  "id": string;
  "since": string;
  "until": string;
  "by": RouterPerson;
  "at": string;
  "person": RouterPerson;
  "substitute": RouterPerson | null;
  "reason": string;
  "cancelled_at": string | null;
  "cancelled_by": RouterPerson | null;
}
export interface RouterShownOverride {
  "id": string;
  "since": string;
  "until": string;
  "by": RouterPerson;
  "at": string;
  "schedule": string;
  "person": RouterPerson;
  "reason": string;
  "cancelled_at": string | null;
  "cancelled_by": RouterPerson | null;
}
export interface RouterShownPresence {
  "person": RouterPerson;
  "state": "available" | "telework" | "busy" | "off" | null;
  "note": string;
  "since": string | null;
  "until": string | null;
  "away": boolean;
}
export interface RouterShownSwap {
  "id": string;
  "since": string;
  "until": string;
  "by": RouterPerson;
  "at": string;
  "schedule": string;
  "asker": RouterPerson;
  "other": RouterPerson;
  "state": "offered" | "accepted" | "declined" | "cancelled";
  "answered_at": string | null;
}
export interface RouterSideShown {
  "priority": RouterPriority;
  "team": string;
  "suppressed": boolean;
  "load": number;
  "calls": Array<Routerservices__router__domain__trial__tally__Told>;
  "breached": Array<RouterDeadlineName>;
}
export interface RouterSimilar {
  "count": number;
  "within": string;
}
export interface RouterSimulated {
  "version": number;
  "zone": string;
  "plan": RouterPlan;
  "assigned": Array<RouterEscalationAssigned>;
  "steps"?: Array<Routerservices__router__domain__trial__story__Step> | null;
  "end"?: RouterReason | null;
}
export interface RouterSimulation {
  "report": RouterReport;
  "source"?: string;
  "reporter"?: string | "";
  "language"?: "ja" | "en";
  "at"?: string | null;
  "similar"?: Array<string>;
  "files"?: { [name: string]: string } | null;
  "case_id"?: string;
  "acts"?: Array<RouterDeeds>;
  "horizon"?: string | null;
}
export interface RouterSpan {
  "person": RouterPerson;
  "since": string;
  "until": string;
  "reason": string;
}
export type RouterStatus = "received" | "in_progress" | "done";
export interface RouterStretch {
  "start": string;
  "end": string;
  "counted": boolean;
  "why": string;
}
export interface RouterSwapAnswer {
  "consequences"?: Array<string>;
  "warnings"?: Array<string>;
  "swap": RouterShownSwap;
}
export interface RouterSwaps {
  "next_cursor": string | null;
  "data": Array<RouterShownSwap>;
}
export interface RouterTarget {
  "kind": "schedule" | "person";
  "id": string;
  "path": RouterPath;
  "name"?: string;
}
export interface RouterTeam {
  "name": string;
  "products"?: Array<string>;
  "roles": { [name: string]: RouterHolder };
  "calendar"?: string;
}
export type RouterTrack = "handling" | "authority";
export interface RouterTurns {
  "name": string;
  "shifts": Array<RouterWorked>;
}
export type RouterUrgency = "critical" | "high" | "medium" | "low";
export interface RouterWeek {
  "zone": string;
  "cells": Array<RouterCell>;
}
export interface RouterWoken {
  "person": RouterPerson;
  "at_night": number;
  "calls": number;
}
export interface RouterWorked {
  "schedule": string;
  "since": string;
  "until": string;
  "person": RouterPerson | null;
  "reason": RouterReason;
  "gap": boolean;
}
export interface Routerservices__router__domain__policies__policy__Step {
  "targets": Array<RouterRoleTarget>;
  "first_response"?: string | null;
  "channels"?: Array<RouterChannel> | null;
  "acknowledge"?: "any" | "all";
}
export interface Routerservices__router__domain__trial__story__Step {
  "at": string;
  "what": RouterReason;
  "told": Array<Routerservices__router__domain__trial__story__Told>;
  "deadlines": Array<RouterDue>;
  "status": RouterStatus;
}
export interface Routerservices__router__domain__trial__story__Told {
  "person": RouterPerson;
  "track": RouterTrack;
  "level": number;
  "channels": Array<RouterChannel>;
  "at": string;
  "held": boolean;
  "again": boolean;
  "digest": boolean;
  "reason": RouterReason;
}
export interface Routerservices__router__domain__trial__tally__Told {
  "person": RouterPerson;
  "at": string;
  "night": boolean;
}
export interface RowError {
  "pointer": string;
  "detail": string;
  "type": string;
}
export interface RowView {
  "line": number;
  "external_id"?: string | null;
  "result": "taken" | "again" | "would-be-taken" | "refused";
  "urgent"?: boolean;
  "case_id"?: string | null;
  "number"?: number | null;
  "errors"?: Array<RowError>;
}
export interface SecretView {
  "id": number;
  "made_at": string;
  "ends_at": string | null;
  "in_force": boolean;
}
export interface SenderView {
  "name": string;
  "own_secret": boolean;
  "in_path": boolean;
  "by_mail": boolean;
  "can_be_tested": boolean;
  "guide": string;
}
export interface Senders {
  "data": Array<SenderView>;
}
export interface Service {
  "name": string;
  "vitals": Vitals | null;
  "behind": Waiting | null;
}
export interface SessionView {
  "id": string;
  "person": Person;
  "how": "link" | "oidc";
  "created_at": string;
  "last_seen_at": string;
}
export interface Sessions {
  "data": Array<SessionView>;
}
export interface SourceChange {
  "name"?: string | null;
  "owner"?: string | null;
  "options"?: { [name: string]: string } | null;
  "enabled"?: boolean | null;
}
export interface SourceView {
  "id": string;
  "sender": string;
  "name": string;
  "owner": string;
  "options": { [name: string]: string };
  "enabled": boolean;
  "version": number;
  "built_in": boolean;
  "url": string;
  "guide": string;
  "secrets": Array<SecretView>;
  "tokens": Array<SecretView>;
  "looked_at": string | null;
  "problem": string;
}
export interface SplitBody {
  "by"?: By | null;
  "via"?: string;
  "round"?: number | null;
  "reason": string;
}
export interface Standing {
  "at": string;
  "services": Array<Service>;
  "punctuality": Punctuality | null;
  "channels": LastHour | null;
  "providers": Providers | null;
  "quarantine": number;
  "dead_letters": DeadLetters | null;
  "public_url": string;
  "watchdog_url": string;
  "watchdog": Watchdog | null;
  "canary": Array<Step>;
}
export interface StartBody {
  "by"?: By | null;
  "via"?: string;
  "round"?: number | null;
}
export type Status = "received" | "in_progress" | "done";
export interface Step {
  "name": "submitted" | "planned" | "assigned" | "paged";
  "at": string | null;
}
export interface StepView {
  "id": string;
  "text": string;
  "by": string;
  "at": string;
  "done_by": string;
  "done_at": string | null;
}
export interface Steps {
  "data": Array<StepView>;
}
export interface SubscriptionChange {
  "url"?: string | null;
  "name"?: string | null;
  "types"?: Array<string> | null;
  "teams"?: Array<string> | null;
  "language"?: "ja" | "en" | null;
  "enabled"?: boolean | null;
}
export interface SubscriptionView {
  "id": string;
  "url": string;
  "name": string;
  "types": Array<string>;
  "teams": Array<string>;
  "language": "ja" | "en";
  "state": "enabled" | "disabled";
  "reason": string;
  "reason_label": string;
  "version": number;
  "made_by": string;
  "failing_since": string | null;
  "next_try_at": string | null;
  "created_at": string;
}
export interface Subscriptions {
  "data": Array<SubscriptionView>;
}
export interface TestView {
  "stage": "verify" | "read" | "deliver" | "done";
  "reason": string;
  "verdicts": Array<string>;
  "readings": Array<{ [name: string]: unknown }>;
  "would": Array<{ [name: string]: unknown }>;
}
export interface Ticket {
  "system": "zendesk" | "salesforce" | "hubspot" | "jira" | "servicenow" | "freshdesk" | "kintone" | "intercom" | "dynamics365";
  "id": string;
  "url"?: string;
}
export interface Timeline {
  "data": Array<Line>;
}
export interface Times {
  "cases": number;
  "p50": number | null;
  "p90": number | null;
}
export interface TokenView {
  "id": string;
  "name": string;
  "scopes": Array<"read" | "submit" | "act" | "admin">;
  "grants": Array<GrantBody> | null;
  "person": Person | null;
  "state": "valid" | "expired" | "revoked";
  "state_label": string;
  "created_at": string;
  "created_by": string;
  "expires_at": string | null;
  "last_used_at": string | null;
  "revoked_at": string | null;
}
export interface Tokens {
  "data": Array<TokenView>;
}
export type Track = "handling" | "authority";
export interface TrackView {
  "track": Track;
  "label": string;
  "level": number;
  "awaiting": boolean;
  "exhausted": boolean;
  "acknowledge": "any" | "all";
  "responders": Array<services__intake__domain__view__AskedView>;
}
export interface Tried {
  "delivered": boolean;
  "status": number | null;
  "problem": string;
  "milliseconds": number;
}
export interface TryView {
  "readings": Array<{ [name: string]: unknown }>;
}
export interface UnacknowledgeBody {
  "by"?: By | null;
  "via"?: string;
  "round"?: number | null;
}
export type Urgency = "critical" | "high" | "medium" | "low";
export interface ValidationError {
  "loc": Array<string | number>;
  "msg": string;
  "type": string;
  "input"?: unknown;
  "ctx"?: { [name: string]: unknown };
}
export interface Vitals {
  "version": string;
  "schema_version": string;
  "checks": Array<Readiness>;
  "outbox": Waiting | null;
  "clock_ahead": number | null;
  "unarchived"?: number | null;
}
export interface Volume {
  "starts": string;
  "kind": string;
  "cases": number;
}
export interface WaitBody {
  "by"?: By | null;
  "via"?: string;
  "round"?: number | null;
  "reason": string;
}
export interface Waiting {
  "waiting": number;
  "oldest": string | null;
}
export interface Watchdog {
  "troubles": Array<string>;
  "arrived_at": string | null;
  "took": number | null;
  "missed": number;
  "canaries": Array<Flown>;
}
export interface WayView {
  "channel": Channel;
  "channel_label": string;
  "at": string;
  "outcome": Outcome;
  "code": string;
  "reached_at": string | null;
  "failed": boolean;
  "text": string;
}
export interface services__intake__domain__drill_view__AskedView {
  "id": string;
  "name": string;
  "track": Track;
  "level": number;
  "asked_at": string;
  "reached_at": string | null;
  "answered_at": string | null;
  "seconds": number | null;
  "ways": Array<WayView>;
}
export interface services__intake__domain__view__AskedView {
  "id": string;
  "name": string;
  "path": Path;
  "reason": string;
  "answered": boolean;
}
export class Tasuki extends Transport {
  /** Somebody will be away; answers who is on duty instead, and where nobody is left. */
  addAbsence(body: RouterNewAbsence, query?: {}, headers?: Record<string, string>): Promise<RouterAbsenceAnswer>;
  /** Who is or will be away (from `since` on; now, when left out), or stands in. */
  absences(query?: { person?: string; cancelled?: boolean; since?: string | null; until?: string | null; cursor?: number; limit?: number }, headers?: Record<string, string>): Promise<RouterAbsences>;
  /** Read absences from an iCalendar file of the year ahead; answers what was taken, and what was not and why. */
  importAbsences(body: string, query: { dry_run?: boolean; by: string; by_name?: string }, headers?: Record<string, string>): Promise<RouterImportAnswer>;
  /** One absence, taken back or not. */
  absence(id: string, query?: {}, headers?: Record<string, string>): Promise<RouterShownAbsence>;
  /** Take an absence back from now on. */
  cancelAbsence(id: string, query: { by: string; by_name?: string }, headers?: Record<string, string>): Promise<RouterAbsenceAnswer>;
  /** The record of one resolved case; without a named reader the front door has looked who may see it. */
  record(case_id: string, query?: {}, headers?: Record<string, string>): Promise<KnowledgeArchived>;
  /** Articles as those who write them see them, the newest first. */
  listedArticles(query?: { state?: KnowledgeState | null; owner?: string | null; audience?: KnowledgeAudience | null; language?: "ja" | "en" | null; product?: string | null; due?: boolean; cursor?: string | null; limit?: number }, headers?: Record<string, string>): Promise<KnowledgePage>;
  /** Write a new article, and publish it at once when asked. */
  writeNew(body: KnowledgeNewArticle, query?: {}, headers?: Record<string, string>): Promise<KnowledgeFull>;
  /** Make an article of archived cases in one step; names of customers are left out. */
  draft(body: KnowledgeDrafting, query?: {}, headers?: Record<string, string>): Promise<KnowledgeFull | KnowledgeDraft>;
  /** Articles that their owners are to look at by a day, or that nobody sees any more within a week of it. */
  due(query: { by: string; cursor?: string; limit?: number }, headers?: Record<string, string>): Promise<KnowledgeDuePage>;
  /** One article with all that its page shows; who does not write sees what is live, and one that was merged leads on. */
  readArticles(id: string, query?: {}, headers?: Record<string, string>): Promise<KnowledgeFull | KnowledgeRead>;
  /** Write a new version. Needs If-Match; readers see the old one until the new one is published. */
  write(id: string, body: KnowledgeWriting, query?: {}, headers?: Record<string, string>): Promise<KnowledgeFull>;
  /** Say something about an article to those who write. */
  comment(id: string, body: KnowledgeSaying, query?: {}, headers?: Record<string, string>): Promise<KnowledgeFull>;
  /** 解決した or 解決しない; the newest answer of somebody counts, and a comment goes to those who write, without a name. */
  feedback(id: string, body: KnowledgeFeedback, query?: {}, headers?: Record<string, string>): Promise<KnowledgeCounted>;
  /** Attach a file to an article: the body is the file itself, as application/octet-stream, 10 MB at most. What may be attached is as at a case. The article gets a new version; the same Idempotency-Key does it once. If-Match may name the version that is meant. */
  attachFileToArticle(id: string, body: Blob, query?: { name?: string; public?: boolean; publish?: boolean; by?: string | null; by_name?: string }, headers?: Record<string, string>): Promise<ArticleFile>;
  /** Give the bytes of a file of an article that the caller sees, never as anything that a browser would show or run. */
  openFileOfArticle(id: string, file: string, query?: { audience?: "internal" | "public" | null }, headers?: Record<string, string>): Promise<Blob>;
  /** Say whether a file is for readers outside too: a new version, like every change of an article. */
  markFile(id: string, file: string, body: KnowledgeMarking, query?: {}, headers?: Record<string, string>): Promise<KnowledgeFull>;
  /** Take a file away: a new version; the old ones keep it. `for_good` takes it, and its name, from all of them at once. */
  detachFile(id: string, file: string, query?: { by?: string | null; by_name?: string; publish?: boolean; for_good?: boolean }, headers?: Record<string, string>): Promise<KnowledgeFull>;
  /** Make this article part of another, which takes over its phrasings and cases; who asks for this one gets that. Phrasings of an internal article go into no public one. Refused where readers of this one would not be shown the other. */
  merge(id: string, body: KnowledgeMerging, query?: {}, headers?: Record<string, string>): Promise<KnowledgeFull>;
  /** What one version said. */
  version(id: string, version: string, query?: {}, headers?: Record<string, string>): Promise<KnowledgeVersion>;
  /** Submit for review, return to its author, publish, withdraw, or confirm that it is still true, as its owner may. */
  act(id: string, verb: string, body: KnowledgeDoing, query?: {}, headers?: Record<string, string>): Promise<KnowledgeFull>;
  /** Tell who saw, changed, published and sent what. That it was told is an entry too, unless it tells of such looks alone. */
  readAudit(query?: { object?: string | null; before?: number | null; after?: number | null; limit?: number }, headers?: Record<string, string>): Promise<AuditPage>;
  /** Give the signed checkpoints, and where the chains end now. */
  readCheckpoints(query?: { after?: number | null; limit?: number }, headers?: Record<string, string>): Promise<Checkpoints>;
  /** After how many messages digests begin. */
  bundling(query?: {}, headers?: Record<string, string>): Promise<NotifierBundling>;
  /** Change it, for what is planned from now on. */
  changeBundling(body: NotifierBundling, query?: {}, headers?: Record<string, string>): Promise<NotifierBundling>;
  /** Take a report in. 202 only after it is on disk; the same Idempotency-Key gets the same answer for 24 hours. */
  submitCase(body: ReportBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** List the cases that the caller may see, the newest first. */
  listCases(query?: { status?: Status | null; priority?: Priority | null; owner?: string | null; q?: string | null; limit?: number; cursor?: string | null }, headers?: Record<string, string>): Promise<CasePage>;
  /** Take over open cases from elsewhere: NDJSON or CSV, at most 1,000 rows. Sent again, nothing is doubled. Each row becomes a case as if it had been submitted, and its people are called as the policy has it; hold pages by a maintenance where that is not wanted. Needs no Idempotency-Key: the external ids are what makes a repeat harmless. */
  importCases(body: string, query?: { dry_run?: boolean }, headers?: Record<string, string>): Promise<Import>;
  /** Show how a case stands; its ETag is what If-None-Match and the If-Match of actions name. */
  readCase(case_id: string, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** "I have it." `round` and `track` are those of the page that is answered. */
  acknowledgeCase(case_id: string, body: AcknowledgeBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** Say whether an answer of this person is still of use, who was asked in a round decided when `after` answers were known. What was answered counts as soon as it is taken, before the log shows it: whoever is about to ring somebody up asks. */
  readAsked(case_id: string, query?: { person?: string; round?: number; after?: number; track?: Track }, headers?: Record<string, string>): Promise<Asked>;
  /** List the files of a case, without their bytes. */
  readAttachments(case_id: string, query?: {}, headers?: Record<string, string>): Promise<Attachments>;
  /** Attach a file: the body is the file itself, as application/octet-stream, 10 MB at most. The same Idempotency-Key does it once. Its content decides what it is: pictures (JPEG, PNG, WebP), PDF or text. Of pictures nothing but the picture is kept: no place and no camera. Where the caller only reports, `internal` is false. */
  attachFile(case_id: string, body: Blob, query?: { name?: string; internal?: boolean }, headers?: Record<string, string>): Promise<AttachmentView>;
  /** Give the bytes of a file, never as anything that a browser would show or run. That it was opened is recorded. */
  openAttachment(case_id: string, attachment: string, query?: {}, headers?: Record<string, string>): Promise<Blob>;
  /** Take a file away for good: for who attached it, and who leads the team. The timeline goes on telling that it was there. */
  removeAttachment(case_id: string, attachment: string, query?: {}, headers?: Record<string, string>): Promise<void>;
  /** Every clock of a case, with the days that explain it. */
  explainDeadlines(case_id: string, query?: {}, headers?: Record<string, string>): Promise<RouterClocks>;
  /** Not to take over what was offered. */
  declineCase(case_id: string, body: DeclineBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** Which deadline gets more time, how much (2h, 1bd), and why. */
  extendCase(case_id: string, body: ExtendBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** Thanks to the reporter, and what helped or helps next time; also after the case is done. */
  feedbackCase(case_id: string, body: FeedbackBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** Who is to be kept informed. */
  followersCase(case_id: string, body: FollowersBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** The case that is about the same, by its number or id, and why: this one is handled as that one from now on. */
  linkCase(case_id: string, body: LinkBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** Something to write down; the reporter sees it unless it is internal. */
  notesCase(case_id: string, body: NotesBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** What was sent to whom about a case, by which channel, what came of it, and why. */
  deliveries(case_id: string, query?: {}, headers?: Record<string, string>): Promise<NotifierDeliveries>;
  /** Who is asked to take it over, and why; the owner stays until they accept by acknowledging. */
  offerCase(case_id: string, body: OfferBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** Show what people wrote where marks stand. For who is asked, who has the case, and who leads; each look is recorded. */
  readOriginal(case_id: string, query?: {}, headers?: Record<string, string>): Promise<Originals>;
  /** Erase for good what is personal in a case. Times, decisions and counts stay, and the audit still verifies. */
  erasePersonal(case_id: string, query?: { reporter?: boolean }, headers?: Record<string, string>): Promise<Erasure>;
  /** Finished cases of the same trouble that a person may see, in short. For our notifier alone. */
  readPrecedents(case_id: string, query?: { person?: string; shared?: boolean }, headers?: Record<string, string>): Promise<Precedents>;
  /** How urgent it is, how far it reaches and what it is about, as seen now; with none of it, the policy in force is applied anew. The kind `harassment` and `personal_data` decide who may read the case; so does another plan. */
  reassessCase(case_id: string, body: ReassessBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** Who takes over, and why. */
  reassignCase(case_id: string, body: ReassignBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** List the cases that one has to do with. Neither of two leads, and nobody is asked because of it. */
  readRelated(case_id: string, query?: {}, headers?: Record<string, string>): Promise<RelatedCases>;
  /** Say that two cases have to do with each other; to say so again changes nothing. */
  relateCases(case_id: string, other: string, query?: {}, headers?: Record<string, string>): Promise<RelatedCases>;
  /** Take it back. */
  unrelateCases(case_id: string, other: string, query?: {}, headers?: Record<string, string>): Promise<RelatedCases>;
  /** Why it is not done. */
  reopenCase(case_id: string, body: ReopenBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** What the customer answered; whether a machine did is said, or seen by the headers of the mail. The subject is a header like the others. */
  repliesCase(case_id: string, body: RepliesBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** Say where a reporter who is in no directory hears of their case. For our notifier alone, which keeps it nowhere. */
  readReporter(case_id: string, query?: {}, headers?: Record<string, string>): Promise<Mailbox>;
  /** What was done and what came of it. */
  resolveCase(case_id: string, body: ResolveBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** The wait is over. */
  resumeCase(case_id: string, body: ResumeBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** Articles and archived cases like this case. */
  similar(case_id: string, query?: { limit?: number; form?: "article" | "case" | null; kind?: KnowledgeKind | null; product?: string; language?: string; audience?: KnowledgeAudience | null; since?: string | null }, headers?: Record<string, string>): Promise<KnowledgeAnswers>;
  /** Why it is not the same: it is a case of its own again, and asked for anew. */
  splitCase(case_id: string, body: SplitBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** Work on it begins. */
  startCase(case_id: string, body: StartBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** List what is to be done about a case, and what was done by whom. */
  readSteps(case_id: string, query?: {}, headers?: Record<string, string>): Promise<Steps>;
  /** Write steps down, all of them or none; the same Idempotency-Key does it once. */
  addSteps(case_id: string, query?: {}, headers?: Record<string, string>): Promise<Steps>;
  /** Remove a step that is not done; one that is gone already stays gone. */
  removeStep(case_id: string, step: string, query?: {}, headers?: Record<string, string>): Promise<Steps>;
  /** Say that a step is done; who said so first stays. */
  tickStep(case_id: string, step: string, query?: {}, headers?: Record<string, string>): Promise<Steps>;
  /** Say that it is to be done after all. */
  untickStep(case_id: string, step: string, query?: {}, headers?: Record<string, string>): Promise<Steps>;
  /** Tell what happened to a case, in the order of the log; a reporter reads what is said to reporters. */
  readTimeline(case_id: string, query?: {}, headers?: Record<string, string>): Promise<Timeline>;
  /** It was a slip: takes an acknowledgement back within a minute. Everybody who was asked is asked again. */
  unacknowledgeCase(case_id: string, body: UnacknowledgeBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** For whom or what the case waits. */
  waitCase(case_id: string, body: WaitBody, query?: {}, headers?: Record<string, string>): Promise<CaseView>;
  /** Whether each provider is set up and works, and when it last did and did not. */
  channels(query?: {}, headers?: Record<string, string>): Promise<NotifierChannels>;
  /** Take a report of a chat in, once for each Idempotency-Key: the form is what is sent once, as on our own page. */
  submitFromChat(chat: string, query?: {}, headers?: Record<string, string>): Promise<Received>;
  /** The whole directory; addresses that nobody has proven are left out. */
  everybody(query?: {}, headers?: Record<string, string>): Promise<NotifierEverybody>;
  /** Put a whole directory in the place of the old one; telephone numbers come back in E.164. What people have decided and brought themselves stays. */
  replaceContacts(body: NotifierDirectory, query?: {}, headers?: Record<string, string>): Promise<NotifierDirectory>;
  /** The directory as a table (CSV, UTF-8) that a spreadsheet opens and `POST` takes back. */
  tableContactsCsv(query?: {}, headers?: Record<string, string>): Promise<void>;
  /** Put the directory of a table (CSV, UTF-8 or Shift_JIS) in the place of the old one: all of it, or nothing. `dry_run` changes nothing and tells what would change, or every mistake by line. */
  importTable(body: string, query?: { dry_run?: boolean }, headers?: Record<string, string>): Promise<NotifierImported>;
  /** The directory as one page without any outside part, in the reader's language: to be printed, and kept. */
  printed(query?: {}, headers?: Record<string, string>): Promise<string>;
  /** How a person is reached: addresses, rules, quiet hours, and what works at each priority. */
  onePerson(person: string, query?: {}, headers?: Record<string, string>): Promise<NotifierReached>;
  /** Add an address; until it is proven it is used only after the others, or where it is the only one. */
  addAddress(person: string, body: NotifierNewAddress, query?: {}, headers?: Record<string, string>): Promise<NotifierReached>;
  /** Remove an address, from the rules too; one of the directory comes back with the next import. */
  removeAddress(person: string, address: string, query?: {}, headers?: Record<string, string>): Promise<NotifierReached>;
  /** Send six digits to an address, to be given back within ten minutes; earlier ones end. */
  sendCode(person: string, address: string, body: NotifierOver, query?: {}, headers?: Record<string, string>): Promise<NotifierCodeSent>;
  /** Send a real message that says it is a test; the answer names where its outcome can be read. */
  tryAddress(person: string, address: string, body: NotifierOver, query?: {}, headers?: Record<string, string>): Promise<NotifierStarted>;
  /** Give the code back; the address is trusted from then on. Five wrong ones end it. */
  verifyAddress(person: string, address: string, body: NotifierCode, query?: {}, headers?: Record<string, string>): Promise<NotifierReached>;
  /** A link for one person, to be sent to them alone. */
  deviceLink(person: string, query?: {}, headers?: Record<string, string>): Promise<NotifierDeviceLink>;
  /** Hours of the week in which nothing but a P1 is loud for a person. */
  changeQuietHours(person: string, body: NotifierDoNotDisturb, query?: {}, headers?: Record<string, string>): Promise<NotifierReached>;
  /** By which ways a person is asked at each priority; nothing that the policy demands is taken from a P1. */
  changeRules(person: string, body: NotifierRules, query?: {}, headers?: Record<string, string>): Promise<NotifierReached>;
  /** What has come of a test message or a code so far. */
  outcome(person: string, id: string, query?: {}, headers?: Record<string, string>): Promise<NotifierTestOutcome>;
  /** Somebody who was about to report found the answer instead. */
  deflected(body: KnowledgeDeflection, query?: {}, headers?: Record<string, string>): Promise<KnowledgeCounted>;
  /** List the newest drills: all of the teams that the caller leads or administers, of others what they may know of. */
  listDrills(query?: {}, headers?: Record<string, string>): Promise<Drills>;
  /** Plan a drill, now or at a time. Needs Idempotency-Key: the same again is the same drill. */
  planDrill(body: NewDrill, query?: {}, headers?: Record<string, string>): Promise<DrillView>;
  /** Show a drill and its report: who was asked by which way, what reached them, who answered, and what to mend. */
  readDrill(id: string, query?: {}, headers?: Record<string, string>): Promise<DrillView>;
  /** End a drill, or call it off before it begins; one that is over stays as it is. */
  stopDrill(id: string, query?: {}, headers?: Record<string, string>): Promise<DrillView>;
  /** What readers see, as files to be read again; of a CSV or JSON lines, each page is the next piece of one file. A page is shorter than `limit` where the articles are long; there are more while it has a `next_cursor`. */
  export(format: string, query?: { audience?: KnowledgeAudience | null; language?: "ja" | "en" | null; cursor?: string; limit?: number }, headers?: Record<string, string>): Promise<KnowledgeFiles>;
  /** Time saved, deflection, coverage, and the trend of each cause. */
  readFigures(query?: { since?: string | null; until?: string | null }, headers?: Record<string, string>): Promise<KnowledgeFiguresShown>;
  /** The same by week, and each cause by week, for a spreadsheet. */
  tableFiguresCsv(query?: { since?: string | null; until?: string | null }, headers?: Record<string, string>): Promise<void>;
  /** Which articles made a report needless or solved it, the most helpful first. Nobody's name stands in it. */
  helped(query?: { limit?: number; since?: string | null; until?: string | null }, headers?: Record<string, string>): Promise<KnowledgeHelpedPage>;
  /** All of them, for a spreadsheet. */
  helpedTable(query?: { since?: string | null; until?: string | null }, headers?: Record<string, string>): Promise<void>;
  /** Tell what everybody is in the teams that the caller administers. */
  listGrants(query?: {}, headers?: Record<string, string>): Promise<AllGrants>;
  /** Give a person exactly these roles; the tokens in their name that have no roles of their own have these. The last person who administers every team keeps that role: 409. */
  setGrants(person: string, body: GrantsBody, query?: {}, headers?: Record<string, string>): Promise<PersonGrants>;
  /** Announce a file; its parts follow. */
  begin(body: KnowledgeNewImport, query?: {}, headers?: Record<string, string>): Promise<KnowledgeProgress>;
  /** How far it has gone, and the bad rows with line and reason. */
  progress(id: string, query?: {}, headers?: Record<string, string>): Promise<KnowledgeProgress>;
  /** Take in what was tried, without sending it again; once, and within a day. */
  apply(id: string, body: KnowledgeApplied, query?: {}, headers?: Record<string, string>): Promise<KnowledgeProgress>;
  /** One part of the file as it is, 256 KB at most and 32 MB all together; the same number again replaces it. */
  part(id: string, number: string, query?: {}, headers?: Record<string, string>): Promise<void>;
  /** All parts are there: take the file in. */
  start(id: string, query?: {}, headers?: Record<string, string>): Promise<KnowledgeProgress>;
  /** What use and cases teach, by at most a minute ago: suggestions, searches in vain, causes that repeat; and what waits for somebody. */
  reviewLearning(query?: { days?: number }, headers?: Record<string, string>): Promise<KnowledgeReview>;
  /** Do what is suggested. */
  accept(id: string, body: KnowledgeDone, query?: { days?: number }, headers?: Record<string, string>): Promise<KnowledgeAccepted>;
  /** Do not suggest this again. */
  dismiss(id: string, body: KnowledgeDone, query?: {}, headers?: Record<string, string>): Promise<void>;
  /** What is planned, open and lately over. */
  listedMaintenance(query?: {}, headers?: Record<string, string>): Promise<Notifierservices__notifier__routes__maintenance__All>;
  /** Hold pages back for a while; what is still open when it ends is paged again. */
  plan(body: NotifierNewWindow, query?: {}, headers?: Record<string, string>): Promise<Notifierservices__notifier__routes__maintenance__Shown>;
  /** End a window before its time, or take a planned one back; what it held goes out at once. */
  end(id: string, query: { by: string }, headers?: Record<string, string>): Promise<Notifierservices__notifier__routes__maintenance__Shown>;
  /** Who is asked for each part of each team, now or at an instant, until when, and who comes next; the watchdog is nobody. */
  onDuty(query?: { at?: string | null; team?: string }, headers?: Record<string, string>): Promise<Array<RouterOnDuty>>;
  /** Tell how every part does now and what needs a human; what cannot be asked is null. */
  readOperations(query?: {}, headers?: Record<string, string>): Promise<Operations>;
  /** List the newest records that nobody could handle. 503 while Kafka is away. */
  listDeadLetters(query?: {}, headers?: Record<string, string>): Promise<Letters>;
  /** The same for all of one kind that nobody has dealt with; it ends at the first that cannot be asked for. */
  replayDeadLetters(query?: {}, headers?: Record<string, string>): Promise<AllCame>;
  /** Show what one holds; that somebody looked is recorded. */
  readDeadLetter(place: string, query?: {}, headers?: Record<string, string>): Promise<LetterView>;
  /** Say that nothing is to be done about it. It is kept as long as the others, and can still be handled. */
  dismissDeadLetter(place: string, query?: {}, headers?: Record<string, string>): Promise<void>;
  /** Have its service handle it once more; what was handled before is left alone, and refused where its case has gone on since. */
  replayDeadLetter(place: string, query?: {}, headers?: Record<string, string>): Promise<Came>;
  /** Put somebody on duty for a time. */
  addOverride(body: RouterNewOverride, query?: {}, headers?: Record<string, string>): Promise<RouterOverrideAnswer>;
  /** Who is put on duty from `since` (now, when left out) on. */
  overrides(query?: { schedule?: string; person?: string; cancelled?: boolean; since?: string | null; until?: string | null; cursor?: number; limit?: number }, headers?: Record<string, string>): Promise<RouterOverrides>;
  /** One override, taken back or not. */
  override(id: string, query?: {}, headers?: Record<string, string>): Promise<RouterShownOverride>;
  /** Take an override back from now on. */
  cancelOverride(id: string, query: { by: string; by_name?: string }, headers?: Record<string, string>): Promise<RouterOverrideAnswer>;
  /** One person's shifts in all schedules, in order. */
  shiftsOfPerson(person: string, query?: { since?: string | null; until?: string | null }, headers?: Record<string, string>): Promise<Array<RouterWorked>>;
  /** One person's shifts as an iCalendar file. */
  calendarOfPerson(person: string, query?: { since?: string | null; until?: string | null }, headers?: Record<string, string>): Promise<string>;
  /** Find the cases in which a number or an address stood. What is looked for is kept nowhere, and in no log. */
  findCases(query?: {}, headers?: Record<string, string>): Promise<CaseIds>;
  /** The policy in force; its ETag is what publishing needs. */
  policyInForce(query?: {}, headers?: Record<string, string>): Promise<RouterInForce>;
  /** Put a policy into force. Needs If-Match with the version it was made from; with any error nothing changes. */
  publishPolicy(body: RouterPublication, query?: {}, headers?: Record<string, string>): Promise<RouterPublished>;
  /** What changed from one version to another; without numbers, with the newest one. */
  policyDiff(query?: { to?: number | null; from?: number | null }, headers?: Record<string, string>): Promise<RouterDifferences>;
  /** What a draft would change of the policy in force. */
  draftDiff(body: RouterFiles, query?: {}, headers?: Record<string, string>): Promise<RouterDifferences>;
  /** Everything that is to be said about a draft; nothing is changed. */
  lintPolicy(body: RouterFiles, query?: {}, headers?: Record<string, string>): Promise<RouterLinted>;
  /** What a draft would have made of finished cases: who would have been called, which deadlines met or missed. */
  replay(body: RouterDraft, query?: { format?: "json" | "svg" | null }, headers?: Record<string, string>): Promise<RouterReplayed>;
  /** Figures of the cases finished in so many days, or since the policy in force was published, and what they suggest. */
  reviewPolicyReview(query?: { days?: number | null }, headers?: Record<string, string>): Promise<RouterReviewed>;
  /** Put an old version into force as a new one, checked anew. */
  rollBack(body: RouterRestoration, query?: {}, headers?: Record<string, string>): Promise<RouterPublished>;
  /** Who put which version into force, when and why. */
  policyVersions(query?: { cursor?: number; limit?: number }, headers?: Record<string, string>): Promise<RouterHistory>;
  /** One version with its files as they were written. */
  policyVersion(number: string, query?: {}, headers?: Record<string, string>): Promise<RouterFull>;
  /** What somebody says of themselves, and whether they are away. */
  presence(person: string, query?: {}, headers?: Record<string, string>): Promise<RouterShownPresence>;
  /** Available, on telework, busy, or off: only "off" takes them out of what they are asked. */
  sayPresence(person: string, body: RouterNewPresence, query?: {}, headers?: Record<string, string>): Promise<RouterPresenceAnswer>;
  /** Show the genuine deliveries that could not be understood, the newest first. */
  readQuarantine(query?: { before?: number | null; limit?: number }, headers?: Record<string, string>): Promise<{ [name: string]: unknown }>;
  /** Throw away what is set aside; a repeat of the same delivery is not taken either. */
  discardQuarantined(id: string, query?: {}, headers?: Record<string, string>): Promise<void>;
  /** Try once more what is set aside, with its source as it is now. 409 with the reason when it is still not understood. */
  replayQuarantined(id: string, query?: {}, headers?: Record<string, string>): Promise<unknown>;
  /** The same for one person, `team:<id>`, `ticket:<system>:<id>`, or `reporter:<case>` of no directory. */
  ofRecipient(recipient: string, query?: { cursor?: string; limit?: number }, headers?: Record<string, string>): Promise<NotifierPage>;
  /** Figures of the cases reported in a time that the caller may see, for who leads a team. Neither canaries nor drills. */
  readReview(query?: { since?: string | null; until?: string | null; by?: "week" | "month" | null }, headers?: Record<string, string>): Promise<Courses>;
  /** The cases behind a figure, as far as the caller may see them. */
  listReviewedCases(query?: { since?: string | null; until?: string | null; of?: "all" | "answered" | "done" | "open" | "reopened" | "late" | "climbs" | "linked"; priority?: Priority | null; team?: string | null; kind?: Kind | null; limit?: number; skip?: number }, headers?: Record<string, string>): Promise<CoursePage>;
  /** Every schedule. */
  schedules(query?: {}, headers?: Record<string, string>): Promise<Array<RouterListed>>;
  /** When nobody is there, schedule by schedule, and what happens to cases then; by default of the next 90 days. */
  allGaps(query?: { since?: string | null; until?: string | null }, headers?: Record<string, string>): Promise<Array<RouterGap>>;
  /** How many hours, nights and days off each person carries; time in two schedules at once counts twice. */
  load(query?: { since?: string | null; until?: string | null }, headers?: Record<string, string>): Promise<RouterLoad>;
  /** What each layer says by itself, the one that counts first, before absences, overrides and swaps. */
  layersOfSchedule(id: string, query?: { since?: string | null; until?: string | null }, headers?: Record<string, string>): Promise<Array<RouterTurns>>;
  /** All of the time, shift by shift, after absences, overrides and swaps. */
  shiftsOfSchedule(id: string, query?: { since?: string | null; until?: string | null }, headers?: Record<string, string>): Promise<Array<RouterWorked>>;
  /** The same as an iCalendar file; by default of the week before and the 90 days ahead. */
  calendarOfSchedule(id: string, query?: { since?: string | null; until?: string | null }, headers?: Record<string, string>): Promise<string>;
  /** Articles and archived cases that answer a question, in Japanese or English; something is always offered. */
  search(query?: { q?: string; limit?: number; session?: string; typing?: boolean; form?: "article" | "case" | null; kind?: KnowledgeKind | null; product?: string; language?: string; audience?: KnowledgeAudience | null; since?: string | null }, headers?: Record<string, string>): Promise<KnowledgeAnswers>;
  /** The same for a question that is too long for an address; what a chatbot calls. */
  searchLong(body: KnowledgeQuestion, query?: {}, headers?: Record<string, string>): Promise<KnowledgeAnswers>;
  /** An entry of an answer was opened; the same again counts once. */
  opened(id: string, body: KnowledgeOpening, query?: {}, headers?: Record<string, string>): Promise<KnowledgeCounted>;
  /** List the vendors that can be set up as a source, each with what is pasted where on its side. */
  listSenders(query?: {}, headers?: Record<string, string>): Promise<Senders>;
  /** List who is logged in with a browser. */
  listSessions(query?: {}, headers?: Record<string, string>): Promise<Sessions>;
  /** End a session: whoever has it must log in again. */
  endSession(id: string, query?: {}, headers?: Record<string, string>): Promise<void>;
  /** What would happen to a report; nobody is told. */
  whatIf(body: RouterSimulation, query?: {}, headers?: Record<string, string>): Promise<RouterSimulated>;
  /** The same report at every hour of a week, as data or (`format=svg`, or Accept) as a picture. */
  weekOf(body: RouterQuestion, query?: { format?: "json" | "svg" | null }, headers?: Record<string, string>): Promise<RouterWeek>;
  /** The same as a link that a page can show. */
  weekByLink(query?: { kind?: RouterKind; urgency?: RouterUrgency; impact?: RouterImpact; product?: string; facts?: string; source?: string; at?: string | null; format?: "json" | "svg" | null }, headers?: Record<string, string>): Promise<RouterWeek>;
  /** List what is set up. */
  listSources(query?: {}, headers?: Record<string, string>): Promise<Listed>;
  /** Set a source up. Its secret is shown in this answer and never again. */
  createSource(body: NewSource, query?: {}, headers?: Record<string, string>): Promise<MadeSource>;
  /** Show how a source is set up; its ETag is what changing it needs. */
  readSource(id: string, query?: {}, headers?: Record<string, string>): Promise<SourceView>;
  /** Change a source, disable it or enable it again. Needs If-Match. */
  changeSource(id: string, body: SourceChange, query?: {}, headers?: Record<string, string>): Promise<SourceView>;
  /** Disable a source: within three seconds nothing of it is taken any more. What it has sent stays. Needs If-Match. */
  disableSource(id: string, query?: {}, headers?: Record<string, string>): Promise<void>;
  /** Tell what came from a source lately and what became of it; also how requests looked that were not believed. */
  listDeliveries(id: string, query?: {}, headers?: Record<string, string>): Promise<Deliveries>;
  /** Put a new secret in force at once, shown in this answer only; those before it stay good until `old_until`. */
  rotateSecret(id: string, body: NewSecret, query?: {}, headers?: Record<string, string>): Promise<MadeSecret>;
  /** End a secret now, because somebody has it who should not. */
  endSecret(id: string, secret: string, query?: {}, headers?: Record<string, string>): Promise<void>;
  /** Send a genuine request of this source to ourselves and undo it: shown is how far it comes and whom it would call. */
  testSource(id: string, query?: {}, headers?: Record<string, string>): Promise<TestView>;
  /** Read a pasted request as this source would; nothing is kept. 400 when its body cannot be read. */
  trySource(id: string, body: Paste, query?: {}, headers?: Record<string, string>): Promise<TryView>;
  /** List the subscriptions of the caller. */
  listSubscriptions(query?: {}, headers?: Record<string, string>): Promise<Subscriptions>;
  /** Have changes sent to an address, signed as Standard Webhooks has it. It hears what this token may see, while it holds. */
  createSubscription(body: NewSubscription, query?: {}, headers?: Record<string, string>): Promise<MadeSubscription>;
  /** Show a subscription; its ETag is what changing it needs. */
  readSubscription(id: string, query?: {}, headers?: Record<string, string>): Promise<SubscriptionView>;
  /** Change a subscription, disable it or enable it again. Needs If-Match. */
  changeSubscription(id: string, body: SubscriptionChange, query?: {}, headers?: Record<string, string>): Promise<SubscriptionView>;
  /** End a subscription for good. Needs If-Match. */
  deleteSubscription(id: string, query?: {}, headers?: Record<string, string>): Promise<void>;
  /** Tell what came of the last requests. */
  listPushes(id: string, query?: {}, headers?: Record<string, string>): Promise<Pushes>;
  /** Put a new secret in force at once, shown in this answer only; the old ones are signed with too until `old_until`. */
  rotateSubscriptionSecret(id: string, body: Rotation, query?: {}, headers?: Record<string, string>): Promise<MadeKey>;
  /** Send a signed test now, and tell what came of it. */
  testSubscription(id: string, query?: {}, headers?: Record<string, string>): Promise<Tried>;
  /** Questions proposed while somebody types; nothing is written down. */
  suggest(query?: { q?: string; limit?: number; audience?: KnowledgeAudience | null }, headers?: Record<string, string>): Promise<KnowledgeProposals>;
  /** Ask somebody to take one's shifts; nothing changes until they accept. */
  offerSwap(body: RouterNewSwap, query?: {}, headers?: Record<string, string>): Promise<RouterSwapAnswer>;
  /** Offered and accepted swaps from `since` (now, when left out) on; `closed`: those declined or cancelled too. */
  swaps(query?: { schedule?: string; person?: string; closed?: boolean; since?: string | null; until?: string | null; cursor?: number; limit?: number }, headers?: Record<string, string>): Promise<RouterSwaps>;
  /** Only the one who was asked accepts or declines; only the one who asked cancels. */
  answerSwap(id: string, answer: string, body: RouterAnswered, query?: {}, headers?: Record<string, string>): Promise<RouterSwapAnswer>;
  /** Every text: whether it was changed, by whom and when, and whether it can still be used. */
  allTexts(query?: {}, headers?: Record<string, string>): Promise<Notifierservices__notifier__routes__shown__All>;
  /** The text in force, the standard one, and what it may use; its ETag is what changing it needs. */
  oneText(language: string, name: string, query?: {}, headers?: Record<string, string>): Promise<NotifierFull>;
  /** Put another text into force. Needs If-Match; with any mistake nothing changes, and the line is named. */
  changeText(language: string, name: string, body: NotifierNewText, query?: {}, headers?: Record<string, string>): Promise<NotifierFull>;
  /** Go back to the standard text. */
  resetText(language: string, name: string, query: { why?: string; by: string; by_name?: string }, headers?: Record<string, string>): Promise<NotifierFull>;
  /** Who changed it when and why, and what stood there before. */
  textHistory(language: string, name: string, query?: { cursor?: number; limit?: number }, headers?: Record<string, string>): Promise<NotifierHistory>;
  /** What a draft, or the text in force, makes of a sample case; nothing is changed and nothing is sent. */
  previewText(language: string, name: string, body: NotifierTrial, query?: {}, headers?: Record<string, string>): Promise<NotifierTried>;
  /** Put an old version into force as a new one, checked anew. */
  rollBackText(language: string, name: string, body: NotifierRestoration, query?: {}, headers?: Record<string, string>): Promise<NotifierFull>;
  /** List the tokens; nothing that lets anybody in is among it. */
  listTokens(query?: {}, headers?: Record<string, string>): Promise<Tokens>;
  /** Make a token. Its text stands in this answer and nowhere else. */
  createToken(body: NewToken, query?: {}, headers?: Record<string, string>): Promise<MadeToken>;
  /** Revoke a token for good. It stops working here at once, and on other replicas within 15 seconds. */
  revokeToken(token_id: string, query?: {}, headers?: Record<string, string>): Promise<TokenView>;
  /** Past cases as questions, without names, with the answer of the policy and what was done in the end. */
  training(query?: { seed?: string; kind?: KnowledgeKind | null; limit?: number }, headers?: Record<string, string>): Promise<KnowledgeQuestions>;
}

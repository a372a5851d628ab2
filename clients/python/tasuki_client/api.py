"""Every call of the API. Made by `make contracts` from openapi/intake.json; a test keeps it true."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from tasuki_client import models as m
from tasuki_client.transport import Transport


class Tasuki(Transport):
    """The front door of an installation; `headers` of a call are sent beside its own."""

    def add_absence(
        self, body: m.RouterNewAbsence, *, headers: Mapping[str, str] | None = None
    ) -> m.RouterAbsenceAnswer:
        """Somebody will be away; answers who is on duty instead, and where nobody is left."""
        return cast("m.RouterAbsenceAnswer", self.ask("POST", "/v1/absences", {}, body, "application/json", headers))

    def absences(
        self,
        *,
        person: str | None = None,
        cancelled: bool | None = None,
        since: str | None | None = None,
        until: str | None | None = None,
        cursor: int | None = None,
        limit: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.RouterAbsences:
        """Who is or will be away (from `since` on; now, when left out), or stands in."""
        return cast(
            "m.RouterAbsences",
            self.ask(
                "GET",
                "/v1/absences",
                {
                    "person": person,
                    "cancelled": cancelled,
                    "since": since,
                    "until": until,
                    "cursor": cursor,
                    "limit": limit,
                },
                None,
                "",
                headers,
            ),
        )

    def import_absences(
        self,
        body: str,
        *,
        dry_run: bool | None = None,
        by: str,
        by_name: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.RouterImportAnswer:
        """Read absences from an iCalendar file of the year ahead; answers what was taken, and what was not and why."""
        return cast(
            "m.RouterImportAnswer",
            self.ask(
                "POST",
                "/v1/absences/import",
                {"dry_run": dry_run, "by": by, "by_name": by_name},
                body,
                "text/calendar",
                headers,
            ),
        )

    def absence(self, id: str, *, headers: Mapping[str, str] | None = None) -> m.RouterShownAbsence:
        """One absence, taken back or not."""
        return cast("m.RouterShownAbsence", self.ask("GET", f"/v1/absences/{self.quoted(id)}", {}, None, "", headers))

    def cancel_absence(
        self, id: str, *, by: str, by_name: str | None = None, headers: Mapping[str, str] | None = None
    ) -> m.RouterAbsenceAnswer:
        """Take an absence back from now on."""
        return cast(
            "m.RouterAbsenceAnswer",
            self.ask("DELETE", f"/v1/absences/{self.quoted(id)}", {"by": by, "by_name": by_name}, None, "", headers),
        )

    def record(self, case_id: str, *, headers: Mapping[str, str] | None = None) -> m.KnowledgeArchived:
        """The record of one resolved case; without a named reader the front door has looked who may see it."""
        return cast(
            "m.KnowledgeArchived", self.ask("GET", f"/v1/archive/{self.quoted(case_id)}", {}, None, "", headers)
        )

    def listed_articles(
        self,
        *,
        state: m.KnowledgeState | None | None = None,
        owner: str | None | None = None,
        audience: m.KnowledgeAudience | None | None = None,
        language: Literal["ja", "en"] | None | None = None,
        product: str | None | None = None,
        due: bool | None = None,
        cursor: str | None | None = None,
        limit: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.KnowledgePage:
        """Articles as those who write them see them, the newest first."""
        return cast(
            "m.KnowledgePage",
            self.ask(
                "GET",
                "/v1/articles",
                {
                    "state": state,
                    "owner": owner,
                    "audience": audience,
                    "language": language,
                    "product": product,
                    "due": due,
                    "cursor": cursor,
                    "limit": limit,
                },
                None,
                "",
                headers,
            ),
        )

    def write_new(self, body: m.KnowledgeNewArticle, *, headers: Mapping[str, str] | None = None) -> m.KnowledgeFull:
        """Write a new article, and publish it at once when asked."""
        return cast("m.KnowledgeFull", self.ask("POST", "/v1/articles", {}, body, "application/json", headers))

    def draft(
        self, body: m.KnowledgeDrafting, *, headers: Mapping[str, str] | None = None
    ) -> m.KnowledgeFull | m.KnowledgeDraft:
        """Make an article of archived cases in one step; names of customers are left out."""
        return cast(
            "m.KnowledgeFull | m.KnowledgeDraft",
            self.ask("POST", "/v1/articles/drafts", {}, body, "application/json", headers),
        )

    def due(
        self, *, by: str, cursor: str | None = None, limit: int | None = None, headers: Mapping[str, str] | None = None
    ) -> m.KnowledgeDuePage:
        """Articles that their owners are to look at by a day, or that nobody sees any more within a week of it."""
        return cast(
            "m.KnowledgeDuePage",
            self.ask("GET", "/v1/articles/due", {"by": by, "cursor": cursor, "limit": limit}, None, "", headers),
        )

    def read_articles(self, id: str, *, headers: Mapping[str, str] | None = None) -> m.KnowledgeFull | m.KnowledgeRead:
        """One article with all that its page shows; who does not write sees what is live, and one that was merged leads on."""
        return cast(
            "m.KnowledgeFull | m.KnowledgeRead",
            self.ask("GET", f"/v1/articles/{self.quoted(id)}", {}, None, "", headers),
        )

    def write(self, id: str, body: m.KnowledgeWriting, *, headers: Mapping[str, str] | None = None) -> m.KnowledgeFull:
        """Write a new version. Needs If-Match; readers see the old one until the new one is published."""
        return cast(
            "m.KnowledgeFull", self.ask("PUT", f"/v1/articles/{self.quoted(id)}", {}, body, "application/json", headers)
        )

    def comment(self, id: str, body: m.KnowledgeSaying, *, headers: Mapping[str, str] | None = None) -> m.KnowledgeFull:
        """Say something about an article to those who write."""
        return cast(
            "m.KnowledgeFull",
            self.ask("POST", f"/v1/articles/{self.quoted(id)}/comments", {}, body, "application/json", headers),
        )

    def feedback(
        self, id: str, body: m.KnowledgeFeedback, *, headers: Mapping[str, str] | None = None
    ) -> m.KnowledgeCounted:
        """解決した or 解決しない; the newest answer of somebody counts, and a comment goes to those who write, without a name."""
        return cast(
            "m.KnowledgeCounted",
            self.ask("POST", f"/v1/articles/{self.quoted(id)}/feedback", {}, body, "application/json", headers),
        )

    def attach_file_to_article(
        self,
        id: str,
        body: bytes,
        *,
        name: str | None = None,
        public: bool | None = None,
        publish: bool | None = None,
        by: str | None | None = None,
        by_name: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.ArticleFile:
        """Attach a file to an article: the body is the file itself, as application/octet-stream, 10 MB at most. What may be attached is as at a case. The article gets a new version; the same Idempotency-Key does it once. If-Match may name the version that is meant."""
        return cast(
            "m.ArticleFile",
            self.ask(
                "POST",
                f"/v1/articles/{self.quoted(id)}/files",
                {"name": name, "public": public, "publish": publish, "by": by, "by_name": by_name},
                body,
                "application/octet-stream",
                headers,
                keyed=True,
            ),
        )

    def open_file_of_article(
        self,
        id: str,
        file: str,
        *,
        audience: Literal["internal", "public"] | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """Give the bytes of a file of an article that the caller sees, never as anything that a browser would show or run."""
        return cast(
            "bytes",
            self.ask(
                "GET",
                f"/v1/articles/{self.quoted(id)}/files/{self.quoted(file)}",
                {"audience": audience},
                None,
                "",
                headers,
            ),
        )

    def mark_file(
        self, id: str, file: str, body: m.KnowledgeMarking, *, headers: Mapping[str, str] | None = None
    ) -> m.KnowledgeFull:
        """Say whether a file is for readers outside too: a new version, like every change of an article."""
        return cast(
            "m.KnowledgeFull",
            self.ask(
                "PUT",
                f"/v1/articles/{self.quoted(id)}/files/{self.quoted(file)}",
                {},
                body,
                "application/json",
                headers,
            ),
        )

    def detach_file(
        self,
        id: str,
        file: str,
        *,
        by: str | None | None = None,
        by_name: str | None = None,
        publish: bool | None = None,
        for_good: bool | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.KnowledgeFull:
        """Take a file away: a new version; the old ones keep it. `for_good` takes it, and its name, from all of them at once."""
        return cast(
            "m.KnowledgeFull",
            self.ask(
                "DELETE",
                f"/v1/articles/{self.quoted(id)}/files/{self.quoted(file)}",
                {"by": by, "by_name": by_name, "publish": publish, "for_good": for_good},
                None,
                "",
                headers,
            ),
        )

    def merge(self, id: str, body: m.KnowledgeMerging, *, headers: Mapping[str, str] | None = None) -> m.KnowledgeFull:
        """Make this article part of another, which takes over its phrasings and cases; who asks for this one gets that. Phrasings of an internal article go into no public one. Refused where readers of this one would not be shown the other."""
        return cast(
            "m.KnowledgeFull",
            self.ask("POST", f"/v1/articles/{self.quoted(id)}/merge", {}, body, "application/json", headers),
        )

    def version(self, id: str, version: str, *, headers: Mapping[str, str] | None = None) -> m.KnowledgeVersion:
        """What one version said."""
        return cast(
            "m.KnowledgeVersion",
            self.ask("GET", f"/v1/articles/{self.quoted(id)}/versions/{self.quoted(version)}", {}, None, "", headers),
        )

    def act(
        self, id: str, verb: str, body: m.KnowledgeDoing, *, headers: Mapping[str, str] | None = None
    ) -> m.KnowledgeFull:
        """Submit for review, return to its author, publish, withdraw, or confirm that it is still true, as its owner may."""
        return cast(
            "m.KnowledgeFull",
            self.ask(
                "POST", f"/v1/articles/{self.quoted(id)}/{self.quoted(verb)}", {}, body, "application/json", headers
            ),
        )

    def read_audit(
        self,
        *,
        object: str | None | None = None,
        before: int | None | None = None,
        after: int | None | None = None,
        limit: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.AuditPage:
        """Tell who saw, changed, published and sent what. That it was told is an entry too, unless it tells of such looks alone."""
        return cast(
            "m.AuditPage",
            self.ask(
                "GET",
                "/v1/audit",
                {"object": object, "before": before, "after": after, "limit": limit},
                None,
                "",
                headers,
            ),
        )

    def read_checkpoints(
        self, *, after: int | None | None = None, limit: int | None = None, headers: Mapping[str, str] | None = None
    ) -> m.Checkpoints:
        """Give the signed checkpoints, and where the chains end now."""
        return cast(
            "m.Checkpoints",
            self.ask("GET", "/v1/audit/checkpoints", {"after": after, "limit": limit}, None, "", headers),
        )

    def bundling(self, *, headers: Mapping[str, str] | None = None) -> m.NotifierBundling:
        """After how many messages digests begin."""
        return cast("m.NotifierBundling", self.ask("GET", "/v1/bundling", {}, None, "", headers))

    def change_bundling(
        self, body: m.NotifierBundling, *, headers: Mapping[str, str] | None = None
    ) -> m.NotifierBundling:
        """Change it, for what is planned from now on."""
        return cast("m.NotifierBundling", self.ask("PUT", "/v1/bundling", {}, body, "application/json", headers))

    def submit_case(self, body: m.ReportBody, *, headers: Mapping[str, str] | None = None) -> m.CaseView:
        """Take a report in. 202 only after it is on disk; the same Idempotency-Key gets the same answer for 24 hours."""
        return cast("m.CaseView", self.ask("POST", "/v1/cases", {}, body, "application/json", headers, keyed=True))

    def list_cases(
        self,
        *,
        status: m.Status | None | None = None,
        priority: m.Priority | None | None = None,
        owner: str | None | None = None,
        q: str | None | None = None,
        limit: int | None = None,
        cursor: str | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.CasePage:
        """List the cases that the caller may see, the newest first."""
        return cast(
            "m.CasePage",
            self.ask(
                "GET",
                "/v1/cases",
                {"status": status, "priority": priority, "owner": owner, "q": q, "limit": limit, "cursor": cursor},
                None,
                "",
                headers,
            ),
        )

    def import_cases(
        self, body: str, *, dry_run: bool | None = None, headers: Mapping[str, str] | None = None
    ) -> m.Import:
        """Take over open cases from elsewhere: NDJSON or CSV, at most 1,000 rows. Sent again, nothing is doubled. Each row becomes a case as if it had been submitted, and its people are called as the policy has it; hold pages by a maintenance where that is not wanted. Needs no Idempotency-Key: the external ids are what makes a repeat harmless."""
        return cast(
            "m.Import",
            self.ask("POST", "/v1/cases/import", {"dry_run": dry_run}, body, "application/x-ndjson", headers),
        )

    def read_case(self, case_id: str, *, headers: Mapping[str, str] | None = None) -> m.CaseView:
        """Show how a case stands; its ETag is what If-None-Match and the If-Match of actions name."""
        return cast("m.CaseView", self.ask("GET", f"/v1/cases/{self.quoted(case_id)}", {}, None, "", headers))

    def acknowledge_case(
        self, case_id: str, body: m.AcknowledgeBody, *, headers: Mapping[str, str] | None = None
    ) -> m.CaseView:
        """ "I have it." `round` and `track` are those of the page that is answered."""
        return cast(
            "m.CaseView",
            self.ask(
                "POST",
                f"/v1/cases/{self.quoted(case_id)}/acknowledge",
                {},
                body,
                "application/json",
                headers,
                keyed=True,
            ),
        )

    def read_asked(
        self,
        case_id: str,
        *,
        person: str | None = None,
        round: int | None = None,
        after: int | None = None,
        track: m.Track | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.Asked:
        """Say whether an answer of this person is still of use, who was asked in a round decided when `after` answers were known. What was answered counts as soon as it is taken, before the log shows it: whoever is about to ring somebody up asks."""
        return cast(
            "m.Asked",
            self.ask(
                "GET",
                f"/v1/cases/{self.quoted(case_id)}/asked",
                {"person": person, "round": round, "after": after, "track": track},
                None,
                "",
                headers,
            ),
        )

    def read_attachments(self, case_id: str, *, headers: Mapping[str, str] | None = None) -> m.Attachments:
        """List the files of a case, without their bytes."""
        return cast(
            "m.Attachments", self.ask("GET", f"/v1/cases/{self.quoted(case_id)}/attachments", {}, None, "", headers)
        )

    def attach_file(
        self,
        case_id: str,
        body: bytes,
        *,
        name: str | None = None,
        internal: bool | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.AttachmentView:
        """Attach a file: the body is the file itself, as application/octet-stream, 10 MB at most. The same Idempotency-Key does it once. Its content decides what it is: pictures (JPEG, PNG, WebP), PDF or text. Of pictures nothing but the picture is kept: no place and no camera. Where the caller only reports, `internal` is false."""
        return cast(
            "m.AttachmentView",
            self.ask(
                "POST",
                f"/v1/cases/{self.quoted(case_id)}/attachments",
                {"name": name, "internal": internal},
                body,
                "application/octet-stream",
                headers,
                keyed=True,
            ),
        )

    def open_attachment(self, case_id: str, attachment: str, *, headers: Mapping[str, str] | None = None) -> bytes:
        """Give the bytes of a file, never as anything that a browser would show or run. That it was opened is recorded."""
        return cast(
            "bytes",
            self.ask(
                "GET", f"/v1/cases/{self.quoted(case_id)}/attachments/{self.quoted(attachment)}", {}, None, "", headers
            ),
        )

    def remove_attachment(self, case_id: str, attachment: str, *, headers: Mapping[str, str] | None = None) -> None:
        """Take a file away for good: for who attached it, and who leads the team. The timeline goes on telling that it was there."""
        self.ask(
            "DELETE", f"/v1/cases/{self.quoted(case_id)}/attachments/{self.quoted(attachment)}", {}, None, "", headers
        )

    def explain_deadlines(self, case_id: str, *, headers: Mapping[str, str] | None = None) -> m.RouterClocks:
        """Every clock of a case, with the days that explain it."""
        return cast(
            "m.RouterClocks", self.ask("GET", f"/v1/cases/{self.quoted(case_id)}/deadlines", {}, None, "", headers)
        )

    def decline_case(
        self, case_id: str, body: m.DeclineBody, *, headers: Mapping[str, str] | None = None
    ) -> m.CaseView:
        """Not to take over what was offered."""
        return cast(
            "m.CaseView",
            self.ask(
                "POST", f"/v1/cases/{self.quoted(case_id)}/decline", {}, body, "application/json", headers, keyed=True
            ),
        )

    def extend_case(self, case_id: str, body: m.ExtendBody, *, headers: Mapping[str, str] | None = None) -> m.CaseView:
        """Which deadline gets more time, how much (2h, 1bd), and why."""
        return cast(
            "m.CaseView",
            self.ask(
                "POST", f"/v1/cases/{self.quoted(case_id)}/extend", {}, body, "application/json", headers, keyed=True
            ),
        )

    def feedback_case(
        self, case_id: str, body: m.FeedbackBody, *, headers: Mapping[str, str] | None = None
    ) -> m.CaseView:
        """Thanks to the reporter, and what helped or helps next time; also after the case is done."""
        return cast(
            "m.CaseView",
            self.ask(
                "POST", f"/v1/cases/{self.quoted(case_id)}/feedback", {}, body, "application/json", headers, keyed=True
            ),
        )

    def followers_case(
        self, case_id: str, body: m.FollowersBody, *, headers: Mapping[str, str] | None = None
    ) -> m.CaseView:
        """Who is to be kept informed."""
        return cast(
            "m.CaseView",
            self.ask(
                "POST", f"/v1/cases/{self.quoted(case_id)}/followers", {}, body, "application/json", headers, keyed=True
            ),
        )

    def link_case(self, case_id: str, body: m.LinkBody, *, headers: Mapping[str, str] | None = None) -> m.CaseView:
        """The case that is about the same, by its number or id, and why: this one is handled as that one from now on."""
        return cast(
            "m.CaseView",
            self.ask(
                "POST", f"/v1/cases/{self.quoted(case_id)}/link", {}, body, "application/json", headers, keyed=True
            ),
        )

    def notes_case(self, case_id: str, body: m.NotesBody, *, headers: Mapping[str, str] | None = None) -> m.CaseView:
        """Something to write down; the reporter sees it unless it is internal."""
        return cast(
            "m.CaseView",
            self.ask(
                "POST", f"/v1/cases/{self.quoted(case_id)}/notes", {}, body, "application/json", headers, keyed=True
            ),
        )

    def deliveries(self, case_id: str, *, headers: Mapping[str, str] | None = None) -> m.NotifierDeliveries:
        """What was sent to whom about a case, by which channel, what came of it, and why."""
        return cast(
            "m.NotifierDeliveries",
            self.ask("GET", f"/v1/cases/{self.quoted(case_id)}/notifications", {}, None, "", headers),
        )

    def offer_case(self, case_id: str, body: m.OfferBody, *, headers: Mapping[str, str] | None = None) -> m.CaseView:
        """Who is asked to take it over, and why; the owner stays until they accept by acknowledging."""
        return cast(
            "m.CaseView",
            self.ask(
                "POST", f"/v1/cases/{self.quoted(case_id)}/offer", {}, body, "application/json", headers, keyed=True
            ),
        )

    def read_original(self, case_id: str, *, headers: Mapping[str, str] | None = None) -> m.Originals:
        """Show what people wrote where marks stand. For who is asked, who has the case, and who leads; each look is recorded."""
        return cast("m.Originals", self.ask("GET", f"/v1/cases/{self.quoted(case_id)}/original", {}, None, "", headers))

    def erase_personal(
        self, case_id: str, *, reporter: bool | None = None, headers: Mapping[str, str] | None = None
    ) -> m.Erasure:
        """Erase for good what is personal in a case. Times, decisions and counts stay, and the audit still verifies."""
        return cast(
            "m.Erasure",
            self.ask("DELETE", f"/v1/cases/{self.quoted(case_id)}/personal", {"reporter": reporter}, None, "", headers),
        )

    def read_precedents(
        self,
        case_id: str,
        *,
        person: str | None = None,
        shared: bool | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.Precedents:
        """Finished cases of the same trouble that a person may see, in short. For our notifier alone."""
        return cast(
            "m.Precedents",
            self.ask(
                "GET",
                f"/v1/cases/{self.quoted(case_id)}/precedents",
                {"person": person, "shared": shared},
                None,
                "",
                headers,
            ),
        )

    def reassess_case(
        self, case_id: str, body: m.ReassessBody, *, headers: Mapping[str, str] | None = None
    ) -> m.CaseView:
        """How urgent it is, how far it reaches and what it is about, as seen now; with none of it, the policy in force is applied anew. The kind `harassment` and `personal_data` decide who may read the case; so does another plan."""
        return cast(
            "m.CaseView",
            self.ask(
                "POST", f"/v1/cases/{self.quoted(case_id)}/reassess", {}, body, "application/json", headers, keyed=True
            ),
        )

    def reassign_case(
        self, case_id: str, body: m.ReassignBody, *, headers: Mapping[str, str] | None = None
    ) -> m.CaseView:
        """Who takes over, and why."""
        return cast(
            "m.CaseView",
            self.ask(
                "POST", f"/v1/cases/{self.quoted(case_id)}/reassign", {}, body, "application/json", headers, keyed=True
            ),
        )

    def read_related(self, case_id: str, *, headers: Mapping[str, str] | None = None) -> m.RelatedCases:
        """List the cases that one has to do with. Neither of two leads, and nobody is asked because of it."""
        return cast(
            "m.RelatedCases", self.ask("GET", f"/v1/cases/{self.quoted(case_id)}/related", {}, None, "", headers)
        )

    def relate_cases(self, case_id: str, other: str, *, headers: Mapping[str, str] | None = None) -> m.RelatedCases:
        """Say that two cases have to do with each other; to say so again changes nothing."""
        return cast(
            "m.RelatedCases",
            self.ask("PUT", f"/v1/cases/{self.quoted(case_id)}/related/{self.quoted(other)}", {}, None, "", headers),
        )

    def unrelate_cases(self, case_id: str, other: str, *, headers: Mapping[str, str] | None = None) -> m.RelatedCases:
        """Take it back."""
        return cast(
            "m.RelatedCases",
            self.ask("DELETE", f"/v1/cases/{self.quoted(case_id)}/related/{self.quoted(other)}", {}, None, "", headers),
        )

    def reopen_case(self, case_id: str, body: m.ReopenBody, *, headers: Mapping[str, str] | None = None) -> m.CaseView:
        """Why it is not done."""
        return cast(
            "m.CaseView",
            self.ask(
                "POST", f"/v1/cases/{self.quoted(case_id)}/reopen", {}, body, "application/json", headers, keyed=True
            ),
        )

    def replies_case(
        self, case_id: str, body: m.RepliesBody, *, headers: Mapping[str, str] | None = None
    ) -> m.CaseView:
        """What the customer answered; whether a machine did is said, or seen by the headers of the mail. The subject is a header like the others."""
        return cast(
            "m.CaseView",
            self.ask(
                "POST", f"/v1/cases/{self.quoted(case_id)}/replies", {}, body, "application/json", headers, keyed=True
            ),
        )

    def read_reporter(self, case_id: str, *, headers: Mapping[str, str] | None = None) -> m.Mailbox:
        """Say where a reporter who is in no directory hears of their case. For our notifier alone, which keeps it nowhere."""
        return cast("m.Mailbox", self.ask("GET", f"/v1/cases/{self.quoted(case_id)}/reporter", {}, None, "", headers))

    def resolve_case(
        self, case_id: str, body: m.ResolveBody, *, headers: Mapping[str, str] | None = None
    ) -> m.CaseView:
        """What was done and what came of it."""
        return cast(
            "m.CaseView",
            self.ask(
                "POST", f"/v1/cases/{self.quoted(case_id)}/resolve", {}, body, "application/json", headers, keyed=True
            ),
        )

    def resume_case(self, case_id: str, body: m.ResumeBody, *, headers: Mapping[str, str] | None = None) -> m.CaseView:
        """The wait is over."""
        return cast(
            "m.CaseView",
            self.ask(
                "POST", f"/v1/cases/{self.quoted(case_id)}/resume", {}, body, "application/json", headers, keyed=True
            ),
        )

    def similar(
        self,
        case_id: str,
        *,
        limit: int | None = None,
        form: Literal["article", "case"] | None | None = None,
        kind: m.KnowledgeKind | None | None = None,
        product: str | None = None,
        language: str | None = None,
        audience: m.KnowledgeAudience | None | None = None,
        since: str | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.KnowledgeAnswers:
        """Articles and archived cases like this case."""
        return cast(
            "m.KnowledgeAnswers",
            self.ask(
                "GET",
                f"/v1/cases/{self.quoted(case_id)}/similar",
                {
                    "limit": limit,
                    "form": form,
                    "kind": kind,
                    "product": product,
                    "language": language,
                    "audience": audience,
                    "since": since,
                },
                None,
                "",
                headers,
            ),
        )

    def split_case(self, case_id: str, body: m.SplitBody, *, headers: Mapping[str, str] | None = None) -> m.CaseView:
        """Why it is not the same: it is a case of its own again, and asked for anew."""
        return cast(
            "m.CaseView",
            self.ask(
                "POST", f"/v1/cases/{self.quoted(case_id)}/split", {}, body, "application/json", headers, keyed=True
            ),
        )

    def start_case(self, case_id: str, body: m.StartBody, *, headers: Mapping[str, str] | None = None) -> m.CaseView:
        """Work on it begins."""
        return cast(
            "m.CaseView",
            self.ask(
                "POST", f"/v1/cases/{self.quoted(case_id)}/start", {}, body, "application/json", headers, keyed=True
            ),
        )

    def read_steps(self, case_id: str, *, headers: Mapping[str, str] | None = None) -> m.Steps:
        """List what is to be done about a case, and what was done by whom."""
        return cast("m.Steps", self.ask("GET", f"/v1/cases/{self.quoted(case_id)}/steps", {}, None, "", headers))

    def add_steps(self, case_id: str, *, headers: Mapping[str, str] | None = None) -> m.Steps:
        """Write steps down, all of them or none; the same Idempotency-Key does it once."""
        return cast(
            "m.Steps", self.ask("POST", f"/v1/cases/{self.quoted(case_id)}/steps", {}, None, "", headers, keyed=True)
        )

    def remove_step(self, case_id: str, step: str, *, headers: Mapping[str, str] | None = None) -> m.Steps:
        """Remove a step that is not done; one that is gone already stays gone."""
        return cast(
            "m.Steps",
            self.ask("DELETE", f"/v1/cases/{self.quoted(case_id)}/steps/{self.quoted(step)}", {}, None, "", headers),
        )

    def tick_step(self, case_id: str, step: str, *, headers: Mapping[str, str] | None = None) -> m.Steps:
        """Say that a step is done; who said so first stays."""
        return cast(
            "m.Steps",
            self.ask(
                "POST",
                f"/v1/cases/{self.quoted(case_id)}/steps/{self.quoted(step)}/done",
                {},
                None,
                "",
                headers,
                keyed=True,
            ),
        )

    def untick_step(self, case_id: str, step: str, *, headers: Mapping[str, str] | None = None) -> m.Steps:
        """Say that it is to be done after all."""
        return cast(
            "m.Steps",
            self.ask(
                "DELETE", f"/v1/cases/{self.quoted(case_id)}/steps/{self.quoted(step)}/done", {}, None, "", headers
            ),
        )

    def read_timeline(self, case_id: str, *, headers: Mapping[str, str] | None = None) -> m.Timeline:
        """Tell what happened to a case, in the order of the log; a reporter reads what is said to reporters."""
        return cast("m.Timeline", self.ask("GET", f"/v1/cases/{self.quoted(case_id)}/timeline", {}, None, "", headers))

    def unacknowledge_case(
        self, case_id: str, body: m.UnacknowledgeBody, *, headers: Mapping[str, str] | None = None
    ) -> m.CaseView:
        """It was a slip: takes an acknowledgement back within a minute. Everybody who was asked is asked again."""
        return cast(
            "m.CaseView",
            self.ask(
                "POST",
                f"/v1/cases/{self.quoted(case_id)}/unacknowledge",
                {},
                body,
                "application/json",
                headers,
                keyed=True,
            ),
        )

    def wait_case(self, case_id: str, body: m.WaitBody, *, headers: Mapping[str, str] | None = None) -> m.CaseView:
        """For whom or what the case waits."""
        return cast(
            "m.CaseView",
            self.ask(
                "POST", f"/v1/cases/{self.quoted(case_id)}/wait", {}, body, "application/json", headers, keyed=True
            ),
        )

    def channels(self, *, headers: Mapping[str, str] | None = None) -> m.NotifierChannels:
        """Whether each provider is set up and works, and when it last did and did not."""
        return cast("m.NotifierChannels", self.ask("GET", "/v1/channels", {}, None, "", headers))

    def submit_from_chat(self, chat: str, *, headers: Mapping[str, str] | None = None) -> m.Received:
        """Take a report of a chat in, once for each Idempotency-Key: the form is what is sent once, as on our own page."""
        return cast("m.Received", self.ask("POST", f"/v1/chats/{self.quoted(chat)}/reports", {}, None, "", headers))

    def everybody(self, *, headers: Mapping[str, str] | None = None) -> m.NotifierEverybody:
        """The whole directory; addresses that nobody has proven are left out."""
        return cast("m.NotifierEverybody", self.ask("GET", "/v1/contacts", {}, None, "", headers))

    def replace_contacts(
        self, body: m.NotifierDirectory, *, headers: Mapping[str, str] | None = None
    ) -> m.NotifierDirectory:
        """Put a whole directory in the place of the old one; telephone numbers come back in E.164. What people have decided and brought themselves stays."""
        return cast("m.NotifierDirectory", self.ask("PUT", "/v1/contacts", {}, body, "application/json", headers))

    def table_contacts_csv(self, *, headers: Mapping[str, str] | None = None) -> None:
        """The directory as a table (CSV, UTF-8) that a spreadsheet opens and `POST` takes back."""
        self.ask("GET", "/v1/contacts.csv", {}, None, "", headers)

    def import_table(
        self, body: str, *, dry_run: bool | None = None, headers: Mapping[str, str] | None = None
    ) -> m.NotifierImported:
        """Put the directory of a table (CSV, UTF-8 or Shift_JIS) in the place of the old one: all of it, or nothing. `dry_run` changes nothing and tells what would change, or every mistake by line."""
        return cast(
            "m.NotifierImported", self.ask("POST", "/v1/contacts.csv", {"dry_run": dry_run}, body, "text/csv", headers)
        )

    def printed(self, *, headers: Mapping[str, str] | None = None) -> str:
        """The directory as one page without any outside part, in the reader's language: to be printed, and kept."""
        return cast("str", self.ask("GET", "/v1/contacts.html", {}, None, "", headers))

    def one_person(self, person: str, *, headers: Mapping[str, str] | None = None) -> m.NotifierReached:
        """How a person is reached: addresses, rules, quiet hours, and what works at each priority."""
        return cast("m.NotifierReached", self.ask("GET", f"/v1/contacts/{self.quoted(person)}", {}, None, "", headers))

    def add_address(
        self, person: str, body: m.NotifierNewAddress, *, headers: Mapping[str, str] | None = None
    ) -> m.NotifierReached:
        """Add an address; until it is proven it is used only after the others, or where it is the only one."""
        return cast(
            "m.NotifierReached",
            self.ask("POST", f"/v1/contacts/{self.quoted(person)}/addresses", {}, body, "application/json", headers),
        )

    def remove_address(
        self, person: str, address: str, *, headers: Mapping[str, str] | None = None
    ) -> m.NotifierReached:
        """Remove an address, from the rules too; one of the directory comes back with the next import."""
        return cast(
            "m.NotifierReached",
            self.ask(
                "DELETE", f"/v1/contacts/{self.quoted(person)}/addresses/{self.quoted(address)}", {}, None, "", headers
            ),
        )

    def send_code(
        self, person: str, address: str, body: m.NotifierOver, *, headers: Mapping[str, str] | None = None
    ) -> m.NotifierCodeSent:
        """Send six digits to an address, to be given back within ten minutes; earlier ones end."""
        return cast(
            "m.NotifierCodeSent",
            self.ask(
                "POST",
                f"/v1/contacts/{self.quoted(person)}/addresses/{self.quoted(address)}/code",
                {},
                body,
                "application/json",
                headers,
            ),
        )

    def try_address(
        self, person: str, address: str, body: m.NotifierOver, *, headers: Mapping[str, str] | None = None
    ) -> m.NotifierStarted:
        """Send a real message that says it is a test; the answer names where its outcome can be read."""
        return cast(
            "m.NotifierStarted",
            self.ask(
                "POST",
                f"/v1/contacts/{self.quoted(person)}/addresses/{self.quoted(address)}/test",
                {},
                body,
                "application/json",
                headers,
            ),
        )

    def verify_address(
        self, person: str, address: str, body: m.NotifierCode, *, headers: Mapping[str, str] | None = None
    ) -> m.NotifierReached:
        """Give the code back; the address is trusted from then on. Five wrong ones end it."""
        return cast(
            "m.NotifierReached",
            self.ask(
                "POST",
                f"/v1/contacts/{self.quoted(person)}/addresses/{self.quoted(address)}/verify",
                {},
                body,
                "application/json",
                headers,
            ),
        )

    def device_link(self, person: str, *, headers: Mapping[str, str] | None = None) -> m.NotifierDeviceLink:
        """A link for one person, to be sent to them alone."""
        return cast(
            "m.NotifierDeviceLink",
            self.ask("POST", f"/v1/contacts/{self.quoted(person)}/device-link", {}, None, "", headers),
        )

    def change_quiet_hours(
        self, person: str, body: m.NotifierDoNotDisturb, *, headers: Mapping[str, str] | None = None
    ) -> m.NotifierReached:
        """Hours of the week in which nothing but a P1 is loud for a person."""
        return cast(
            "m.NotifierReached",
            self.ask(
                "PUT", f"/v1/contacts/{self.quoted(person)}/do-not-disturb", {}, body, "application/json", headers
            ),
        )

    def change_rules(
        self, person: str, body: m.NotifierRules, *, headers: Mapping[str, str] | None = None
    ) -> m.NotifierReached:
        """By which ways a person is asked at each priority; nothing that the policy demands is taken from a P1."""
        return cast(
            "m.NotifierReached",
            self.ask("PUT", f"/v1/contacts/{self.quoted(person)}/rules", {}, body, "application/json", headers),
        )

    def outcome(self, person: str, id: str, *, headers: Mapping[str, str] | None = None) -> m.NotifierTestOutcome:
        """What has come of a test message or a code so far."""
        return cast(
            "m.NotifierTestOutcome",
            self.ask("GET", f"/v1/contacts/{self.quoted(person)}/tests/{self.quoted(id)}", {}, None, "", headers),
        )

    def deflected(self, body: m.KnowledgeDeflection, *, headers: Mapping[str, str] | None = None) -> m.KnowledgeCounted:
        """Somebody who was about to report found the answer instead."""
        return cast("m.KnowledgeCounted", self.ask("POST", "/v1/deflections", {}, body, "application/json", headers))

    def list_drills(self, *, headers: Mapping[str, str] | None = None) -> m.Drills:
        """List the newest drills: all of the teams that the caller leads or administers, of others what they may know of."""
        return cast("m.Drills", self.ask("GET", "/v1/drills", {}, None, "", headers))

    def plan_drill(self, body: m.NewDrill, *, headers: Mapping[str, str] | None = None) -> m.DrillView:
        """Plan a drill, now or at a time. Needs Idempotency-Key: the same again is the same drill."""
        return cast("m.DrillView", self.ask("POST", "/v1/drills", {}, body, "application/json", headers, keyed=True))

    def read_drill(self, id: str, *, headers: Mapping[str, str] | None = None) -> m.DrillView:
        """Show a drill and its report: who was asked by which way, what reached them, who answered, and what to mend."""
        return cast("m.DrillView", self.ask("GET", f"/v1/drills/{self.quoted(id)}", {}, None, "", headers))

    def stop_drill(self, id: str, *, headers: Mapping[str, str] | None = None) -> m.DrillView:
        """End a drill, or call it off before it begins; one that is over stays as it is."""
        return cast("m.DrillView", self.ask("POST", f"/v1/drills/{self.quoted(id)}/stop", {}, None, "", headers))

    def export(
        self,
        format: str,
        *,
        audience: m.KnowledgeAudience | None | None = None,
        language: Literal["ja", "en"] | None | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.KnowledgeFiles:
        """What readers see, as files to be read again; of a CSV or JSON lines, each page is the next piece of one file. A page is shorter than `limit` where the articles are long; there are more while it has a `next_cursor`."""
        return cast(
            "m.KnowledgeFiles",
            self.ask(
                "GET",
                f"/v1/exports/{self.quoted(format)}",
                {"audience": audience, "language": language, "cursor": cursor, "limit": limit},
                None,
                "",
                headers,
            ),
        )

    def read_figures(
        self,
        *,
        since: str | None | None = None,
        until: str | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.KnowledgeFiguresShown:
        """Time saved, deflection, coverage, and the trend of each cause."""
        return cast(
            "m.KnowledgeFiguresShown",
            self.ask("GET", "/v1/figures", {"since": since, "until": until}, None, "", headers),
        )

    def table_figures_csv(
        self,
        *,
        since: str | None | None = None,
        until: str | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """The same by week, and each cause by week, for a spreadsheet."""
        self.ask("GET", "/v1/figures.csv", {"since": since, "until": until}, None, "", headers)

    def helped(
        self,
        *,
        limit: int | None = None,
        since: str | None | None = None,
        until: str | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.KnowledgeHelpedPage:
        """Which articles made a report needless or solved it, the most helpful first. Nobody's name stands in it."""
        return cast(
            "m.KnowledgeHelpedPage",
            self.ask(
                "GET", "/v1/figures/articles", {"limit": limit, "since": since, "until": until}, None, "", headers
            ),
        )

    def helped_table(
        self,
        *,
        since: str | None | None = None,
        until: str | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """All of them, for a spreadsheet."""
        self.ask("GET", "/v1/figures/articles.csv", {"since": since, "until": until}, None, "", headers)

    def list_grants(self, *, headers: Mapping[str, str] | None = None) -> m.AllGrants:
        """Tell what everybody is in the teams that the caller administers."""
        return cast("m.AllGrants", self.ask("GET", "/v1/grants", {}, None, "", headers))

    def set_grants(
        self, person: str, body: m.GrantsBody, *, headers: Mapping[str, str] | None = None
    ) -> m.PersonGrants:
        """Give a person exactly these roles; the tokens in their name that have no roles of their own have these. The last person who administers every team keeps that role: 409."""
        return cast(
            "m.PersonGrants",
            self.ask("PUT", f"/v1/grants/{self.quoted(person)}", {}, body, "application/json", headers),
        )

    def begin(self, body: m.KnowledgeNewImport, *, headers: Mapping[str, str] | None = None) -> m.KnowledgeProgress:
        """Announce a file; its parts follow."""
        return cast("m.KnowledgeProgress", self.ask("POST", "/v1/imports", {}, body, "application/json", headers))

    def progress(self, id: str, *, headers: Mapping[str, str] | None = None) -> m.KnowledgeProgress:
        """How far it has gone, and the bad rows with line and reason."""
        return cast("m.KnowledgeProgress", self.ask("GET", f"/v1/imports/{self.quoted(id)}", {}, None, "", headers))

    def apply(
        self, id: str, body: m.KnowledgeApplied, *, headers: Mapping[str, str] | None = None
    ) -> m.KnowledgeProgress:
        """Take in what was tried, without sending it again; once, and within a day."""
        return cast(
            "m.KnowledgeProgress",
            self.ask("POST", f"/v1/imports/{self.quoted(id)}/apply", {}, body, "application/json", headers),
        )

    def part(self, id: str, number: str, *, headers: Mapping[str, str] | None = None) -> None:
        """One part of the file as it is, 256 KB at most and 32 MB all together; the same number again replaces it."""
        self.ask("PUT", f"/v1/imports/{self.quoted(id)}/parts/{self.quoted(number)}", {}, None, "", headers)

    def start(self, id: str, *, headers: Mapping[str, str] | None = None) -> m.KnowledgeProgress:
        """All parts are there: take the file in."""
        return cast(
            "m.KnowledgeProgress", self.ask("POST", f"/v1/imports/{self.quoted(id)}/start", {}, None, "", headers)
        )

    def review_learning(
        self, *, days: int | None = None, headers: Mapping[str, str] | None = None
    ) -> m.KnowledgeReview:
        """What use and cases teach, by at most a minute ago: suggestions, searches in vain, causes that repeat; and what waits for somebody."""
        return cast("m.KnowledgeReview", self.ask("GET", "/v1/learning", {"days": days}, None, "", headers))

    def accept(
        self, id: str, body: m.KnowledgeDone, *, days: int | None = None, headers: Mapping[str, str] | None = None
    ) -> m.KnowledgeAccepted:
        """Do what is suggested."""
        return cast(
            "m.KnowledgeAccepted",
            self.ask(
                "POST", f"/v1/learning/{self.quoted(id)}/accept", {"days": days}, body, "application/json", headers
            ),
        )

    def dismiss(self, id: str, body: m.KnowledgeDone, *, headers: Mapping[str, str] | None = None) -> None:
        """Do not suggest this again."""
        self.ask("POST", f"/v1/learning/{self.quoted(id)}/dismiss", {}, body, "application/json", headers)

    def listed_maintenance(
        self, *, headers: Mapping[str, str] | None = None
    ) -> m.Notifierservices__notifier__routes__maintenance__All:
        """What is planned, open and lately over."""
        return cast(
            "m.Notifierservices__notifier__routes__maintenance__All",
            self.ask("GET", "/v1/maintenance", {}, None, "", headers),
        )

    def plan(
        self, body: m.NotifierNewWindow, *, headers: Mapping[str, str] | None = None
    ) -> m.Notifierservices__notifier__routes__maintenance__Shown:
        """Hold pages back for a while; what is still open when it ends is paged again."""
        return cast(
            "m.Notifierservices__notifier__routes__maintenance__Shown",
            self.ask("POST", "/v1/maintenance", {}, body, "application/json", headers),
        )

    def end(
        self, id: str, *, by: str, headers: Mapping[str, str] | None = None
    ) -> m.Notifierservices__notifier__routes__maintenance__Shown:
        """End a window before its time, or take a planned one back; what it held goes out at once."""
        return cast(
            "m.Notifierservices__notifier__routes__maintenance__Shown",
            self.ask("DELETE", f"/v1/maintenance/{self.quoted(id)}", {"by": by}, None, "", headers),
        )

    def on_duty(
        self, *, at: str | None | None = None, team: str | None = None, headers: Mapping[str, str] | None = None
    ) -> list[m.RouterOnDuty]:
        """Who is asked for each part of each team, now or at an instant, until when, and who comes next; the watchdog is nobody."""
        return cast("list[m.RouterOnDuty]", self.ask("GET", "/v1/on-duty", {"at": at, "team": team}, None, "", headers))

    def read_operations(self, *, headers: Mapping[str, str] | None = None) -> m.Operations:
        """Tell how every part does now and what needs a human; what cannot be asked is null."""
        return cast("m.Operations", self.ask("GET", "/v1/operations", {}, None, "", headers))

    def list_dead_letters(self, *, headers: Mapping[str, str] | None = None) -> m.Letters:
        """List the newest records that nobody could handle. 503 while Kafka is away."""
        return cast("m.Letters", self.ask("GET", "/v1/operations/dead-letters", {}, None, "", headers))

    def replay_dead_letters(self, *, headers: Mapping[str, str] | None = None) -> m.AllCame:
        """The same for all of one kind that nobody has dealt with; it ends at the first that cannot be asked for."""
        return cast("m.AllCame", self.ask("POST", "/v1/operations/dead-letters/replay", {}, None, "", headers))

    def read_dead_letter(self, place: str, *, headers: Mapping[str, str] | None = None) -> m.LetterView:
        """Show what one holds; that somebody looked is recorded."""
        return cast(
            "m.LetterView", self.ask("GET", f"/v1/operations/dead-letters/{self.quoted(place)}", {}, None, "", headers)
        )

    def dismiss_dead_letter(self, place: str, *, headers: Mapping[str, str] | None = None) -> None:
        """Say that nothing is to be done about it. It is kept as long as the others, and can still be handled."""
        self.ask("POST", f"/v1/operations/dead-letters/{self.quoted(place)}/dismiss", {}, None, "", headers)

    def replay_dead_letter(self, place: str, *, headers: Mapping[str, str] | None = None) -> m.Came:
        """Have its service handle it once more; what was handled before is left alone, and refused where its case has gone on since."""
        return cast(
            "m.Came",
            self.ask("POST", f"/v1/operations/dead-letters/{self.quoted(place)}/replay", {}, None, "", headers),
        )

    def add_override(
        self, body: m.RouterNewOverride, *, headers: Mapping[str, str] | None = None
    ) -> m.RouterOverrideAnswer:
        """Put somebody on duty for a time."""
        return cast("m.RouterOverrideAnswer", self.ask("POST", "/v1/overrides", {}, body, "application/json", headers))

    def overrides(
        self,
        *,
        schedule: str | None = None,
        person: str | None = None,
        cancelled: bool | None = None,
        since: str | None | None = None,
        until: str | None | None = None,
        cursor: int | None = None,
        limit: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.RouterOverrides:
        """Who is put on duty from `since` (now, when left out) on."""
        return cast(
            "m.RouterOverrides",
            self.ask(
                "GET",
                "/v1/overrides",
                {
                    "schedule": schedule,
                    "person": person,
                    "cancelled": cancelled,
                    "since": since,
                    "until": until,
                    "cursor": cursor,
                    "limit": limit,
                },
                None,
                "",
                headers,
            ),
        )

    def override(self, id: str, *, headers: Mapping[str, str] | None = None) -> m.RouterShownOverride:
        """One override, taken back or not."""
        return cast("m.RouterShownOverride", self.ask("GET", f"/v1/overrides/{self.quoted(id)}", {}, None, "", headers))

    def cancel_override(
        self, id: str, *, by: str, by_name: str | None = None, headers: Mapping[str, str] | None = None
    ) -> m.RouterOverrideAnswer:
        """Take an override back from now on."""
        return cast(
            "m.RouterOverrideAnswer",
            self.ask("DELETE", f"/v1/overrides/{self.quoted(id)}", {"by": by, "by_name": by_name}, None, "", headers),
        )

    def shifts_of_person(
        self,
        person: str,
        *,
        since: str | None | None = None,
        until: str | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> list[m.RouterWorked]:
        """One person's shifts in all schedules, in order."""
        return cast(
            "list[m.RouterWorked]",
            self.ask(
                "GET", f"/v1/people/{self.quoted(person)}/shifts", {"since": since, "until": until}, None, "", headers
            ),
        )

    def calendar_of_person(
        self,
        person: str,
        *,
        since: str | None | None = None,
        until: str | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """One person's shifts as an iCalendar file."""
        return cast(
            "str",
            self.ask(
                "GET",
                f"/v1/people/{self.quoted(person)}/shifts.ics",
                {"since": since, "until": until},
                None,
                "",
                headers,
            ),
        )

    def find_cases(self, *, headers: Mapping[str, str] | None = None) -> m.CaseIds:
        """Find the cases in which a number or an address stood. What is looked for is kept nowhere, and in no log."""
        return cast("m.CaseIds", self.ask("POST", "/v1/personal/search", {}, None, "", headers))

    def policy_in_force(self, *, headers: Mapping[str, str] | None = None) -> m.RouterInForce:
        """The policy in force; its ETag is what publishing needs."""
        return cast("m.RouterInForce", self.ask("GET", "/v1/policy", {}, None, "", headers))

    def publish_policy(
        self, body: m.RouterPublication, *, headers: Mapping[str, str] | None = None
    ) -> m.RouterPublished:
        """Put a policy into force. Needs If-Match with the version it was made from; with any error nothing changes."""
        return cast("m.RouterPublished", self.ask("PUT", "/v1/policy", {}, body, "application/json", headers))

    def policy_diff(
        self, *, to: int | None | None = None, from_: int | None | None = None, headers: Mapping[str, str] | None = None
    ) -> m.RouterDifferences:
        """What changed from one version to another; without numbers, with the newest one."""
        return cast(
            "m.RouterDifferences", self.ask("GET", "/v1/policy/diff", {"to": to, "from": from_}, None, "", headers)
        )

    def draft_diff(self, body: m.RouterFiles, *, headers: Mapping[str, str] | None = None) -> m.RouterDifferences:
        """What a draft would change of the policy in force."""
        return cast("m.RouterDifferences", self.ask("POST", "/v1/policy/diff", {}, body, "application/json", headers))

    def lint_policy(self, body: m.RouterFiles, *, headers: Mapping[str, str] | None = None) -> m.RouterLinted:
        """Everything that is to be said about a draft; nothing is changed."""
        return cast("m.RouterLinted", self.ask("POST", "/v1/policy/lint", {}, body, "application/json", headers))

    def replay(
        self,
        body: m.RouterDraft,
        *,
        format: Literal["json", "svg"] | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.RouterReplayed:
        """What a draft would have made of finished cases: who would have been called, which deadlines met or missed."""
        return cast(
            "m.RouterReplayed",
            self.ask("POST", "/v1/policy/replay", {"format": format}, body, "application/json", headers),
        )

    def review_policy_review(
        self, *, days: int | None | None = None, headers: Mapping[str, str] | None = None
    ) -> m.RouterReviewed:
        """Figures of the cases finished in so many days, or since the policy in force was published, and what they suggest."""
        return cast("m.RouterReviewed", self.ask("GET", "/v1/policy/review", {"days": days}, None, "", headers))

    def roll_back(self, body: m.RouterRestoration, *, headers: Mapping[str, str] | None = None) -> m.RouterPublished:
        """Put an old version into force as a new one, checked anew."""
        return cast("m.RouterPublished", self.ask("POST", "/v1/policy/rollback", {}, body, "application/json", headers))

    def policy_versions(
        self, *, cursor: int | None = None, limit: int | None = None, headers: Mapping[str, str] | None = None
    ) -> m.RouterHistory:
        """Who put which version into force, when and why."""
        return cast(
            "m.RouterHistory",
            self.ask("GET", "/v1/policy/versions", {"cursor": cursor, "limit": limit}, None, "", headers),
        )

    def policy_version(self, number: str, *, headers: Mapping[str, str] | None = None) -> m.RouterFull:
        """One version with its files as they were written."""
        return cast(
            "m.RouterFull", self.ask("GET", f"/v1/policy/versions/{self.quoted(number)}", {}, None, "", headers)
        )

    def presence(self, person: str, *, headers: Mapping[str, str] | None = None) -> m.RouterShownPresence:
        """What somebody says of themselves, and whether they are away."""
        return cast(
            "m.RouterShownPresence", self.ask("GET", f"/v1/presence/{self.quoted(person)}", {}, None, "", headers)
        )

    def say_presence(
        self, person: str, body: m.RouterNewPresence, *, headers: Mapping[str, str] | None = None
    ) -> m.RouterPresenceAnswer:
        """Available, on telework, busy, or off: only "off" takes them out of what they are asked."""
        return cast(
            "m.RouterPresenceAnswer",
            self.ask("PUT", f"/v1/presence/{self.quoted(person)}", {}, body, "application/json", headers),
        )

    def read_quarantine(
        self, *, before: int | None | None = None, limit: int | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Show the genuine deliveries that could not be understood, the newest first."""
        return cast(
            "dict[str, Any]", self.ask("GET", "/v1/quarantine", {"before": before, "limit": limit}, None, "", headers)
        )

    def discard_quarantined(self, id: str, *, headers: Mapping[str, str] | None = None) -> None:
        """Throw away what is set aside; a repeat of the same delivery is not taken either."""
        self.ask("DELETE", f"/v1/quarantine/{self.quoted(id)}", {}, None, "", headers)

    def replay_quarantined(self, id: str, *, headers: Mapping[str, str] | None = None) -> Any:
        """Try once more what is set aside, with its source as it is now. 409 with the reason when it is still not understood."""
        return cast("Any", self.ask("POST", f"/v1/quarantine/{self.quoted(id)}/replay", {}, None, "", headers))

    def of_recipient(
        self,
        recipient: str,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.NotifierPage:
        """The same for one person, `team:<id>`, `ticket:<system>:<id>`, or `reporter:<case>` of no directory."""
        return cast(
            "m.NotifierPage",
            self.ask(
                "GET",
                f"/v1/recipients/{self.quoted(recipient)}/notifications",
                {"cursor": cursor, "limit": limit},
                None,
                "",
                headers,
            ),
        )

    def read_review(
        self,
        *,
        since: str | None | None = None,
        until: str | None | None = None,
        by: Literal["week", "month"] | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.Courses:
        """Figures of the cases reported in a time that the caller may see, for who leads a team. Neither canaries nor drills."""
        return cast(
            "m.Courses", self.ask("GET", "/v1/review", {"since": since, "until": until, "by": by}, None, "", headers)
        )

    def list_reviewed_cases(
        self,
        *,
        since: str | None | None = None,
        until: str | None | None = None,
        of: Literal["all", "answered", "done", "open", "reopened", "late", "climbs", "linked"] | None = None,
        priority: m.Priority | None | None = None,
        team: str | None | None = None,
        kind: m.Kind | None | None = None,
        limit: int | None = None,
        skip: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.CoursePage:
        """The cases behind a figure, as far as the caller may see them."""
        return cast(
            "m.CoursePage",
            self.ask(
                "GET",
                "/v1/review/cases",
                {
                    "since": since,
                    "until": until,
                    "of": of,
                    "priority": priority,
                    "team": team,
                    "kind": kind,
                    "limit": limit,
                    "skip": skip,
                },
                None,
                "",
                headers,
            ),
        )

    def schedules(self, *, headers: Mapping[str, str] | None = None) -> list[m.RouterListed]:
        """Every schedule."""
        return cast("list[m.RouterListed]", self.ask("GET", "/v1/schedules", {}, None, "", headers))

    def all_gaps(
        self,
        *,
        since: str | None | None = None,
        until: str | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> list[m.RouterGap]:
        """When nobody is there, schedule by schedule, and what happens to cases then; by default of the next 90 days."""
        return cast(
            "list[m.RouterGap]",
            self.ask("GET", "/v1/schedules/gaps", {"since": since, "until": until}, None, "", headers),
        )

    def load(
        self,
        *,
        since: str | None | None = None,
        until: str | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.RouterLoad:
        """How many hours, nights and days off each person carries; time in two schedules at once counts twice."""
        return cast(
            "m.RouterLoad", self.ask("GET", "/v1/schedules/load", {"since": since, "until": until}, None, "", headers)
        )

    def layers_of_schedule(
        self,
        id: str,
        *,
        since: str | None | None = None,
        until: str | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> list[m.RouterTurns]:
        """What each layer says by itself, the one that counts first, before absences, overrides and swaps."""
        return cast(
            "list[m.RouterTurns]",
            self.ask(
                "GET", f"/v1/schedules/{self.quoted(id)}/layers", {"since": since, "until": until}, None, "", headers
            ),
        )

    def shifts_of_schedule(
        self,
        id: str,
        *,
        since: str | None | None = None,
        until: str | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> list[m.RouterWorked]:
        """All of the time, shift by shift, after absences, overrides and swaps."""
        return cast(
            "list[m.RouterWorked]",
            self.ask(
                "GET", f"/v1/schedules/{self.quoted(id)}/shifts", {"since": since, "until": until}, None, "", headers
            ),
        )

    def calendar_of_schedule(
        self,
        id: str,
        *,
        since: str | None | None = None,
        until: str | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """The same as an iCalendar file; by default of the week before and the 90 days ahead."""
        return cast(
            "str",
            self.ask(
                "GET",
                f"/v1/schedules/{self.quoted(id)}/shifts.ics",
                {"since": since, "until": until},
                None,
                "",
                headers,
            ),
        )

    def search(
        self,
        *,
        q: str | None = None,
        limit: int | None = None,
        session: str | None = None,
        typing: bool | None = None,
        form: Literal["article", "case"] | None | None = None,
        kind: m.KnowledgeKind | None | None = None,
        product: str | None = None,
        language: str | None = None,
        audience: m.KnowledgeAudience | None | None = None,
        since: str | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.KnowledgeAnswers:
        """Articles and archived cases that answer a question, in Japanese or English; something is always offered."""
        return cast(
            "m.KnowledgeAnswers",
            self.ask(
                "GET",
                "/v1/search",
                {
                    "q": q,
                    "limit": limit,
                    "session": session,
                    "typing": typing,
                    "form": form,
                    "kind": kind,
                    "product": product,
                    "language": language,
                    "audience": audience,
                    "since": since,
                },
                None,
                "",
                headers,
            ),
        )

    def search_long(self, body: m.KnowledgeQuestion, *, headers: Mapping[str, str] | None = None) -> m.KnowledgeAnswers:
        """The same for a question that is too long for an address; what a chatbot calls."""
        return cast("m.KnowledgeAnswers", self.ask("POST", "/v1/search", {}, body, "application/json", headers))

    def opened(
        self, id: str, body: m.KnowledgeOpening, *, headers: Mapping[str, str] | None = None
    ) -> m.KnowledgeCounted:
        """An entry of an answer was opened; the same again counts once."""
        return cast(
            "m.KnowledgeCounted",
            self.ask("POST", f"/v1/searches/{self.quoted(id)}/clicks", {}, body, "application/json", headers),
        )

    def list_senders(self, *, headers: Mapping[str, str] | None = None) -> m.Senders:
        """List the vendors that can be set up as a source, each with what is pasted where on its side."""
        return cast("m.Senders", self.ask("GET", "/v1/senders", {}, None, "", headers))

    def list_sessions(self, *, headers: Mapping[str, str] | None = None) -> m.Sessions:
        """List who is logged in with a browser."""
        return cast("m.Sessions", self.ask("GET", "/v1/sessions", {}, None, "", headers))

    def end_session(self, id: str, *, headers: Mapping[str, str] | None = None) -> None:
        """End a session: whoever has it must log in again."""
        self.ask("DELETE", f"/v1/sessions/{self.quoted(id)}", {}, None, "", headers)

    def what_if(self, body: m.RouterSimulation, *, headers: Mapping[str, str] | None = None) -> m.RouterSimulated:
        """What would happen to a report; nobody is told."""
        return cast("m.RouterSimulated", self.ask("POST", "/v1/simulate", {}, body, "application/json", headers))

    def week_of(
        self,
        body: m.RouterQuestion,
        *,
        format: Literal["json", "svg"] | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.RouterWeek:
        """The same report at every hour of a week, as data or (`format=svg`, or Accept) as a picture."""
        return cast(
            "m.RouterWeek", self.ask("POST", "/v1/simulate/week", {"format": format}, body, "application/json", headers)
        )

    def week_by_link(
        self,
        *,
        kind: m.RouterKind | None = None,
        urgency: m.RouterUrgency | None = None,
        impact: m.RouterImpact | None = None,
        product: str | None = None,
        facts: str | None = None,
        source: str | None = None,
        at: str | None | None = None,
        format: Literal["json", "svg"] | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.RouterWeek:
        """The same as a link that a page can show."""
        return cast(
            "m.RouterWeek",
            self.ask(
                "GET",
                "/v1/simulate/week",
                {
                    "kind": kind,
                    "urgency": urgency,
                    "impact": impact,
                    "product": product,
                    "facts": facts,
                    "source": source,
                    "at": at,
                    "format": format,
                },
                None,
                "",
                headers,
            ),
        )

    def list_sources(self, *, headers: Mapping[str, str] | None = None) -> m.Listed:
        """List what is set up."""
        return cast("m.Listed", self.ask("GET", "/v1/sources", {}, None, "", headers))

    def create_source(self, body: m.NewSource, *, headers: Mapping[str, str] | None = None) -> m.MadeSource:
        """Set a source up. Its secret is shown in this answer and never again."""
        return cast("m.MadeSource", self.ask("POST", "/v1/sources", {}, body, "application/json", headers))

    def read_source(self, id: str, *, headers: Mapping[str, str] | None = None) -> m.SourceView:
        """Show how a source is set up; its ETag is what changing it needs."""
        return cast("m.SourceView", self.ask("GET", f"/v1/sources/{self.quoted(id)}", {}, None, "", headers))

    def change_source(self, id: str, body: m.SourceChange, *, headers: Mapping[str, str] | None = None) -> m.SourceView:
        """Change a source, disable it or enable it again. Needs If-Match."""
        return cast(
            "m.SourceView", self.ask("PATCH", f"/v1/sources/{self.quoted(id)}", {}, body, "application/json", headers)
        )

    def disable_source(self, id: str, *, headers: Mapping[str, str] | None = None) -> None:
        """Disable a source: within three seconds nothing of it is taken any more. What it has sent stays. Needs If-Match."""
        self.ask("DELETE", f"/v1/sources/{self.quoted(id)}", {}, None, "", headers)

    def list_deliveries(self, id: str, *, headers: Mapping[str, str] | None = None) -> m.Deliveries:
        """Tell what came from a source lately and what became of it; also how requests looked that were not believed."""
        return cast("m.Deliveries", self.ask("GET", f"/v1/sources/{self.quoted(id)}/deliveries", {}, None, "", headers))

    def rotate_secret(self, id: str, body: m.NewSecret, *, headers: Mapping[str, str] | None = None) -> m.MadeSecret:
        """Put a new secret in force at once, shown in this answer only; those before it stay good until `old_until`."""
        return cast(
            "m.MadeSecret",
            self.ask("POST", f"/v1/sources/{self.quoted(id)}/secrets", {}, body, "application/json", headers),
        )

    def end_secret(self, id: str, secret: str, *, headers: Mapping[str, str] | None = None) -> None:
        """End a secret now, because somebody has it who should not."""
        self.ask("DELETE", f"/v1/sources/{self.quoted(id)}/secrets/{self.quoted(secret)}", {}, None, "", headers)

    def test_source(self, id: str, *, headers: Mapping[str, str] | None = None) -> m.TestView:
        """Send a genuine request of this source to ourselves and undo it: shown is how far it comes and whom it would call."""
        return cast("m.TestView", self.ask("POST", f"/v1/sources/{self.quoted(id)}/test", {}, None, "", headers))

    def try_source(self, id: str, body: m.Paste, *, headers: Mapping[str, str] | None = None) -> m.TryView:
        """Read a pasted request as this source would; nothing is kept. 400 when its body cannot be read."""
        return cast(
            "m.TryView", self.ask("POST", f"/v1/sources/{self.quoted(id)}/try", {}, body, "application/json", headers)
        )

    def list_subscriptions(self, *, headers: Mapping[str, str] | None = None) -> m.Subscriptions:
        """List the subscriptions of the caller."""
        return cast("m.Subscriptions", self.ask("GET", "/v1/subscriptions", {}, None, "", headers))

    def create_subscription(
        self, body: m.NewSubscription, *, headers: Mapping[str, str] | None = None
    ) -> m.MadeSubscription:
        """Have changes sent to an address, signed as Standard Webhooks has it. It hears what this token may see, while it holds."""
        return cast("m.MadeSubscription", self.ask("POST", "/v1/subscriptions", {}, body, "application/json", headers))

    def read_subscription(self, id: str, *, headers: Mapping[str, str] | None = None) -> m.SubscriptionView:
        """Show a subscription; its ETag is what changing it needs."""
        return cast(
            "m.SubscriptionView", self.ask("GET", f"/v1/subscriptions/{self.quoted(id)}", {}, None, "", headers)
        )

    def change_subscription(
        self, id: str, body: m.SubscriptionChange, *, headers: Mapping[str, str] | None = None
    ) -> m.SubscriptionView:
        """Change a subscription, disable it or enable it again. Needs If-Match."""
        return cast(
            "m.SubscriptionView",
            self.ask("PATCH", f"/v1/subscriptions/{self.quoted(id)}", {}, body, "application/json", headers),
        )

    def delete_subscription(self, id: str, *, headers: Mapping[str, str] | None = None) -> None:
        """End a subscription for good. Needs If-Match."""
        self.ask("DELETE", f"/v1/subscriptions/{self.quoted(id)}", {}, None, "", headers)

    def list_pushes(self, id: str, *, headers: Mapping[str, str] | None = None) -> m.Pushes:
        """Tell what came of the last requests."""
        return cast(
            "m.Pushes", self.ask("GET", f"/v1/subscriptions/{self.quoted(id)}/deliveries", {}, None, "", headers)
        )

    def rotate_subscription_secret(
        self, id: str, body: m.Rotation, *, headers: Mapping[str, str] | None = None
    ) -> m.MadeKey:
        """Put a new secret in force at once, shown in this answer only; the old ones are signed with too until `old_until`."""
        return cast(
            "m.MadeKey",
            self.ask("POST", f"/v1/subscriptions/{self.quoted(id)}/secrets", {}, body, "application/json", headers),
        )

    def test_subscription(self, id: str, *, headers: Mapping[str, str] | None = None) -> m.Tried:
        """Send a signed test now, and tell what came of it."""
        return cast("m.Tried", self.ask("POST", f"/v1/subscriptions/{self.quoted(id)}/test", {}, None, "", headers))

    def suggest(
        self,
        *,
        q: str | None = None,
        limit: int | None = None,
        audience: m.KnowledgeAudience | None | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.KnowledgeProposals:
        """Questions proposed while somebody types; nothing is written down."""
        return cast(
            "m.KnowledgeProposals",
            self.ask("GET", "/v1/suggest", {"q": q, "limit": limit, "audience": audience}, None, "", headers),
        )

    def offer_swap(self, body: m.RouterNewSwap, *, headers: Mapping[str, str] | None = None) -> m.RouterSwapAnswer:
        """Ask somebody to take one's shifts; nothing changes until they accept."""
        return cast("m.RouterSwapAnswer", self.ask("POST", "/v1/swaps", {}, body, "application/json", headers))

    def swaps(
        self,
        *,
        schedule: str | None = None,
        person: str | None = None,
        closed: bool | None = None,
        since: str | None | None = None,
        until: str | None | None = None,
        cursor: int | None = None,
        limit: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.RouterSwaps:
        """Offered and accepted swaps from `since` (now, when left out) on; `closed`: those declined or cancelled too."""
        return cast(
            "m.RouterSwaps",
            self.ask(
                "GET",
                "/v1/swaps",
                {
                    "schedule": schedule,
                    "person": person,
                    "closed": closed,
                    "since": since,
                    "until": until,
                    "cursor": cursor,
                    "limit": limit,
                },
                None,
                "",
                headers,
            ),
        )

    def answer_swap(
        self, id: str, answer: str, body: m.RouterAnswered, *, headers: Mapping[str, str] | None = None
    ) -> m.RouterSwapAnswer:
        """Only the one who was asked accepts or declines; only the one who asked cancels."""
        return cast(
            "m.RouterSwapAnswer",
            self.ask(
                "POST", f"/v1/swaps/{self.quoted(id)}/{self.quoted(answer)}", {}, body, "application/json", headers
            ),
        )

    def all_texts(
        self, *, headers: Mapping[str, str] | None = None
    ) -> m.Notifierservices__notifier__routes__shown__All:
        """Every text: whether it was changed, by whom and when, and whether it can still be used."""
        return cast(
            "m.Notifierservices__notifier__routes__shown__All", self.ask("GET", "/v1/texts", {}, None, "", headers)
        )

    def one_text(self, language: str, name: str, *, headers: Mapping[str, str] | None = None) -> m.NotifierFull:
        """The text in force, the standard one, and what it may use; its ETag is what changing it needs."""
        return cast(
            "m.NotifierFull",
            self.ask("GET", f"/v1/texts/{self.quoted(language)}/{self.quoted(name)}", {}, None, "", headers),
        )

    def change_text(
        self, language: str, name: str, body: m.NotifierNewText, *, headers: Mapping[str, str] | None = None
    ) -> m.NotifierFull:
        """Put another text into force. Needs If-Match; with any mistake nothing changes, and the line is named."""
        return cast(
            "m.NotifierFull",
            self.ask(
                "PUT", f"/v1/texts/{self.quoted(language)}/{self.quoted(name)}", {}, body, "application/json", headers
            ),
        )

    def reset_text(
        self,
        language: str,
        name: str,
        *,
        why: str | None = None,
        by: str,
        by_name: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.NotifierFull:
        """Go back to the standard text."""
        return cast(
            "m.NotifierFull",
            self.ask(
                "DELETE",
                f"/v1/texts/{self.quoted(language)}/{self.quoted(name)}",
                {"why": why, "by": by, "by_name": by_name},
                None,
                "",
                headers,
            ),
        )

    def text_history(
        self,
        language: str,
        name: str,
        *,
        cursor: int | None = None,
        limit: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.NotifierHistory:
        """Who changed it when and why, and what stood there before."""
        return cast(
            "m.NotifierHistory",
            self.ask(
                "GET",
                f"/v1/texts/{self.quoted(language)}/{self.quoted(name)}/history",
                {"cursor": cursor, "limit": limit},
                None,
                "",
                headers,
            ),
        )

    def preview_text(
        self, language: str, name: str, body: m.NotifierTrial, *, headers: Mapping[str, str] | None = None
    ) -> m.NotifierTried:
        """What a draft, or the text in force, makes of a sample case; nothing is changed and nothing is sent."""
        return cast(
            "m.NotifierTried",
            self.ask(
                "POST",
                f"/v1/texts/{self.quoted(language)}/{self.quoted(name)}/preview",
                {},
                body,
                "application/json",
                headers,
            ),
        )

    def roll_back_text(
        self, language: str, name: str, body: m.NotifierRestoration, *, headers: Mapping[str, str] | None = None
    ) -> m.NotifierFull:
        """Put an old version into force as a new one, checked anew."""
        return cast(
            "m.NotifierFull",
            self.ask(
                "POST",
                f"/v1/texts/{self.quoted(language)}/{self.quoted(name)}/rollback",
                {},
                body,
                "application/json",
                headers,
            ),
        )

    def list_tokens(self, *, headers: Mapping[str, str] | None = None) -> m.Tokens:
        """List the tokens; nothing that lets anybody in is among it."""
        return cast("m.Tokens", self.ask("GET", "/v1/tokens", {}, None, "", headers))

    def create_token(self, body: m.NewToken, *, headers: Mapping[str, str] | None = None) -> m.MadeToken:
        """Make a token. Its text stands in this answer and nowhere else."""
        return cast("m.MadeToken", self.ask("POST", "/v1/tokens", {}, body, "application/json", headers))

    def revoke_token(self, token_id: str, *, headers: Mapping[str, str] | None = None) -> m.TokenView:
        """Revoke a token for good. It stops working here at once, and on other replicas within 15 seconds."""
        return cast("m.TokenView", self.ask("DELETE", f"/v1/tokens/{self.quoted(token_id)}", {}, None, "", headers))

    def training(
        self,
        *,
        seed: str | None = None,
        kind: m.KnowledgeKind | None | None = None,
        limit: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> m.KnowledgeQuestions:
        """Past cases as questions, without names, with the answer of the policy and what was done in the end."""
        return cast(
            "m.KnowledgeQuestions",
            self.ask("GET", "/v1/training", {"seed": seed, "kind": kind, "limit": limit}, None, "", headers),
        )

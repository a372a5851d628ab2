"""What each route has to do with cases: a new one has to take a stand here."""

# What each route of intake itself has to do with cases.
STANDS = {
    "one case": {
        "GET /v1/cases/{case_id}", "GET /v1/cases/{case_id}/asked", "GET /v1/cases/{case_id}/timeline", "GET /v1/cases/{case_id}/original", *(f"{m} /v1/cases/{{case_id}}/related{s}" for m, s in (("GET", ""), ("PUT", "/{other}"), ("DELETE", "/{other}"))), *(f"{m} /v1/cases/{{case_id}}/steps{s}" for m, s in (("GET", ""), ("POST", ""), ("DELETE", "/{step}"), ("POST", "/{step}/done"), ("DELETE", "/{step}/done"))),
        *(f"{m} /v1/cases/{{case_id}}/attachments{s}" for m, s in (("GET", ""), ("POST", ""), ("GET", "/{attachment}"), ("DELETE", "/{attachment}"))),
        *(f"POST /v1/cases/{{case_id}}/{verb}" for verb in (
            "acknowledge", "unacknowledge", "start", "notes", "replies", "wait", "resume", "reassign", "offer", "decline",
            "link", "split", "reassess", "extend", "followers", "resolve", "feedback", "reopen",
        )),
    },
    "those that one may see": {"GET /v1/cases", "GET /v1/cases/stream", "GET /v1/review", "GET /v1/review/cases"},
    "one's own": {"POST /v1/cases", "POST /v1/cases/import"},
    "those that one may see, by webhook": {
        "GET /v1/subscriptions", "POST /v1/subscriptions", "GET /v1/subscriptions/{id}", "PATCH /v1/subscriptions/{id}",
        "DELETE /v1/subscriptions/{id}", "POST /v1/subscriptions/{id}/secrets", "POST /v1/subscriptions/{id}/test",
        "GET /v1/subscriptions/{id}/deliveries",
    },
    "none, and only for who audits all teams": {
        "GET /v1/audit", "GET /v1/audit/checkpoints", "GET /admin/audit", "GET /admin/audit.csv", "POST /admin/audit/verify",
    },
    "every case, and only for who administers all teams": {"DELETE /v1/cases/{case_id}/personal", "POST /v1/personal/search"},
    "none, and only for who administers": {
        "GET /v1/tokens", "POST /v1/tokens", "DELETE /v1/tokens/{token_id}", "GET /v1/grants", "PUT /v1/grants/{person}",
        "GET /v1/quarantine", "POST /v1/quarantine/{id}/replay", "DELETE /v1/quarantine/{id}",
        "GET /v1/senders", "GET /v1/sources", "POST /v1/sources", "GET /v1/sources/{id}", "PATCH /v1/sources/{id}",
        "DELETE /v1/sources/{id}", "GET /v1/sources/{id}/deliveries", "POST /v1/sources/{id}/secrets",
        "DELETE /v1/sources/{id}/secrets/{secret}", "POST /v1/sources/{id}/test", "POST /v1/sources/{id}/try",
        "GET /v1/sessions", "DELETE /v1/sessions/{id}",
    },
    "whatever a record that could not be handled tells, without personal data, and only for who administers all teams": {
        "GET /v1/operations", "GET /v1/operations/dead-letters", "GET /v1/operations/dead-letters/{place}",
        *(f"POST /v1/operations/dead-letters/{rest}" for rest in ("replay", "{place}/replay", "{place}/dismiss")),
        "GET /operations", "GET /operations/now", "GET /operations/runbooks/{name}",
        "GET /operations/dead-letters", "GET /operations/dead-letters/{place}", "GET /operations/dead-letters/again",
        *(f"POST /operations/dead-letters/{rest}" for rest in ("again", "{place}/again", "{place}/dismiss")),
    },
    "none, and only for who administers and is logged in with this browser": {
        "GET /admin/sources", "GET /admin/sources/new", "POST /admin/sources/new", "GET /admin/sources/{id}",
        *(f"POST /admin/sources/{{id}}/{verb}" for verb in ("change", "secrets", "secrets/{secret}/end", "test", "try")),
        "GET /admin/quarantine", "POST /admin/quarantine/{id}/discard", "POST /admin/quarantine/{id}/replay",
        "GET /admin/access", "POST /admin/access", "GET /admin/access/{person}", "POST /admin/access/{person}/give",
        "POST /admin/access/{person}/take", "GET /admin/tokens", "POST /admin/tokens", "POST /admin/tokens/{id}/revoke",
        "GET /admin/sessions", "POST /admin/sessions/{ref}/end",
    },
    "one case, for who sees it and is logged in with this browser": {
        "GET /cases/{ref}", "GET /cases/{ref}/report", "GET /cases/{ref}/postmortem.md", "POST /cases/{ref}/{verb}", "POST /cases/{ref}/related", "POST /cases/{ref}/related/remove", "POST /cases/{ref}/steps", "POST /cases/{ref}/files", "GET /cases/{ref}/files/{file}", "POST /cases/{ref}/files/{file}/remove", "POST /cases/{ref}/steps/{step}/{how}",
    },
    "drills alone, of one's teams": {*(f"{m} {v}/drills{s}" for v in ("", "/v1") for m, s in (("GET", ""), ("POST", ""), ("GET", "/{id}"), ("POST", "/{id}/stop"))), "GET /drills/{id}.md", "GET /drills/{id}/now"},
    "none, and only for who is logged in with this browser": {
        "GET /duty", "GET /duty/contacts", "GET /duty/people/{person}", "POST /duty/presence", "POST /duty/absences", "POST /duty/absences/{id}/cancel",
        "POST /duty/swaps", "POST /duty/swaps/{id}/{answer}",
        "GET /duty/schedules/{id}", "POST /duty/schedules/{id}/overrides", "POST /duty/schedules/{id}/overrides/{override}/cancel",
        "GET /me", *(f"POST /me/{rest}" for rest in ("rules/{priority}", "language", "quiet", "addresses", "addresses/{address}/remove", "addresses/{address}/{verb}")),
        "GET /guide", "GET /guide/{name}", "GET /policy", "GET /policy/edit", "POST /policy/edit", "POST /policy/edit/lint", "GET /policy/versions", "GET /policy/versions/{number}",
        "POST /policy/versions/{number}/restore",
    },
    "those that one may see, logged in with this browser": {
        "GET /review", "GET /review.csv", "GET /review/cases", "GET /report/answers", "GET /cases", "GET /cases/stream", "GET /cases/{ref}/stream", "POST /cases/together", "POST /cases/views",
        "GET /knowledge", "GET /knowledge/proposals", "GET /knowledge/open/{search_id}/{target}", "GET /knowledge/training",
        *(f"GET /knowledge/articles/{rest}" for rest in ("new", "{id}", "{id}/edit", "{id}/versions/{version}")),
        *(f"POST /knowledge/articles/{rest}" for rest in ("new", "{id}/edit", "{id}/feedback", "{id}/{verb}")),
        "GET /knowledge/articles/{id}/files/{file}", *(f"POST /knowledge/articles/{{id}}/files{s}" for s in ("", "/{file}/mark", "/{file}/remove")),
        "GET /knowledge/import", "POST /knowledge/import", "GET /knowledge/import/{id}", "GET /knowledge/export", "GET /knowledge/export/articles", "POST /knowledge/import/{id}/apply",
        "GET /knowledge/review", "POST /knowledge/review/{id}/{verb}", "GET /knowledge/figures", "POST /report/solved",
    },
    "where its reporter hears of one case, for our notifier alone": {"GET /v1/cases/{case_id}/reporter"},
    "finished cases like one, for our notifier alone: what the person that it names may see of them, and nothing restricted": {"GET /v1/cases/{case_id}/precedents"},
    "one's own, brought by our notifier alone": {"POST /v1/chats/{chat}/reports"},
    "who holds the signed link, or signs the call": {
        "GET /a/{token}", "POST /a/{token}", "GET /a/{token}/similar", "GET /r/{token}", "POST /r/{token}", "GET /r/{token}/files/{file}", "POST /r/{token}/files/{file}/remove", "GET /devices/{token}", "GET /calendars/{token}.ics",
        *(f"{method} /v1/webhooks/{{source}}" for method in ("GET", "HEAD", "OPTIONS", "POST")),
        "POST /v1/webhooks/{source}/{secret}",
        "POST /v2/enqueue", "POST /v2/change/enqueue", "POST /v2/alerts", "GET /v2/alerts/requests/{request_id}",
        *(f"POST /v2/alerts/{{identifier}}/{verb}" for verb in ("acknowledge", "close", "notes")),
        *(f"PUT /v2/alerts/{{identifier}}/{part}" for part in ("description", "message")),
    },
    "none: the knowledge service shows and takes what is the caller's": {"POST /v1/articles/{id}/files", "GET /v1/articles/{id}/files/{file}"},
    "none": {
        "GET /", "GET /admin", "GET /cases/together", "GET /cases/views", "GET /login", "GET /login/start", "GET /login/callback", "POST /logout",
        "GET /login/once/{secret}", "POST /login/once/{secret}", "GET /app.webmanifest", "GET /assets/{name}", "GET /report", "POST /report", "GET /sw.js",
        "GET /livez", "GET /metrics", "GET /readyz",
    },
}  # fmt: skip
# Relayed answers that no schema tells of; each was read, and none names a case.
SHAPELESS = {
    "/v1/contacts.csv", "/v1/contacts.html", "/v1/figures.csv", "/v1/figures/articles.csv", "/v1/imports/{id}/parts/{number}", "/v1/learning/{id}/dismiss", "/v1/people/{person}/shifts.ics", "/v1/schedules/{id}/shifts.ics",
}  # fmt: skip
ECHOES = {"/v1/simulate"}  # the case that it names is the one that was asked about

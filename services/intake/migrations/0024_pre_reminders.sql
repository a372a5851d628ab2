-- Which day of which article somebody was told of: each once.
CREATE TABLE article_reminders (
    article text NOT NULL,
    what text NOT NULL,
    day date NOT NULL,
    person text NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (article, what, day)
);
CREATE INDEX article_reminders_told ON article_reminders (told_at);

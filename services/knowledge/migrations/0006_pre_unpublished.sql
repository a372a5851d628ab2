-- Of the rows that change nothing: those whose article is a draft or in a review, and would be published.
ALTER TABLE imports ADD COLUMN unpublished integer NOT NULL DEFAULT 0;

-- People's details, beside a log that never forgets. Rows are added and deleted, never altered.
-- The auditor's role gets nothing here: the log proves that a detail is the one we were given,
-- without telling it.

CREATE TABLE IF NOT EXISTS vault (
    entry uuid PRIMARY KEY,
    person_id uuid NOT NULL,
    salt bytea NOT NULL,
    details json NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS vault_by_person ON vault (person_id);

GRANT SELECT, INSERT, DELETE ON vault TO {service};

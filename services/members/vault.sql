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

-- What is deleted is gone at once for whoever asks, but its bytes stay in the table's file until their
-- room is needed. Here what is left is written into a new file, and the old one is removed: a matter of
-- milliseconds for some thousand people, during which nobody reads. CLUSTER and VACUUM FULL would also
-- write what is deleted, as long as anybody in the database reads anything that began earlier.
CREATE OR REPLACE FUNCTION clean_vault() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
    kept vault[];
BEGIN
    LOCK TABLE vault;
    kept := ARRAY(SELECT vault FROM vault);
    TRUNCATE vault;
    INSERT INTO vault SELECT * FROM unnest(kept);
END $$;
REVOKE ALL ON FUNCTION clean_vault() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clean_vault() TO {service};

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
-- room is needed. Here the table is written anew, without them, and the old file is removed: a matter
-- of milliseconds for some thousand people, during which nobody reads. VACUUM FULL would do the same,
-- but cannot be done on behalf of somebody else. False, and nothing done, while somebody can still look
-- at what was deleted before the transaction `gone`: a backup, for example, that has just begun.
DROP FUNCTION IF EXISTS clean_vault();
CREATE OR REPLACE FUNCTION clean_vault(gone xid8) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '500ms' AS $$
BEGIN
    IF NOT out_of_sight(gone) THEN
        RETURN false;
    END IF;
    CLUSTER vault USING vault_pkey;
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION clean_vault(xid8) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clean_vault(xid8) TO {service};

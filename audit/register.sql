-- The register: what the notary has read in all logs, in one order, and the tree over it.
-- Run by the owner of the database (deploy/databases.py), which fills in the names of the roles.
-- The notary may add to it and read it. Nobody may change it, the owner included.

CREATE TABLE IF NOT EXISTS entries (
    index bigint PRIMARY KEY,
    source text NOT NULL,
    position bigint NOT NULL,
    entry bytea NOT NULL,  -- canonical JSON (RFC 8785)
    UNIQUE (source, position)
);
-- By what they are about (audit.register.SUBJECT): the last "subject" of an entry is its own, as data
-- come before it, and it is among the last bytes. A regular expression would take four times as long.
CREATE INDEX IF NOT EXISTS subjects ON entries ((split_part(split_part(
    encode(substring(entry FROM octet_length(entry) - 400), 'escape'), '"subject":"', -1), '"', 1)));
CREATE TABLE IF NOT EXISTS hashes (  -- of complete subtrees, at every eighth level, as tiles have them
    level smallint,
    index bigint,
    hash bytea NOT NULL,
    PRIMARY KEY (level, index)
);
CREATE TABLE IF NOT EXISTS checkpoints (
    size bigint PRIMARY KEY,
    note text NOT NULL,
    signed_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS cosignatures (
    size bigint NOT NULL REFERENCES checkpoints,
    signer text,  -- the name and the id of a witness's key
    line text NOT NULL,  -- of a signed note
    given_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (size, signer)
);

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = 'the register is append-only';
END $$;
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON hashes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cosignatures
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON entries, hashes, checkpoints, cosignatures TO {service};
GRANT SELECT ON entries, hashes, checkpoints, cosignatures TO {audit};

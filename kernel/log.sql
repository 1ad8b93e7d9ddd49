-- One log: its events, the answers given to commands, the places in other logs.
-- Run by the owner of the database (deploy/databases.py), which fills in the names of the roles.
-- The service may add to the log and read it. Nobody may change it, the owner included.

CREATE TABLE IF NOT EXISTS events (
    position bigserial UNIQUE,
    originator_id uuid,
    originator_version bigint,
    topic text NOT NULL,
    state json NOT NULL,  -- not jsonb: the exact text stays
    PRIMARY KEY (originator_id, originator_version)
);
CREATE TABLE IF NOT EXISTS commands (
    command text PRIMARY KEY,
    fingerprint text NOT NULL,
    answer json NOT NULL,
    position bigint,
    answered_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS places (
    source text PRIMARY KEY,
    place bigint NOT NULL
);
ALTER TABLE places ADD COLUMN IF NOT EXISTS stopped json;  -- why the next fact cannot be taken in

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = 'the log is append-only';
END $$;
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DROP FUNCTION IF EXISTS append(
    uuid[], bigint[], text[], text[], text, text, text, text, bigint, bigint
);
CREATE OR REPLACE FUNCTION append(
    ids uuid[], versions bigint[], topics text[], states text[],
    known uuid[], known_versions bigint[],
    asked text, fingerprinted text, answered text,
    followed text, place_was bigint, place_now bigint
) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    taken bigint[] := '{}';
    reached bigint;
    still boolean := true;
BEGIN
    IF cardinality(known) > 0 THEN
        still := NOT EXISTS (
            SELECT FROM unnest(known, known_versions) AS k (i, v) WHERE v <> coalesce((
                SELECT originator_version FROM events WHERE originator_id = i
                ORDER BY originator_version DESC LIMIT 1
            ), 0)
        );
    END IF;
    IF asked IS NOT NULL THEN
        still := still AND NOT EXISTS (SELECT FROM commands WHERE command = asked);
    END IF;
    IF NOT still THEN
        RAISE unique_violation USING MESSAGE = 'decided on what is no longer so';
    END IF;
    PERFORM pg_current_xact_id();  -- be known as running before taking any position
    FOR n IN 1 .. cardinality(ids) LOOP
        INSERT INTO events (originator_id, originator_version, topic, state)
        VALUES (ids[n], versions[n], topics[n], states[n]::json)
        RETURNING position INTO reached;
        taken := taken || reached;
    END LOOP;
    IF asked IS NOT NULL THEN
        INSERT INTO commands (command, fingerprint, answer, position)
        VALUES (asked, fingerprinted, answered::json, reached);
    END IF;
    IF followed IS NOT NULL THEN
        INSERT INTO places VALUES (followed, place_now)
        ON CONFLICT (source) DO UPDATE SET place = place_now, stopped = NULL
        WHERE places.place = place_was;
        IF NOT FOUND THEN
            RAISE unique_violation USING MESSAGE = 'a twin of this follower was faster';
        END IF;
    END IF;
    RETURN taken;
END $$;

GRANT SELECT, INSERT ON events, commands TO {service};
GRANT SELECT, INSERT, UPDATE ON places TO {service};
GRANT USAGE, SELECT ON SEQUENCE events_position_seq TO {service};
GRANT SELECT ON events TO {audit};
GRANT SELECT ON SEQUENCE events_position_seq TO {audit};  -- to know what is settled

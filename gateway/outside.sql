-- Outside calendars that block a resource. The gateway's own, in no log: what is deleted here is gone.
-- The address of a private calendar is a secret: whoever knows it may read it. It has to be readable
-- to be read from, and is nowhere else. Of the calendar itself nothing is kept but times.

CREATE SCHEMA IF NOT EXISTS outside;
CREATE TABLE IF NOT EXISTS outside.calendar (
    calendar uuid PRIMARY KEY,
    space uuid NOT NULL,
    resource uuid NOT NULL,
    name text NOT NULL,  -- by which its host knows it
    address text,  -- none: its times came with a file
    added_at timestamptz NOT NULL DEFAULT now(),
    removed boolean NOT NULL DEFAULT false,  -- what it blocked is given back, then it is deleted
    times jsonb NOT NULL DEFAULT '{}',  -- day -> [[from, until], ...], minutes after midnight
    etag text,
    modified text,
    read_at timestamptz NOT NULL,  -- when it was last read without trouble
    whole_on date,  -- the day from which `times` are: read anew each day
    trouble text,  -- what has been in the way since then, see codes.py
    failed_at timestamptz,
    failures int NOT NULL DEFAULT 0,
    next_read timestamptz NOT NULL DEFAULT now(),
    next_turn timestamptz NOT NULL DEFAULT now(),
    ordered_at bigint NOT NULL DEFAULT 0  -- how far bookings were when we last gave an order
);
CREATE INDEX IF NOT EXISTS calendar_by_resource ON outside.calendar (resource);
CREATE INDEX IF NOT EXISTS calendar_by_turn ON outside.calendar (next_turn);

-- Whether nobody can look any more at what was deleted before a transaction, `gone`: then a table that
-- is written anew is written without it. VACUUM FULL and CLUSTER keep it as long as anybody reads
-- anything that began before, also on a server that follows this one. We are among those listed, and
-- look as far back as the oldest that writes.
CREATE OR REPLACE FUNCTION out_of_sight(gone xid8) RETURNS boolean LANGUAGE sql AS $$
    SELECT age(gone::xid) > ALL (
        SELECT age(backend_xmin) FROM pg_stat_activity
        WHERE backend_xmin IS NOT NULL AND coalesce(datname, current_database()) = current_database()
        UNION ALL SELECT age(xmin) FROM pg_replication_slots WHERE xmin IS NOT NULL
    )
$$;

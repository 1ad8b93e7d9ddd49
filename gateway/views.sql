-- What the views share. Their tables are made by whoever fills them (gateway/view.py).

-- One writer of a view at a time, until the end of the transaction. Whoever has the turn, says
-- nothing for five seconds while others wait, and so was perhaps stopped in the middle of its work,
-- loses it: PostgreSQL itself would wait for ever for the rest of a pipeline.
CREATE OR REPLACE FUNCTION take_turn(view text) RETURNS void LANGUAGE plpgsql
SET lock_timeout = '1s' AS $$
BEGIN
    LOOP
        BEGIN
            PERFORM pg_advisory_xact_lock(17, hashtext(view));
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            PERFORM pg_stat_clear_snapshot();  -- how it is now, not when we first looked
            PERFORM pg_terminate_backend(pid)
            FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE locktype = 'advisory' AND granted AND classid = 17
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND objid::bigint = hashtext(view)::bigint & 4294967295
                AND wait_event = 'ClientRead'
                AND state_change < clock_timestamp() - interval '5s';
        END;
    END LOOP;
END $$;

-- psql newsletter <move_ids_on.sql: after a backup was restored into newsletter_restored, before that
-- takes the place of newsletter.
--
-- A link in a mail names its reader by id. A backup brings the counters of its own time back, so ids
-- that were given out since would be given again, and somebody's old links would open another
-- reader's page. So each counter goes on from where it is in the replaced database, if that is
-- further; and by so much more, for what no database here knows of.
\set QUIET on
\set ON_ERROR_STOP on
\o /dev/null
SELECT coalesce(string_agg(format(
    'SELECT setval(c, greatest(%s, pg_sequence_last_value(c))) FROM to_regclass(%L) c;',
    last_value, format('%I.%I', schemaname, sequencename)), ' '), '') AS as_far_as_here
FROM pg_sequences WHERE last_value IS NOT NULL \gset
\connect newsletter_restored
:as_far_as_here
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, coalesce(last_value, 0) + 1000000)
FROM pg_sequences;

-- What the application's role (web, workers) may do where it is another one than the owner's. Run by the owner after every migration;
-- by hand: psql -v application=ROLE -f grants.sql. Rows are its business, the schema is not: no CREATE, no TRUNCATE, no ownership.
GRANT USAGE ON SCHEMA hub, queue, quartz, people TO :"application";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA hub, queue, quartz, people TO :"application";
-- UPDATE: lanes' clocks are moved with setval.
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA hub, queue, quartz, people TO :"application";
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA hub, queue, quartz, people TO :"application";

-- What later migrations make, for the moment between their commit and the next run of this file.
ALTER DEFAULT PRIVILEGES IN SCHEMA hub, queue, quartz, people GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"application";
ALTER DEFAULT PRIVILEGES IN SCHEMA hub, queue, quartz, people GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO :"application";
ALTER DEFAULT PRIVILEGES IN SCHEMA hub, queue, quartz, people GRANT EXECUTE ON FUNCTIONS TO :"application";

-- Which migrations ran is read, never written.
REVOKE ALL ON hub.migration FROM :"application";
GRANT SELECT ON hub.migration TO :"application";
-- The audit log is only ever added to.
REVOKE ALL ON people.audit FROM :"application";
GRANT SELECT, INSERT ON people.audit TO :"application";

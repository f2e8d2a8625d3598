-- A worker announces an entry of its catalogue. Whether people may use it is the administrator's word: "enabled" stays as it is.
-- Runs inside the announcement's transaction, under its lock. A row that says the same stays untouched.
-- $1 name, $2 kind, $3 family, $4 capabilities, $5 fault
INSERT INTO hub.model AS m (name, kind, family, capabilities, fault) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name) DO UPDATE
SET kind = excluded.kind, family = excluded.family, capabilities = excluded.capabilities, fault = excluded.fault, withdrawn_at = NULL, updated_at = now()
WHERE (m.kind, m.family, m.capabilities) IS DISTINCT FROM (excluded.kind, excluded.family, excluded.capabilities)
   OR m.fault IS DISTINCT FROM excluded.fault OR m.withdrawn_at IS NOT NULL

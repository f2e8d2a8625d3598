-- A worker announces what it can do with a model. Whether people may use it is the administrator's word: "enabled" stays as it is.
-- $1 name, $2 family, $3 capabilities
INSERT INTO hub.model (name, family, capabilities) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET family = excluded.family, capabilities = excluded.capabilities, updated_at = now()

-- Accounts, roles, sessions, keys, links, rules and the audit log. PeopleDbContext maps these tables; a test holds the two against each other.
CREATE SCHEMA people;

-- What each role may do, and how much. A limit that is null is no limit.
CREATE TABLE people.role (
    name                 varchar(20) PRIMARY KEY,
    rank                 smallint NOT NULL,                 -- a higher one includes the lower ones
    may_generate         boolean NOT NULL,
    may_publish          boolean NOT NULL,
    lanes                text[],                            -- null: every lane
    most_pixels          integer CHECK (most_pixels >= 0),  -- of one picture
    most_steps           integer CHECK (most_steps >= 0),
    waiting_jobs         integer CHECK (waiting_jobs >= 0),
    running_jobs         integer CHECK (running_jobs >= 0),
    pictures_a_day       integer CHECK (pictures_a_day >= 0),
    device_seconds_a_day integer CHECK (device_seconds_a_day >= 0),
    storage_bytes        bigint CHECK (storage_bytes >= 0)
);
INSERT INTO people.role (name, rank, may_generate, may_publish, most_pixels, most_steps, waiting_jobs, running_jobs, pictures_a_day, device_seconds_a_day, storage_bytes) VALUES
    ('viewer', 0, false, false, 0, 0, 0, 0, 0, 0, 0),
    ('member', 10, true, true, 4194304, 150, 200, NULL, 1000, 7200, 21474836480),
    ('moderator', 20, true, true, 4194304, 150, 200, NULL, 1000, 7200, 21474836480),
    ('admin', 30, true, true, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

-- How the hub takes people in: one row.
CREATE TABLE people.setting (
    only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    sign_up      varchar(20) NOT NULL DEFAULT 'invitation' CHECK (sign_up IN ('invitation', 'open', 'closed')),
    sign_up_role varchar(20) NOT NULL DEFAULT 'member' CHECK (sign_up_role IN ('viewer', 'member'))
);
INSERT INTO people.setting DEFAULT VALUES;

-- Whoever can sign in. The person behind it, with name and pictures, is hub."user".
CREATE TABLE people.account (
    id                    uuid PRIMARY KEY CONSTRAINT account_id_fkey REFERENCES hub."user" (id) ON DELETE CASCADE,
    user_name             varchar(254) NOT NULL,
    normalized_user_name  varchar(254) NOT NULL,
    email                 varchar(254) NOT NULL,
    normalized_email      varchar(254) NOT NULL,
    email_confirmed       boolean NOT NULL DEFAULT false,
    password_hash         text,
    security_stamp        text,
    concurrency_stamp     text,
    two_factor_enabled    boolean NOT NULL DEFAULT false,
    lockout_end           timestamptz,
    lockout_enabled       boolean NOT NULL DEFAULT true,
    access_failed_count   integer NOT NULL DEFAULT 0,
    lockouts              integer NOT NULL DEFAULT 0,        -- in a row: each is longer than the one before
    role                  varchar(20) NOT NULL CONSTRAINT account_role_fkey REFERENCES people.role (name),
    disabled_at           timestamptz,
    seen_at               timestamptz,
    -- Over the role's: null is what the role has.
    waiting_jobs          integer CHECK (waiting_jobs >= 0),
    running_jobs          integer CHECK (running_jobs >= 0),
    pictures_a_day        integer CHECK (pictures_a_day >= 0),
    device_seconds_a_day  integer CHECK (device_seconds_a_day >= 0),
    storage_bytes         bigint CHECK (storage_bytes >= 0)
);
CREATE UNIQUE INDEX account_normalized_user_name_key ON people.account (normalized_user_name);
CREATE UNIQUE INDEX account_normalized_email_key ON people.account (normalized_email);

-- Authenticator key and recovery codes (ASP.NET Core Identity).
CREATE TABLE people.account_token (
    user_id        uuid NOT NULL CONSTRAINT account_token_user_id_fkey REFERENCES people.account (id) ON DELETE CASCADE,
    login_provider varchar(128) NOT NULL,
    name           varchar(128) NOT NULL,
    value          text,
    PRIMARY KEY (user_id, login_provider, name)
);

-- WebAuthn credentials (ASP.NET Core Identity).
CREATE TABLE people.account_passkey (
    credential_id bytea PRIMARY KEY,
    user_id       uuid NOT NULL CONSTRAINT account_passkey_user_id_fkey REFERENCES people.account (id) ON DELETE CASCADE,
    data          jsonb NOT NULL
);
CREATE INDEX account_passkey_user ON people.account_passkey (user_id);

-- One row a browser that is signed in: the cookie holds a secret, this its SHA-256. Signing out, or being signed out, deletes the row.
CREATE TABLE people.session (
    id         uuid PRIMARY KEY,                            -- by which it is listed; no secret
    hash       bytea NOT NULL CONSTRAINT session_hash_length CHECK (octet_length(hash) = 32),
    account_id uuid NOT NULL CONSTRAINT session_account_id_fkey REFERENCES people.account (id) ON DELETE CASCADE,
    ticket     bytea NOT NULL,                              -- protected with the hub's data protection keys
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at    timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    address    varchar(64),
    browser    varchar(300)
);
CREATE UNIQUE INDEX session_hash_key ON people.session (hash);
CREATE INDEX session_account ON people.session (account_id);

CREATE TABLE people.api_key (
    id                uuid PRIMARY KEY,
    account_id        uuid NOT NULL CONSTRAINT api_key_account_id_fkey REFERENCES people.account (id) ON DELETE CASCADE,
    name              varchar(100) NOT NULL,
    prefix            varchar(16) NOT NULL,                 -- shown, to recognise it
    hash              bytea NOT NULL CONSTRAINT api_key_hash_length CHECK (octet_length(hash) = 32),
    scopes            text[] NOT NULL CHECK (scopes <@ ARRAY['generate', 'read', 'admin']),
    requests_a_minute integer CHECK (requests_a_minute >= 0),
    pictures_a_day    integer CHECK (pictures_a_day >= 0),
    created_at        timestamptz NOT NULL DEFAULT now(),
    expires_at        timestamptz,
    used_at           timestamptz,
    revoked_at        timestamptz
);
CREATE UNIQUE INDEX api_key_hash_key ON people.api_key (hash);
CREATE INDEX api_key_account ON people.api_key (account_id);

-- Pictures asked for with a key on one day (UTC), for the key's own quota.
CREATE TABLE people.api_key_day (
    key_id   uuid NOT NULL CONSTRAINT api_key_day_key_id_fkey REFERENCES people.api_key (id) ON DELETE CASCADE,
    day      date NOT NULL,
    pictures integer NOT NULL,
    PRIMARY KEY (key_id, day)
);

-- Links that do one thing once: setup (makes the first administrator), invitation (makes an account), reset (sets a password), email (confirms one).
CREATE TABLE people.link (
    id         uuid PRIMARY KEY,
    kind       varchar(20) NOT NULL CHECK (kind IN ('setup', 'invitation', 'reset', 'email')),
    hash       bytea NOT NULL CONSTRAINT link_hash_length CHECK (octet_length(hash) = 32),
    account_id uuid CONSTRAINT link_account_id_fkey REFERENCES people.account (id) ON DELETE CASCADE,
    role       varchar(20) CONSTRAINT link_role_fkey REFERENCES people.role (name),
    email      varchar(254),
    created_by uuid CONSTRAINT link_created_by_fkey REFERENCES people.account (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    used_by    uuid CONSTRAINT link_used_by_fkey REFERENCES people.account (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX link_hash_key ON people.link (hash);

-- Words that a prompt may not hold, and for whom.
CREATE TABLE people.prompt_rule (
    id         uuid PRIMARY KEY,
    words      text[] NOT NULL,
    reason     varchar(300) NOT NULL,                       -- shown to whoever is refused
    roles      text[],                                      -- null: every role but admin
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Complaints about shared pictures.
CREATE TABLE people.report (
    id          uuid PRIMARY KEY,
    picture_id  uuid NOT NULL CONSTRAINT report_picture_id_fkey REFERENCES hub.picture (id) ON DELETE CASCADE,
    reporter_id uuid CONSTRAINT report_reporter_id_fkey REFERENCES hub."user" (id) ON DELETE SET NULL,
    reason      varchar(500) NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    closed_at   timestamptz,
    closed_by   uuid CONSTRAINT report_closed_by_fkey REFERENCES hub."user" (id) ON DELETE SET NULL
);
CREATE INDEX report_open ON people.report (picture_id) WHERE closed_at IS NULL;
-- One open complaint of one person about one picture.
CREATE UNIQUE INDEX report_open_key ON people.report (picture_id, reporter_id) WHERE closed_at IS NULL;

-- Who did what to whom, and from where. Only ever added to: the application's role may not change it (grants), and nobody does by mistake (trigger).
-- No foreign keys: it outlives everybody.
CREATE TABLE people.audit (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT now(),
    actor_id   uuid,
    actor      varchar(254) NOT NULL,                       -- e-mail, or what acted: hub, command line, nobody
    via        varchar(100) NOT NULL,                       -- session, key PREFIX, command line, hub
    address    varchar(64),
    action     varchar(60) NOT NULL,                        -- such as sign-in.failed, role.changed
    subject    varchar(300) NOT NULL,
    detail     jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_actor ON people.audit (actor_id, id);
CREATE INDEX audit_action ON people.audit (action, id);
CREATE FUNCTION people.keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is only ever added to.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON people.audit FOR EACH STATEMENT EXECUTE FUNCTION people.keep_audit();

-- Pictures: shared with everybody or not, and how they stand with the content rules.
ALTER TABLE hub.picture
    ADD COLUMN shared_at       timestamptz,
    ADD COLUMN standing        varchar(10) NOT NULL DEFAULT 'fine',
    ADD COLUMN standing_reason varchar(300),
    ADD CONSTRAINT picture_standing CHECK (standing IN ('fine', 'blurred', 'held', 'removed'));
CREATE INDEX picture_shared ON hub.picture (id) WHERE shared_at IS NOT NULL AND standing IN ('fine', 'blurred');
CREATE INDEX picture_held ON hub.picture (id) WHERE standing = 'held';
CREATE INDEX picture_owner_bytes ON hub.picture (owner_id, bytes);

-- Which roles may use a model; null: every role that may generate.
ALTER TABLE hub.model ADD COLUMN roles text[];

-- What a person used today, for the quotas.
CREATE INDEX outcome_owner_finished ON queue.outcome (owner_id, finished_at) INCLUDE (state, device_ms);

-- People, pictures, models. HubDbContext maps these tables; a test holds the two against each other.
CREATE SCHEMA IF NOT EXISTS hub;

CREATE TABLE hub."user" (
    id         uuid PRIMARY KEY,
    name       varchar(200) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- Until accounts exist, everyone is this person (DiffusionHub.Domain.People.User.LocalId).
INSERT INTO hub."user" (id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'Local user');

CREATE TABLE hub.picture (
    id                  uuid PRIMARY KEY,
    owner_id            uuid NOT NULL CONSTRAINT picture_owner_id_fkey REFERENCES hub."user" (id) ON DELETE RESTRICT,
    job_id              bigint NOT NULL,
    group_id            uuid NOT NULL,
    model               varchar(200) NOT NULL,
    prompt              text NOT NULL,
    seed                bigint NOT NULL,
    width               integer NOT NULL,
    height              integer NOT NULL,
    request             jsonb NOT NULL,
    blob_key            varchar(200) NOT NULL,
    thumbnail_key       varchar(200) NOT NULL,
    bytes               bigint NOT NULL,
    device_milliseconds double precision NOT NULL,
    created_at          timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX picture_job_id_key ON hub.picture (job_id);
CREATE INDEX picture_owner_newest ON hub.picture (owner_id, id);
CREATE INDEX picture_group ON hub.picture (group_id);

CREATE TABLE hub.model (
    name         varchar(200) PRIMARY KEY,
    family       varchar(100) NOT NULL,
    capabilities jsonb NOT NULL,
    enabled      boolean NOT NULL DEFAULT true,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);

-- The catalogue: adapters, ControlNets and VAEs beside models, what is wrong with broken ones, and which worker has what.
ALTER TABLE hub.model
    ADD COLUMN kind         varchar(20) NOT NULL DEFAULT 'model',
    ADD COLUMN fault        text,
    ADD COLUMN withdrawn_at timestamptz;
ALTER TABLE hub.model ALTER COLUMN kind DROP DEFAULT;

CREATE TABLE hub.model_offer (
    model     varchar(200) NOT NULL CONSTRAINT model_offer_model_fkey REFERENCES hub.model (name) ON DELETE CASCADE,
    worker_id uuid NOT NULL,
    seen_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (model, worker_id)
);

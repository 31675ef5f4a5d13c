-- Who Holdfast is to the systems inside of machines.
CREATE TABLE credentials (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL,
    description TEXT NOT NULL,
    sealed_password TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Passwords that backups are encrypted with. Their hints may be read.
CREATE TABLE encryption_passwords (
    id TEXT PRIMARY KEY,
    hint TEXT NOT NULL,
    sealed_password TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL
);

-- Every change that was asked for, whether it was allowed or not.
CREATE TABLE audit_events (
    id TEXT PRIMARY KEY,
    happened_at BIGINT NOT NULL,
    account TEXT NOT NULL,
    address TEXT NOT NULL,
    operation TEXT NOT NULL,
    status INTEGER NOT NULL
);
CREATE INDEX audit_events_by_time ON audit_events(happened_at, id);

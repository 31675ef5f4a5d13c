-- Requests that are done once however often they are sent. What was asked and answered is sealed, because bodies may hold passwords.
CREATE TABLE idempotency_keys (
    account_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    sealed_request TEXT NOT NULL,
    sealed_answer TEXT,
    taken_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, idempotency_key)
);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys(taken_at);

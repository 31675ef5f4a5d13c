-- Where the results of sessions are sent. Of a webhook the mail columns are empty, and the reverse.
CREATE TABLE notification_targets (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    mail_server TEXT NOT NULL,
    mail_port INTEGER NOT NULL,
    mail_encryption TEXT NOT NULL,
    mail_user TEXT NOT NULL,
    mail_from TEXT NOT NULL,
    mail_to TEXT NOT NULL,
    sealed_secret TEXT NOT NULL,
    on_success INTEGER NOT NULL,
    on_warning INTEGER NOT NULL,
    on_failed INTEGER NOT NULL,
    all_jobs INTEGER NOT NULL,
    restores INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    delivered BIGINT NOT NULL,
    given_up BIGINT NOT NULL,
    last_delivered_at BIGINT,
    last_failed_at BIGINT,
    last_failure TEXT NOT NULL
);

-- Whose runs are told where all_jobs is 0.
CREATE TABLE notification_target_jobs (
    target_id TEXT NOT NULL REFERENCES notification_targets(id) ON DELETE CASCADE,
    job_id TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
    PRIMARY KEY (target_id, job_id)
);

-- What is still to be sent: written as the session ends, deleted when the target has it.
CREATE TABLE notifications (
    id TEXT PRIMARY KEY,
    target_id TEXT NOT NULL REFERENCES notification_targets(id) ON DELETE CASCADE,
    owner TEXT NOT NULL,
    session_type TEXT NOT NULL,
    session_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    tries INTEGER NOT NULL,
    next_try_at BIGINT NOT NULL
);
CREATE INDEX notifications_by_target ON notifications(target_id, next_try_at);
CREATE INDEX notifications_by_owner ON notifications(owner, next_try_at);

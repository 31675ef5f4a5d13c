-- What the system did for itself: scopes that were rebuilt, restore points that were removed.
CREATE TABLE system_sessions (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    result TEXT NOT NULL,
    message TEXT NOT NULL,
    is_cancelled INTEGER NOT NULL
);
CREATE INDEX system_sessions_by_time ON system_sessions(created_at);

CREATE TABLE system_session_events (
    session_id TEXT NOT NULL REFERENCES system_sessions(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (session_id, position)
);

-- Reports ask for the last session of each machine, and for the sessions that ended on a day.
CREATE INDEX backup_task_sessions_by_machine ON backup_task_sessions(server_id, domain_id, ended_at);
CREATE INDEX backup_task_sessions_by_end ON backup_task_sessions(ended_at);

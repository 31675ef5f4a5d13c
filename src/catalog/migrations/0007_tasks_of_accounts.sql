-- Tasks belong to an account, are numbered within it, and outlive the logon session that began them. Those of an older Holdfast
-- belong to nobody, and go.
DROP TABLE tasks;
CREATE TABLE tasks (
    account_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    logon_session TEXT NOT NULL,
    owner TEXT NOT NULL,
    operation TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    succeeded INTEGER NOT NULL,
    message TEXT NOT NULL,
    links TEXT NOT NULL,
    PRIMARY KEY (account_id, number)
);
CREATE INDEX tasks_by_session ON tasks(logon_session, number);

-- What is under way, and what has just ended, is asked for every second while somebody follows it.
CREATE INDEX tasks_by_end ON tasks(ended_at);
CREATE INDEX backup_sessions_by_end ON backup_sessions(ended_at);
CREATE INDEX restore_sessions_by_end ON restore_sessions(ended_at);

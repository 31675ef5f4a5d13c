-- Ids are UUIDs as text, times are microseconds since 1970 in UTC, booleans are 0 or 1, sizes are bytes.

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    lookup_name TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    roles TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE managed_servers (
    id TEXT PRIMARY KEY,
    hierarchy_root_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    uri TEXT NOT NULL UNIQUE,
    host_id TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE repositories (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    path TEXT NOT NULL UNIQUE,
    restic_id TEXT NOT NULL,
    sealed_password TEXT NOT NULL,
    capacity BIGINT NOT NULL,
    free_space BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    repository_id TEXT NOT NULL REFERENCES repositories(id),
    schedule_enabled INTEGER NOT NULL,
    schedule TEXT NOT NULL,
    retention TEXT NOT NULL,
    next_run BIGINT,
    retries_left INTEGER NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE job_objects (
    id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    server_id TEXT NOT NULL REFERENCES managed_servers(id),
    domain_id TEXT NOT NULL,
    name TEXT NOT NULL
);
CREATE INDEX job_objects_by_job ON job_objects(job_id, position);

-- The newest checkpoint of each VM in each job: what the next incremental run starts from.
CREATE TABLE checkpoints (
    job_id TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
    server_id TEXT NOT NULL REFERENCES managed_servers(id) ON DELETE CASCADE,
    domain_id TEXT NOT NULL,
    name TEXT NOT NULL,
    snapshot_id TEXT NOT NULL,
    PRIMARY KEY (job_id, server_id, domain_id)
);

CREATE TABLE backup_sessions (
    id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL,
    job_name TEXT NOT NULL,
    owner TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    state TEXT NOT NULL,
    result TEXT NOT NULL,
    progress INTEGER NOT NULL,
    is_retry INTEGER NOT NULL,
    reason TEXT NOT NULL,
    restore_point_id TEXT
);
CREATE INDEX backup_sessions_by_time ON backup_sessions(created_at);
CREATE INDEX backup_sessions_by_job ON backup_sessions(job_id, created_at);
-- One run of a job at a time, whoever starts it.
CREATE UNIQUE INDEX backup_sessions_running ON backup_sessions(job_id) WHERE ended_at IS NULL;

CREATE TABLE backup_task_sessions (
    id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES backup_sessions(id) ON DELETE CASCADE,
    server_id TEXT NOT NULL,
    domain_id TEXT NOT NULL,
    vm_name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    state TEXT NOT NULL,
    result TEXT NOT NULL,
    reason TEXT NOT NULL,
    total_size BIGINT NOT NULL,
    read_bytes BIGINT NOT NULL,
    transferred_bytes BIGINT NOT NULL,
    vm_restore_point_id TEXT
);
CREATE INDEX backup_task_sessions_by_session ON backup_task_sessions(session_id);
CREATE INDEX backup_task_sessions_by_time ON backup_task_sessions(created_at);

-- A backup is the chain of restore points of one job in one repository; it outlives the job.
CREATE TABLE backups (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    job_id TEXT NOT NULL,
    repository_id TEXT NOT NULL REFERENCES repositories(id),
    created_at BIGINT NOT NULL,
    UNIQUE (job_id, repository_id)
);

CREATE TABLE restore_points (
    id TEXT PRIMARY KEY,
    backup_id TEXT NOT NULL REFERENCES backups(id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE INDEX restore_points_by_backup ON restore_points(backup_id, created_at);

-- One VM at one time: one snapshot of the repository, which is also the "backup file" of the API.
CREATE TABLE vm_restore_points (
    id TEXT PRIMARY KEY,
    file_id TEXT NOT NULL UNIQUE,
    restore_point_id TEXT NOT NULL REFERENCES restore_points(id) ON DELETE CASCADE,
    hierarchy_root_id TEXT NOT NULL,
    domain_id TEXT NOT NULL,
    vm_name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    is_full INTEGER NOT NULL,
    snapshot_id TEXT NOT NULL,
    data_size BIGINT NOT NULL,
    backup_size BIGINT NOT NULL
);
CREATE INDEX vm_restore_points_by_point ON vm_restore_points(restore_point_id);
CREATE INDEX vm_restore_points_by_time ON vm_restore_points(created_at);

-- Snapshots that no restore point refers to any more, until they are gone from the repository.
CREATE TABLE snapshots_to_forget (
    repository_id TEXT NOT NULL REFERENCES repositories(id) ON DELETE CASCADE,
    snapshot_id TEXT NOT NULL,
    PRIMARY KEY (repository_id, snapshot_id)
);

CREATE TABLE restore_sessions (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    vm_restore_point_id TEXT NOT NULL,
    vm_name TEXT NOT NULL,
    started_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    state TEXT NOT NULL,
    result TEXT NOT NULL,
    progress INTEGER NOT NULL,
    reason TEXT NOT NULL,
    restored_ref TEXT NOT NULL
);
CREATE INDEX restore_sessions_by_time ON restore_sessions(created_at);

-- What a restore has made so far and must take back when it does not end well, in the order it was made.
CREATE TABLE restore_leftovers (
    session_id TEXT NOT NULL REFERENCES restore_sessions(id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    PRIMARY KEY (session_id, path)
);

-- Logon sessions and their tasks outlive a restart of the server.
CREATE TABLE logon_sessions (
    id TEXT PRIMARY KEY,
    sealed TEXT NOT NULL,
    last_used_at BIGINT NOT NULL
);

CREATE TABLE tasks (
    logon_session TEXT NOT NULL,
    number INTEGER NOT NULL,
    owner TEXT NOT NULL,
    operation TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    succeeded INTEGER NOT NULL,
    message TEXT NOT NULL,
    links TEXT NOT NULL,
    PRIMARY KEY (logon_session, number)
);

-- What other Holdfast servers have, as each of them told it when it was last asked. It has a table of its own,
-- so that nothing that works on what this server has can take it for that.
ALTER TABLE backup_servers ADD COLUMN collected_at BIGINT;
ALTER TABLE backup_servers ADD COLUMN failure TEXT NOT NULL DEFAULT '';

-- The kind is the name of the API's type. The entity is that of the other server, in JSON, with its links, and the
-- columns behind it are what is filtered and sorted by. What has no time of its own has that of when it was first seen.
CREATE TABLE peer_objects (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    server_id TEXT NOT NULL REFERENCES backup_servers(id) ON DELETE CASCADE,
    entity TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    description TEXT NOT NULL,
    job_id TEXT NOT NULL,
    job_name TEXT NOT NULL,
    repository_id TEXT NOT NULL,
    repository_name TEXT NOT NULL,
    backup_id TEXT NOT NULL,
    backup_name TEXT NOT NULL,
    state TEXT NOT NULL,
    result TEXT NOT NULL,
    is_retry INTEGER NOT NULL,
    ended_at BIGINT,
    next_run BIGINT,
    schedule_configured INTEGER NOT NULL,
    schedule_enabled INTEGER NOT NULL,
    capacity BIGINT NOT NULL,
    free_space BIGINT NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX peer_objects_by_time ON peer_objects(kind, created_at, id);
CREATE INDEX peer_objects_by_server ON peer_objects(server_id, kind, created_at);
CREATE INDEX peer_objects_by_job ON peer_objects(kind, job_id, created_at);
CREATE INDEX peer_objects_by_backup ON peer_objects(kind, backup_id, created_at);
CREATE INDEX peer_objects_by_repository ON peer_objects(kind, repository_id, created_at);

-- What a job does, in the API's words: Backup, BackupCopy or ImmediateBackupCopy. A session keeps what its job was.
ALTER TABLE jobs ADD COLUMN job_type TEXT NOT NULL DEFAULT 'Backup';
ALTER TABLE backup_sessions ADD COLUMN job_type TEXT NOT NULL DEFAULT 'Backup';
ALTER TABLE peer_objects ADD COLUMN job_type TEXT NOT NULL DEFAULT 'Backup';

-- The jobs whose restore points a copy job copies.
CREATE TABLE linked_jobs (
    id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    source_job_id TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
    UNIQUE (job_id, source_job_id)
);
CREATE INDEX linked_jobs_by_source ON linked_jobs(source_job_id);

-- Of a copy: the restore point that it was made of, and the job that had made that. Either may be gone.
ALTER TABLE restore_points ADD COLUMN copied_from TEXT;
ALTER TABLE restore_points ADD COLUMN source_job_id TEXT;
CREATE INDEX restore_points_by_original ON restore_points(copied_from);

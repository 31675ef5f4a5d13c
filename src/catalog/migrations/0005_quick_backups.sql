-- What a session is a run of: a whole job, one machine of it in between, or machines without a job.
ALTER TABLE backup_sessions ADD COLUMN kind TEXT NOT NULL DEFAULT 'Job';

-- A point in between holds one machine of the job only.
ALTER TABLE restore_points ADD COLUMN is_partial INTEGER NOT NULL DEFAULT 0;

-- A backup without a job is kept until then; without a time, until somebody removes it.
ALTER TABLE backups ADD COLUMN expires_at BIGINT;

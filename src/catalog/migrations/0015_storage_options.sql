-- How hard a job's runs compress: 1 (not at all) to 5, as the API counts.
ALTER TABLE jobs ADD COLUMN compression_level INTEGER NOT NULL DEFAULT 3;

-- The names of the machine's disks that the job leaves out: a list in JSON.
ALTER TABLE job_objects ADD COLUMN excluded_disks TEXT NOT NULL DEFAULT '[]';

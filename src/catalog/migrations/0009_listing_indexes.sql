-- For long lists: each filter that narrows them much, and then the order of creation; and the order of names.
DROP INDEX vm_restore_points_by_point;
CREATE INDEX vm_restore_points_by_point ON vm_restore_points(restore_point_id, created_at);
CREATE INDEX vm_restore_points_by_vm_name ON vm_restore_points(vm_name, created_at);
CREATE INDEX vm_restore_points_by_name ON vm_restore_points((vm_name || '@') COLLATE "C", created_at);
CREATE INDEX vm_restore_points_by_fullness ON vm_restore_points(is_full, created_at);
CREATE INDEX backup_sessions_by_job_name ON backup_sessions(job_name, created_at);
CREATE INDEX backup_sessions_by_name ON backup_sessions((job_name || '@') COLLATE "C", created_at);
CREATE INDEX backup_sessions_by_result ON backup_sessions(result, created_at);
CREATE INDEX backup_sessions_by_state ON backup_sessions(state, created_at);
CREATE INDEX backup_task_sessions_by_vm_name ON backup_task_sessions(vm_name, created_at);
CREATE INDEX backup_task_sessions_by_name ON backup_task_sessions((vm_name || '@') COLLATE "C", created_at);
CREATE INDEX backup_task_sessions_by_result ON backup_task_sessions(result, created_at);
CREATE INDEX backup_task_sessions_by_state ON backup_task_sessions(state, created_at);
CREATE INDEX backups_by_repository ON backups(repository_id);

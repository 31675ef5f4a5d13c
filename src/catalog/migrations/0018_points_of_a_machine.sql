-- The newest restore points of one machine are asked for by its UUID.
CREATE INDEX vm_restore_points_by_domain ON vm_restore_points(domain_id, created_at);

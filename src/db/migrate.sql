-- Statements of the migrations and of the node numbers.

-- MIGRATION_TABLE_COUNT: whether the database knows about migrations at all
-- @sqlite
SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'migration';
-- @postgres
SELECT COUNT(*) FROM pg_catalog.pg_class WHERE relname = 'migration' AND relkind = 'r' AND relnamespace = CAST(current_schema() AS regnamespace);

-- MIGRATION_ALL: what was applied, in order
SELECT number, name, digest FROM migration ORDER BY number;

-- MIGRATION_ADD: one was applied
INSERT INTO migration (number, name, digest, at) VALUES ($1, $2, $3, $4);

-- NODE_HELD: the numbers that are not free
SELECT node FROM node_lease WHERE until >= $1 ORDER BY node;

-- NODE_TAKE: a number that is free; nothing changes if another was faster
INSERT INTO node_lease (node, holder, until) VALUES ($1, $2, $3)
ON CONFLICT (node) DO UPDATE SET holder = excluded.holder, until = excluded.until WHERE node_lease.until < $4;

-- NODE_KEEP: hold it longer, if it is still ours
UPDATE node_lease SET until = $3 WHERE node = $1 AND holder = $2;

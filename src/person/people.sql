-- ACCOUNT_LIST: accounts in being, newest first, by what was typed: a part of the name, or of the sign-in name
SELECT id, COALESCE(login, ''), name, verified, locked_until, created FROM person
WHERE ended IS NULL AND ($1 = '' OR name LIKE '%' || $1 || '%' OR login LIKE '%' || $1 || '%')
  AND ($2 = '' OR EXISTS (SELECT 1 FROM role r WHERE r.person = person.id AND r.name = $2 AND r.ended IS NULL))
  AND (CAST($3 AS BIGINT) = 0 OR id < $3)
  AND (login IS NOT NULL OR password <> '' OR verified > 0)
ORDER BY id DESC LIMIT $4;

-- AUDIT_LIST: the account record, newest first
SELECT a.id, a.at, COALESCE(a.person, 0), COALESCE(p.name, ''), a.kind, a.object, a.result
FROM audit a LEFT JOIN person p ON p.id = a.person
WHERE ($1 = '' OR a.kind = $1) AND (CAST($2 AS BIGINT) = 0 OR a.person = $2) AND a.at >= $3 AND a.at < $4 AND (CAST($5 AS BIGINT) = 0 OR a.id < $5)
ORDER BY a.id DESC LIMIT $6;

-- AUDIT_KINDS: what kinds of lines there are
SELECT DISTINCT kind FROM audit ORDER BY kind;

-- Counts a try at a password or code, however many there are at once: the fifth locks the account, each lockout twice as long as the one before.
-- {0} account, {1} tries before a lockout, {2} only where it is not locked (no row: it is)
UPDATE people.account SET
    access_failed_count = CASE WHEN access_failed_count + 1 >= {1} THEN 0 ELSE access_failed_count + 1 END,
    lockout_end = CASE WHEN access_failed_count + 1 >= {1} THEN now() + make_interval(mins => least(60, 1 << least(lockouts, 6))) ELSE lockout_end END,
    lockouts = lockouts + (access_failed_count + 1 >= {1})::integer
WHERE id = {0} AND (NOT {2} OR lockout_end IS NULL OR lockout_end <= now())

-- The limits of the whole queue. Null leaves a value as it is.
-- $1 live jobs of one person, $2 live jobs in all, $3 refuse a job whose model no known worker has
UPDATE queue.setting
SET queued_per_owner = coalesce($1::integer, queued_per_owner), queued_in_all = coalesce($2::integer, queued_in_all),
    refuse_unrunnable = coalesce($3::boolean, refuse_unrunnable)

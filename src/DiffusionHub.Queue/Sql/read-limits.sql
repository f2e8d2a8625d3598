-- The limits of the whole queue.
SELECT s.queued_per_owner, s.queued_in_all, s.refuse_unrunnable FROM queue.setting s

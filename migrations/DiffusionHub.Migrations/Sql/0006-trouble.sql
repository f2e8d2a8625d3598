-- What went wrong and was put right, for the health page: a handful among millions of events. Other events never touch the index.
CREATE INDEX event_trouble ON queue.event (kind, at) WHERE kind IN ('Rescued', 'Fenced');

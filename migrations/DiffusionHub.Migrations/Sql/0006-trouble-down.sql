DROP INDEX queue.event_trouble;

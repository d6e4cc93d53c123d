"""The transactional outbox: the only caller of `chat.*`."""

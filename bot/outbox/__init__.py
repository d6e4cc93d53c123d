"""The transactional outbox: the only caller of `chat.postMessage` and `chat.update`."""

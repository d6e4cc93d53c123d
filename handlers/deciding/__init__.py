"""Decisions: approve, reject, defer and withdraw one."""

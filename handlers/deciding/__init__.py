"""Approve, reject, defer and withdraw a decision."""

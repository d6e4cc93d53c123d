"""Tradeoffs: raise, edit and supersede one."""

"""Handlers: a function for each act of a person. A request goes in, an answer comes out."""

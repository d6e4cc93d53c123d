"""Handlers: a function for each act of a person, each event and each timer.

A request goes in, and an answer comes out; a timer gets no answer.
"""

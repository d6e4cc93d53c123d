"""Measurements: `make bench` beside a bare Bolt app, `make bench-scale` over large records."""

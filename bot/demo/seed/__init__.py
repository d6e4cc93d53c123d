"""The six weeks of decisions that the demo starts with."""

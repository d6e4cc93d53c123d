"""Block Kit, form fields and wording that all features share."""

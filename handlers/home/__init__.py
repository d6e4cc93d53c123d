"""The app's Home."""

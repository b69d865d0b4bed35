"""Changing the user's own files: single values, whole texts, and the way back."""

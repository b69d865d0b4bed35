"""The words of the project as frozen types, and pure geometry. Imports nothing of ours."""

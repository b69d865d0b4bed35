"""The inter-process bus: facts about cameras on one side, frames on demand on the other."""

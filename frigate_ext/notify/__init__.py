"""The ways out: how an alert reaches a person or a program."""

"""Clock, threads, child processes and logging: what every shell stands on."""

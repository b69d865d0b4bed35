"""What is pushed to those who watch: messages and pictures, all on the event loop of the web server."""

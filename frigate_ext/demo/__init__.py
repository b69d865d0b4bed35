"""A street of our own: a real RTSP server, a real broker and a real witness around the production program."""

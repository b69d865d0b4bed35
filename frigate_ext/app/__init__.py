"""The one place that knows everybody: builds the parts of the main process, starts and stops them."""

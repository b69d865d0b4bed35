"""What the replies look like, for the API's description.

The documents themselves are made in `frigate_ext.domain.document` and by views; tests hold them against this.
"""

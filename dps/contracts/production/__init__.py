"""Own production, in-house units and other authorities: agreements under which nothing is competed."""

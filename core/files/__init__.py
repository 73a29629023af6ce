"""Files: a folder by default, any S3-compatible store by FILES_URL; always encrypted at rest, always checked."""

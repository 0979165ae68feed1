"""Where the owner of an account lets a platform act for it."""

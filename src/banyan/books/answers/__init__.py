"""answers: replies kept under the caller's idempotency key, so that asking twice acts once."""

"""My cars, and parking that is paid for in passing."""

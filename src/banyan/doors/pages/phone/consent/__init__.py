"""Where people say what an account, a site or a mini program may know about them."""

"""A page of a mini program: what everybody's code shows, and what one may ask of it."""

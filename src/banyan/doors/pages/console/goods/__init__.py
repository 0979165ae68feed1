"""Files of products: taken in after a try, given out, with a template."""

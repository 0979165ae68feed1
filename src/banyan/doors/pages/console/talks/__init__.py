"""The service desk: who wrote to the official account, and answering them."""

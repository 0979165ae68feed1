"""Stock: what a store has, and what comes in, goes out, was counted or carried."""

"""Products: finding them, putting them on sale, editing them with variants, pictures and prices."""

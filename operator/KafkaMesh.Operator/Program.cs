return 64; // No command yet.

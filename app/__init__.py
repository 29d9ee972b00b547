"""What people and machines use: the command line."""

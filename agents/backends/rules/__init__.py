"""What follows from the request by rules: shared by the offline policies and the small steps."""

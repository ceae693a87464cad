"""One task as a conversation with a server of chat completions."""

"""The app in the browser: `tripartite serve`. Needs the extra `web`; aiohttp is imported here alone."""

"""What a store can do to a call, done to the whole server by servers, proxies and files of our own."""

"""The read side: frozen dataclasses for the pages, the replay and the bell. Nothing here changes a row."""

"""The look of a digest: its rows to HTML, plain text, headers and the data of its web page."""

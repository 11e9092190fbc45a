"""What mail programs can show, by the tests of caniemail.com."""

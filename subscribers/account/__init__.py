"""A reader's own link and address: fresh links, a new address, and the mails about them."""

"""`./run bench plan`: what so many readers before seven in the morning need, from unit costs."""

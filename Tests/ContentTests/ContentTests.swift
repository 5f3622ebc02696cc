// Tests of the room Content.

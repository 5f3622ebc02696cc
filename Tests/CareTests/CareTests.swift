// Tests of the room Care.

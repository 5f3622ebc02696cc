// Tests of the room Records.

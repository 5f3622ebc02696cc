// Tests of the room Exchange.

// Tests of the room Access.

// Tests of the room Server.

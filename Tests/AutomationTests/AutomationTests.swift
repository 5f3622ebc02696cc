// Tests of the room Automation.

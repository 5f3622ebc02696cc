// Tests of the room FHIR.

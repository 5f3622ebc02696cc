// Driven by mix.py with k6: creates, reads, updates and deletes of nine linked types, or a mix of searches.
// BASE, TOKEN, KIND (change or search), CONNECTIONS, SECONDS, WARM and OUT come from the environment.
import http from 'k6/http';
import { fail } from 'k6';

const base = __ENV.BASE;
const headers = {
  Authorization: `Bearer ${__ENV.TOKEN}`, Accept: 'application/fhir+json', 'Content-Type': 'application/fhir+json',
};
const warm = Number(__ENV.WARM);
const seconds = Number(__ENV.SECONDS);
const operations = ['create', 'read', 'update', 'delete', 'search'];

// k6 tells the figures of a tag only when a threshold names it; these cannot be missed.
const thresholds = { 'http_req_failed{scenario:measured}': ['rate>=0'], 'http_reqs{scenario:measured}': ['count>=0'] };
for (const scope of ['', ...operations.map((operation) => `,operation:${operation}`)]) {
  thresholds[`http_req_duration{scenario:measured${scope}}`] = ['max>=0'];
}

const scenario = (start, length) => ({
  executor: 'constant-vus', vus: Number(__ENV.CONNECTIONS), duration: `${length}s`, startTime: `${start}s`,
  gracefulStop: '0s', exec: __ENV.KIND,
});

export const options = {
  discardResponseBodies: true,
  // The driver shares the cores with the server: it keeps no more books than are read.
  systemTags: ['scenario'],
  summaryTrendStats: ['med', 'p(95)', 'p(99)', 'max', 'count'],
  scenarios: { warm: scenario(0, warm), measured: scenario(warm + 2, seconds) },
  thresholds,
};

const text = (code, system, display) => ({ coding: [{ system, code, display }], text: display });
const clinical = (name, code) => text(code, `http://terminology.hl7.org/CodeSystem/${name}`, code);
const snomed = 'http://snomed.info/sct';

// Each takes the references made so far and the number of the turn.
const types = [
  ['Organization', (at, n) => ({ identifier: [{ system: 'urn:bench', value: `o${n}` }], active: true, name: `Clinic ${n}` })],
  ['Practitioner', (at, n) => ({
    identifier: [{ system: 'urn:bench', value: `d${n}` }], active: true, name: [{ family: `Doctor${n}`, given: ['Ann'] }] })],
  ['Patient', (at, n) => ({
    identifier: [{ system: 'urn:bench', value: `p${n}` }], active: true, name: [{ family: `Person${n}`, given: ['Kim', 'Lee'] }],
    gender: 'female', birthDate: '1957-04-11', telecom: [{ system: 'phone', value: '555-0100' }],
    address: [{ line: ['1 Main Street'], city: 'Springfield', postalCode: '01101' }],
    generalPractitioner: [{ reference: at.Practitioner }], managingOrganization: { reference: at.Organization } })],
  ['Encounter', (at) => ({
    status: 'finished', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    type: [text('185349003', snomed, 'Check-up')], subject: { reference: at.Patient },
    participant: [{ individual: { reference: at.Practitioner } }],
    period: { start: '2025-03-01T09:00:00Z', end: '2025-03-01T09:30:00Z' }, serviceProvider: { reference: at.Organization } })],
  ['Condition', (at) => ({
    clinicalStatus: clinical('condition-clinical', 'active'), verificationStatus: clinical('condition-ver-status', 'confirmed'),
    code: text('44054006', snomed, 'Type 2 diabetes'), subject: { reference: at.Patient },
    encounter: { reference: at.Encounter }, onsetDateTime: '2019-06-01' })],
  ['Observation', (at, n) => ({
    status: 'final', category: [clinical('observation-category', 'vital-signs')],
    code: text('8302-2', 'http://loinc.org', 'Body height'), subject: { reference: at.Patient },
    encounter: { reference: at.Encounter }, effectiveDateTime: '2025-03-01T09:10:00Z',
    valueQuantity: { value: 150 + (n % 50), unit: 'cm', system: 'http://unitsofmeasure.org', code: 'cm' } })],
  ['MedicationRequest', (at) => ({
    status: 'active', intent: 'order',
    medicationCodeableConcept: text('860975', 'http://www.nlm.nih.gov/research/umls/rxnorm', 'Metformin 500 mg'),
    subject: { reference: at.Patient }, encounter: { reference: at.Encounter }, authoredOn: '2025-03-01',
    requester: { reference: at.Practitioner }, reasonReference: [{ reference: at.Condition }] })],
  ['Procedure', (at) => ({
    status: 'completed', code: text('401191002', snomed, 'Diabetic foot check'), subject: { reference: at.Patient },
    encounter: { reference: at.Encounter }, performedDateTime: '2025-03-01T09:20:00Z',
    performer: [{ actor: { reference: at.Practitioner } }] })],
  ['AllergyIntolerance', (at) => ({
    clinicalStatus: clinical('allergyintolerance-clinical', 'active'),
    verificationStatus: clinical('allergyintolerance-verification', 'confirmed'),
    code: text('91936005', snomed, 'Allergy to penicillin'), patient: { reference: at.Patient },
    recordedDate: '2020-01-01' })],
];

const requests = Object.fromEntries(
  operations.map((operation) => [operation, { headers, tags: { operation, name: operation } }]));

// One turn of a user: each of the nine is made, read and changed, and all are taken away, those that refer first.
export function change() {
  const n = __VU * 1000000 + __ITER;
  const at = {};
  const made = [];
  for (const [type, body] of types) {
    const resource = { resourceType: type, ...body(at, n) };
    const answer = http.post(`${base}/${type}`, JSON.stringify(resource), requests.create);
    const place = (answer.headers.Location || '').split(`/${type}/`)[1];
    if (answer.status !== 201 || !place) return;
    resource.id = place.split('/')[0];
    at[type] = `${type}/${resource.id}`;
    made.unshift(at[type]);
    http.get(`${base}/${at[type]}`, requests.read);
    resource.language = 'en';
    http.put(`${base}/${at[type]}`, JSON.stringify(resource), requests.update);
  }
  for (const place of made) http.del(`${base}/${place}`, null, requests.delete);
}

// What the searches ask for, from the first two hundred patients.
export function setup() {
  if (__ENV.KIND !== 'search') return {};
  const answer = http.get(`${base}/Patient?_count=200`, { headers, responseType: 'text' });
  const patients = (answer.json().entry || []).map((entry) => entry.resource).filter((one) => one.resourceType === 'Patient');
  if (!patients.length) fail('no patients');
  return { ids: patients.map((one) => one.id), families: patients.map((one) => one.name[0].family) };
}

const pick = (list) => list[Math.floor(Math.random() * list.length)];
const loinc = 'http://loinc.org%7C';
const searches = [
  (on) => `/Patient/${pick(on.ids)}`,
  (on) => `/Patient?_count=20&family=${encodeURIComponent(pick(on.families))}`,
  (on) => `/Observation?_count=20&subject=Patient/${pick(on.ids)}`,
  () => `/Observation?_count=20&code=${loinc}${pick(['8302-2', '29463-7', '39156-5'])}`,
  (on) => `/Observation?_count=20&_sort=-date&date=ge2010-01-01&code=${loinc}8302-2&patient=${pick(on.ids)}`,
  () => `/Observation?_count=20&code-value-quantity=${loinc}8302-2$gt170`,
  (on) => `/Condition?_count=50&patient=${pick(on.ids)}`,
  () => '/Encounter?_count=20&date=ge2015-01-01&_include=Encounter:subject',
  () => '/Patient?_count=20&_has:Condition:patient:code=http://snomed.info/sct%7C59621000',
  (on) => `/Observation?_count=20&patient.family=${encodeURIComponent(pick(on.families))}`,
];

export function search(on) {
  http.get(base + pick(searches)(on), requests.search);
}

export function handleSummary(data) {
  return { [__ENV.OUT]: JSON.stringify(data.metrics) };
}

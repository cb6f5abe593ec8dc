// What a program written with fhir-kit-client does: CRUD, search with paging, history, transactions. Arguments: server, node_modules.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [server, modules] = process.argv.slice(2);
const entry = JSON.parse(readFileSync(modules + '/fhir-kit-client/package.json', 'utf8')).exports['.'].import;
const { Client } = await import(pathToFileURL(modules + '/fhir-kit-client/' + entry));
const client = new Client({ baseUrl: server });
const tag = 'kit-' + process.pid;

async function refused(promise, status) {
  const error = await promise.then(() => null, e => e);
  assert.ok(error, 'expected ' + status);
  assert.equal(error.response?.status ?? error.status, status);
}

const statement = await client.capabilityStatement();
assert.equal(statement.fhirVersion, '4.0.1');

// CRUD
const anna = await client.create({ resourceType: 'Patient', body: { resourceType: 'Patient', identifier: [{ system: 'urn:kit', value: tag }], name: [{ family: 'Holm' }] } });
assert.equal(anna.meta.versionId, '1');
const read = await client.read({ resourceType: 'Patient', id: anna.id });
const updated = await client.update({ resourceType: 'Patient', id: anna.id, body: { ...read, gender: 'female' } });
assert.equal(updated.meta.versionId, '2');
const patched = await client.patch({ resourceType: 'Patient', id: anna.id, jsonPatch: [{ op: 'replace', path: '/gender', value: 'other' }] });
assert.equal(patched.gender, 'other');
assert.equal((await client.vread({ resourceType: 'Patient', id: anna.id, version: '1' })).gender, undefined);
const conditional = await client.update({ resourceType: 'Patient', searchParams: { identifier: 'urn:kit|' + tag }, body: { resourceType: 'Patient', identifier: [{ system: 'urn:kit', value: tag }], active: true } });
assert.equal(conditional.id, anna.id);
await refused(client.read({ resourceType: 'Patient', id: 'nobody-' + tag }), 404);

// A transaction, and a search of what it made in pages
const urn = 'urn:uuid:5b0a1a5e-6f4b-4a8e-9d0c-000000000002';
const made = await client.transaction({
  body: {
    resourceType: 'Bundle', type: 'transaction', entry: [
      { fullUrl: urn, resource: { resourceType: 'Encounter', status: 'planned', class: { code: 'IMP' }, subject: { reference: 'Patient/' + anna.id } }, request: { method: 'POST', url: 'Encounter' } },
      ...Array.from({ length: 7 }, (_, i) => ({
        resource: { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/' + anna.id }, encounter: { reference: urn }, effectiveDateTime: '2026-03-0' + (i + 1) },
        request: { method: 'POST', url: 'Observation' },
      })),
    ],
  },
});
assert.equal(made.type, 'transaction-response');
let page = await client.search({ resourceType: 'Observation', searchParams: { patient: anna.id, _sort: 'date', _count: 3 } });
const seen = [];
for (; page; page = await client.nextPage({ bundle: page }))
  seen.push(...page.entry.map(one => one.resource.effectiveDateTime));
assert.deepEqual(seen, [1, 2, 3, 4, 5, 6, 7].map(day => '2026-03-0' + day));
const posted = await client.search({ resourceType: 'Observation', searchParams: { patient: anna.id }, options: { postSearch: true } });
assert.equal(posted.entry.length, 7);
const compartment = await client.search({ resourceType: 'Observation', compartment: { resourceType: 'Patient', id: anna.id } });
assert.equal(compartment.entry.length, 7);

// A batch with one that fails
const batch = await client.batch({
  body: { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: 'Patient/' + anna.id } }, { request: { method: 'GET', url: 'Patient/nobody-' + tag } }] },
});
assert.deepEqual(batch.entry.map(one => one.response.status.slice(0, 3)), ['200', '404']);

// History at three levels
assert.equal((await client.history({ resourceType: 'Patient', id: anna.id })).entry.length, 4);
assert.ok((await client.history({ resourceType: 'Patient' })).entry.length >= 4);
assert.ok((await client.history()).entry.length >= 4);

// An operation
const everything = await client.operation({ name: 'everything', resourceType: 'Patient', id: anna.id, method: 'get' });
assert.equal(everything.entry.filter(one => one.resource.resourceType === 'Observation').length, 7);

await client.delete({ resourceType: 'Patient', id: anna.id });
await refused(client.read({ resourceType: 'Patient', id: anna.id }), 410);
console.log('done');

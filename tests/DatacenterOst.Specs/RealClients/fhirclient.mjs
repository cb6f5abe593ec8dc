// What an app written with fhirclient does: CRUD, patch, search with paging, history, a transaction. Arguments: server, node_modules.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const [server, modules] = process.argv.slice(2);
const fhir = createRequire(modules + '/')('fhirclient');
const client = fhir({ headers: {}, url: '/' }, {}, { get() {}, set() {}, unset() {} }).client(server);
const tag = 'fhirclient-' + process.pid;

async function refused(promise, status) {
  const error = await promise.then(() => null, e => e);
  assert.ok(error, 'expected ' + status);
  assert.equal(error.status ?? error.statusCode ?? error.response?.status, status);
}

// CRUD
const anna = await client.create({ resourceType: 'Patient', meta: { tag: [{ code: tag }] }, name: [{ family: 'Holm', given: ['Anna'] }] });
assert.equal(anna.meta.versionId, '1');
const read = await client.request('Patient/' + anna.id);
assert.equal(read.name[0].family, 'Holm');
const updated = await client.update({ ...read, gender: 'female' });
assert.equal(updated.meta.versionId, '2');
const patched = await client.patch('Patient/' + anna.id, [{ op: 'add', path: '/active', value: true }]);
assert.equal(patched.active, true);
await refused(client.request('Patient/nobody-' + tag), 404);
await refused(client.create({ resourceType: 'Patient', colour: 'red' }), 400);

// Search with paging
for (let i = 0; i < 12; i++)
  await client.create({ resourceType: 'Observation', meta: { tag: [{ code: tag }] }, status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/' + anna.id }, effectiveDateTime: `2026-03-${String(i + 1).padStart(2, '0')}` });
const seen = [];
for await (const page of client.pages(`Observation?patient=${anna.id}&_sort=-date&_count=5`))
  seen.push(...page.entry.map(entry => entry.resource.effectiveDateTime));
assert.equal(seen.length, 12);
assert.deepEqual(seen, [...seen].sort().reverse());
const included = await client.request(`Observation?patient=${anna.id}&_count=1&_include=Observation:subject`);
assert.deepEqual(included.entry.map(entry => entry.search.mode).sort(), ['include', 'match']);

// References that the client follows itself
const followed = await client.getReferences((await client.request(`Observation?patient=${anna.id}&_count=1`)).entry[0].resource, ['subject']);
assert.equal(Object.values(followed)[0].id, anna.id);

// History
const history = await client.request(`Patient/${anna.id}/_history`);
assert.deepEqual(history.entry.map(entry => entry.resource.meta.versionId), ['3', '2', '1']);
assert.equal((await client.request(`Patient/${anna.id}/_history/1`)).gender, undefined);

// Transaction
const made = await client.request({
  url: './', method: 'POST', headers: { 'Content-Type': 'application/fhir+json' },
  body: JSON.stringify({
    resourceType: 'Bundle', type: 'transaction', entry: [
      { fullUrl: 'urn:uuid:5b0a1a5e-6f4b-4a8e-9d0c-000000000001', resource: { resourceType: 'Patient', meta: { tag: [{ code: tag }] } }, request: { method: 'POST', url: 'Patient' } },
      { resource: { resourceType: 'Condition', subject: { reference: 'urn:uuid:5b0a1a5e-6f4b-4a8e-9d0c-000000000001' } }, request: { method: 'POST', url: 'Condition' } },
    ],
  }),
});
assert.deepEqual(made.entry.map(entry => entry.response.status.slice(0, 3)), ['201', '201']);

await client.delete('Patient/' + anna.id);
await refused(client.request('Patient/' + anna.id), 410);
console.log('done');

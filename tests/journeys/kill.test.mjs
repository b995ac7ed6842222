// Killing the program with -9 at any moment, under writers, loses no acknowledged record, and the chain of the audit trail holds.
// Twelve kills in the normal run, at least 200 with script/test --long.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Service } from '../support/service.mjs';
import { consultationBody, newId, tokenOf } from '../support/records.mjs';

const kills = process.env.RENKEI_LONG ? 200 : 12;
const writers = 8;

let service, token;
before(async () => {
  service = await Service.start();
  token = await tokenOf(service, 'coordinator');
}, { timeout: 180000 });
after(() => service?.stop());

const headers = () => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' });

// Posts until the server is gone; keeps the ids that were answered with 201.
async function write(acknowledged, over) {
  while (!over.now) {
    const id = newId();
    try {
      const reply = await fetch(`${service.url}/api/v1/consultations`, { method: 'POST', headers: headers(), body: consultationBody({ id }) });
      await reply.text();
      if (reply.status === 201) acknowledged.push(id);
      else if (reply.status !== 503) throw new Error(`create answered ${reply.status}`);
    } catch (error) {
      if (String(error.message).startsWith('create answered')) throw error;
      if (over.now) return;
      await sleep(5);
    }
  }
}

async function missing(ids) {
  const gone = [];
  for (const id of ids) {
    const reply = await fetch(`${service.url}/api/v1/consultations/${id}`, { headers: headers() });
    await reply.text();
    if (reply.status !== 200) gone.push(`${id} answered ${reply.status}`);
  }
  return gone;
}

test(`${kills} kills under ${writers} writers lose no acknowledged consultation and break no chain`, { timeout: 3600000 }, async (t) => {
  let total = 0;
  for (let round = 1; round <= kills; round++) {
    const acknowledged = [], over = { now: false };
    const work = Array.from({ length: writers }, () => write(acknowledged, over));
    await sleep(40 + randomInt(360));
    over.now = true;
    await service.quit('SIGKILL');
    await Promise.all(work);
    await service.serve();
    assert.deepEqual(await missing(acknowledged), [], `after kill ${round}`);
    total += acknowledged.length;
    const verified = await service.command('verify');
    assert.equal(verified.code, 0, `after kill ${round}: ${verified.stdout}${verified.stderr}`);
  }
  assert.ok(total >= kills, `only ${total} records were acknowledged`);
  t.diagnostic(`${total} acknowledged records, ${kills} kills, 0 lost`);
});

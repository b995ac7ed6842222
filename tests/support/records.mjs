// records.mjs -- what journeys send to the API: ids, tokens, a plain consultation.
import { randomBytes } from 'node:crypto';

// UUIDv7, as the program makes them.
export function newId() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

// An API token of the demo’s user of a ward, 北区 unless told, and of any user by name.
export const tokenOf = (service, role, ward = '271276') => tokenFor(service, `demo-${role}-${ward}`);
export async function tokenFor(service, login) {
  const made = await service.command('token', 'create', login);
  if (made.code !== 0) throw new Error(`token create: ${made.stderr}`);
  return made.stdout.trim().split('\n').pop().trim();
}

// 個別ケース相談 that passes every rule; members of `change` win.
export function consultation(change = {}) {
  return {
    id: newId(), received_at: '2024-11-29T10:00', ended_at: '2024-11-29T10:20', channel: 'phone', consulter_type: 'care_manager',
    subject_kind: 'individual_case', is_ltci_subject: 'yes', patient_pseudonym: '見本', sex: 'unknown', age_band: 'from_80', care_level: 'care_2',
    current_place: 'home', residence: 'same_ward', consent: 'verbal', consent_on: '2024-11-29', content: ['home_doctor', 'home_nursing'],
    scene: ['daily_care'], summary: '訪問診療の医師を探している。', response: ['information'], outcome: 'informed', ...change,
  };
}
export const consultationBody = (change) => JSON.stringify(consultation(change));

// person.mjs -- somebody at a browser without script: keeps cookies, sends forms with the page's token; and raw bytes for those who send none.
import { connect } from 'node:net';

// Form fields of an object: an array is a field that occurs several times.
export function fields(values) {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) for (const each of [value].flat()) form.append(name, each);
  return form;
}

// Text of a page as a person reads it, references resolved.
export const words = (html) => html.replace(/<[^>]*>/g, ' ').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, '&');

// Each Set-Cookie by itself.  Debian's Node 18 has no getSetCookie and joins them by commas; our cookies have none inside.
const setCookies = (headers) => headers.getSetCookie?.() ?? (headers.get('set-cookie') ?? '').split(/,\s*(?=[^;,\s=]+=)/).filter(Boolean);

export class Person {
  constructor(service) { Object.assign(this, { service, cookies: new Map(), csrf: '' }); }

  // One press of the demo's button.
  static async demo(service, role) {
    const person = new Person(service);
    await person.get('/sign-in');
    const reply = await person.post('/sign-in/demo', { role });
    if (reply.status !== 303) throw new Error(`sign-in of ${role} answered ${reply.status}`);
    await person.get('/');
    return person;
  }

  async send(method, path, { body, headers = {} } = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await fetch(this.service.url + path, { method, body, redirect: 'manual', headers: { ...(cookie && { cookie }), ...headers } });
    for (const set of setCookies(reply.headers)) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set);
      if (value) this.cookies.set(name, value); else this.cookies.delete(name);
    }
    const bytes = Buffer.from(await reply.arrayBuffer());
    return { status: reply.status, headers: reply.headers, location: reply.headers.get('location') ?? '', bytes, text: bytes.toString() };
  }

  async get(path, headers) {
    const reply = await this.send('GET', path, { headers });
    this.csrf = /data-csrf="([^"]+)"/.exec(reply.text)?.[1] ?? this.csrf;
    return reply;
  }

  // The token goes along unless `values` brings its own.
  post(path, values = {}, headers = {}) {
    return this.send('POST', path, { body: fields({ csrf: this.csrf, ...values }), headers });
  }

  // Bytes as they are, under a content type.
  postBytes(path, type, body, headers = {}) {
    return this.send('POST', path, { body, headers: { 'content-type': type, ...headers } });
  }
}

// A program with a token.
export class Program {
  constructor(service, token) { Object.assign(this, { service, token }); }

  async send(method, path, body, headers = {}) {
    const reply = await fetch(`${this.service.url}/api/v1${path}`, {
      method, body: body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body), redirect: 'manual',
      headers: { authorization: `Bearer ${this.token}`, accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    });
    const text = await reply.text();
    let json;
    try { json = JSON.parse(text); } catch { json = undefined; }
    return { status: reply.status, headers: reply.headers, text, json };
  }
}

// What comes back for bytes that no browser would send: the whole answer as text.  `ends: false` leaves the request unfinished and hangs up.
export function raw(service, bytes, { ends = true } = {}) {
  return new Promise((resolve, reject) => {
    const socket = connect(service.port, '127.0.0.1');
    const got = [];
    socket.setTimeout(8000, () => socket.destroy());
    socket.on('data', (data) => got.push(data));
    socket.on('error', (error) => (['ECONNRESET', 'EPIPE'].includes(error.code) ? resolve(Buffer.concat(got).toString()) : reject(error)));
    socket.on('close', () => resolve(Buffer.concat(got).toString()));
    socket.write(bytes, () => { if (!ends) socket.destroy(); });
  });
}

// Somebody with a password of her own: made by the command line, through the first sign-in without a second factor.
export const password = 'Nagai-Aikotoba-2024!';
export async function newcomer(service, login, role, office) {
  const made = await service.command('user', 'add', login, '--role', role, '--office', office, '--name', `見本 ${login}`);
  const first = /password (\S+)/.exec(made.stdout)?.[1];
  if (!first) throw new Error(`user add: ${made.stderr}`);
  const person = new Person(service);
  await person.get('/sign-in');
  let reply = await person.post('/sign-in', { login_name: login, password: first });
  await person.get(reply.location);
  reply = await person.post('/sign-in/password', { password });
  await person.get(reply.location);
  reply = await person.post('/sign-in/second-factor/later');
  if (reply.status !== 303 || reply.location !== '/') throw new Error(`first sign-in of ${login} ended with ${reply.status} ${reply.location}`);
  await person.get('/');
  return person;
}

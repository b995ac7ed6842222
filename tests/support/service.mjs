// service.mjs -- a running Renkei of its own for each test file: private folder, free port, demo data, the clock at 令和6年11月30日(土) 9:15.
//
// RENKEI_PROGRAM names the program (build/renkei).  RENKEI_TEST_STORE=postgresql puts the data into a fresh database of the server that
// RENKEI_TEST_POSTGRESQL names; otherwise SQLite.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const root = new URL('../..', import.meta.url).pathname;
export const program = process.env.RENKEI_PROGRAM ?? join(root, 'build/renkei');

// Runs a command to its end: { code, stdout, stderr }.
export function run(command, args, { env = {}, input } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    const out = [], err = [];
    child.stdout.on('data', (data) => out.push(data));
    child.stderr.on('data', (data) => err.push(data));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }));
    child.stdin.end(input);
  });
}

async function must(command, args, options) {
  const result = await run(command, args, options);
  if (result.code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${result.code}: ${result.stderr.trim()}`);
  return result;
}

export const freePort = () => new Promise((resolve, reject) => {
  const probe = createServer().on('error', reject).listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});

// "fetch failed" alone says nothing: the journeys' fetch says why, and of what.
const plainFetch = globalThis.fetch;
globalThis.fetch = (url, options) => plainFetch(url, options).catch((error) => {
  const { code, message } = error.cause ?? {};
  throw new Error(`${options?.method ?? 'GET'} ${url}: ${error.message}, ${code ?? ''} ${message ?? ''}`, { cause: error });
});

// A fresh database's address, and how to throw it away.
async function freshStore(folder) {
  if (process.env.RENKEI_TEST_STORE !== 'postgresql') return { data: `sqlite:${join(folder, 'renkei.db')}`, drop: async () => {} };
  const server = process.env.RENKEI_TEST_POSTGRESQL;
  if (!server) throw new Error('RENKEI_TEST_STORE=postgresql wants RENKEI_TEST_POSTGRESQL');
  const name = `journey_${randomBytes(6).toString('hex')}`;
  await must('psql', ['-qX', server, '-c', `CREATE DATABASE ${name}`]);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { data: url.href, drop: () => must('psql', ['-qX', server, '-c', `DROP DATABASE ${name} WITH (FORCE)`]) };
}

export class Service {
  // demo: false starts empty, as a new installation does.
  static async start({ demo = true, env = {} } = {}) {
    const service = new Service();
    service.folder = mkdtempSync(join(tmpdir(), 'renkei-'));
    Object.assign(service, await freshStore(service.folder));
    service.port = await freePort();
    service.url = `http://127.0.0.1:${service.port}`;
    service.env = {
      RENKEI_DATA: service.data, RENKEI_LISTEN: `127.0.0.1:${service.port}`, RENKEI_DEMO: demo ? '1' : '0', RENKEI_NOW: '2024-11-30T09:15',
      RENKEI_SECRET_KEY_FILE: join(service.folder, 'key'), ...env,
    };
    await must(program, demo ? ['init', '--demo'] : ['init'], { env: service.env });
    await service.serve();
    return service;
  }

  async serve() {
    this.said = '';
    this.child = spawn(program, ['serve'], { env: { ...process.env, ...this.env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = new Promise((resolve) => { this.child.on('close', (code, signal) => resolve({ code, signal })); });
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on('data', (data) => { this.said = (this.said + data).slice(-20000); });
    for (let waited = 0; waited < 30000; waited += 50) {
      if (this.child.exitCode !== null) break;
      const ready = await fetch(`${this.url}/readyz`).then((reply) => reply.ok, () => false);
      if (ready) return;
      await sleep(50);
    }
    throw new Error(`the server did not become ready: ${this.said}`);
  }

  // A subcommand on the same data.
  command(...args) {
    return run(program, args, { env: this.env });
  }

  // Ends the server as an administrator would; its exit code.
  async quit(signal = 'SIGTERM') {
    this.child.kill(signal);
    return this.ended;
  }

  async stop() {
    const { code } = await this.quit();
    await this.drop();
    rmSync(this.folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`the server ended with ${code}: ${this.said}`);
  }
}

// tools.mjs -- running programs, reading their CPU time, medians.
import { execFile, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const root = new URL('..', import.meta.url).pathname;
export const program = process.env.RENKEI_PROGRAM ?? join(root, 'build-release/renkei');
export const tools = join(program, '..', 'bench');
export const work = join(root, 'build/bench-data');
export { sleep };

export function run(command, args, { env = {}, cwd } = {}) {
  return new Promise((resolve, reject) => {
    execFile(command, args, { env: { ...process.env, ...env }, cwd, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command.split('/').pop()} ${args[0] ?? ''}: ${(stderr || error.message).trim().split('\n').pop()}`));
      else resolve(stdout);
    });
  });
}

export const inside = async (...args) => JSON.parse(await run(join(tools, 'bench-inside'), args.map(String)));

export const median = (list) => {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
};

export const freePort = () => new Promise((resolve, reject) => {
  const probe = createServer().on('error', reject).listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});

// Nanoseconds of CPU of all the threads that a process has now, in microseconds.
export function cpuOf(pid) {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]);
  return sum / 1000;
}
export const memoryOf = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) / 1024;

// Busy and total time of the whole machine, in clock ticks.
function machine() {
  const [user, nice, system, idle, wait, irq, soft] = readFileSync('/proc/stat', 'latin1').split('\n')[0].trim().split(/\s+/).slice(1).map(Number);
  return { busy: user + nice + system + irq + soft, total: user + nice + system + idle + wait + irq + soft };
}

// Share of the machine that others used since `from`, when our own processes used `own` microseconds.
export const load = { begin: machine, foreign: (from, own) => {
  const to = machine(), total = to.total - from.total;
  return total > 0 ? Math.max(0, (to.busy - from.busy - own / 10000) / total) : 0;
} };

// The load client of bench/http.c against a port.
export async function drive(port, connections, seconds, method, path, args = [], serverPid = 0) {
  const from = load.begin(), before = serverPid ? cpuOf(serverPid) : 0;
  const figures = JSON.parse(await run(join(tools, 'bench-http'), [port, connections, seconds, method, path, ...args].map(String)));
  const cpu = serverPid ? cpuOf(serverPid) - before : 0;
  const bad = Object.entries(figures.statuses).filter(([status]) => Number(status) >= 400 || Number(status) < 200);
  if (bad.length || figures.broken || !figures.requests) throw new Error(`${method} ${path} answered ${JSON.stringify(figures.statuses)}, ${figures.broken} broken`);
  return { ...figures, cpu_us: cpu / Math.max(1, figures.requests), foreign: load.foreign(from, cpu + figures.cpu_s * 1e6) };
}

// A server of ours until stop(); `ready` asks until it answers.
export async function launch(command, args, { env = {}, cwd, port, path = '/' }) {
  const began = process.hrtime.bigint();
  const child = spawn(command, args, { env: { ...process.env, ...env }, cwd, stdio: ['ignore', 'ignore', process.env.BENCH_SHOW ? 'inherit' : 'ignore'] });
  let gone = null;
  const ended = new Promise((resolve) => { child.on('close', (code) => { gone = code ?? 1; resolve(code); }); });
  for (;;) {
    const answered = await fetch(`http://127.0.0.1:${port}${path}`).then((reply) => reply.status < 500, () => false);
    if (answered) break;
    if (gone !== null) throw new Error(`${command.split('/').pop()} ended with ${gone}`);
    if (Number(process.hrtime.bigint() - began) > 30e9) throw new Error(`${command.split('/').pop()} does not answer`);
    await sleep(2);
  }
  return { pid: child.pid, port, ms: Number(process.hrtime.bigint() - began) / 1e6, stop: async () => { child.kill('SIGTERM'); await ended; } };
}

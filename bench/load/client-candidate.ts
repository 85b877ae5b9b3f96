/**
 * One candidate client under a closed loop, in a process of its own so that its CPU time is its own.
 * usage: client-candidate.ts NAME PORT CONNECTIONS SECONDS; prints { requests, seconds, cpu_us } as JSON.
 */
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { HttpClient } from '../../packages/lab/src/client/http-client.ts';
import { parseTarget } from '../../packages/lab/src/client/target.ts';

type Send = (done: (status: number) => void) => void;

const [name = '', port = '', connectionsText = '', secondsText = ''] = process.argv.slice(2);
const connections = Number(connectionsText);
const origin = `http://127.0.0.1:${port}`;

const CANDIDATES: Record<string, () => Promise<{ send: Send; close: () => unknown }>> = {
  async sockets() {
    const client = new HttpClient(parseTarget(origin), { connections_max: connections, timeout_ms: 10_000 });
    const wire = `GET / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`;
    return {
      send: (done) => client.send({ wire, headOnly: false, retriable: true, settle: done }),
      close: () => client.close(),
    };
  },
  async undici() {
    const { Pool } = await import('undici');
    const pool = new Pool(origin, { connections, pipelining: 1 });
    const send: Send = (done) => {
      let status = 0;
      pool.dispatch(
        { method: 'GET', path: '/' },
        {
          onRequestStart() {},
          onResponseStart(_controller, statusCode) {
            status = statusCode;
          },
          onResponseData() {},
          onResponseEnd: () => done(status),
          onResponseError: () => done(0),
        },
      );
    };
    return { send, close: () => pool.destroy() };
  },
  async 'node-http'() {
    const agent = new HttpAgent({ keepAlive: true, maxSockets: connections });
    const send: Send = (done) => {
      httpRequest(`${origin}/`, { agent }, (response) => {
        response.resume();
        response.on('end', () => done(response.statusCode ?? 0));
      })
        .on('error', () => done(0))
        .end();
    };
    return { send, close: () => agent.destroy() };
  },
};

async function measureAutocannon(): Promise<void> {
  const { default: autocannon } = await import('autocannon');
  const run = (duration: number) => autocannon({ url: origin, connections, duration });
  await run(1);
  const cpu = process.cpuUsage();
  const from = performance.now();
  const result = await run(Number(secondsText));
  report(result['2xx'], performance.now() - from, cpu);
}

async function measure(): Promise<void> {
  const { send, close } = await CANDIDATES[name]!();
  let requests = 0;
  let stopping = false;
  const next = (): void =>
    send((status) => {
      if (stopping) return;
      if (status !== 200) throw new Error(`${name}: status ${status}`);
      requests++;
      next();
    });
  for (let i = 0; i < connections; i++) next();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  requests = 0;
  const cpu = process.cpuUsage();
  const from = performance.now();
  await new Promise((resolve) => setTimeout(resolve, Number(secondsText) * 1000));
  report(requests, performance.now() - from, cpu);
  stopping = true;
  await close();
}

function report(requests: number, elapsed_ms: number, cpuFrom: NodeJS.CpuUsage): void {
  const cpu = process.cpuUsage(cpuFrom);
  console.log(JSON.stringify({ requests, seconds: elapsed_ms / 1000, cpu_us: cpu.user + cpu.system }));
}

if (name === 'autocannon') await measureAutocannon();
else if (name in CANDIDATES) await measure();
else throw new Error(`no candidate ${name}; there are autocannon, ${Object.keys(CANDIDATES).join(', ')}`);
process.exit(0);

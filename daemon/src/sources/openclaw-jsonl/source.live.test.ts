import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../clock.ts';
import type { AgentEvent } from '../../turns/events.ts';
import type { Source } from '../source.ts';
import { nodeFileSystem } from './file-system.ts';
import { createProcessView, nodeProcFiles } from './process-view.ts';
import { createJsonlSource } from './source.ts';
import { assistant, header, iso, user } from './testing/lines.ts';

/** With the machine's own clock, watches and processes. */

let root: string;
let source: Source;
const events: AgentEvent[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'livestatus-live-'));
  events.length = 0;
});
afterEach(async () => {
  await source.stop();
  rmSync(root, { recursive: true, force: true });
});

async function start(directory: string): Promise<void> {
  source = createJsonlSource({
    directory,
    fs: nodeFileSystem,
    clock: systemClock,
    cursors: { load: () => [], set: () => undefined, delete: () => undefined },
    processes: createProcessView(nodeProcFiles),
    log: pino({ enabled: false }),
  });
  await source.start({ event: (event) => events.push(event), health: () => undefined });
}

const types = () => events.map((event) => event.type).filter((type) => type !== 'row' && !type.endsWith('.synced'));

it('a run is seen from its lock to its end as it happens', async () => {
  const sessions = join(root, 'agents/main/sessions');
  mkdirSync(sessions, { recursive: true });
  await start(root);
  writeFileSync(join(sessions, 'sessions.json.tmp'), JSON.stringify({ 'agent:main:main': { sessionId: 's1' } }));
  renameSync(join(sessions, 'sessions.json.tmp'), join(sessions, 'sessions.json'));
  const transcript = join(sessions, 's1.jsonl');
  writeFileSync(`${transcript}.lock`, JSON.stringify({ pid: process.pid, createdAt: iso(Date.now()) }), { flag: 'wx' });
  await vi.waitFor(() => expect(types()).toEqual(['run.started']));
  for (const line of [header(Date.now()), user(Date.now(), 'hi')]) appendFileSync(transcript, `${line}\n`);
  await vi.waitFor(() => expect(types()).toEqual(['run.started', 'request']));
  appendFileSync(transcript, `${assistant(Date.now(), { text: 'hello' })}\n`);
  rmSync(`${transcript}.lock`);
  await vi.waitFor(() =>
    expect(types()).toEqual(['run.started', 'request', 'run.model', 'assistant.message', 'run.ended']),
  );
  expect(source.health().state).toBe('ok');
});

it('one agent’s sessions folder may be configured, as in the first release', async () => {
  for (const agentId of ['main', 'other']) {
    const sessions = join(root, 'agents', agentId, 'sessions');
    mkdirSync(sessions, { recursive: true });
    writeFileSync(join(sessions, 'sessions.json'), JSON.stringify({ [`agent:${agentId}:main`]: { sessionId: 's1' } }));
    writeFileSync(join(sessions, 's1.jsonl.lock'), JSON.stringify({ pid: process.pid, createdAt: iso(Date.now()) }));
  }
  await start(join(root, 'agents/main/sessions'));
  expect(events.flatMap((event) => (event.type === 'run.started' ? [event.key] : []))).toEqual(['agent:main:main']);
});

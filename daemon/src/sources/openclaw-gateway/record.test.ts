import { afterEach, describe, expect, it } from 'vitest';
import { deepFrame, GARBAGE } from '../../testing/fake-gateway/garbage.ts';
import { readRecording } from '../../testing/fake-gateway/recording.ts';
import { type Rig, startRig } from '../../testing/fake-gateway/rig.ts';
import { until } from '../../testing/fake-gateway/until.ts';
import { createFrameRecorder, type FrameTap, type RecorderOptions } from './record.ts';

const rigs: Rig[] = [];

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});

function recorder(options: Partial<RecorderOptions> = {}): { readonly tap: FrameTap; readonly lines: string[] } {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line) > 0;
  const redact = (text: string) => text.replaceAll('hunter2', '[secret]');
  return { lines, tap: createFrameRecorder({ write, redact, ...options }) };
}

describe('a recording of a live gateway', () => {
  it('holds what went over the connection, in the format that replay plays, and no credential', async () => {
    const { tap, lines } = recorder();
    const rig = await startRig({ source: { tap } });
    rigs.push(rig);
    await rig.reaches('ok');
    const key = 'agent:main:main';
    const data = { phase: 'start', name: 'exec', args: { command: 'login hunter2' } };
    rig.gateway.emit('session.tool', { sessionKey: key, runId: 'r1', seq: 1, stream: 'tool', data });
    await until('it arrived', () => rig.decoder.received('session.tool') === 1);
    rig.gateway.drop();
    await rig.advancesTo('connection_lost');

    const directions = lines.map((line) => JSON.parse(line).dir);
    expect(directions.slice(0, 5)).toEqual(['in', 'out', 'in', 'out', 'in']);
    expect(directions.at(-1)).toBe('close');
    const text = lines.join('\n');
    for (const secret of [rig.gateway.token, 'device-token-', 'signature', 'snapshot', 'hunter2']) {
      expect(text).not.toContain(secret);
    }
    expect(text).toContain('login [secret]');
    const facts = readRecording(text).facts.filter((fact) => fact.kind === 'event');
    expect(facts).toMatchObject([{ event: 'session.tool', payload: { sessionKey: key } }]);
  });

  it('redacts keys of objects too', () => {
    const { tap, lines } = recorder();
    tap.frame('{"type":"event","payload":{"hunter2":["hunter2"]}}', 5);
    expect(lines).toEqual(['{"t":5,"dir":"in","f":{"type":"event","payload":{"[secret]":["[secret]"]}}}']);
  });

  it.each(Object.entries(GARBAGE))('takes a frame that makes no sense (%s) as it is', (_what, frame) => {
    const { tap, lines } = recorder();
    tap.frame(frame, 1);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toHaveProperty('f');
  });

  it('cuts what is nested too deep', () => {
    const { tap, lines } = recorder();
    tap.frame(deepFrame(500_000), 1);
    expect(lines[0]).toContain('[too deep]');
    expect(lines[0]?.length).toBeLessThan(1_000);
  });

  it('ends when it is full, and says so once', () => {
    let full = 0;
    const { tap, lines } = recorder({
      maxBytes: 100,
      onFull: () => {
        full += 1;
      },
    });
    for (let i = 0; i < 10; i += 1) tap.frame('{"type":"event","event":"tick"}', i);
    expect(lines).toHaveLength(1);
    expect(full).toBe(1);
  });

  it('ends when it cannot be written', () => {
    let tries = 0;
    const write = () => {
      tries += 1;
      return false;
    };
    const { tap } = recorder({ write });
    for (let i = 0; i < 3; i += 1) tap.frame('{}', i);
    expect(tries).toBe(1);
  });

  it('tells how the socket ended', () => {
    const { tap, lines } = recorder();
    tap.closed(1006, '', 'ECONNREFUSED', 9);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { t: 9, dir: 'err', f: 'Error: ECONNREFUSED' },
      { t: 9, dir: 'close', f: { c: 1006, r: '' } },
    ]);
  });
});

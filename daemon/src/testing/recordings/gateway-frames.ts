import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GatewayDecoder } from '../../sources/openclaw-gateway/decode.ts';
import { isObject } from '../../sources/openclaw-gateway/fields.ts';
import type { AgentEvent } from '../../turns/events.ts';

/** One line of a recording: what went over the socket, or that it closed. */
export interface Frame {
  readonly t: number;
  readonly dir: 'in' | 'out' | 'close' | 'err';
  readonly f: unknown;
}

export interface FrameRecording {
  readonly name: string;
  readonly frames: readonly Frame[];
}

const ROOT = fileURLToPath(new URL('../../../../testdata/recordings/', import.meta.url));

/** Every recording of a gateway connection that the repository has. */
export function gatewayRecordings(): readonly FrameRecording[] {
  return ['gateway', 'gateway-extra'].flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`)
      .filter((file) => file.endsWith('.jsonl') && !file.endsWith('.mm.jsonl') && !file.startsWith('mattermost-'))
      .map((file) => ({ name: `${folder}/${file}`, frames: framesOf(`${ROOT}${folder}/${file}`) }))
      .filter((recording) => recording.frames.length > 0),
  );
}

function framesOf(path: string): readonly Frame[] {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines.flatMap((line) => {
    const frame = JSON.parse(line) as Partial<Frame>;
    return typeof frame.t === 'number' ? [frame as Frame] : [];
  });
}

/** The events that a new decoder makes of the frames. `synced` follows the last answer after a `sessions.subscribe`. */
export function decodeFrames(frames: readonly Frame[]): readonly AgentEvent[] {
  const events: AgentEvent[] = [];
  const decoder = new GatewayDecoder({
    event: (event) => events.push(event),
    onUnknownKey: () => {},
    onSyncNeeded: () => {},
  });
  let awaitsSync = false;
  for (const { t, dir, f } of frames) {
    if (dir === 'in') {
      decoder.frame(f, t);
      if (awaitsSync && decoder.unanswered === 0) decoder.synced(t);
      awaitsSync = awaitsSync && decoder.unanswered > 0;
    } else if (dir === 'out') {
      if (!isObject(f) || typeof f.id !== 'string' || typeof f.method !== 'string') continue;
      decoder.request(f.id, f.method, f.params, t);
      awaitsSync ||= f.method === 'sessions.subscribe';
    } else decoder.closed(t);
  }
  return events;
}

import { GatewayDecoder } from '../daemon/src/sources/openclaw-gateway/decode.ts';
import { parseFrame } from '../daemon/src/sources/openclaw-gateway/parse-frame.ts';
import { TurnTracker } from '../daemon/src/turns/tracker.ts';
import { type Frame, gatewayFrames } from './corpus.ts';
import { type Comparison, compare } from './measure.ts';

/** (a) for the gateway: decode + reduce beside JSON.parse alone, over the same bytes. */
export function decodeGateway(bytes: number): Promise<Comparison> {
  const frames = gatewayFrames(bytes);
  return compare({
    bytes: frames.reduce((sum, frame) => sum + Buffer.byteLength(frame.text), 0),
    baseline: () => {
      for (const { text } of frames) JSON.parse(text);
    },
    subject: () => decodeAndReduce(frames),
  });
}

function decodeAndReduce(frames: readonly Frame[]): void {
  const tracker = new TurnTracker();
  const decoder = new GatewayDecoder({
    event: (event) => void tracker.apply(event, event.at),
    onUnknownKey: () => {},
    onSyncNeeded: () => {},
  });
  for (const { t, dir, text } of frames) {
    const frame: unknown = parseFrame(text);
    if (tracker.deadline <= t) tracker.advance(t);
    if (dir === 'in') decoder.frame(frame, t);
    else if (dir === 'close') decoder.closed(t);
    else {
      const { id, method, params } = frame as { id: string; method: string; params: unknown };
      decoder.request(id, method, params, t);
    }
  }
}

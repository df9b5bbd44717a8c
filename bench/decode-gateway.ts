import { GatewayDecoder } from '../daemon/src/sources/openclaw-gateway/decode.ts';
import { parseFrame } from '../daemon/src/sources/openclaw-gateway/parse-frame.ts';
import { TurnTracker } from '../daemon/src/turns/tracker.ts';
import { gatewayLines, grown } from './corpus.ts';
import { compare, type Comparison } from './measure.ts';

/** (a) for the gateway: decode + reduce beside JSON.parse alone, over the same bytes. */
export function decodeGateway(bytes: number): Comparison {
  const lines = grown(gatewayLines(), bytes).map((line) => JSON.parse(line) as { t: number; dir: string; f: unknown });
  const frames = lines.map(({ t, dir, f }) => ({ t, dir, text: JSON.stringify(f ?? null) }));
  return compare({
    bytes: frames.reduce((sum, frame) => sum + frame.text.length, 0),
    baseline: () => {
      for (const { text } of frames) JSON.parse(text);
    },
    subject: () => {
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
        else if (dir === 'out') {
          const { id, method, params } = frame as { id: string; method: string; params: unknown };
          decoder.request(id, method, params, t);
        } else decoder.closed(t);
      }
      return tracker.turns().length;
    },
  });
}

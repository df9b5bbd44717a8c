import type { Source, SourceHealth } from '../source.ts';
import { createGatewaySource, type GatewaySourceOptions } from './source.ts';

/** Long enough for a handshake with a busy gateway. */
const PROBE_MS = 5_000;

export type ProbeOptions = Omit<GatewaySourceOptions, 'decoderFactory' | 'openKeys' | 'tap'>;

/**
 * Connects once as the source would, and tells its health as soon as it says something: connected (the version is known),
 * refused, or not there. After 5 s whatever it says. Lets go of the connection in any case. Logs nothing: whoever asked
 * knows better whether the answer is news.
 */
export async function probeGateway(options: ProbeOptions): Promise<SourceHealth> {
  const source = createGatewaySource({
    ...options,
    log: options.log.child({}, { level: 'silent' }),
    openKeys: () => [],
    decoderFactory: () => ({
      request: () => {},
      frame: () => {},
      closed: () => {},
      synced: () => {},
      stats: () => ({ unknown: 0, malformed: 0 }),
    }),
  });
  try {
    return await firstWord(source, options);
  } finally {
    await source.stop();
  }
}

async function firstWord(source: Source, { clock }: ProbeOptions): Promise<SourceHealth> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(PROBE_MS, () => resolve(source.health()));
    const health = (now: SourceHealth): void => {
      const connected = now.detail?.version !== undefined;
      if (!connected && now.state === 'connecting' && now.code !== 'gateway_starting') return;
      cancel();
      resolve(now);
    };
    source.start({ event: () => {}, health }).catch(reject);
  });
}

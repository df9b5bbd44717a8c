import type { Source, SourceHealth, SourceSink } from '../sources/source.ts';

/** Starts and stops several sources as one; each reports its own health under its own name. */
export function severalSources(sources: readonly Source[]): Source {
  return {
    name: 'replay',
    async start(sink: SourceSink) {
      for (const source of sources) await source.start(sink);
    },
    async stop() {
      await Promise.all(sources.map((source) => source.stop()));
    },
    health(): SourceHealth {
      return sources[0]?.health() ?? { name: 'replay', state: 'ok', sinceMs: 0 };
    },
  };
}

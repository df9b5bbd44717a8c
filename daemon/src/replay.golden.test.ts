import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { finalSessions } from './wiring/final-sessions.ts';

/**
 * What every recording of a real run comes to. The files in testdata/golden were reviewed by hand against the recordings;
 * `npx vitest run --root daemon src/replay.golden.test.ts -u` rewrites them, and the diff is to be reviewed the same way.
 */
const TESTDATA = join(import.meta.dirname, '..', '..', 'testdata');
const OPTIONS = { privacy: 'full', stalledAfterMs: 60_000, ownSecrets: [], onSkipped: () => {} } as const;

function recordings(): readonly { name: string; path: string }[] {
  const files = (folder: string) =>
    readdirSync(join(TESTDATA, 'recordings', folder))
      .filter((file) => file.endsWith('.jsonl') && !NO_RECORDINGS.some((part) => file.includes(part)))
      .map((file) => ({
        name: `${folder}/${basename(file, '.jsonl')}`,
        path: join(TESTDATA, 'recordings', folder, file),
      }));
  const folders = readdirSync(join(TESTDATA, 'recordings', 'jsonl'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({ name: `jsonl/${entry.name}`, path: join(TESTDATA, 'recordings', 'jsonl', entry.name) }));
  return [...files('gateway'), ...files('gateway-extra'), ...folders].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Posts in Mattermost, and logs of another format: no frames. */
const NO_RECORDINGS = ['.mm.', 'mock-calls', 'client-pkg'];

describe('every recording comes to its golden sessions', () => {
  test.each(recordings())('$name', async ({ name, path }) => {
    const sessions = await finalSessions([path], OPTIONS);
    const text = `${JSON.stringify(sessions, null, 2)}\n`;
    expect(await again(path)).toBe(text);
    await expect(text).toMatchFileSnapshot(join(TESTDATA, 'golden', `${name}.json`));
  });
});

/** Two runs are byte-identical. */
async function again(path: string): Promise<string> {
  return `${JSON.stringify(await finalSessions([path], OPTIONS), null, 2)}\n`;
}

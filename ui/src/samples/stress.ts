import type { Session, Step } from '@livestatus/contract';
import { SAMPLE_NOW_MS, sampleSession, sampleStep, sampleUsage, secondsAgo } from './builders.ts';
import { approvalSession, plannedSession, workingSession } from './states.ts';

/** Texts that agents, or whoever speaks through them, may put into any label, title or error. */
export const HOSTILE_TEXTS: readonly (readonly [name: string, text: string])[] = [
  ['an image with a handler', '<img src=x onerror="document.title=\'pwned\'">'],
  ['a script', '<script>document.title="pwned"</script>'],
  ['a script inside a code span', 'Ran `<script>document.title="pwned"</script>`'],
  ['markdown link and image', '[click](javascript:alert(1)) ![x](https://example.org/x.png)'],
  ['mentions', '@channel @all @here please look'],
  ['unclosed backtick', 'Running `npm test'],
  ['many backticks', '``` ` `` ```'],
  ['html entities', '&lt;b&gt;bold&lt;/b&gt; &amp; &#x3C;'],
  ['message syntax', '{count, plural, one {#} other {#}} </b> {label}'],
  ['one very long word', 'x'.repeat(600)],
  ['right to left override', 'Read \u202Egnp.exe\u202C and \u05E9\u05DC\u05D5\u05DD'],
  ['stacked accents', 'Z\u0351\u036B\u0343\u036A\u0302a\u0316\u0347l\u034Dg\u0321o\u0322'],
  ['emoji and wide characters', '🧑‍🚀🧑‍🚀🧑‍🚀 进行中 実行中 작업 중'],
  ['newlines', 'first line\nsecond line\r\nthird'],
  ['nothing', ''],
];

/** One session whose every text is hostile. */
export function hostileSession(): Session {
  const [, first] = HOSTILE_TEXTS[0] ?? ['', ''];
  return sampleSession({
    id: 'hostile',
    age: 3725,
    agent: { id: 'main', name: `<b>${'very-long-agent-name-'.repeat(4)}</b>`, runtime: 'openclaw' },
    title: `${first} ${'title '.repeat(60)}`,
    activity: 'tool',
    tool_calls: 123_456,
    usage: sampleUsage(987_654_321, 12_345.67, 199_999),
    plan: [{ text: first, status: 'active' }],
    steps: HOSTILE_TEXTS.map(([, label], index) =>
      sampleStep({ label, detail: label, ago: 3600 - index * 10, took: 9, status: index % 3 === 0 ? 'error' : 'done' }),
    ),
  });
}

/** A turn with that many steps, every fourth in a sub-agent, the last one running. */
export function longSession(steps: number): Session {
  const helper = sampleStep({ kind: 'agent', label: 'helper', ago: 2 * steps });
  const list: Step[] = [helper];
  for (let index = 1; index < steps; index += 1) {
    const isLast = index === steps - 1;
    list.push(
      sampleStep({
        label: `Read \`src/some/folder/module-${index}.ts\``,
        ago: 2 * (steps - index),
        ...(isLast ? {} : { took: (index % 17) / 2 + 0.1 }),
        ...(index % 4 === 0 && !isLast ? { parent_id: helper.id } : {}),
        ...(index % 29 === 0 ? { status: 'error' as const } : {}),
      }),
    );
  }
  return sampleSession({
    id: 'long',
    age: 2 * steps + 5,
    title: 'Read the whole house',
    activity: 'tool',
    tool_calls: steps,
    usage: sampleUsage(412_000, 1.9, 140_000),
    steps: list,
  });
}

const ASKED = [
  'Fix the login redirect',
  'Deploy to staging',
  'Minutes of the stand-up',
  'Why is the nightly build slow?',
  'Translate the release notes',
  'Update the dependencies and run every test',
];

/** That many ended turns, newest first, of every outcome. */
export function recentSessions(count: number): Session[] {
  return Array.from({ length: count }, (_, index) => {
    const endedAgo = 60 + index * 340;
    const outcome = index % 7 === 3 ? 'error' : index % 11 === 5 ? 'interrupted' : 'done';
    const tookSeconds = 5 + ((index * 37) % 400);
    return sampleSession({
      id: `recent-${index}`,
      age: endedAgo + tookSeconds,
      agent: { id: `a${index % 3}`, name: ['sol', 'ops-bot', 'scribe'][index % 3] ?? 'sol', runtime: 'openclaw' },
      ...(index % 4 === 1 ? { user_id: 'user1' } : index % 4 === 2 ? {} : { channel_id: 'ch4xp9town5square7' }),
      status: outcome,
      ended_ms: secondsAgo(endedAgo),
      last_event_ms: secondsAgo(endedAgo),
      title: ASKED[index % ASKED.length] ?? '',
      ...(outcome === 'error' ? { error: { code: 'provider_failed', message: 'The model provider timed out.' } } : {}),
      ...(outcome === 'interrupted' ? { error: { code: 'aborted', message: 'Stopped on request.' } } : {}),
      tool_calls: 1 + (index % 9),
      usage: sampleUsage(900 + index * 731),
      steps: [
        sampleStep({ label: 'Read `src/app.ts`', ago: endedAgo + tookSeconds - 1, took: 0.4 }),
        sampleStep({ label: 'Ran `npm test`', ago: endedAgo + tookSeconds - 2, took: tookSeconds / 2 }),
      ],
      as_of_ms: SAMPLE_NOW_MS,
    });
  });
}

/** A usual day: three agents at work, and that many turns behind. */
export function usualDay(ended: number): Session[] {
  return [workingSession(), approvalSession(), plannedSession(), ...recentSessions(ended)];
}

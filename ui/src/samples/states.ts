import type { Session } from '@livestatus/contract';
import { sampleSession, sampleStep, sampleUsage, secondsAgo } from './builders.ts';

/** One session for every state that a box can show (ui README, "States"). */

export function workingSession(): Session {
  const helper = sampleStep({ kind: 'agent', label: 'counter-helper', ago: 12 });
  return sampleSession({
    id: 'working',
    age: 42,
    channel_id: 'ch4xp9town5square7',
    root_id: 'post1',
    title: 'Fix the login redirect and run the tests',
    activity: 'tool',
    tool_calls: 12,
    usage: sampleUsage(23_400, 0.08, 36_000),
    steps: [
      sampleStep({ label: 'Read `src/app.ts`', ago: 38, took: 0.1 }),
      sampleStep({
        kind: 'text',
        label: 'I will look at the failing test first, then at the reducer.',
        ago: 37,
        took: 0,
      }),
      sampleStep({ label: 'Searched the web: react error boundary portal', ago: 35, took: 1.2 }),
      sampleStep({
        label: 'Ran `npm run lint`',
        detail: 'exit code 2',
        status: 'error',
        ago: 30,
        took: 4,
      }),
      helper,
      sampleStep({ parent_id: helper.id, label: 'Ran `ls | wc -l`', ago: 11, took: 3 }),
      sampleStep({ parent_id: helper.id, label: 'Reading `README.md`', ago: 2 }),
      sampleStep({ label: 'Running `npm test -- --watch=false`', ago: 18 }),
    ],
  });
}

export function plannedSession(): Session {
  return sampleSession({
    id: 'planned',
    age: 754,
    agent: { id: 'scribe', name: 'scribe', runtime: 'openclaw' },
    user_id: 'user1',
    title: 'Write the minutes of the stand-up and send them to everyone who was there',
    activity: 'writing',
    tool_calls: 31,
    usage: sampleUsage(88_000, 0.41, 120_000),
    plan: [
      { text: 'Read the transcript', status: 'done' },
      { text: 'Collect decisions and open questions', status: 'done' },
      { text: 'Write the summary', status: 'active' },
      { text: 'Send it to the team', status: 'pending' },
    ],
    steps_dropped: 37,
    steps: [
      sampleStep({ label: 'Read `notes/stand-up.md`', ago: 300, took: 0.2 }),
      sampleStep({ kind: 'thinking', label: 'Thinking', ago: 290, took: 12 }),
      sampleStep({ label: 'Started `npm run transcribe`', status: 'background', ago: 260, took: 10 }),
      sampleStep({ label: 'Read `notes/decisions.md`', ago: 80, took: 0.1 }),
    ],
  });
}

export function approvalSession(): Session {
  const wanted = sampleStep({ label: 'Wants to run `rm -rf build/ && make dist`', ago: 8 });
  return sampleSession({
    id: 'approval',
    age: 65,
    agent: { id: 'ops', name: 'ops-bot', runtime: 'openclaw' },
    channel_id: 'chreleases8private2',
    title: 'Clean the build and make a release',
    activity: 'waiting',
    waiting: {
      for: 'approval',
      step_id: wanted.id,
      approval_id: '7f3a',
      since_ms: secondsAgo(8),
      expires_ms: secondsAgo(8 - 900),
    },
    tool_calls: 4,
    usage: sampleUsage(9_100, undefined, 14_000),
    steps: [
      sampleStep({ label: 'Read `Makefile`', ago: 50, took: 0.1 }),
      sampleStep({ label: 'Listed `build/`', ago: 40, took: 0 }),
      wanted,
    ],
  });
}

export function answerSession(): Session {
  const question = sampleStep({ label: 'Asking: Which of the two branches shall I release?', ago: 130 });
  return sampleSession({
    id: 'answer',
    age: 190,
    activity: 'waiting',
    waiting: {
      for: 'answer',
      step_id: question.id,
      since_ms: secondsAgo(130),
      choices: ['release/5.0', 'release/5.1'],
    },
    tool_calls: 2,
    steps: [sampleStep({ label: 'Ran `git branch --all`', ago: 150, took: 0.3 }), question],
  });
}

/** A command that nobody saw begin, silent for long: a guess beside what was seen (T12). */
export function guessSession(): Session {
  const silent = sampleStep({ label: 'Running `./deploy.sh staging`', ago: 300 });
  return sampleSession({
    id: 'guess',
    age: 310,
    activity: 'tool',
    waiting: { for: 'approval', guess: true, step_id: silent.id, since_ms: secondsAgo(90) },
    last_event_ms: secondsAgo(90),
    tool_calls: 1,
    steps: [silent],
  });
}

export function waitingForAgentsSession(): Session {
  const first = sampleStep({ kind: 'agent', label: 'reviewer', ago: 95 });
  const second = sampleStep({ kind: 'agent', label: 'translator', ago: 90, took: 41, status: 'done' });
  return sampleSession({
    id: 'agents',
    age: 120,
    activity: 'waiting',
    waiting: { for: 'agents', since_ms: secondsAgo(60) },
    tool_calls: 14,
    usage: sampleUsage(61_200),
    steps: [
      first,
      second,
      ...Array.from({ length: 10 }, (_, index) =>
        sampleStep({
          parent_id: first.id,
          label: `Read \`src/module-${index + 1}.ts\``,
          ago: 80 - index * 5,
          took: 0.2,
        }),
      ),
      sampleStep({ parent_id: first.id, label: 'Running `npm run typecheck`', ago: 6 }),
      sampleStep({ parent_id: second.id, label: 'Wrote `de.json`', ago: 60, took: 0.1 }),
    ],
  });
}

export function retryingSession(): Session {
  return sampleSession({
    id: 'retrying',
    age: 31,
    activity: 'retrying',
    waiting: { for: 'provider', since_ms: secondsAgo(4) },
    tool_calls: 1,
    steps: [
      sampleStep({ label: 'Read `package.json`', ago: 20, took: 0.1 }),
      sampleStep({
        kind: 'notice',
        label: 'Tried again',
        detail: 'The model provider answered 500 (internal error).',
        ago: 14,
        took: 6,
      }),
    ],
  });
}

export function compactingSession(): Session {
  return sampleSession({
    id: 'compacting',
    age: 1290,
    activity: 'compacting',
    tool_calls: 88,
    usage: sampleUsage(1_240_000, 3.12, 196_000),
    steps: [sampleStep({ label: 'Read `docs/architecture.md`', ago: 30, took: 0.3 })],
  });
}

export function stalledSession(): Session {
  return sampleSession({
    id: 'stalled',
    age: 140,
    activity: 'thinking',
    stalled: true,
    last_event_ms: secondsAgo(80),
    tool_calls: 3,
    usage: sampleUsage(4_800),
    steps: [sampleStep({ label: 'Read `src/index.ts`', ago: 90, took: 0.1 })],
  });
}

export function unobservedSession(): Session {
  return sampleSession({
    id: 'unobserved',
    age: 210,
    activity: 'unobserved',
    last_event_ms: secondsAgo(80),
    tool_calls: 6,
    steps: [sampleStep({ label: 'Running `npm run build`', ago: 100 })],
  });
}

export function offlineSession(): Session {
  return { ...unobservedSession(), id: 'offline', activity: 'tool', offline: true };
}

export function doneSession(): Session {
  return sampleSession({
    id: 'done',
    age: 348,
    channel_id: 'ch4xp9town5square7',
    status: 'done',
    ended_ms: secondsAgo(300),
    last_event_ms: secondsAgo(300),
    title: 'Fix the login redirect',
    tool_calls: 10,
    usage: sampleUsage(23_400, 0.08),
    steps: [
      sampleStep({ label: 'Read `src/login.ts`', ago: 345, took: 0.1 }),
      sampleStep({ label: 'Edited `src/login.ts`', ago: 340, took: 0.2 }),
      sampleStep({ label: 'Ran `npm test`', ago: 335, took: 31 }),
    ],
    steps_dropped: 9,
  });
}

export function failedSession(): Session {
  return sampleSession({
    id: 'failed',
    age: 739,
    agent: { id: 'ops', name: 'ops-bot', runtime: 'openclaw' },
    channel_id: 'chreleases8private2',
    status: 'error',
    ended_ms: secondsAgo(720),
    last_event_ms: secondsAgo(720),
    title: 'Deploy to staging',
    error: { code: 'provider_failed', message: 'The model provider answered 500 four times (overloaded).' },
    usage: sampleUsage(1_200),
    steps: [sampleStep({ kind: 'notice', label: 'Trying again with another model', ago: 735, took: 8 })],
  });
}

export function stoppedSession(): Session {
  return sampleSession({
    id: 'stopped',
    age: 1831,
    agent: { id: 'scribe', name: 'scribe', runtime: 'openclaw' },
    status: 'interrupted',
    ended_ms: secondsAgo(1800),
    last_event_ms: secondsAgo(1800),
    title: 'Translate the handbook',
    error: { code: 'aborted', message: 'Stopped on request.' },
    tool_calls: 4,
    usage: sampleUsage(7_000),
    steps: [
      sampleStep({ label: 'Read `handbook/index.md`', ago: 1825, took: 0.2 }),
      sampleStep({ label: 'Translating `handbook/index.md`', status: 'cancelled', ago: 1820, took: 20 }),
    ],
  });
}

export function interruptedSession(): Session {
  return sampleSession({
    id: 'interrupted',
    age: 7500,
    status: 'interrupted',
    ended_ms: secondsAgo(7200),
    last_event_ms: secondsAgo(7230),
    title: 'Watch the nightly build',
    error: { code: 'lost', message: 'The runtime no longer knows of this run; its end was not seen.' },
    tool_calls: 1,
    steps: [sampleStep({ label: 'Ran `make nightly`', status: 'cancelled', ago: 7400, took: 170 })],
  });
}

/** Every state once, in the order of the table in the UI's description. */
export function allStates(): Session[] {
  return [
    workingSession(),
    plannedSession(),
    approvalSession(),
    answerSession(),
    waitingForAgentsSession(),
    retryingSession(),
    compactingSession(),
    stalledSession(),
    unobservedSession(),
    offlineSession(),
    doneSession(),
    failedSession(),
    stoppedSession(),
    interruptedSession(),
  ];
}

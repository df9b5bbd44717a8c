import { asks, longShell, shell, spawnAgent } from '../../harness/script.ts';
import { isRunEnd, type RunEvent } from '../recorder.ts';
import { MAIN, type Takes, toolStarts, yieldTo } from './take.ts';

const LEAF = { steps: [{ think: 'Count.', calls: [shell('sleep 3; ls | wc -l')] }, { text: 'There are 3 files.' }] };

const NESTED = {
  root: [
    { text: 'I ask the coordinator.', calls: [spawnAgent(asks('middle', 'Coordinate the count.'), 'coordinator')] },
    { text: 'Waiting for the coordinator.', calls: [yieldTo('waiting for coordinator')] },
    { text: 'The coordinator reported: 3 files.' },
  ],
  middle: [
    { text: 'I ask the counter.', calls: [spawnAgent(asks('leaf', 'Count the files.'), 'counter')] },
    { text: 'Waiting for the counter.', calls: [yieldTo('waiting for counter')] },
    { text: 'The counter found 3 files.' },
  ],
  leaf: LEAF,
};

const isSubagentExec = (event: RunEvent): boolean =>
  toolStarts('exec', '*')(event) && event.sessionKey?.includes(':subagent:') === true;

const isEndOfMainContinuation = (event: RunEvent): boolean =>
  event.runId.startsWith('announce:') && event.sessionKey === MAIN && isRunEnd(event);

export const AGENT_TAKES: Takes = {
  'nested-subagents': {
    script: NESTED,
    perform: async ({ gateway, recorder }) => {
      await gateway.person.send('main', asks('root'));
      await recorder.waitForRun('the continuation of the root', isEndOfMainContinuation, 90_000);
      await recorder.waitForQuiet(3_000);
    },
  },
  'nested-late-join': {
    script: { ...NESTED, leaf: { steps: [{ calls: [shell('sleep 9; ls | wc -l')] }, { text: 'There are 3 files.' }] } },
    connectsItself: true,
    perform: async ({ gateway, provider, recorder }) => {
      const seesLeaf = () => provider.requests.some((request) => request.place?.scenario === 'leaf');
      await gateway.person.send('main', asks('root'));
      await recorder.until('the leaf to run', seesLeaf);
      await recorder.connect();
      await recorder.call('sessions.subscribe', { activeOnly: true, limit: 200 });
      for (const key of recorder.keys()) await recorder.call('chat.history', { sessionKey: key, limit: 50 });
      await recorder.waitForRun('the continuation of the root', isEndOfMainContinuation, 90_000);
      await recorder.waitForQuiet(3_000);
    },
  },
  'subagent-no-yield': {
    script: {
      root: {
        steps: [
          { text: 'I start a helper.', calls: [spawnAgent(asks('leaf', 'Count the files.'), 'counter')] },
          { text: 'The helper is on its way; I do not wait.' },
          { text: 'The helper found 3 files.' },
        ],
      },
      leaf: LEAF,
    },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.send('main', asks('root'));
      await recorder.waitForEnds(2, { key: MAIN, deadlineMs: 90_000 });
      await recorder.waitForQuiet(3_000);
    },
  },
  'subagent-two-at-once': {
    script: {
      root: [
        {
          text: 'Two helpers.',
          calls: [
            spawnAgent(asks('leaf', 'Count the files.'), 'counter'),
            spawnAgent(asks('lister', 'List the files.'), 'lister'),
          ],
        },
        { calls: [yieldTo('waiting for two')] },
        { text: 'Both reported.' },
      ],
      leaf: LEAF,
      lister: [{ calls: [shell('sleep 6; ls')] }, { text: 'Listed.' }],
    },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.send('main', asks('root'));
      await recorder.waitForRun('the continuation of the root', isEndOfMainContinuation, 90_000);
      await recorder.waitForQuiet(5_000);
    },
  },
  'subagent-fails': {
    script: {
      root: [
        { text: 'I start a helper.', calls: [spawnAgent(asks('broken', 'Try it.'), 'broken-helper')] },
        { calls: [yieldTo('waiting for the helper')] },
        { text: 'The helper failed; I tell you so.' },
      ],
      broken: [{ calls: [shell('echo before')] }, { http: 400, message: 'Scripted bad request' }],
    },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.send('main', asks('root'));
      await recorder.waitForRun('the continuation of the root', isEndOfMainContinuation, 120_000);
      await recorder.waitForQuiet(3_000);
    },
  },
  'subagent-abort-child': {
    script: {
      root: [
        { text: 'I start a helper.', calls: [spawnAgent(asks('slow', 'Take long.'), 'slow-helper')] },
        { calls: [yieldTo('waiting for the helper')] },
        { text: 'The helper was stopped.' },
      ],
      slow: [{ calls: [longShell('sleep 60')] }, { text: 'Never said.' }],
    },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.send('main', asks('root'));
      const child = await recorder.waitForRun('the child to run its command', isSubagentExec);
      await recorder.waitForRun('the root to yield', (event) => event.data.yielded === true);
      await gateway.person.abort(child.sessionKey ?? '');
      // It comes only about 60 s after the abort: the settle of an aborted child is retried, not announced.
      await recorder.waitForRun('the continuation of the root', isEndOfMainContinuation, 120_000);
      await recorder.waitForQuiet(3_000);
    },
  },
  'subagent-abort-root': {
    script: {
      root: [
        { text: 'I start a helper.', calls: [spawnAgent(asks('slow', 'Take long.'), 'slow-helper')] },
        { text: 'Meanwhile I work too.', calls: [longShell('sleep 60')] },
        { text: 'The helper has finished after all.' },
      ],
      slow: [{ calls: [longShell('sleep 12')] }, { text: 'Finished, though nobody waits.' }],
    },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.send('main', asks('root'));
      await recorder.waitForRun('the child to run its command', isSubagentExec);
      await recorder.waitForRun('the root to run its command', toolStarts('exec'));
      await gateway.person.abort(MAIN);
      await recorder.waitForEnds(1, { key: MAIN });
      await recorder.waitForQuiet(20_000);
    },
  },
};
